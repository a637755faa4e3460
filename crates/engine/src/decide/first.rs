//! An item that has no pair.

use calbridge_rules::{
    category,
    event::{Event, EventField, EventFields, FieldValue},
    mapping,
    saving::{Choice, Decision, EventKnown},
    status::Issue,
};

use super::{Step, choice, pointed_event, verdict};
use crate::{
    observe::{EventSeen, Observation, Wish},
    ports::{Action, SeenItem, Source},
};

pub(super) fn decide(seen: &Observation, item: &SeenItem) -> Step {
    let Some(wish) = &seen.wish else { return Step::Nothing };
    match (wish.action, &seen.event) {
        // A request that was not yet carried out is withdrawn at once (UNS-1).
        (Action::Unsync, _) => Step::Withdraw,
        (Action::Save, EventSeen::One(_) | EventSeen::Several(_)) if is_left_over(seen, wish, item) => {
            Step::Withdraw
        }
        (Action::Save, EventSeen::One(event)) => existing(seen, item, wish, event),
        (Action::Save, EventSeen::Several(count)) => Step::Refuse(ambiguous(*count)),
        (Action::Save, EventSeen::Absent | EventSeen::Deleted(_)) if is_withdrawn(seen, wish, item) => {
            Step::Withdraw
        }
        (Action::Save, EventSeen::Absent | EventSeen::Deleted(_)) => absent(seen, item),
    }
}

/// A category that a session was to take away, and could not yet: it asks for nothing.
fn is_left_over(seen: &Observation, wish: &Wish, item: &SeenItem) -> bool {
    let is_asked_by_hand = wish.source == Source::Pane || !wish.tickets.is_empty();
    seen.is_let_go && !is_asked_by_hand && pointed_event(item.pointer.as_ref()).is_some()
}

/// CAT-6: a request made by category ends with the category. DWN-2: the category of an Event that was deleted asks for
/// nothing.
fn is_withdrawn(seen: &Observation, wish: &Wish, item: &SeenItem) -> bool {
    match wish.source {
        Source::Pane => false,
        Source::Category | Source::Autosave => {
            let was_saved = match &seen.event {
                EventSeen::Deleted(event) => pointed_event(item.pointer.as_ref()) == Some(event),
                EventSeen::Absent | EventSeen::One(_) | EventSeen::Several(_) => false,
            };
            let asks = wish.source == Source::Autosave
                || seen.inherits_category
                || category::asks_to_save(&item.item.categories);
            was_saved || !asks
        }
    }
}

/// No Event, or none any more: the rules decide.
pub(super) fn absent(seen: &Observation, item: &SeenItem) -> Step {
    let choice = choice(seen, item);
    match verdict(seen, item, &choice, &EventKnown::Absent) {
        Decision::Create => Step::Create { fields: new_event(seen, item, &choice) },
        // Cannot follow from an absent Event; creating by key would find it.
        Decision::Update { .. } => Step::Create { fields: new_event(seen, item, &choice) },
        Decision::Wait(wait) => Step::Wait(Issue::waiting(&wait)),
        Decision::Refuse(refusal) => Step::Refuse(Issue::refused(&refusal)),
    }
}

/// The Event is there: saved before and not recorded (a crash, a lost answer), or saved by somebody else. Only its owner's
/// own choice changes it (SAV-12); others point to it (PPL-5).
fn existing(seen: &Observation, item: &SeenItem, wish: &Wish, event: &Event) -> Step {
    let pair = |change| Step::Pair { event: Box::new(event.clone()), change };
    let is_owner = event.fields.get(&EventField::Owner) == Some(&FieldValue::Record(seen.owner.clone()));
    match (wish.source, is_owner) {
        (Source::Category | Source::Autosave, _) | (Source::Pane, false) => pair(EventFields::new()),
        (Source::Pane, true) => {
            let choice = &wish.choice;
            match verdict(seen, item, choice, &EventKnown::Exists { id: event.id.clone() }) {
                Decision::Create | Decision::Update { .. } => {
                    let wanted = mapping::follow(&item.item, choice, &seen.settings).fields;
                    pair(mapping::changed(&wanted, &event.fields))
                }
                Decision::Wait(wait) => Step::Wait(Issue::waiting(&wait)),
                Decision::Refuse(refusal) => Step::Refuse(Issue::refused(&refusal)),
            }
        }
    }
}

/// A new Event belongs to the user whose mailbox it comes from, whoever's token writes it.
fn new_event(seen: &Observation, item: &SeenItem, choice: &Choice) -> EventFields {
    let mut fields = mapping::first_save(&item.item, choice, &seen.settings).fields;
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
