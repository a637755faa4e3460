//! What changed among the Events of the whole org, deletions included: one query for everybody (DWN-1).

use calbridge_rules::id::{ApiName, RecordId};
use chrono::{DateTime, Utc};

use crate::{
    call::CallError,
    salesforce::{query::Row, soql},
};

/// Rows of one query at most; what is left is read from the last stamp on.
pub const CHANGES_LIMIT: usize = 2_000;

/// Events that changed: a statement to run with [`crate::salesforce::query::QueryAll`], and a reader of its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedEvents {
    /// The field of the keys.
    pub key_field: ApiName,
    /// From when on, that instant included.
    pub since: DateTime<Utc>,
}

/// An Event that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedEvent {
    /// The Event.
    pub id: RecordId,
    /// Its owner.
    pub owner: RecordId,
    /// Who made it.
    pub created_by: RecordId,
    /// Its key; empty where it has none.
    pub key: String,
    /// When anybody, a process included, last touched it.
    pub stamp: DateTime<Utc>,
    /// Whether it was deleted.
    pub is_deleted: bool,
}

impl ChangedEvents {
    /// The statement. Invitees' copies are never pairs (PPL-4).
    pub fn statement(&self) -> String {
        format!(
            "SELECT Id, OwnerId, CreatedById, SystemModstamp, IsDeleted, {} FROM Event WHERE SystemModstamp >= {} \
             AND IsChild = false ORDER BY SystemModstamp, Id LIMIT {CHANGES_LIMIT}",
            self.key_field,
            soql::instant(self.since)
        )
    }

    /// The changes in the rows, oldest first.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn read(&self, rows: &[Row]) -> Result<Vec<ChangedEvent>, CallError> {
        let changed = |row: &Row| {
            Ok(ChangedEvent {
                id: row.record("Id")?,
                owner: row.record("OwnerId")?,
                created_by: row.record("CreatedById")?,
                key: row.text(self.key_field.as_str()).to_owned(),
                stamp: row.instant("SystemModstamp")?,
                is_deleted: row.flag("IsDeleted"),
            })
        };
        rows.iter().map(changed).collect()
    }
}
