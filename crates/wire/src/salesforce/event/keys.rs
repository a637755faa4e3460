//! Events by their sync keys or ids, many in one query (DUP-3).

use calbridge_rules::{
    event::Event,
    id::{ApiName, RecordId},
};
use chrono::{DateTime, Utc};

use super::fields;
use crate::{
    call::CallError,
    salesforce::{query::Row, soql},
};

/// Events by key: statements to run with [`crate::salesforce::query::Query`], and a reader of their rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByKey {
    /// The field of the keys.
    pub key_field: ApiName,
    /// The keys.
    pub keys: Vec<String>,
    /// Further fields to read.
    pub extra: Vec<ApiName>,
}

/// Events by id: statements to run with [`crate::salesforce::query::Query`], and a reader of their rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByEventId {
    /// The field of the keys, where the org has one.
    pub key_field: Option<ApiName>,
    /// The ids.
    pub ids: Vec<RecordId>,
    /// Further fields to read.
    pub extra: Vec<ApiName>,
}

/// An Event with its key, and what it is.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundEvent {
    /// The key; empty where it has none, or no field was named for it.
    pub key: String,
    /// The Event.
    pub event: Event,
    /// Who made it.
    pub created_by: RecordId,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// What it is within a series.
    pub series: SeriesPart,
}

/// What an Event is within a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SeriesPart {
    /// Stands alone.
    None,
    /// The record of a Classic series.
    ClassicSeries,
    /// A date of a Classic series.
    ClassicDate,
    /// The record of a Lightning series' pattern, which is no entry of a calendar.
    LightningSeries,
    /// A date of a Lightning series.
    LightningDate {
        /// What its dates have in common: no id of their series is told.
        pattern: String,
    },
}

/// What tells the birth and the shape of an Event.
const ABOUT: &str = "CreatedById, CreatedDate, IsRecurrence, RecurrenceActivityId, IsRecurrence2, GroupEventType, \
     Recurrence2PatternStartDate, Recurrence2PatternText";
/// The group event type of the record of a Lightning series' pattern.
const PATTERN_RECORD: &str = "3";

impl ByKey {
    /// The statements, none without keys.
    pub fn statements(&self) -> Vec<String> {
        let keys: Vec<&str> = self.keys.iter().map(String::as_str).collect();
        let columns = columns(Some(&self.key_field), &self.extra);
        let statement = |portion: Vec<&str>| {
            let list = soql::list(portion);
            // Invitees' copies are never pairs (PPL-4).
            format!(
                "SELECT {columns} FROM Event WHERE {} IN {list} AND IsChild = false ORDER BY CreatedDate, Id",
                self.key_field
            )
        };
        soql::portions(&keys, 1).into_iter().map(statement).collect()
    }

    /// The Events in the rows; a key may come several times.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn read(&self, rows: &[Row]) -> Result<Vec<FoundEvent>, CallError> {
        rows.iter().map(|row| found(row, Some(&self.key_field), &self.extra)).collect()
    }
}

impl ByEventId {
    /// The statements, none without ids.
    pub fn statements(&self) -> Vec<String> {
        let columns = columns(self.key_field.as_ref(), &self.extra);
        let statement = |list: String| format!("SELECT {columns} FROM Event WHERE Id IN {list} ORDER BY Id");
        soql::id_lists(&self.ids).into_iter().map(statement).collect()
    }

    /// The Events in the rows; those that are gone are left out.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn read(&self, rows: &[Row]) -> Result<Vec<FoundEvent>, CallError> {
        rows.iter().map(|row| found(row, self.key_field.as_ref(), &self.extra)).collect()
    }
}

pub(super) fn columns(key_field: Option<&ApiName>, extra: &[ApiName]) -> String {
    format!("{}, {ABOUT}", fields::columns(extra.iter().chain(key_field)).join(", "))
}

pub(super) fn found(
    row: &Row,
    key_field: Option<&ApiName>,
    extra: &[ApiName],
) -> Result<FoundEvent, CallError> {
    let series = match (row.flag("IsRecurrence"), row.flag("IsRecurrence2")) {
        (true, _) => SeriesPart::ClassicSeries,
        (false, true) if row.text("GroupEventType") == PATTERN_RECORD => SeriesPart::LightningSeries,
        (false, true) => {
            let (start, rule) = (row.text("Recurrence2PatternStartDate"), row.text("Recurrence2PatternText"));
            SeriesPart::LightningDate { pattern: format!("{start} {rule}") }
        }
        (false, false) if !row.text("RecurrenceActivityId").is_empty() => SeriesPart::ClassicDate,
        (false, false) => SeriesPart::None,
    };
    Ok(FoundEvent {
        key: key_field.map(|name| row.text(name.as_str()).to_owned()).unwrap_or_default(),
        event: fields::event(&row.0, extra)?,
        created_by: row.record("CreatedById")?,
        created: row.instant("CreatedDate")?,
        series,
    })
}
