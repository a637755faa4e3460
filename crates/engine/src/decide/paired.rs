//! A pair of which both the item and, mostly, the Event are there.

use calbridge_rules::{
    deletion::Absence,
    description::refreshed_head,
    event::{Event, EventField, EventFields, FieldValue},
    id::Address,
    item::Kind,
    mapping,
    merge::{Merge, Merged, Sides, merge},
    notify::{ItemWrite, Release, class, release},
    saving::{Check, Decision, EventKnown},
    status::Issue,
};

use super::{
    Decided, Step, Together,
    first::absent,
    gone::{event_deleted, lost, unsync},
    seat, take_over, verdict,
};
use crate::{
    fields::{item_fields, item_values},
    mutant::mutant,
    observe::{EventSeen, Observation},
    pair::{Agreed, Pair},
    ports::{Action, SeenItem, Shape, Source},
    ruling::Ruling,
    session::Scope,
};

pub(super) fn decide(scope: &Scope<'_>, seen: &Observation, item: &SeenItem, pair: &Pair) -> Decided {
    let event = match &seen.event {
        EventSeen::One(event) => event,
        EventSeen::Absent | EventSeen::Deleted(_) | EventSeen::Several(_) => {
            return without_event(scope, seen, item, pair);
        }
    };
    if seen.wish.as_ref().is_some_and(|wish| wish.action == Action::Unsync) {
        return unsync(scope, seen, pair, event);
    }
    if seen.wish.as_ref().is_some_and(|wish| wish.action == Action::TakeOver) {
        return take_over::paired(scope, seen, pair, event);
    }
    // The organizer's cancellation arrives on an attendee's copy as a mark (DWN-3).
    if item.is_cancelled {
        return lost(scope, seen, pair, event, Absence::Cancelled);
    }
    if has_left_window(scope, seen, item, pair) {
        return points_to(pair, event)
            .by("DWN-4", "Saved by itself, and out of the window now: neither side is touched");
    }
    if keeps(scope, seen, event) {
        together(scope, seen, item, pair, event)
    } else {
        points_to(pair, event).by("PPL-5", "Somebody else keeps its Event up to date")
    }
}

/// The Event was deleted in Salesforce. Saved again by hand, the item gets a new one.
fn without_event(scope: &Scope<'_>, seen: &Observation, item: &SeenItem, pair: &Pair) -> Decided {
    match &seen.wish {
        Some(wish) if wish.source == Source::Pane && wish.action == Action::Save => absent(scope, seen, item),
        Some(_) | None => event_deleted(scope, seen, item, pair),
    }
}

/// DWN-4: what was saved by itself and lies outside the window by now. A request makes it one that somebody asked for.
fn has_left_window(scope: &Scope<'_>, seen: &Observation, item: &SeenItem, pair: &Pair) -> bool {
    let is_single = match item.item.kind {
        Kind::Series => false,
        Kind::Single | Kind::Occurrence { .. } => true,
    };
    !pair.is_by_hand && seen.wish.is_none() && is_single && scope.is_beyond_window(item.item.span)
}

/// This saver's item only points to the Event.
fn points_to(pair: &Pair, event: &Event) -> Step {
    let merge = Merged { agreed: pair.agreed.clone(), ..Merged::default() };
    Step::Merge(Box::new(Together { event: event.clone(), merge, held_for: Vec::new() }))
}

