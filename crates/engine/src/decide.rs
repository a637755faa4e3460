//! From what was seen to what is to be done: total and pure.

mod arrival;
mod first;
mod gone;
mod paired;

use calbridge_rules::{
    event::{Event, EventFields},
    id::RecordId,
    linking::automatic_links,
    people::participants,
    saving::{
        Choice, ChosenPerson, ComesFirst, Decision, EventKnown, Scope, Situation, SyncKnown, session_verdict,
    },
    status::Issue,
};

use crate::{
    merge::Merge,
    observe::Observation,
    ports::{Pointer, SeenItem, Source},
};

pub(crate) use arrival::{Arrival, arrival};

/// What is to be done with an item.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Create its Event under its key.
    Create {
        /// What to write.
        fields: EventFields,
    },
    /// Its Event exists: keep the pair and write what differs, if anything.
    Pair {
        /// The Event as it stands.
        event: Box<Event>,
        /// What to write.
        change: EventFields,
    },
    /// Bring a pair up to date, on either side or on none.
    Merge(Box<Together>),
    /// Delete its Event and forget the pair.
    Delete {
        /// The Event as it stands.
        event: Box<Event>,
        /// Why.
        why: Why,
    },
    /// The Event is others' too: this saver leaves.
    Leave {
        /// The Event as it stands.
        event: Box<Event>,
        /// Who owns it from now on, where this user did.
        heir: Option<RecordId>,
    },
    /// The Event is gone: the item loses its marks and is not saved again of itself (DWN-2).
    Release,
    /// Both are gone.
    Forget,
    /// Write nothing and leave an issue; a pair stands as it is.
    Refuse(Issue),
    /// Write nothing yet.
    Wait(Issue),
    /// Forget the request.
    Withdraw,
    /// Nobody asks for the item.
    Nothing,
}

/// A pair whose two sides were compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Together {
    /// The Event as it stands.
    pub event: Event,
    /// What goes where.
    pub merge: Merge,
    /// Whether writing what goes down would mail people and nobody approved it (PPL-8).
    pub held: bool,
}

/// Why an Event is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Somebody took the item back (UNS-1).
    Unsync,
    /// The item is gone, or its organizer cancelled it (DWN-3).
    Gone,
}

/// Decides.
pub fn decide(seen: &Observation) -> Step {
    match (&seen.item, &seen.pair) {
        (Some(item), Some(pair)) => paired::decide(seen, item, pair),
        (Some(item), None) => first::decide(seen, item),
        (None, Some(_)) => gone::decide(seen),
        (None, None) => Step::Nothing,
    }
}

/// What the rules say of an item that somebody asked for.
fn verdict(seen: &Observation, item: &SeenItem, choice: &Choice, event: &EventKnown) -> Decision {
    let people = participants(&item.item, &seen.mailbox, &seen.settings, &seen.people);
    let situation = Situation {
        item: &item.item,
        event,
        sync: &SyncKnown::Active { next_session: None },
        participants: &people,
        choice,
        required: &seen.required,
        settings: &seen.settings,
    };
    let comes_first = if seen.has_synced_organizer { ComesFirst::Organizer } else { ComesFirst::This };
    session_verdict(&situation, comes_first).decision
}

/// Links chosen for the user (PIC-6).
fn chosen_for_the_user(seen: &Observation, item: &SeenItem, scope: Scope) -> Choice {
    let people = participants(&item.item, &seen.mailbox, &seen.settings, &seen.people);
    let links = automatic_links(&people, &seen.related, &seen.settings);
    let who = links.who.map(|person| ChosenPerson { record: person.record, object: person.object });
    Choice { who, what: links.what.map(|what| what.record), fields: EventFields::new(), scope }
}

/// What the user chose, or sync for them.
fn choice(seen: &Observation, item: &SeenItem) -> Choice {
    let Some(wish) = &seen.wish else { return Choice::default() };
    match wish.source {
        Source::Pane => wish.choice.clone(),
        Source::Category | Source::Autosave => {
            let scope = if seen.inherits_category { Scope::Series } else { wish.choice.scope };
            chosen_for_the_user(seen, item, scope)
        }
    }
}

/// The Event that an item's pointer names.
pub(crate) fn pointed_event(pointer: Option<&Pointer>) -> Option<&RecordId> {
    match pointer {
        Some(Pointer::Saved(event)) => Some(event),
        Some(Pointer::Failed(_) | Pointer::Cleared) | None => None,
    }
}
