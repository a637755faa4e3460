//! The outside world as a session needs it: a calendar, a CRM and a ledger.

use std::future::Future;

use calbridge_rules::{
    event::{Event, EventFields},
    id::{Address, ItemId, RecordId},
    identity::SyncKey,
    item::Item,
    linking::Related,
    people::PersonMatch,
    saving::{Choice, RequiredField},
    status::Issue,
};
use chrono::{DateTime, Utc};

use crate::report::Entry;

/// Why a port did not do what it was asked for: what to do next.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Trouble {
    /// No clear answer: what was written may or may not be there. Look before writing again.
    #[error("no clear answer")]
    Unclear,
    /// Nothing was written; try again later.
    #[error("not now")]
    Later {
        /// How long to wait, where the other side says so.
        retry_after_ms: Option<u64>,
    },
    /// It does not exist, or no longer.
    #[error("not there")]
    Gone,
    /// It changed since it was read.
    #[error("changed meanwhile")]
    Stale,
    /// This one thing is refused, and why.
    #[error("refused: {}", .0.code)]
    Refused(Issue),
    /// Nothing goes for this mailbox until a person acts.
    #[error("stopped: {0}")]
    Stopped(String),
    /// Another worker has the mailbox: write nothing.
    #[error("taken over by another worker")]
    Fenced,
}

/// An item's id as somebody gave it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Given {
    /// The id.
    pub id: ItemId,
    /// How it is written.
    pub form: IdForm,
}

/// How an item id is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum IdForm {
    /// Exchange Web Services'.
    Ews,
    /// The REST API's.
    Rest,
    /// The REST API's immutable one, which is what sync keeps.
    Immutable,
}

/// An item as the calendar shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct SeenItem {
    /// Its immutable id.
    pub id: ItemId,
    /// Changes with every change of the item.
    pub etag: String,
    /// The item.
    pub item: Item,
    /// The meeting's global id.
    pub i_cal_uid: String,
    /// When an occurrence was to be before anybody moved it.
    pub original_start: Option<DateTime<Utc>>,
    /// What the add-in's property on the item holds, foreign keys too; the calendar alone reads it.
    pub properties: Option<String>,
    /// What an earlier session left in it.
    pub pointer: Option<Pointer>,
}

/// What a session leaves on an item for the pane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pointer {
    /// Saved, as this Event.
    Saved(RecordId),
    /// Not saved, by this code.
    Failed(String),
}

/// Categories and pointer to be written on an item.
#[derive(Clone, Debug, PartialEq)]
pub struct Marking {
    /// The item.
    pub id: ItemId,
    /// As it was seen.
    pub etag: String,
    /// All its categories.
    pub categories: Vec<String>,
    /// The pointer to leave, if it changes.
    pub pointer: Option<Pointer>,
    /// What the property holds now.
    pub properties: Option<String>,
}

/// The mailbox's calendar.
pub trait Calendar: Sync {
    /// Reads items; one answer for each, in order.
    fn read(&self, ids: &[Given]) -> impl Future<Output = Vec<Result<SeenItem, Trouble>>> + Send;

    /// The items of a window that carry the `Salesforce` category.
    fn marked(
        &self,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> impl Future<Output = Result<Vec<SeenItem>, Trouble>> + Send;

    /// Writes categories and pointers; one answer for each, in order.
    fn mark(
        &self,
        marks: &[Marking],
        now: DateTime<Utc>,
    ) -> impl Future<Output = Vec<Result<(), Trouble>>> + Send;
}

/// An Event with its sync key, where it has one.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyedEvent {
    /// The key, as it stands.
    pub key: String,
    /// The Event.
    pub event: Event,
}

/// The Salesforce org.
pub trait Crm: Sync {
    /// Contacts and Leads with these addresses.
    fn people(&self, addresses: &[Address])
    -> impl Future<Output = Result<Vec<PersonMatch>, Trouble>> + Send;

    /// These Accounts and what they bring with them.
    fn related(
        &self,
        accounts: &[RecordId],
        now: DateTime<Utc>,
    ) -> impl Future<Output = Result<Related, Trouble>> + Send;

    /// Fields that the org demands before it takes an Event.
    fn required_fields(&self) -> impl Future<Output = Result<Vec<RequiredField>, Trouble>> + Send;

    /// Events by key; a key may come several times.
    fn events_by_key(
        &self,
        keys: &[SyncKey],
    ) -> impl Future<Output = Result<Vec<KeyedEvent>, Trouble>> + Send;

    /// Events by id; those that are gone are left out.
    fn events_by_id(&self, ids: &[RecordId])
    -> impl Future<Output = Result<Vec<KeyedEvent>, Trouble>> + Send;

    /// Creates Events under their keys, or changes those that have them; one answer for each, in order. Each key is named
    /// once.
    fn upsert(
        &self,
        rows: &[(SyncKey, EventFields)],
    ) -> impl Future<Output = Vec<Result<RecordId, Trouble>>> + Send;

    /// Changes Events; one answer for each, in order.
    fn update(
        &self,
        rows: &[(RecordId, EventFields)],
    ) -> impl Future<Output = Vec<Result<(), Trouble>>> + Send;
}

/// A request that waits for a session.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The item.
    pub item: Given,
    /// How it came.
    pub source: Source,
    /// What was chosen.
    pub choice: Choice,
    /// Grows with every press; settling names the one that was seen.
    pub revision: i64,
}

/// How a request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// From the pane.
    Pane,
    /// By the category (CAT-3).
    Category,
}

/// A pair whose item was not marked yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnmarkedPair {
    /// The item.
    pub item: ItemId,
    /// Its Event.
    pub event: RecordId,
}

/// What the service remembers of the mailbox. Every write is fenced: see [`Trouble::Fenced`].
pub trait Ledger: Sync {
    /// Requests that wait, oldest first.
    fn waiting(&self, limit: usize) -> impl Future<Output = Result<Vec<Request>, Trouble>> + Send;

    /// Which of these items have a pair.
    fn paired(&self, items: &[ItemId]) -> impl Future<Output = Result<Vec<ItemId>, Trouble>> + Send;

    /// Pairs whose item still lacks its marks.
    fn unmarked(&self, limit: usize) -> impl Future<Output = Result<Vec<UnmarkedPair>, Trouble>> + Send;

    /// Whether somebody's mailbox is synced, paused included.
    fn is_synced(&self, address: &Address) -> impl Future<Output = Result<bool, Trouble>> + Send;

    /// Notes the intent to create Events under these keys; `false` where another mailbox is about to (DUP-4).
    fn intend(
        &self,
        keys: &[SyncKey],
        now: DateTime<Utc>,
    ) -> impl Future<Output = Result<Vec<bool>, Trouble>> + Send;

    /// Keeps what became of the items, all or nothing.
    fn record(
        &self,
        entries: &[Entry],
        now: DateTime<Utc>,
    ) -> impl Future<Output = Result<(), Trouble>> + Send;

    /// Notes that items carry their marks.
    fn marked(&self, items: &[ItemId]) -> impl Future<Output = Result<(), Trouble>> + Send;
}
