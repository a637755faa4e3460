//! From what was seen to what is to be done: total and pure.

mod arrival;
mod first;
mod gone;
mod paired;
mod take_over;

use calbridge_rules::{
    autosave::Skip,
    event::{Event, EventField, EventFields, FieldValue},
    id::{Address, RecordId},
    item::{Item, ItemSeat, Sensitivity},
    linking::automatic_links,
    merge::Merged,
    people::{Participant, participants},
    saving::{
        Check, Choice, ChosenPerson, ComesFirst, Decision, EventKnown, Refusal, Scope as SaveScope,
        SessionVerdict, Situation, SyncKnown, session_verdict,
    },
    settings::{Direction, PrivateAs},
    status::Issue,
};

use crate::{
    mutant::mutant,
    observe::Observation,
    ports::{Pointer, SeenItem, Shape, Source},
    report::Skipped,
    session::Scope,
};

pub use arrival::values_of;
pub(crate) use arrival::{Arrival, arrival, bring_again, nothing_yet, transaction};
pub(crate) use first::first_look;
pub(crate) use paired::{as_chosen, held_for};

/// What is to be done with an item, and how that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided {
    /// What is to be done.
    pub step: Step,
    /// The rules that were asked, in order; the last one decided.
    pub trace: Vec<Check>,
}

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
    /// The Event stays, with these values: this saver leaves it, or its meeting was cancelled. The pair is forgotten.
    Leave {
        /// The Event as it stands.
        event: Box<Event>,
        /// What to write, if anything.
        change: EventFields,
    },
    /// Delete the item, whose Event was deleted, and forget the pair (DWN-2).
    DeleteItem,
    /// The same, once somebody approves it: it would mail people (PPL-8).
    HoldDeletion {
        /// Whom.
        whom: Vec<Address>,
    },
    /// Make the item again, which is gone, and forget the old pair (ONE-1).
    BringAgain(Box<Arrival>),
    /// The Event is gone: the item loses its marks and is not saved again of itself (DWN-2).
    Release,
    /// Both are gone, or both stay and the pair is not looked at any more.
    Forget,
    /// Write nothing and leave an issue; a pair stands as it is.
    Refuse(Issue),
    /// Write nothing yet.
    Wait(Issue),
    /// Write nothing: autosave leaves it.
    Skip(Skipped),
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
    pub merge: Merged,
    /// Who would get mail if what goes down were written, and must be approved first (PPL-8); empty where nobody.
    pub held_for: Vec<Address>,
}

/// Why an Event is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Somebody took the item back (UNS-1).
    Unsync,
    /// The item is gone, or its organizer cancelled it (DWN-3).
    Gone,
}

impl Step {
    /// Whether it deletes because the other side is gone (DWN-6).
    pub(crate) fn deletes_what_is_gone(&self) -> bool {
        matches!(self, Self::DeleteItem | Self::Delete { why: Why::Gone, .. })
    }

    /// Whether nothing is saved because nobody at the meeting is in Salesforce.
    pub(crate) fn lacks_people(&self) -> bool {
        match self {
            Self::Skip(skipped) => skipped.skip == Skip::Unlinked,
            Self::Refuse(issue) => issue.refusal == Some(Refusal::NobodyKnown),
            Self::Create { .. }
            | Self::Pair { .. }
            | Self::Merge(_)
            | Self::Delete { .. }
            | Self::Leave { .. }
            | Self::DeleteItem
            | Self::HoldDeletion { .. }
            | Self::BringAgain(_)
            | Self::Release
            | Self::Forget
            | Self::Wait(_)
            | Self::Withdraw
            | Self::Nothing => false,
        }
    }

    /// Whether an Event is made that may be linked: what is saved as private tells nobody who is there (PRV-3).
    pub(crate) fn saves_openly(&self) -> bool {
        let is_private =
            |fields: &EventFields| fields.get(&EventField::IsPrivate) == Some(&FieldValue::Flag(true));
        matches!(self, Self::Create { fields } if !is_private(fields))
    }

    /// The step, found without asking the rule book for more than this.
    fn by(self, rule: &'static str, says: &str) -> Decided {
        let trace = vec![Check { rule, says: says.to_owned(), passed: true }];
        Decided { step: self, trace }
    }

    fn after(self, trace: Vec<Check>) -> Decided {
        Decided { step: self, trace }
    }
}

