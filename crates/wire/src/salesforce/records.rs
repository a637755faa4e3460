//! Records of any object that has an owner and dates (OBJ-1): statements for `/query` and `/queryAll`, and a reader of their
//! rows. <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_queryall.htm>

use calbridge_rules::{
    event::FieldValue,
    id::{ApiName, RecordId},
    map::SmallMap,
    objects::{ObjectMap, ObjectWish, RecordDates},
};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    describe::{FieldKind, ObjectDescribe},
    query::Row,
    soql,
};
use crate::{call::CallError, json};

/// The records of an object: which fields of the org say what of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordsOf {
    /// The object.
    pub map: ObjectMap,
    /// Whether some of its records only say how others repeat, as those of Task do.
    pub has_series: bool,
}

/// Why the records of an object cannot come down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotRecords {
    /// Nobody owns its records.
    #[error("its records have no owner of their own")]
    Ownerless,
    /// A field is not there.
    #[error("it has no such field, or the integration user does not see it")]
    Unknown,
    /// A field holds something else than is wanted of it.
    #[error("one field must hold a date, or two must hold date and time")]
    WrongKind,
}

/// A record as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundRecord {
    /// The record.
    pub record: RecordId,
    /// Whose it is: a user's, or a queue's.
    pub owner: RecordId,
    /// When anybody, a process included, last touched it.
    pub stamp: DateTime<Utc>,
    /// Whether it was deleted.
    pub is_deleted: bool,
    /// Whether it only says how others repeat.
    pub is_series: bool,
    /// Its name and its dates.
    pub values: SmallMap<ApiName, FieldValue>,
}

/// Whose a record is.
const OWNER: &str = "OwnerId";
/// The name of records of objects whose describe names no field for it.
const SUBJECT: &str = "Subject";
/// Tells records that only say how others repeat.
const SERIES: &str = "IsRecurrence";

impl RecordsOf {
    /// Reads from describe what comes down of an object (PIC-4).
    ///
    /// # Errors
    /// Its records cannot come down.
    pub fn described(wish: &ObjectWish, object: &ObjectDescribe) -> Result<Self, NotRecords> {
        if !object.has(OWNER) {
            return Err(NotRecords::Ownerless);
        }
        let kind = |name: &ApiName| object.fields.get(name).map(|field| &field.kind);
        let is_right = match &wish.dates {
            RecordDates::Day { day } => *kind(day).ok_or(NotRecords::Unknown)? == FieldKind::Date,
            RecordDates::Times { start, end } => {
                let start = kind(start).ok_or(NotRecords::Unknown)?;
                *start == FieldKind::Instant && *kind(end).ok_or(NotRecords::Unknown)? == FieldKind::Instant
            }
        };
        if !is_right {
            return Err(NotRecords::WrongKind);
        }
        let subject = || ApiName::parse(SUBJECT).ok().filter(|name| object.fields.contains_key(name));
        let title = object.naming.clone().or_else(subject).ok_or(NotRecords::Unknown)?;
        let map = ObjectMap {
            object: object.object.clone(),
            label: object.label.clone(),
            title,
            dates: wish.dates.clone(),
        };
        Ok(Self { map, has_series: object.has(SERIES) })
    }

    /// Records that changed from an instant on, that second included, oldest first: for `/queryAll`, which tells deleted ones.
    pub fn changed(&self, since: DateTime<Utc>) -> String {
        self.statement(&format!("SystemModstamp >= {}", soql::instant(since)))
    }

    /// Records that begin in a stretch of days of UTC, both included.
    pub fn within(&self, first: NaiveDate, last: NaiveDate) -> String {
        let (field, from, to) = match &self.map.dates {
            RecordDates::Day { day } => (day, soql::date(first), soql::date(last)),
            RecordDates::Times { start, .. } => {
                let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
                let end = last.succ_opt().unwrap_or(last);
                (start, soql::instant(midnight(first)), soql::instant(midnight(end)))
            }
        };
        self.statement(&format!("{field} >= {from} AND {field} <= {to}"))
    }

