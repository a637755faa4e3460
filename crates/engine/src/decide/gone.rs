//! Sides that are gone: a pair whose item is proven to be, an Event that was deleted, a meeting that was cancelled, and what
//! somebody took back.

use calbridge_rules::{
    deletion::{Absence, Loss, LossVerdict, PairFacts, Proof, loss},
    event::{Event, EventField, EventFields, FieldValue},
    holding::{Leaving, TakeBack, Taken, leaving, take_back},
    id::RecordId,
    mapping,
    notify::{ItemWrite, Release, Wanted, class, release},
    people::PersonObject,
    saving::{Check, Choice, ChosenPerson},
};

use super::{Decided, Step, Why, bring_again, seat};
use crate::{
    observe::{EventSeen, Observation},
    pair::Pair,
    ports::SeenItem,
    ruling::Ruling,
    session::Scope,
};

/// The item is gone.
pub(super) fn decide(scope: &Scope<'_>, seen: &Observation, pair: &Pair) -> Decided {
    match &seen.event {
        EventSeen::One(event) => lost(scope, seen, pair, event, Absence::Item(Proof::AskedById)),
        EventSeen::Absent | EventSeen::Deleted(_) | EventSeen::Several(_) => {
            Step::Forget.by("DWN-2", "Both the item and its Event are gone")
        }
    }
}

/// The item, or the meeting, is gone or over, and its Event is there.
pub(super) fn lost(
    scope: &Scope<'_>,
    seen: &Observation,
    pair: &Pair,
    event: &Event,
    absence: Absence,
) -> Decided {
    let LossVerdict { loss, mut trace } = loss(absence, facts(seen, pair), &scope.settings.down);
    if loss.is_deletion() && pair.ruling_on_deletion() == Some(Ruling::Discarded) {
        let says = "Somebody decided that the Event stays".to_owned();
        trace.push(Check { rule: "DWN-6", says, passed: false });
        return Step::Forget.after(trace);
    }
    let boxed = || Box::new(event.clone());
    let step = match loss {
        Loss::DeleteEvent => Step::Delete { event: boxed(), why: Why::Gone },
        Loss::MarkEvent(mark) => {
            let value = (EventField::Custom(mark.field), FieldValue::Text(mark.value));
            Step::Leave { event: boxed(), change: EventFields::from([value]) }
        }
        Loss::LeaveEvent => leave(scope, seen, event, Why::Gone),
        Loss::DeclineInvitee | Loss::StopSyncing | Loss::Uncategorize => Step::Forget,
        Loss::RecreateItem => Step::BringAgain(Box::new(bring_again(pair, event, &seen.shape))),
        // None of these follows from an item that is gone.
        Loss::AskById | Loss::DeleteItem | Loss::RecreateEvent | Loss::Nothing => Step::Nothing,
    };
    step.after(trace)
}

/// The Event was deleted in Salesforce, and the item is there (DWN-2, ONE-1).
pub(super) fn event_deleted(scope: &Scope<'_>, seen: &Observation, item: &SeenItem, pair: &Pair) -> Decided {
    let verdict = loss(Absence::Event(Proof::AskedById), facts(seen, pair), &scope.settings.down);
    let mut trace = verdict.trace;
    let step = match verdict.loss {
        Loss::DeleteItem => match pair.ruling_on_deletion() {
            Some(Ruling::Approved) => Step::DeleteItem,
            Some(Ruling::Discarded) => {
                let says = "Somebody decided that the item stays".to_owned();
                trace.push(Check { rule: "PPL-8", says, passed: false });
                Step::Release
            }
            None => delete_item(scope, item, &mut trace),
        },
        Loss::RecreateEvent => Step::Create { fields: as_it_was(scope, item, pair) },
        // None of the others follows from an Event that is gone.
        Loss::Uncategorize
        | Loss::AskById
        | Loss::DeleteEvent
        | Loss::MarkEvent(_)
        | Loss::LeaveEvent
        | Loss::DeclineInvitee
        | Loss::RecreateItem
        | Loss::StopSyncing
        | Loss::Nothing => Step::Release,
    };
    step.after(trace)
}

/// Deletes the item, or waits for approval where that mails its people.
fn delete_item(scope: &Scope<'_>, item: &SeenItem, trace: &mut Vec<Check>) -> Step {
    let class = class(&ItemWrite::Delete, &item.item, seat(item));
    match release(&class, Wanted::ByPerson, scope.settings) {
        Release::Send => Step::DeleteItem,
        Release::Hold { whom } => {
            let says = "Deleting the item would mail its people, so somebody is asked first".to_owned();
            trace.push(Check { rule: "PPL-8", says, passed: false });
            Step::HoldDeletion { whom }
        }
    }
}

/// Somebody took the item back (UNS-1).
pub(super) fn unsync(scope: &Scope<'_>, seen: &Observation, pair: &Pair, event: &Event) -> Decided {
    let PairFacts { born, stake, .. } = facts(seen, pair);
    let (taken, check) = take_back(Taken::Saved { born, stake });
    let step = match taken {
        TakeBack::DeleteEvent => Step::Delete { event: Box::new(event.clone()), why: Why::Unsync },
        TakeBack::Leave => leave(scope, seen, event, Why::Unsync),
        TakeBack::Forget | TakeBack::Withdraw => {
            Step::Leave { event: Box::new(event.clone()), change: EventFields::new() }
        }
        TakeBack::Refuse(cause) => Step::Refuse(cause.issue()),
    };
    step.after(vec![check])
}

/// Takes this saver's part in a shared Event away: it stays with the others, ownership passing on; the last one deletes.
fn leave(scope: &Scope<'_>, seen: &Observation, event: &Event, why: Why) -> Step {
    let event = Box::new(event.clone());
    let owner = match event.fields.get(&EventField::Owner) {
        Some(FieldValue::Record(owner)) => owner.clone(),
        Some(_) | None => scope.owner.clone(),
    };
    match leaving(&seen.others, &owner, scope.owner) {
        Leaving::DeleteEvent => Step::Delete { event, why },
        Leaving::Quietly => Step::Leave { event, change: EventFields::new() },
        Leaving::PassOn { to } => {
            Step::Leave { event, change: EventFields::from([(EventField::Owner, FieldValue::Record(to))]) }
        }
    }
}

fn facts(seen: &Observation, pair: &Pair) -> PairFacts {
    pair.facts(seen.others.len())
}

/// The Event as the item makes it, with the links that it had.
fn as_it_was(scope: &Scope<'_>, item: &SeenItem, pair: &Pair) -> EventFields {
    let link = |field| match pair.agreed.event.get(&field) {
        Some(FieldValue::Record(record)) => Some(record.clone()),
        Some(_) | None => None,
    };
    let person = |record: RecordId| ChosenPerson { record, object: PersonObject::Contact };
    let choice =
        Choice { who: link(EventField::Who).map(person), what: link(EventField::What), ..Choice::default() };
    let mut fields = mapping::first_save(&item.item, &choice, &scope.settings.shared).fields;
    fields.insert(EventField::Owner, FieldValue::Record(scope.owner.clone()));
    fields
}
