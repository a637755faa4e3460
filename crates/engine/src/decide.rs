//! From what was seen to what is to be done: total and pure.

use calbridge_rules::{
    category,
    event::{Event, EventField, EventFields, FieldValue},
    id::RecordId,
    linking::automatic_links,
    mapping,
    people::participants,
    saving::{
        Choice, ChosenPerson, ComesFirst, Decision, EventKnown, Scope, Situation, SyncKnown, session_verdict,
    },
    status::Issue,
};

use crate::{
    observe::{EventSeen, Observation},
    ports::{Pointer, Source},
};

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
    /// Write nothing and leave an issue.
    Refuse(Issue),
    /// Write nothing yet.
    Wait(Issue),
    /// Forget the request.
    Withdraw,
}

/// Decides.
pub fn decide(seen: &Observation) -> Step {
    match &seen.event {
        EventSeen::One(event) => existing(seen, event),
        EventSeen::Several(count) => Step::Refuse(ambiguous(*count)),
        EventSeen::Absent | EventSeen::Deleted(_) if withdrawn(seen) => Step::Withdraw,
        EventSeen::Absent | EventSeen::Deleted(_) => absent(seen),
    }
}

/// CAT-6: a request made by category ends with the category. DWN-2: the category of an Event that was deleted asks for
/// nothing.
fn withdrawn(seen: &Observation) -> bool {
    match seen.wish.source {
        Source::Pane => false,
        Source::Category => {
            let was_saved = match (&seen.event, &seen.item.pointer) {
                (EventSeen::Deleted(event), Some(Pointer::Saved(pointed))) => event == pointed,
                (EventSeen::Deleted(_), Some(Pointer::Failed(_)) | None) => false,
                (EventSeen::Absent | EventSeen::One(_) | EventSeen::Several(_), _) => false,
            };
            was_saved || (!seen.inherits_category && !category::asks_to_save(&seen.item.item.categories))
        }
    }
}

/// No Event yet: the rules decide.
fn absent(seen: &Observation) -> Step {
    let choice = choice(seen);
    match verdict(seen, &choice, &EventKnown::Absent) {
        Decision::Create => Step::Create { fields: new_event(seen, &choice) },
        // Cannot follow from an absent Event; creating by key would find it.
        Decision::Update { .. } => Step::Create { fields: new_event(seen, &choice) },
        Decision::Wait(wait) => Step::Wait(Issue::waiting(&wait)),
        Decision::Refuse(refusal) => Step::Refuse(Issue::refused(&refusal)),
    }
}

/// The Event is there: saved before and not recorded (a crash, a lost answer), or saved by somebody else. Only its owner's
/// own choice changes it (SAV-12); others point to it (PPL-5).
fn existing(seen: &Observation, event: &Event) -> Step {
    let pair = |change| Step::Pair { event: Box::new(event.clone()), change };
    let is_owner = event.fields.get(&EventField::Owner) == Some(&FieldValue::Record(seen.owner.clone()));
    match (seen.wish.source, is_owner) {
        (Source::Category, _) | (Source::Pane, false) => pair(EventFields::new()),
        (Source::Pane, true) => {
            let choice = &seen.wish.choice;
            match verdict(seen, choice, &EventKnown::Exists { id: event.id.clone() }) {
                Decision::Create | Decision::Update { .. } => {
                    let wanted = mapping::follow(&seen.item.item, choice, &seen.settings).fields;
                    pair(mapping::changed(&wanted, &event.fields))
                }
                Decision::Wait(wait) => Step::Wait(Issue::waiting(&wait)),
                Decision::Refuse(refusal) => Step::Refuse(Issue::refused(&refusal)),
            }
        }
    }
}

fn verdict(seen: &Observation, choice: &Choice, event: &EventKnown) -> Decision {
    let people = participants(&seen.item.item, &seen.mailbox, &seen.settings, &seen.people);
    let situation = Situation {
        item: &seen.item.item,
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

/// What the user chose, or for them (PIC-6).
fn choice(seen: &Observation) -> Choice {
    match seen.wish.source {
        Source::Pane => seen.wish.choice.clone(),
        Source::Category => {
            let people = participants(&seen.item.item, &seen.mailbox, &seen.settings, &seen.people);
            let links = automatic_links(&people, &seen.related, &seen.settings);
            let who = links.who.map(|person| ChosenPerson { record: person.record, object: person.object });
            let scope = if seen.inherits_category { Scope::Series } else { seen.wish.choice.scope };
            Choice { who, what: links.what.map(|what| what.record), fields: EventFields::new(), scope }
        }
    }
}

/// A new Event belongs to the user whose mailbox it comes from, whoever's token writes it.
fn new_event(seen: &Observation, choice: &Choice) -> EventFields {
    let mut fields = mapping::first_save(&seen.item.item, choice, &seen.settings).fields;
    fields.insert(EventField::Owner, FieldValue::Record(seen.owner.clone()));
    fields
}

fn ambiguous(count: usize) -> Issue {
    Issue {
        code: "DUP-1".to_owned(),
        reason: format!("{count} Events in Salesforce claim to be this meeting."),
        remedy: "Delete all but one of them in Salesforce; the next sync goes on with it.".to_owned(),
        refusal: None,
    }
}

/// The Event that an item's pointer names.
pub(crate) fn pointed_event(pointer: Option<&Pointer>) -> Option<&RecordId> {
    match pointer {
        Some(Pointer::Saved(event)) => Some(event),
        Some(Pointer::Failed(_)) | None => None,
    }
}
