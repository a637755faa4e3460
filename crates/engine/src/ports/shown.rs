//! Records that calendars show (OBJ-1, GRP-2): what the org wants shown of each, and which item shows it.

use std::future::Future;

use calbridge_rules::{
    id::{ItemId, RecordId},
    objects::RecordItem,
    status::Issue,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Trouble;
use crate::ruling::Ruling;

/// What the org wants shown of a record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "wanted", content = "what")]
pub enum Wanted {
    /// An item that says this.
    Item(Box<RecordItem>),
    /// Nothing, for this reason, of which its user is told.
    Trouble(Issue),
    /// Nothing: it is deleted, somebody else's by now, or not for showing any more.
    Nothing,
}

/// A record that is to be looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct DueRecord {
    /// The record.
    pub record: RecordId,
    /// What is wanted of it.
    pub wanted: Wanted,
    /// Grows with each change of that; keeping names the one that was seen.
    pub revision: i64,
    /// The item that shows it, where there is one.
    pub standing: Option<Standing>,
    /// Names the next try to make an item of it; grows with each item that is made.
    pub made: i64,
    /// What a person decided about the deletion of its item (DWN-6).
    pub ruling: Option<Ruling>,
}

/// An item that shows a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// The item.
    pub item: ItemId,
    /// What was last written on it.
    pub says: RecordItem,
}

/// What became of a record that was looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct LookedAt {
    /// The record.
    pub record: RecordId,
    /// What was wanted of it, as it was seen.
    pub revision: i64,
    /// What stands of it.
    pub stands: Stands,
    /// When it is looked at again though nothing changes.
    pub again_at: Option<DateTime<Utc>>,
    /// What is the matter with it; nothing settles what was told before.
    pub issue: Option<Issue>,
}

/// What stands of a record.
#[derive(Clone, Debug, PartialEq)]
pub enum Stands {
    /// It is forgotten.
    Forgotten,
    /// It is kept.
    Kept {
        /// The item that shows it, where there is one.
        standing: Option<Standing>,
        /// Names the next try to make an item of it.
        made: i64,
    },
}

/// What the service remembers of the records that one mailbox's calendar shows.
pub trait ShownRecords: Sync {
    /// Records to look at by now, the longest due first.
    fn due(
        &self,
        now: DateTime<Utc>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<DueRecord>, Trouble>> + Send;

    /// How many items show records.
    fn standing(&self) -> impl Future<Output = Result<usize, Trouble>> + Send;

    /// Keeps what became of records, all or nothing. What was wanted meanwhile stays due.
    fn keep(
        &self,
        looked: &[LookedAt],
        now: DateTime<Utc>,
    ) -> impl Future<Output = Result<(), Trouble>> + Send;
}
