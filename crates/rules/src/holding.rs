//! Whose Event a meeting is (PPL-2, PPL-4, PPL-5), who takes it over, and what taking it back means (UNS-1).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    cause::{Cause, Side},
    deletion::Stake,
    id::RecordId,
    saving::Check,
    settings::ExternalOrganizer,
};

/// Who called a meeting, as sync sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Organizer {
    /// This user; or nobody, of an appointment.
    ThisUser,
    /// Another user whose mailbox is synced.
    SyncedUser,
    /// Anybody else, of the company or not.
    Other,
}

/// Whose Event it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holding {
    /// This user's, with invitees (PPL-4).
    OwnWithInvitees,
    /// The organizer's, whose save comes first; this user is an invitee of it (PPL-2).
    Organizers,
    /// One Event for the whole org, without invitees: the first saver owns it (PPL-5).
    FirstSavers,
    /// This saver's own, without invitees (PPL-5).
    EachSavers,
}

/// Decides whose Event a meeting is.
pub fn holding(organizer: Organizer, external: ExternalOrganizer) -> (Holding, Check) {
    let (holding, rule, says) = match (organizer, external) {
        (Organizer::ThisUser, ExternalOrganizer::OneEvent | ExternalOrganizer::PerSaver) => {
            (Holding::OwnWithInvitees, "PPL-4", "You organize it, so the Event is yours, with invitees")
        }
        (Organizer::SyncedUser, ExternalOrganizer::OneEvent | ExternalOrganizer::PerSaver) => {
            (Holding::Organizers, "PPL-2", "The Event is the organizer's")
        }
        (Organizer::Other, ExternalOrganizer::OneEvent) => {
            (Holding::FirstSavers, "PPL-5", "One Event for everybody, which its first saver owns")
        }
        (Organizer::Other, ExternalOrganizer::PerSaver) => {
            (Holding::EachSavers, "PPL-5", "An Event for each saver")
        }
    };
    (holding, Check { rule, says: says.to_owned(), passed: true })
}

impl Holding {
    /// The saver whose id is a part of the Event's identity (DUP-1): only where each has an Event.
    pub fn keyed_by(self, saver: &RecordId) -> Option<&RecordId> {
        match self {
            Self::EachSavers => Some(saver),
            Self::OwnWithInvitees | Self::Organizers | Self::FirstSavers => None,
        }
    }

    /// Whether the Event has invitees.
    pub fn has_invitees(self) -> bool {
        match self {
            Self::OwnWithInvitees => true,
            Self::Organizers | Self::FirstSavers | Self::EachSavers => false,
        }
    }

    /// What a user has in the Event, of which so many others are savers.
    pub fn stake(self, other_savers: usize) -> Stake {
        match self {
            Self::Organizers => Stake::Invitee,
            Self::OwnWithInvitees | Self::EachSavers => Stake::Sole,
            Self::FirstSavers if other_savers > 0 => Stake::Shared,
            Self::FirstSavers => Stake::Sole,
        }
    }
}

/// Somebody who saved a shared Event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saver {
    /// The user.
    pub user: RecordId,
    /// When they saved it.
    pub since: DateTime<Utc>,
    /// Whether their sync runs.
    pub is_active: bool,
}

/// What a saver does who leaves a shared Event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// Others stay, and one of them owns it already.
    Quietly,
    /// Ownership passes on.
    PassOn {
        /// To this saver: of those whose sync runs, the one who saved it first.
        to: RecordId,
    },
    /// Nobody is left: it is deleted.
    DeleteEvent,
}

/// Decides what happens as a saver leaves (UNS-1).
pub fn leaving(savers: &[Saver], owner: &RecordId, who: &RecordId) -> Leaving {
    let others = || savers.iter().filter(|saver| saver.user != *who);
    let heir = others().min_by_key(|saver| (!saver.is_active, saver.since, saver.user.clone()));
    match heir {
        None => Leaving::DeleteEvent,
        Some(_) if owner != who => Leaving::Quietly,
        Some(heir) => Leaving::PassOn { to: heir.user.clone() },
    }
}

/// What an item is that somebody takes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// Not saved, and not asked for.
    Unsaved,
    /// Asked for, and not carried out.
    Requested,
    /// Saved.
    Saved {
        /// The side on which it was made.
        born: Side,
        /// What the user has in the Event.
        stake: Stake,
    },
}

/// What taking an item back does. In every case it is not autosaved again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TakeBack {
    /// Nothing but taking our categories away.
    Forget,
    /// The request is withdrawn at once.
    Withdraw,
    /// The session deletes the Event, with its values journalled.
    DeleteEvent,
    /// This saver leaves ([`leaving`]).
    Leave,
    /// Nothing: the reason is told.
    Refuse(Cause),
}

/// Decides what taking an item back does (UNS-1).
pub fn take_back(taken: Taken) -> (TakeBack, Check) {
    let (take_back, says) = match taken {
        Taken::Unsaved => (TakeBack::Forget, "There is nothing to take back"),
        Taken::Requested => (TakeBack::Withdraw, "It was not carried out yet"),
        Taken::Saved { born: Side::Salesforce, .. } => {
            (TakeBack::Refuse(Cause::BornInSalesforce), "Its Event was made in Salesforce")
        }
        Taken::Saved { born: Side::Outlook, stake: Stake::Sole } => {
            (TakeBack::DeleteEvent, "Sync made the Event, and nobody shares it")
        }
        Taken::Saved { born: Side::Outlook, stake: Stake::Shared } => {
            (TakeBack::Leave, "Others share the Event")
        }
        // The Event is a colleague's: only the item forgets it.
        Taken::Saved { born: Side::Outlook, stake: Stake::Invitee } => {
            (TakeBack::Forget, "The Event is the organizer's")
        }
    };
    let passed = !matches!(take_back, TakeBack::Refuse(_));
    (take_back, Check { rule: "UNS-1", says: says.to_owned(), passed })
}

#[cfg(test)]
mod tests;
