//! Whom and what an Event is related to beside its Name and Related To: further people, further records, invitees (PIC-3,
//! PPL-4 to PPL-6).

use crate::{
    id::RecordId,
    invitees::{Colleague, InviteeStatus, Invitees, invitees},
    item::{Item, ItemSeat, Response},
    people::{Participant, PersonMatch, PersonObject, Seat, Standing},
    saving::{Choice, ChosenPerson},
};

/// The most people in the Name of an Event, the first included (PIC-3).
pub const PEOPLE_LIMIT: usize = 50;

/// What of relations an org can hold (PIC-4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Abilities {
    /// Whether an Event may have several people.
    pub several_people: bool,
    /// Whether an Event may have several business records.
    pub several_records: bool,
}

/// Relations of an Event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Relations {
    /// Further people in Name.
    pub people: Vec<RecordId>,
    /// Further business records.
    pub records: Vec<RecordId>,
    /// Invitees with their answers.
    pub invitees: Invitees,
    /// How many invitees did not fit.
    pub left_out: usize,
}

/// What the relations of an Event hang on.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// The item.
    pub item: &'a Item,
    /// Whose it is: only who organizes invites (PPL-4, PPL-5).
    pub seat: ItemSeat,
    /// The item's people.
    pub participants: &'a [Participant],
    /// Those of the company who are users of the org.
    pub colleagues: &'a [Colleague],
    /// The record in the Event's Name, as it stands.
    pub who: Option<&'a RecordId>,
    /// Whether the Event is private: Salesforce refuses links on it (PRV-2).
    pub is_private: bool,
    /// What was chosen.
    pub choice: &'a Choice,
    /// What the org can hold.
    pub abilities: Abilities,
}

/// The relations that an item's Event is to have.
pub fn relations(situation: &Situation<'_>) -> Relations {
    let (invitees, left_out) = match situation.seat {
        ItemSeat::Own => invited(situation),
        ItemSeat::Attendee => (Invitees::new(), 0),
    };
    let (people, records) = match name(situation) {
        _ if situation.is_private => (Vec::new(), Vec::new()),
        Name::Lead => (Vec::new(), Vec::new()),
        Name::Nobody => (Vec::new(), further_records(situation)),
        Name::Contact(first) => (further_people(situation, first), further_records(situation)),
    };
    Relations { people, records, invitees, left_out }
}

/// Who stands in Name.
enum Name<'a> {
    /// Nobody, or somebody of whom no more is known.
    Nobody,
    /// A Contact, whom others may join.
    Contact(&'a RecordId),
    /// A Lead, whom nobody joins.
    Lead,
}

fn name<'a>(situation: &Situation<'a>) -> Name<'a> {
    let Some(who) = situation.who else { return Name::Nobody };
    let chosen = situation.choice.who.as_ref().filter(|chosen| chosen.record == *who);
    let known = || records(situation.participants).find(|person| person.record == *who);
    match chosen.map(|chosen| chosen.object).or_else(|| known().map(|person| person.object)) {
        Some(PersonObject::Contact) => Name::Contact(who),
        Some(PersonObject::Lead) => Name::Lead,
        None => Name::Nobody,
    }
}

/// PPL-4: colleagues who are users, and known people from outside; on a private Event colleagues alone.
fn invited(situation: &Situation<'_>) -> (Invitees, usize) {
    let (mut all, left_out) = invitees(situation.item, situation.participants, situation.colleagues);
    if situation.is_private {
        all.retain(|record, _| situation.colleagues.iter().any(|colleague| colleague.user == *record));
    }
    (all, left_out)
}

/// Those whom the user picked beside the first, else every Contact at the meeting; somebody else's meeting is related to its
/// organizer in either case (PPL-5).
fn further_people(situation: &Situation<'_>, first: &RecordId) -> Vec<RecordId> {
    if !situation.abilities.several_people {
        return Vec::new();
    }
    let wanted: Vec<&RecordId> = match &situation.choice.also_who {
        Some(picked) => {
            let organizer = situation.participants.iter().find(|person| person.seat == Seat::Organizer);
            contacts(organizer).chain(picked.iter().filter_map(contact)).collect()
        }
        None => contacts(situation.participants).collect(),
    };
    let mut people: Vec<RecordId> = Vec::new();
    for record in wanted {
        if record != first && !people.contains(record) {
            people.push(record.clone());
        }
    }
    people.truncate(PEOPLE_LIMIT - 1);
    people
}

fn further_records(situation: &Situation<'_>) -> Vec<RecordId> {
    if !situation.abilities.several_records {
        return Vec::new();
    }
    let mut records: Vec<RecordId> = Vec::new();
    for record in &situation.choice.also_what {
        if situation.choice.what.as_ref() != Some(record) && !records.contains(record) {
            records.push(record.clone());
        }
    }
    records
}

fn records<'a>(
    participants: impl IntoIterator<Item = &'a Participant>,
) -> impl Iterator<Item = &'a PersonMatch> {
    participants.into_iter().flat_map(|participant| match &participant.standing {
        Standing::Known(records) => records.as_slice(),
        Standing::Internal | Standing::Blocklisted { .. } | Standing::Unresolved => &[],
    })
}

/// The first record of everybody, where that is a Contact: Leads never join (PIC-6).
fn contacts<'a>(
    participants: impl IntoIterator<Item = &'a Participant>,
) -> impl Iterator<Item = &'a RecordId> {
    participants.into_iter().filter_map(|participant| match &participant.standing {
        Standing::Known(records) => records
            .first()
            .filter(|person| person.object == PersonObject::Contact)
            .map(|person| &person.record),
        Standing::Internal | Standing::Blocklisted { .. } | Standing::Unresolved => None,
    })
}

fn contact(person: &ChosenPerson) -> Option<&RecordId> {
    (person.object == PersonObject::Contact).then_some(&person.record)
}

/// What an invitee of somebody else's meeting answers in Salesforce (DWN-3); nothing where they have not answered.
pub fn own_answer(response: Option<Response>) -> Option<InviteeStatus> {
    match response {
        Some(Response::Accepted) => Some(InviteeStatus::Accepted),
        Some(Response::Declined) => Some(InviteeStatus::Declined),
        Some(Response::Tentative) => Some(InviteeStatus::New),
        Some(Response::None | Response::Organizer) | None => None,
    }
}

#[cfg(test)]
mod tests;