/// Decides.
pub fn decide(scope: &Scope<'_>, seen: &Observation) -> Decided {
    match seen.shape {
        Shape::Single | Shape::ClassicSeries | Shape::ClassicDate => steps(scope, seen),
        // A change of one date would change the whole Lightning series: nothing goes up (SER-3).
        Shape::LightningSeries | Shape::LightningDate { .. } => {
            let mut settings = scope.settings.clone();
            settings.down.direction = Direction::Down;
            steps(&Scope { settings: &settings, ..*scope }, seen)
        }
    }
}

fn steps(scope: &Scope<'_>, seen: &Observation) -> Decided {
    match (&seen.item, &seen.pair) {
        (Some(item), Some(pair)) => paired::decide(scope, seen, item, pair),
        (Some(item), None) => first::decide(scope, seen, item),
        (None, Some(pair)) => gone::decide(scope, seen, pair),
        (None, None) => Step::Nothing.by("CAT-6", "Neither an item nor a pair is there"),
    }
}

/// An item's people, as far as they were asked for.
fn people_of(scope: &Scope<'_>, seen: &Observation, item: &Item) -> Vec<Participant> {
    participants(item, scope.mailbox, &scope.settings.shared, &seen.people)
}

/// What the rules say of an item that somebody asked for.
fn verdict(
    scope: &Scope<'_>,
    seen: &Observation,
    item: &SeenItem,
    choice: &Choice,
    event: &EventKnown,
) -> SessionVerdict {
    let people = people_of(scope, seen, &item.item);
    let situation = Situation {
        item: &item.item,
        event,
        sync: &SyncKnown::Active { next_session: None },
        participants: &people,
        choice,
        required: &seen.required,
        settings: &scope.settings.shared,
    };
    session_verdict(&situation, comes_first(seen))
}

/// What the rules that need nobody's records say: whether an item is refused whoever its people are. Such an item's people are
/// asked for nowhere (PRV-3).
pub(crate) fn is_refused_unasked(scope: &Scope<'_>, item: &SeenItem, choice: &Choice) -> bool {
    let situation = Situation {
        item: &item.item,
        event: &EventKnown::Absent,
        sync: &SyncKnown::Active { next_session: None },
        participants: &[],
        choice,
        required: &[],
        settings: &scope.settings.shared,
    };
    match session_verdict(&situation, ComesFirst::This).decision {
        Decision::Create | Decision::Update { .. } => false,
        Decision::Wait(_) | Decision::Refuse(_) => true,
    }
}

fn comes_first(seen: &Observation) -> ComesFirst {
    if seen.has_synced_organizer { ComesFirst::Organizer } else { ComesFirst::This }
}

/// What is saved with an item: what somebody chose; else links chosen for them (PIC-6), and of a private item what the org
/// settled on (PRV-2).
fn choice(scope: &Scope<'_>, seen: &Observation, item: &SeenItem) -> Choice {
    let Some(wish) = &seen.wish else { return chosen_for_the_user(scope, seen, item, SaveScope::Single) };
    match wish.source {
        Source::Pane => wish.choice.clone(),
        Source::Category | Source::Place | Source::Autosave => {
            let save = if seen.inherits_category { SaveScope::Series } else { wish.choice.scope };
            chosen_for_the_user(scope, seen, item, save)
        }
    }
}

fn chosen_for_the_user(scope: &Scope<'_>, seen: &Observation, item: &SeenItem, save: SaveScope) -> Choice {
    let people = people_of(scope, seen, &item.item);
    let links = automatic_links(&people, &seen.related, &scope.settings.shared);
    let who = links.who.map(|person| ChosenPerson { record: person.record, object: person.object });
    let what = links.what.map(|what| what.record);
    let is_private = item.item.sensitivity.is_some_and(Sensitivity::is_private);
    match (is_private, scope.settings.private_as) {
        (false, _) => Choice { who, what, scope: save, ..Choice::default() },
        (true, PrivateAs::Private) => Choice { scope: save, ..Choice::default() },
        (true, PrivateAs::Linked) => {
            let fields = EventFields::from([(EventField::IsPrivate, FieldValue::Flag(false))]);
            Choice { who, what, fields, scope: save, ..Choice::default() }
        }
    }
}

/// Whose item this is.
pub(crate) fn seat(item: &SeenItem) -> ItemSeat {
    if item.is_organizer || !item.item.is_meeting() || mutant("foreign-is-own") {
        ItemSeat::Own
    } else {
        ItemSeat::Attendee
    }
}

/// The Event that an item's pointer names.
pub(crate) fn pointed_event(pointer: Option<&Pointer>) -> Option<&RecordId> {
    match pointer {
        Some(Pointer::Saved(event)) => Some(event),
        Some(Pointer::Failed(_) | Pointer::Cleared) | None => None,
    }
}
