//! Records of the org in the calendar: those of objects that the settings name (OBJ-1), and Events of public calendars
//! (GRP-2). They come down and never go up: an item of one says what the record says, and what it does not say is the user's.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    category::{self, NAME_LIMIT},
    cause::Cause,
    event::FieldValue,
    id::{Address, ApiName, RecordId},
    item::{Item, Kind, Reminder, ShowAs, Span},
    map::SmallMap,
    mapping::{ItemValues, SUBJECT_LIMIT},
    text::{cut, one_line},
};

/// An object whose records come down, as the settings name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectWish {
    /// The object.
    pub object: ApiName,
    /// When its records are.
    pub dates: RecordDates,
}

/// A public calendar whose Events come down, as the settings name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicCalendar {
    /// What it is called in Salesforce.
    pub name: String,
    /// The category of its items.
    pub category: String,
    /// The mailboxes that get them; everybody for whom the setting holds where there are none.
    pub mailboxes: Vec<Address>,
}

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

/// What an item that only comes down shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// A record of an object (OBJ-1).
    Record,
    /// An Event of a public calendar (GRP-2).
    PublicCalendar,
}

impl Shown {
    /// The rule behind it: its public code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Record => "OBJ-1",
            Self::PublicCalendar => "GRP-2",
        }
    }

    /// Whether a code is one that items of records carry.
    pub fn is_code(code: &str) -> bool {
        [Self::Record, Self::PublicCalendar].iter().any(|shown| shown.code() == code)
    }
}

/// A record as an item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordItem {
    /// The record.
    pub record: RecordId,
    /// What it is.
    pub shown: Shown,
    /// What it says of its item.
    pub values: ItemValues,
    /// The category of such items.
    pub category: String,
}

/// Makes an item of a record of an object.
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
    let values = ItemValues { subject: Some(subject), span: Some(span), ..ItemValues::default() };
    Ok(RecordItem { record: record.clone(), shown: Shown::Record, values, category: category_of(&map.label) })
}

/// Makes an item of what an Event of a public calendar says; nothing of one without a time.
pub fn public_item(event: &RecordId, says: ItemValues, category: &str) -> Option<RecordItem> {
    says.span?;
    // Whether and when it rings is for everybody to say for themselves.
    let values = ItemValues { reminder: None, ..says };
    let category = category_of(category);
    Some(RecordItem { record: event.clone(), shown: Shown::PublicCalendar, values, category })
}

impl RecordItem {
    /// What a new item says: where the record does not tell, whole days leave the user free, and nothing rings.
    pub fn at_first(&self) -> ItemValues {
        let is_day = self.values.span.is_some_and(|span| span.is_all_day());
        let show_as = self.values.show_as.or(is_day.then_some(ShowAs::Free));
        ItemValues { show_as, reminder: Some(Reminder::Off), ..self.values.clone() }
    }

    /// What of the record its item does not say. A body goes down when the record's changed since `before`: how a calendar
    /// keeps text is its own.
    pub fn unlike(&self, item: &Item, before: &Self) -> ItemValues {
        let told = self.values.clone();
        let body = told.body.filter(|_| self.values.body != before.values.body);
        ItemValues {
            subject: told.subject.filter(|subject| subject.trim() != item.subject.trim()),
            location: told.location.filter(|location| location.trim() != item.location.trim()),
            span: told.span.filter(|span| *span != item.span),
            show_as: told.show_as.filter(|show_as| item.show_as != Some(*show_as)),
            sensitivity: told.sensitivity.filter(|wanted| {
                item.sensitivity.is_none_or(|stands| stands.is_private() != wanted.is_private())
            }),
            reminder: None,
            body,
        }
    }

    /// The categories that its item is to have, of those that it has: the record's, and the user's own.
    pub fn categories(&self, stand: &[String], before: &Self) -> Vec<String> {
        let is_users = |name: &&String| {
            let is_former = **name == before.category && before.category != self.category;
            !category::is_ours(name) && !is_former && **name != self.category
        };
        std::iter::once(&self.category).chain(stand.iter().filter(is_users)).cloned().collect()
    }

    /// Whether an item says and carries what it is to, and does not repeat.
    pub fn is_shown_by(&self, item: &Item) -> bool {
        let is_single = item.kind == Kind::Single;
        let is_marked = item.categories.contains(&self.category)
            && !item.categories.iter().any(|name| category::is_ours(name));
        is_single && is_marked && self.unlike(item, self) == ItemValues::default()
    }

    /// Why an item of it is not saved.
    pub fn not_saved(&self) -> Cause {
        Cause::ShownOnly { shown: self.shown, what: self.category.clone() }
    }
}

/// A name as Outlook takes it for a category, never one that asks for something.
fn category_of(label: &str) -> String {
    let plain = one_line(&label.replace([',', ';'], " "));
    let plain = if category::is_ours(&plain) { format!("({plain})") } else { plain };
    cut(&plain, NAME_LIMIT).trim_end().to_owned()
}

fn span(map: &ObjectMap, values: &SmallMap<ApiName, FieldValue>) -> Option<Span> {
    match &map.dates {
        RecordDates::Day { day } => {
            let first = date(values.get(day)?)?;
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

fn date(value: &FieldValue) -> Option<NaiveDate> {
    match value {
        FieldValue::Date(day) => Some(*day),
        FieldValue::Empty
        | FieldValue::Text(_)
        | FieldValue::Flag(_)
        | FieldValue::Number(_)
        | FieldValue::Instant(_)
        | FieldValue::Record(_) => None,
    }
}

#[cfg(test)]
mod tests;
