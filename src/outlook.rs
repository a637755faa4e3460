//! The open item as [`calbridge_rules::item::Item`], its categories, and the word when it changes.

use calbridge_rules::{id::Address, item::Item};

/// What Outlook has open.
#[derive(Clone, Debug, PartialEq)]
pub enum Opened {
    /// Nothing, or nothing that the pane may see.
    Nothing,
    /// A mail or another item that is no calendar item.
    NotCalendar,
    /// A calendar item.
    Item(Box<OpenItem>),
}

/// A calendar item that is open.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenItem {
    /// The item.
    pub item: Item,
    /// Read or compose.
    pub mode: Mode,
    /// The signed-in user's address.
    pub user: Address,
    /// The calendar owner's mailbox: another's in a shared calendar.
    pub mailbox: Address,
    /// The mailbox's zone, by its IANA name (TZN-4).
    pub zone: String,
    /// What the service left on the item.
    pub pointer: Option<Pointer>,
    /// Whether ids come as phones write them.
    pub rest_ids: bool,
}

/// How the item is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Attendee, or opened to read.
    Read,
    /// Organizer.
    Compose,
}

/// What the service left on the item: where its Event is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointer {
    /// The Event.
    pub event: Option<calbridge_rules::id::RecordId>,
    /// The rule that decided, where it could not be saved.
    pub code: String,
}
