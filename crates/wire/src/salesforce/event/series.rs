//! Classic series: `POST` and `PATCH /services/data/vXX.X/sobjects/Event`, one master at a time (with a trigger on Event,
//! Salesforce takes no two in one call), and the rows that it makes of them.
//! <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_event.htm>

use calbridge_rules::{
    event::EventFields,
    id::{ApiName, RecordId},
    series::Classic,
};
use chrono::{DateTime, NaiveDate, Utc};

use super::{
    fields,
    keys::{FoundEvent, SeriesPart, columns, found},
    recurrence,
};
use crate::{
    call::{CallError, Endpoint},
    json,
    message::{Method, Reply, Request},
    outgoing,
    salesforce::{data, errors, query::Row, soql},
    value::Value,
};

/// The field of an occurrence's original start, in orgs with advanced calendaring.
const ORIGINAL: &str = "OriginalInstanceDateTime";

/// Creates the master of a Classic series under a key. Whether a record may repeat cannot change later, so that this is no
/// upsert: a second one is refused for its key.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateSeries {
    /// The API version.
    pub version: String,
    /// The field of the key.
    pub key_field: ApiName,
    /// The key.
    pub key: String,
    /// What the series says.
    pub fields: EventFields,
    /// How it repeats.
    pub classic: Classic,
}

/// Changes the master of a Classic series, and every occurrence with it.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateSeries {
    /// The API version.
    pub version: String,
    /// The master.
    pub id: RecordId,
    /// What it says now.
    pub fields: EventFields,
    /// The day on which it ends now, where that changes.
    pub last: Option<NaiveDate>,
}

/// Masters with their occurrences: statements to run with [`crate::salesforce::query::Query`], and a reader of their rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeriesOfMasters {
    /// The field of the keys, where the org has one.
    pub key_field: Option<ApiName>,
    /// The masters.
    pub masters: Vec<RecordId>,
    /// Further fields to read.
    pub extra: Vec<ApiName>,
    /// Whether the org tells the original starts of occurrences.
    pub tells_original_start: bool,
}

/// A Classic series as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassicSeries {
    /// The master.
    pub master: FoundEvent,
    /// How it repeats.
    pub classic: Classic,
    /// Its occurrences, by their starts.
    pub dates: Vec<SeriesDate>,
}

/// An occurrence of a Classic series.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriesDate {
    /// The occurrence.
    pub found: FoundEvent,
    /// When it was to begin before anybody moved it, where the org tells.
    pub original: Option<DateTime<Utc>>,
}

impl Endpoint for CreateSeries {
    type Answer = RecordId;

    fn request(&self, base: &str) -> Request {
        let mut body = fields::written(&self.fields);
        body.insert(self.key_field.as_str(), Value::from(self.key.as_str()));
        recurrence::write(&self.classic, &mut body);
        outgoing::json(Method::Post, &data(base, &self.version, "sobjects/Event"), &Value::Object(body))
    }

    fn read(&self, reply: &Reply) -> Result<RecordId, CallError> {
        errors::check(reply)?;
        json::record(&json::body(reply)?, "id")
    }
}

impl Endpoint for UpdateSeries {
    type Answer = ();

    fn request(&self, base: &str) -> Request {
        let mut body = fields::written(&self.fields);
        if let Some(last) = self.last {
            recurrence::write_last(last, &mut body);
        }
        let url = data(base, &self.version, &format!("sobjects/Event/{}", self.id));
        outgoing::json(Method::Patch, &url, &Value::Object(body))
    }

    fn read(&self, reply: &Reply) -> Result<(), CallError> {
        errors::check(reply)
    }
}

impl SeriesOfMasters {
    /// The statements, none without masters.
    pub fn statements(&self) -> Vec<String> {
        let mut columns =
            format!("{}, {}", columns(self.key_field.as_ref(), &self.extra), recurrence::COLUMNS);
        if self.tells_original_start {
            columns.push_str(", ");
            columns.push_str(ORIGINAL);
        }
        let statement = |list: String| {
            format!(
                "SELECT {columns} FROM Event WHERE (Id IN {list} OR RecurrenceActivityId IN {list}) \
                 AND IsChild = false ORDER BY StartDateTime, Id"
            )
        };
        // Each id stands twice.
        let ids: Vec<&str> = self.masters.iter().map(RecordId::as_str).collect();
        soql::portions(&ids, 2).into_iter().map(|portion| statement(soql::list(portion))).collect()
    }