    /// Records by id, none without ids; those that are gone are left out.
    pub fn by_id(&self, ids: &[RecordId]) -> Vec<String> {
        soql::id_lists(ids).into_iter().map(|list| self.statement(&format!("Id IN {list}"))).collect()
    }

    fn statement(&self, which: &str) -> String {
        let mut columns = vec!["Id", OWNER, "IsDeleted", "SystemModstamp"];
        columns.extend(self.has_series.then_some(SERIES));
        for name in std::iter::once(&self.map.title).chain(self.dates()) {
            if !columns.contains(&name.as_str()) {
                columns.push(name.as_str());
            }
        }
        let columns = columns.join(", ");
        format!("SELECT {columns} FROM {} WHERE {which} ORDER BY SystemModstamp, Id", self.map.object)
    }

    fn dates(&self) -> Vec<&ApiName> {
        match &self.map.dates {
            RecordDates::Day { day } => vec![day],
            RecordDates::Times { start, end } => vec![start, end],
        }
    }

    /// The records in the rows.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn read(&self, rows: &[Row]) -> Result<Vec<FoundRecord>, CallError> {
        rows.iter().map(|row| self.found(row)).collect()
    }

    fn found(&self, row: &Row) -> Result<FoundRecord, CallError> {
        let mut values = SmallMap::new();
        let title = row.text(self.map.title.as_str());
        values.insert(self.map.title.clone(), FieldValue::Text(title.to_owned()));
        for name in self.dates() {
            let path = name.as_str();
            let value = match (&self.map.dates, json::at(&row.0, path)) {
                (_, None) => FieldValue::Empty,
                (RecordDates::Day { .. }, Some(_)) => FieldValue::Date(row.date(path)?),
                (RecordDates::Times { .. }, Some(_)) => FieldValue::Instant(row.instant(path)?),
            };
            values.insert(name.clone(), value);
        }
        Ok(FoundRecord {
            record: row.record("Id")?,
            owner: row.record(OWNER)?,
            stamp: row.instant("SystemModstamp")?,
            is_deleted: row.flag("IsDeleted"),
            is_series: self.has_series && row.flag(SERIES),
            values,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        call::Endpoint,
        salesforce::describe::{DescribeObject, Described},
        salesforce::query::Query,
        testing::reply,
    };

    fn api(name: &str) -> ApiName {
        ApiName::parse(name).unwrap()
    }

    fn described(fields: &str) -> ObjectDescribe {
        let body = format!(r#"{{"name":"Visit__c","label":"Visit","fields":[{fields}]}}"#);
        let question =
            DescribeObject { version: "v67.0".to_owned(), object: api("Visit__c"), if_modified_since: None };
        match question.read(&reply(200, &body)).unwrap() {
            Described::Fresh(fresh) => fresh,
            Described::Unchanged => panic!("nothing was known"),
        }
    }

    const NAME: &str = r#"{"name":"Name","type":"string","nameField":true}"#;
    const OWNED: &str = r#"{"name":"OwnerId","type":"reference"}"#;
    const DUE: &str = r#"{"name":"Due__c","type":"date"}"#;
    const TIMES: &str = r#"{"name":"From__c","type":"datetime"},{"name":"Until__c","type":"datetime"}"#;

    fn on_day() -> ObjectWish {
        ObjectWish { object: api("Visit__c"), dates: RecordDates::Day { day: api("Due__c") } }
    }

    fn timed() -> ObjectWish {
        let dates = RecordDates::Times { start: api("From__c"), end: api("Until__c") };
        ObjectWish { object: api("Visit__c"), dates }
    }

    fn visits() -> RecordsOf {
        RecordsOf::described(&timed(), &described(&[NAME, OWNED, TIMES].join(","))).unwrap()
    }

    #[test]
    fn obj_1_describe_decides_whether_records_come_down() {
        let of =
            |wish: &ObjectWish, fields: &[&str]| RecordsOf::described(wish, &described(&fields.join(",")));
        let found = of(&on_day(), &[NAME, OWNED, DUE]).unwrap();
        assert_eq!((found.map.title, found.map.label.as_str()), (api("Name"), "Visit"));
        assert!(!found.has_series);
        assert_eq!(of(&on_day(), &[NAME, DUE]), Err(NotRecords::Ownerless));
        assert_eq!(of(&on_day(), &[NAME, OWNED]), Err(NotRecords::Unknown));
        assert_eq!(of(&timed(), &[NAME, OWNED, DUE]), Err(NotRecords::Unknown));
        let dated = DUE.replace("date", "datetime");
        assert_eq!(of(&on_day(), &[NAME, OWNED, &dated]), Err(NotRecords::WrongKind));
        let subject = r#"{"name":"Subject","type":"combobox"},{"name":"IsRecurrence","type":"boolean"}"#;
        let found = of(&on_day(), &[subject, OWNED, DUE]).unwrap();
        assert_eq!((found.map.title.clone(), found.has_series), (api("Subject"), true));
        assert!(found.changed(DateTime::UNIX_EPOCH).contains("IsRecurrence"));
    }

    #[test]
    fn obj_1_records_are_asked_for_by_change_by_day_and_by_id() {
        let visits = visits();
        let columns =
            "SELECT Id, OwnerId, IsDeleted, SystemModstamp, Name, From__c, Until__c FROM Visit__c WHERE";
        let order = "ORDER BY SystemModstamp, Id";
        let since = DateTime::from_timestamp(1_773_820_800, 0).unwrap();
        let day = since.date_naive();
        assert_eq!(
            visits.changed(since),
            format!("{columns} SystemModstamp >= 2026-03-18T08:00:00Z {order}")
        );
        assert_eq!(
            visits.within(day, day),
            format!("{columns} From__c >= 2026-03-18T00:00:00Z AND From__c <= 2026-03-19T00:00:00Z {order}")
        );
        let id = RecordId::parse("a010000000000AB").unwrap();
        assert_eq!(visits.by_id(std::slice::from_ref(&id)), [format!("{columns} Id IN ('{id}') {order}")]);
        assert!(visits.by_id(&[]).is_empty());
        let on_day = RecordsOf::described(&on_day(), &described(&[NAME, OWNED, DUE].join(","))).unwrap();
        assert!(on_day.within(day, day).contains("Due__c >= 2026-03-18 AND Due__c <= 2026-03-18"));
    }

    #[test]
    fn obj_1_a_row_says_whose_a_record_is_and_when() {
        let body = r#"{"totalSize":1,"done":true,"records":[{"attributes":{"type":"Visit__c"},"Id":"a010000000000AB",
            "OwnerId":"005000000000001","IsDeleted":true,"SystemModstamp":"2026-03-18T08:00:00.000+0000",
            "Name":"Pump","From__c":"2026-03-19T08:00:00.000+0000","Until__c":null}]}"#;
        let question = Query { version: "v67.0".to_owned(), soql: String::new() };
        let page = question.read(&reply(200, body)).unwrap();
        let found = &visits().read(&page.rows).unwrap()[0];
        assert!(found.is_deleted && !found.is_series);
        assert_eq!(found.owner, RecordId::parse("005000000000001").unwrap());
        assert_eq!(found.values.get(&api("Name")), Some(&FieldValue::Text("Pump".to_owned())));
        assert_eq!(found.values.get(&api("Until__c")), Some(&FieldValue::Empty));
        let start = found.stamp + chrono::TimeDelta::days(1);
        assert_eq!(found.values.get(&api("From__c")), Some(&FieldValue::Instant(start)));
    }
}