fn together(scope: &Scope<'_>, seen: &Observation, item: &SeenItem, pair: &Pair, event: &Event) -> Decided {
    let choice = seen.wish.as_ref().map(|wish| wish.choice.clone()).unwrap_or_default();
    let verdict = verdict(scope, seen, item, &choice, &EventKnown::Exists { id: event.id.clone() });
    match verdict.decision {
        Decision::Create | Decision::Update { .. } => {}
        Decision::Wait(wait) => return Step::Wait(Issue::waiting(&wait)).after(verdict.trace),
        Decision::Refuse(refusal) => return Step::Refuse(Issue::refused(&refusal)).after(verdict.trace),
    }
    let says = item_fields(&item.item, &scope.settings.shared);
    let sides = Sides { agreed: &pair.agreed, outlook: &says, salesforce: &event.fields };
    let mut merge = match merge(sides, seat(item), scope.settings) {
        Merge::Fields(merged) => *merged,
        Merge::Stopped(cause) => {
            let says = "It turned private, and its Event is linked".to_owned();
            let check = Check { rule: cause.code(), says, passed: false };
            return Step::Refuse(cause.issue()).after(vec![check]);
        }
    };
    if mutant("down-dropped") {
        merge.to_outlook = EventFields::new();
    }
    if pair.ruling_on(&merge.to_outlook) == Some(Ruling::Discarded) {
        merge.give_up_down(&says);
    }
    if seen.wish.is_some() {
        let wanted = mapping::follow(&item.item, &choice, &scope.settings.shared).fields;
        as_chosen(&mut merge, &pair.agreed, &wanted, &says, &event.fields);
    }
    refresh_head(scope, item, event, &mut merge);
    // An Event whose key was lost would be made anew by the next saver (DUP-1).
    if lacks_key(&seen.shape, event) {
        let key = FieldValue::Text(pair.key.as_str().to_owned());
        merge.to_salesforce.insert(EventField::SyncKey, key);
    }
    let held_for = held_for(scope, item, Some(pair), &event.fields, &merge);
    let trace = merge.trace.clone();
    Step::Merge(Box::new(Together { event: event.clone(), merge, held_for })).after(trace)
}

/// Whether an Event that stands alone is known to have no key.
pub(super) fn lacks_key(shape: &Shape, event: &Event) -> bool {
    *shape == Shape::Single && event.fields.get(&EventField::SyncKey).is_some_and(FieldValue::is_empty)
}

/// What the user chose now is written over whatever stands (SAV-12).
pub(crate) fn as_chosen(
    merge: &mut Merged,
    before: &Agreed,
    wanted: &EventFields,
    says: &EventFields,
    event: &EventFields,
) {
    // What stands as it was chosen, an earlier try may have written without living to keep it.
    for (field, _) in wanted.iter() {
        if let Some(stands) = event.get(field) {
            merge.agreed.event.insert(field.clone(), stands.clone());
        }
    }
    for (field, value) in mapping::changed(wanted, event).iter() {
        merge.yields(before, field, value, event);
        merge.to_outlook.remove(field);
        merge.agreed.event.insert(field.clone(), value.clone());
        merge.to_salesforce.insert(field.clone(), value.clone());
    }
    for (field, value) in says.iter() {
        merge.agreed.item.insert(field.clone(), value.clone());
    }
}

/// DES-4: the head lines follow the meeting where invitees do.
fn refresh_head(scope: &Scope<'_>, item: &SeenItem, event: &Event, merge: &mut Merged) {
    let field = EventField::Description;
    let standing = match merge.to_salesforce.get(&field).or_else(|| event.fields.get(&field)) {
        Some(FieldValue::Text(text)) => text.as_str(),
        Some(_) | None => "",
    };
    let is_followed = scope.settings.people.continuous_attendees;
    if let Some(text) = refreshed_head(standing, &item.item, is_followed) {
        merge.agreed.event.insert(field.clone(), FieldValue::Text(text.clone()));
        merge.to_salesforce.insert(field, FieldValue::Text(text));
    }
}

/// PPL-8: who would get mail, where nobody approved what goes down.
pub(crate) fn held_for(
    scope: &Scope<'_>,
    item: &SeenItem,
    pair: Option<&Pair>,
    event: &EventFields,
    merge: &Merged,
) -> Vec<Address> {
    let ruling = pair.and_then(|pair| pair.ruling_on(&merge.to_outlook));
    if merge.to_outlook.is_empty() || ruling == Some(Ruling::Approved) {
        return Vec::new();
    }
    let write = ItemWrite::Patch(item_values(&merge.to_outlook, event, &item.item));
    match release(&class(&write, &item.item, seat(item)), merge.wanted(), scope.settings) {
        Release::Send => Vec::new(),
        Release::Hold { whom } => whom,
    }
}

/// Whether it is this saver who keeps the Event up to date: its owner, and of an Event that went to somebody else the first
/// of its savers.
fn keeps(scope: &Scope<'_>, seen: &Observation, event: &Event) -> bool {
    let mut others = seen.others.iter().map(|saver| &saver.user);
    match event.fields.get(&EventField::Owner) {
        Some(FieldValue::Record(owner)) if owner == scope.owner => true,
        Some(FieldValue::Record(owner)) if others.any(|other| other == owner) => false,
        Some(_) | None => seen.others.iter().all(|other| *scope.owner < other.user),
    }
}
