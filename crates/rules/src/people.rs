//! An item's people and who they are in Salesforce (PIC-1, PIC-5, PPL-1).

use serde::{Deserialize, Serialize};

use crate::{
    id::{Address, RecordId},
    item::{Item, Person, Role},
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
    let wanted = |person: &Person| {
        let address = person.address.clone()?;
        let left_out =
            address == *user || settings.is_internal(&address) || settings.blocklisted(&address).is_some();
        (!left_out).then_some(address)
    };
    seated(item).into_iter().filter_map(|(person, _)| wanted(person)).collect()
}

/// The item's people, each once, in the order of their seats; rooms and resources left out.
pub fn participants(
    item: &Item,
    user: &Address,
    settings: &Settings,
    matches: &[PersonMatch],
) -> Vec<Participant> {
    seated(item)
        .into_iter()
        .map(|(person, seat)| {
            let is_user = person.address.as_ref() == Some(user);
            let standing = if is_user { Standing::Internal } else { standing(person, settings, matches) };
            Participant { person: person.clone(), seat, is_user, standing }
        })
        .collect()
}

/// What to call who called the meeting.
pub(crate) fn organizer_name(participants: &[Participant]) -> String {
    let seated = participants.iter().find(|participant| participant.seat == Seat::Organizer);
    seated.map_or_else(|| "the organizer".to_owned(), |participant| participant.person.label().to_owned())
}

/// Everybody invited, each once, without the organizer; rooms and resources left out.
pub(crate) fn invited(item: &Item) -> Vec<&Person> {
    let is_invited = |seat: Seat| match seat {
        Seat::Organizer => false,
        Seat::Required | Seat::Optional => true,
    };
    seated(item).into_iter().filter(|(_, seat)| is_invited(*seat)).map(|(person, _)| person).collect()
}

/// Everybody's best seat. Outlook repeats the organizer among the required attendees, and people invite twice.
fn seated(item: &Item) -> Vec<(&Person, Seat)> {
    let in_role = |role: Role| item.attendees.iter().filter(move |attendee| attendee.role == role);
    let everybody = (item.organizer.iter().map(|person| (person, Seat::Organizer)))
        .chain(in_role(Role::Required).map(|attendee| (&attendee.person, Seat::Required)))
        .chain(in_role(Role::Optional).map(|attendee| (&attendee.person, Seat::Optional)));

    let mut met: Vec<&str> = Vec::new();
    let mut seated = Vec::new();
    for (person, seat) in everybody {
        let known_by = person.address.as_ref().map_or(person.name.as_str(), Address::as_str);
        if !met.contains(&known_by) {
            met.push(known_by);
            seated.push((person, seat));
        }
    }
    seated
}

fn standing(person: &Person, settings: &Settings, matches: &[PersonMatch]) -> Standing {
    let Some(address) = &person.address else { return Standing::Unresolved };
    if settings.is_internal(address) {
        return Standing::Internal;
    }
    if let Some(entry) = settings.blocklisted(address) {
        return Standing::Blocklisted { entry: entry.to_owned() };
    }
    let mut records: Vec<PersonMatch> = Vec::new();
    for found in matches.iter().filter(|found| found.address == *address) {
        if records.iter().all(|record| record.record != found.record) {
            records.push(found.clone());
        }
    }
    let (mut known, leads): (Vec<_>, Vec<_>) =
        records.into_iter().partition(|record| record.object == PersonObject::Contact);
    known.extend(leads);
    if known.is_empty() { Standing::Unresolved } else { Standing::Known(known) }
}

#[cfg(test)]
mod tests;
