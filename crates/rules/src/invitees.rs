//! Invitees of an Event with what they answered (PPL-4, PPL-6).

use serde::{Deserialize, Serialize};

use crate::{
    id::{Address, RecordId},
    item::{Item, Kind, Response, Role},
    map::SmallMap,
    people::{Participant, Seat, Standing},
};

/// A colleague who is a user of the org.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colleague {
    /// The address.
    pub address: Address,
    /// The user.
    pub user: RecordId,
}

/// What an invitee answered, as Salesforce keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InviteeStatus {
    /// Nothing, or nothing definite.
    New,
    /// Yes.
    Accepted,
    /// No.
    Declined,
}

/// Invitees by their record.
pub type Invitees = SmallMap<RecordId, InviteeStatus>;

/// The most invitees of an Event.
pub const INVITEE_LIMIT: usize = 1_000;
/// The most invitees of a recurring Event.
pub const SERIES_INVITEE_LIMIT: usize = 100;

impl InviteeStatus {
    /// What an answer in Outlook is in Salesforce.
    pub fn of(response: Option<Response>) -> Self {
        match response {
            Some(Response::Accepted | Response::Organizer) => Self::Accepted,
            Some(Response::Declined) => Self::Declined,
            Some(Response::None | Response::Tentative) | None => Self::New,
        }
    }
}

/// Who is invited in Salesforce, and how many did not fit: colleagues who are users, and known people from outside. The
/// organizer owns the Event and is no invitee.
pub fn invitees(item: &Item, participants: &[Participant], colleagues: &[Colleague]) -> (Invitees, usize) {
    let limit = match item.kind {
        Kind::Series => SERIES_INVITEE_LIMIT,
        Kind::Single | Kind::Occurrence { .. } => INVITEE_LIMIT,
    };
    let (mut invitees, mut left_out) = (Invitees::new(), 0);
    for participant in participants.iter().filter(|participant| participant.seat != Seat::Organizer) {
        let Some(record) = record_of(participant, colleagues) else { continue };
        if invitees.contains_key(record) {
            continue;
        }
        if invitees.len() == limit {
            left_out += 1;
            continue;
        }
        invitees.insert(record.clone(), InviteeStatus::of(answer(item, participant)));
    }
    (invitees, left_out)
}

fn record_of<'a>(participant: &'a Participant, colleagues: &'a [Colleague]) -> Option<&'a RecordId> {
    match &participant.standing {
        Standing::Internal => {
            let address = participant.person.address.as_ref()?;
            colleagues.iter().find(|colleague| colleague.address == *address).map(|colleague| &colleague.user)
        }
        Standing::Known(records) => records.first().map(|person| &person.record),
        Standing::Blocklisted { .. } | Standing::Unresolved => None,
    }
}

/// What a participant answered. Somebody who was asked twice answered once.
fn answer(item: &Item, participant: &Participant) -> Option<Response> {
    let asked = item.attendees.iter().filter(|attendee| {
        attendee.role != Role::Resource && attendee.person.address == participant.person.address
    });
    let mut answers = asked.filter_map(|attendee| attendee.response);
    let first = answers.next();
    std::iter::once(first).flatten().chain(answers).find(|answer| *answer != Response::None).or(first)
}

/// What is to be done so that an Event's invitees are those of the meeting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InviteeChange {
    /// Who is added.
    pub add: Invitees,
    /// Who answered otherwise.
    pub update: Invitees,
    /// Who is not asked any more.
    pub remove: Vec<RecordId>,
}

/// Compares invitees with those that stand in Salesforce: after the first save only with `ContinuousAttendees` (PPL-6), but
/// for those who decline (DWN-3). Nobody is removed whom we did not add: `ours` are those of the last time.
pub fn invitee_change(
    wanted: &Invitees,
    standing: &Invitees,
    ours: &Invitees,
    continuous_attendees: bool,
) -> InviteeChange {
    let mut change = InviteeChange::default();
    for (record, status) in wanted {
        let stands = standing.get(record);
        let has_declined = *status == InviteeStatus::Declined && ours.get(record) != Some(status);
        let is_told = continuous_attendees || (has_declined && stands.is_some());
        if !is_told {
            continue;
        }
        match stands {
            None => change.add.insert(record.clone(), *status),
            Some(known) if known != status => change.update.insert(record.clone(), *status),
            Some(_) => {}
        }
    }
    if !continuous_attendees {
        return change;
    }
    let gone = standing.keys().filter(|record| ours.contains_key(record) && !wanted.contains_key(record));
    change.remove = gone.cloned().collect();
    change
}

#[cfg(test)]
mod tests;
