//! What changed among the Events of the whole org, deletions included: one query for everybody (DWN-1).

use calbridge_rules::id::ApiName;
use chrono::{DateTime, Utc};

use super::keys::{FoundEvent, columns, found};
use crate::{
    call::CallError,
    salesforce::{query::Row, soql},
};

/// Events that changed: a statement to run with [`crate::salesforce::query::QueryAll`], and a reader of its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedEvents {
    /// The field of the keys, where the org has one.
    pub key_field: Option<ApiName>,
    /// From when on, that second included.
    pub since: DateTime<Utc>,
    /// Further fields to read.
    pub extra: Vec<ApiName>,
}

/// An Event that changed.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangedEvent {
    /// The Event; as it last stood, where it was deleted.
    pub found: FoundEvent,
    /// Whether it was deleted.
    pub is_deleted: bool,
}

impl ChangedEvents {
    /// The statement. Invitees' copies are never pairs (PPL-4).
    pub fn statement(&self) -> String {
        format!(
            "SELECT {}, IsDeleted FROM Event WHERE SystemModstamp >= {} AND IsChild = false \
             ORDER BY SystemModstamp, Id",
            columns(self.key_field.as_ref(), &self.extra),
            soql::instant(self.since)
        )
    }

    /// The changes in the rows, oldest first.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn read(&self, rows: &[Row]) -> Result<Vec<ChangedEvent>, CallError> {
        let changed = |row: &Row| {
            let found = found(row, self.key_field.as_ref(), &self.extra)?;
            Ok(ChangedEvent { found, is_deleted: row.flag("IsDeleted") })
        };
        rows.iter().map(changed).collect()
    }
}
