//! The calendar side: a normal form that fits more than one provider. Series are masters with exceptions and cancelled
//! dates; how a provider expands them is its adapter's business.

use std::future::Future;

use calbridge_rules::{
    id::{ItemId, RecordId},
    item::{Item, Person, Response},
    mapping::ItemValues,
    series::{OriginalStart, Series},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Trouble;

/// An item's id as somebody gave it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Given {
    /// The id.
    pub id: ItemId,
    /// How it is written.
    pub form: IdForm,
}

impl Given {
    /// An id that sync keeps.
    pub fn immutable(id: ItemId) -> Self {
        Self { id, form: IdForm::Immutable }
    }
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
    /// Whether the mailbox's user organizes it; an appointment is its owner's.
    pub is_organizer: bool,
    /// Whether the organizer cancelled it.
    pub is_cancelled: bool,
    /// What the mailbox's user answered, where they were asked.
    pub response: Option<Response>,
    /// When it was made.
    pub created: Option<DateTime<Utc>>,
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
    /// Nothing to tell: whatever an earlier session left no longer holds.
    Cleared,
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

/// Where a calendar's changes were last read to; only the calendar reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The calendar's own text.
    pub text: String,
    /// The window that it was read for.
    pub window: Window,
}

/// The part of a calendar that is looked through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The first instant.
    pub from: DateTime<Utc>,
    /// The last instant.
    pub to: DateTime<Utc>,
}

/// What changed in a calendar.
#[derive(Clone, Debug, PartialEq)]
pub struct Round {
    /// Items that are new or changed, as they stand now, each once. Dates of a series that nobody changed are left out; a
    /// series is its master. What the add-in left on an item is not part of it.
    pub items: Vec<SeenItem>,
    /// Items that are gone, or have left the window, or changed outside of it: nothing of it is proven.
    pub removed: Vec<ItemId>,
    /// Those of the items that lie in the calendar whose items are to be saved (AUT-8).
    pub placed: Vec<ItemId>,
    /// Where to go on the next time.
    pub cursor: Cursor,
    /// Whether it holds everything in the window rather than what changed since a cursor.
    pub is_whole: bool,
    /// Whether what the calendar told came to an end.
    pub end: RoundEnd,
}

/// Whether a round came to an end by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RoundEnd {
    /// A whole one did.
    Reached,
    /// It goes on and on: the window was read as it stands.
    Never,
    /// It tells nothing of how whole rounds end.
    #[default]
    Unknown,
}

/// What to write on an item.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemChange {
    /// The item.
    pub id: ItemId,
    /// As it was seen.
    pub etag: String,
    /// The values to write; absent ones stay.
    pub values: ItemValues,
}

/// An item to create.
#[derive(Clone, Debug, PartialEq)]
pub struct NewItem {
    /// The same for every try: a calendar that was asked before answers with what it made then.
    pub transaction: String,
    /// What it says.
    pub values: ItemValues,
    /// Who is invited, which mails them.
    pub guests: Vec<Person>,
    /// How it repeats, where it is a series: its pattern and range; dates that differ are changed once it is there.
    pub series: Option<Box<Series>>,
    /// All its categories.
    pub categories: Vec<String>,
    /// What it tells the pane.
    pub pointer: Pointer,
}

/// The mailbox's calendar.
pub trait Calendar: Sync {
    /// What changed since a cursor; everything in the window without one. [`Trouble::Stale`]: the cursor is lost, begin
    /// anew without one.
    fn changes(
        &self,
        since: Option<&Cursor>,
        window: Window,
    ) -> impl Future<Output = Result<Round, Trouble>> + Send;

    /// Reads items with what the add-in left on them; one answer for each, in order.
    fn read(&self, ids: &[Given]) -> impl Future<Output = Vec<Result<SeenItem, Trouble>>> + Send;

    /// The items, wherever they lie, that carry a category. Dates of a series that nobody changed are left out.
    fn with_category(&self, name: &str) -> impl Future<Output = Result<Vec<SeenItem>, Trouble>> + Send;

    /// The items of a meeting by its global id; no dates of series.
    fn of_meeting(&self, i_cal_uid: &str) -> impl Future<Output = Result<Vec<SeenItem>, Trouble>> + Send;

    /// Writes categories and pointers; one answer for each, in order.
    fn mark(
        &self,
        marks: &[Marking],
        now: DateTime<Utc>,
    ) -> impl Future<Output = Vec<Result<(), Trouble>>> + Send;

    /// Changes items; one answer for each, in order.
    fn change(&self, changes: &[ItemChange]) -> impl Future<Output = Vec<Result<(), Trouble>>> + Send;

    /// Creates items; one answer for each, in order.
    fn create(
        &self,
        items: &[NewItem],
        now: DateTime<Utc>,
    ) -> impl Future<Output = Vec<Result<SeenItem, Trouble>>> + Send;

    /// Series as they stand, in their normal form; one answer for each, in order.
    fn series(&self, masters: &[ItemId]) -> impl Future<Output = Vec<Result<Series, Trouble>>> + Send;

    /// Single dates of a series as items, each named by its original start; one answer for each, in order. A date that
    /// does not take place answers [`Trouble::Gone`].
    fn dates(
        &self,
        master: &ItemId,
        series: &Series,
        originals: &[OriginalStart],
    ) -> impl Future<Output = Vec<Result<SeenItem, Trouble>>> + Send;

    /// Dates of a series that differ from it, as items; what the add-in left on them is not part of it.
    fn exceptions(&self, master: &ItemId) -> impl Future<Output = Result<Vec<SeenItem>, Trouble>> + Send;

    /// Deletes items that have no other people; one answer for each, in order. One that is gone already is as good.
    fn delete(&self, ids: &[ItemId]) -> impl Future<Output = Vec<Result<(), Trouble>>> + Send;
}
