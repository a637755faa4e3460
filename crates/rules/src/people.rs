//! An item's people and who they are in Salesforce (PIC-1, PIC-5, PPL-1).

use serde::{Deserialize, Serialize};

use crate::{
    id::{Address, RecordId},
    item::{Item, Person},
    settings::Settings,
};

/// A Contact or Lead whose e-mail field holds an address that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonMatch {
    /// The record.
    pub record: RecordId,
    /// Contact or Lead.
    pub object: PersonObject,
    /// Its name.
    pub name: String,
    /// The Account's name of a Contact, the company of a Lead; may be empty.
    pub company: String,
    /// The Contact's Account.
    pub account: Option<RecordId>,
    /// The address it was found by.
    pub address: Address,
}

/// The objects that Name can point to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonObject {
    /// A Contact.
    Contact,
    /// A Lead, which takes no Related To.
    Lead,
}

/// Somebody at a meeting, with what Salesforce knows of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participant {
    /// As Outlook names them.
    pub person: Person,
    /// The role they are here in.
    pub seat: Seat,
    /// Whether this is the calendar owner.
    pub is_user: bool,
    /// Who they are.
    pub standing: Standing,
}

/// Roles in the order in which links prefer them (PIC-6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seat {
    /// Called the meeting.
    Organizer,
    /// Required attendee.
    Required,
    /// Optional attendee.
    Optional,
}

/// Who a participant is (PPL-1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Of the company.
    Internal,
    /// On a blocklist.
    Blocklisted {
        /// The entry that says so.
        entry: String,
    },
    /// In Salesforce: every record with the address, Contacts first (PIC-5).
    Known(Vec<PersonMatch>),
    /// External, and in no Contact or Lead.
    Unresolved,
}

/// The addresses to look up in Salesforce: the item's people without the user, internal and blocklisted ones, each once,
/// in the order of their seats (PIC-1).
pub fn addresses_to_match(item: &Item, user: &Address, settings: &Settings) -> Vec<Address> {
    let _ = (item, user, settings);
    Vec::new()
}

/// The item's people, each once, in the order of their seats; rooms and resources left out.
pub fn participants(
    item: &Item,
    user: &Address,
    settings: &Settings,
    matches: &[PersonMatch],
) -> Vec<Participant> {
    let _ = (item, user, settings, matches);
    Vec::new()
}
