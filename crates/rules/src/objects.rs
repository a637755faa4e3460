//! Records of other objects in the calendar (OBJ-1): one date makes a whole day, two times make a timed item. They come
//! down and never go up.

use serde::{Deserialize, Serialize};

use crate::{
    category::NAME_LIMIT,
    cause::Cause,
    event::FieldValue,
    id::{ApiName, RecordId},
    item::Span,
    map::SmallMap,
    mapping::SUBJECT_LIMIT,
    text::{cut, one_line},
};

/// How the records of an object come down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectMap {
    /// The object.
    pub object: ApiName,
    /// What it is called; its items have a category of this name.
    pub label: String,
    /// The field that names a record.
    pub title: ApiName,
    /// When a record is.
    pub dates: RecordDates,
}

/// When a record is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "dates")]
pub enum RecordDates {
    /// On one day.
    Day {
        /// The field of the date.
        day: ApiName,
    },
    /// From one time to another.
    Times {
        /// The field of the start.
        start: ApiName,
        /// The field of the end.
        end: ApiName,
    },
}

/// A record as an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordItem {
    /// The record.
    pub record: RecordId,
    /// The subject.
    pub subject: String,
    /// When it is.
    pub span: Span,
    /// The category named after the object.
    pub category: String,
}

/// Makes an item of a record.
///
/// # Errors
/// The issue of a record without dates, or that ends before it begins.
pub fn record_item(
    map: &ObjectMap,
    record: &RecordId,
    values: &SmallMap<ApiName, FieldValue>,
) -> Result<RecordItem, Cause> {
    let span = span(map, values).ok_or_else(|| Cause::RecordWithoutDate { object: map.label.clone() })?;
    let title = match values.get(&map.title) {
        Some(FieldValue::Text(text) | FieldValue::Number(text)) => one_line(text),
        Some(
            FieldValue::Empty
            | FieldValue::Flag(_)
            | FieldValue::Instant(_)
            | FieldValue::Date(_)
            | FieldValue::Record(_),
        )
        | None => String::new(),
    };
    let subject = if title.is_empty() { map.label.clone() } else { title };
    let subject = cut(&subject, SUBJECT_LIMIT).trim_end().to_owned();
    Ok(RecordItem { record: record.clone(), subject, span, category: category(&map.label) })
}

/// The category of an object's items, as Outlook takes names.
fn category(label: &str) -> String {
    let plain = one_line(&label.replace([',', ';'], " "));
    cut(&plain, NAME_LIMIT).trim_end().to_owned()
}

fn span(map: &ObjectMap, values: &SmallMap<ApiName, FieldValue>) -> Option<Span> {
    match &map.dates {
        RecordDates::Day { day } => {
            let first = match values.get(day)? {
                FieldValue::Date(day) => *day,
                FieldValue::Empty
                | FieldValue::Text(_)
                | FieldValue::Flag(_)
                | FieldValue::Number(_)
                | FieldValue::Instant(_)
                | FieldValue::Record(_) => return None,
            };
            Some(Span::AllDay { first, end_exclusive: first.succ_opt()? })
        }
        RecordDates::Times { start, end } => match (values.get(start)?, values.get(end)?) {
            (FieldValue::Instant(start), FieldValue::Instant(end)) if start <= end => {
                Some(Span::Timed { start: *start, end: *end })
            }
            (_, _) => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{api, at, date, record};

    fn map(dates: RecordDates) -> ObjectMap {
        ObjectMap { object: api("Visit__c"), label: "Visit".to_owned(), title: api("Name"), dates }
    }

    fn on_day() -> ObjectMap {
        map(RecordDates::Day { day: api("Due__c") })
    }

    fn timed() -> ObjectMap {
        map(RecordDates::Times { start: api("From__c"), end: api("Until__c") })
    }

    fn instant(text: &str) -> FieldValue {
        FieldValue::Instant(at(text))
    }

    #[track_caller]
    fn made(map: &ObjectMap, values: &[(&str, FieldValue)]) -> Result<RecordItem, Cause> {
        let values = values.iter().map(|(name, value)| (api(name), value.clone())).collect();
        record_item(map, &record("a01", 1), &values)
    }

    fn dateless() -> Cause {
        Cause::RecordWithoutDate { object: "Visit".to_owned() }
    }

    #[test]
    fn obj_1_a_record_with_one_date_is_a_whole_day() {
        let name = ("Name", FieldValue::Text("Pump check\n".to_owned()));
        let item = made(&on_day(), &[name, ("Due__c", FieldValue::Date(date("2026-11-30")))]).unwrap();
        assert_eq!(item.span, Span::AllDay { first: date("2026-11-30"), end_exclusive: date("2026-12-01") });
        assert_eq!((item.subject.as_str(), item.category.as_str()), ("Pump check", "Visit"));
        assert_eq!(item.record, record("a01", 1));
    }

    #[test]
    fn obj_1_a_record_with_two_times_is_timed() {
        let times =
            [("From__c", instant("2026-11-30T08:00:00Z")), ("Until__c", instant("2026-11-30T09:00:00Z"))];
        let item = made(&timed(), &times).unwrap();
        let span = Span::Timed { start: at("2026-11-30T08:00:00Z"), end: at("2026-11-30T09:00:00Z") };
        assert_eq!(
            (item.span, item.subject.as_str()),
            (span, "Visit"),
            "a nameless record is called after its object"
        );
    }

    #[test]
    fn obj_1_a_record_without_dates_or_that_ends_before_it_begins_is_an_issue() {
        assert_eq!(made(&on_day(), &[]), Err(dateless()));
        assert_eq!(made(&on_day(), &[("Due__c", instant("2026-11-30T08:00:00Z"))]), Err(dateless()));
        assert_eq!(made(&timed(), &[("From__c", instant("2026-11-30T08:00:00Z"))]), Err(dateless()));
        let backwards =
            [("From__c", instant("2026-11-30T08:00:00Z")), ("Until__c", instant("2026-11-30T07:00:00Z"))];
        assert_eq!(made(&timed(), &backwards), Err(dateless()));
    }

    #[test]
    fn obj_1_a_long_name_and_an_odd_label_fit_into_outlook() {
        let map = ObjectMap { label: "Visit, planned; paid".to_owned(), ..on_day() };
        let name = ("Name", FieldValue::Text("n".repeat(300)));
        let item = made(&map, &[name, ("Due__c", FieldValue::Date(date("2026-11-30")))]).unwrap();
        assert_eq!((item.subject.len(), item.category.as_str()), (255, "Visit  planned  paid"));
    }
}