    /// The series in the rows; those whose master is gone are left out.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn read(&self, rows: &[Row]) -> Result<Vec<ClassicSeries>, CallError> {
        let mut all = Vec::new();
        let mut dates: Vec<(RecordId, SeriesDate)> = Vec::new();
        for row in rows {
            let found = found(row, self.key_field.as_ref(), &self.extra)?;
            match found.series {
                SeriesPart::ClassicSeries => {
                    let classic = recurrence::read(row)?;
                    all.push(ClassicSeries { master: found, classic, dates: Vec::new() });
                }
                SeriesPart::ClassicDate => {
                    let original = json::maybe_instant(&row.0, ORIGINAL)?;
                    dates.push((row.record("RecurrenceActivityId")?, SeriesDate { found, original }));
                }
                SeriesPart::None | SeriesPart::LightningSeries | SeriesPart::LightningDate { .. } => {}
            }
        }
        for series in &mut all {
            let own = dates.iter().filter(|(master, _)| *master == series.master.event.id);
            series.dates = own.map(|(_, date)| date.clone()).collect();
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use calbridge_rules::{
        event::{EventField, FieldValue},
        series::Rhythm,
    };

    use super::*;
    use crate::{
        testing::{reply, shown},
        value::parse,
    };

    const BASE: &str = "https://org.example";

    fn id(number: u32) -> RecordId {
        RecordId::parse(&format!("00U{number:012}")).unwrap()
    }

    fn key_field() -> ApiName {
        ApiName::parse("Calbridge_Key__c").unwrap()
    }

    fn subject() -> EventFields {
        [(EventField::Subject, FieldValue::Text("Review".to_owned()))].into_iter().collect()
    }

    #[test]
    fn ser_2_a_master_is_created_under_its_key_and_answers_its_id() {
        let create = CreateSeries {
            version: "v67.0".to_owned(),
            key_field: key_field(),
            key: "a1".to_owned(),
            fields: subject(),
            classic: Classic {
                rhythm: Rhythm::Daily { interval: 1 },
                start: DateTime::from_timestamp(1_795_507_200, 0).unwrap(),
                last: NaiveDate::from_ymd_opt(2027, 2, 1).unwrap(),
                zone: "Europe/Berlin".to_owned(),
            },
        };
        let text = shown(&create.request(BASE));
        assert!(text.starts_with("POST https://org.example/services/data/v67.0/sobjects/Event\n"), "{text}");
        for part in [
            "\"Calbridge_Key__c\":\"a1\"",
            "\"IsRecurrence\":true",
            "\"RecurrenceEndDateOnly\":\"2027-02-01\"",
        ] {
            assert!(text.contains(part), "{text}");
        }
        let made = create.read(&reply(201, &format!("{{\"id\":\"{}\",\"success\":true}}", id(7)))).unwrap();
        assert_eq!(made, id(7));
    }

    #[test]
    fn ser_4_a_changed_master_names_its_end_only_where_that_changes() {
        let update = |last| UpdateSeries { version: "v67.0".to_owned(), id: id(7), fields: subject(), last };
        assert!(shown(&update(None).request(BASE)).ends_with("{\"Subject\":\"Review\"}"));
        let text = shown(&update(NaiveDate::from_ymd_opt(2027, 2, 1)).request(BASE));
        assert!(
            text.ends_with("{\"RecurrenceEndDateOnly\":\"2027-02-01\",\"Subject\":\"Review\"}"),
            "{text}"
        );
    }

    #[test]
    fn ser_2_rows_are_sorted_to_their_masters_and_rows_of_others_are_left_out() {
        let row = |number: u32, more: &str| {
            Row(parse(
                format!(
                    "{{\"Id\":\"{}\",\"SystemModstamp\":\"2026-11-20T08:00:00.000+0000\",\
                     \"LastModifiedDate\":\"2026-11-20T08:00:00.000+0000\",\"CreatedById\":\"005000000000001\",\
                     \"CreatedDate\":\"2026-11-20T08:00:00.000+0000\",{more}}}",
                    id(number)
                )
                .as_bytes(),
            )
            .unwrap())
        };
        let master = row(
            1,
            &format!(
                "\"IsRecurrence\":true,\"RecurrenceActivityId\":\"{}\",\"RecurrenceType\":\"RecursDaily\",\
                 \"RecurrenceInterval\":1,\"RecurrenceStartDateTime\":\"2026-11-24T08:00:00.000+0000\",\
                 \"RecurrenceEndDateOnly\":\"2026-11-25\",\"RecurrenceTimeZoneSidKey\":\"Europe/Berlin\"",
                id(1)
            ),
        );
        let date = row(
            2,
            &format!(
                "\"RecurrenceActivityId\":\"{}\",\"OriginalInstanceDateTime\":\"2026-11-24T08:00:00.000+0000\"",
                id(1)
            ),
        );
        let stray = row(3, &format!("\"RecurrenceActivityId\":\"{}\"", id(9)));
        let question = SeriesOfMasters {
            key_field: Some(key_field()),
            masters: vec![id(1)],
            extra: Vec::new(),
            tells_original_start: true,
        };
        let text = &question.statements()[0];
        assert!(
            text.contains(&format!("(Id IN ('{0}') OR RecurrenceActivityId IN ('{0}'))", id(1))),
            "{text}"
        );
        let series = question.read(&[date, master, stray]).unwrap();
        assert_eq!(series.len(), 1);
        assert_eq!(series[0].classic.rhythm, Rhythm::Daily { interval: 1 });
        assert_eq!(series[0].dates.len(), 1);
        assert_eq!(series[0].dates[0].original, Some(series[0].classic.start));
    }
}
