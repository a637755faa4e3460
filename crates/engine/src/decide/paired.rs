//! A pair of which both the item and, mostly, the Event are there.

use calbridge_rules::{
    event::{Event, EventField, FieldValue},
    mapping,
    saving::{Decision, EventKnown},
    status::Issue,
};

use super::{Step, Together, Why, first::absent, gone::let_go, verdict};
use crate::{
    fields::item_fields,
    merge::{Authority, Merge, merge},
    observe::{EventSeen, Observation},
    pair::{Origin, Pair},
    ports::{Action, SeenItem, Source},
};

pub(super) fn decide(seen: &Observation, item: &SeenItem, pair: &Pair) -> Step {
    let event = match &seen.event {
        EventSeen::One(event) => event,
        EventSeen::Absent | EventSeen::Deleted(_) | EventSeen::Several(_) => {
            return without_event(seen, item);
        }
    };
    if seen.wish.as_ref().is_some_and(|wish| wish.action == Action::Unsync) {
        return match pair.origin {
            Origin::Outlook => let_go(seen, event, Why::Unsync),
            Origin::Salesforce => Step::Refuse(born_in_salesforce()),
        };
    }
    // The organizer's cancellation arrives on an attendee's copy as a mark (DWN-3).
    if item.is_cancelled {
        return let_go(seen, event, Why::Gone);
    }
    if keeps(seen, event) { together(seen, item, pair, event) } else { points_to(pair, event) }
}

/// The Event was deleted in Salesforce: a meeting is never deleted for it (DWN-2). Saved again by hand, it gets a new one.
fn without_event(seen: &Observation, item: &SeenItem) -> Step {
    match &seen.wish {
        Some(wish) if wish.source == Source::Pane && wish.action == Action::Save => absent(seen, item),
        Some(_) | None => Step::Release,
    }
}

/// The Event is somebody else's: this saver's item only points to it (PPL-5).
fn points_to(pair: &Pair, event: &Event) -> Step {
    let merge = Merge { agreed: pair.agreed.clone(), ..Merge::default() };
    Step::Merge(Box::new(Together { event: event.clone(), merge, held: false }))
}

fn together(seen: &Observation, item: &SeenItem, pair: &Pair, event: &Event) -> Step {
    let choice = seen.wish.as_ref().map(|wish| wish.choice.clone()).unwrap_or_default();
    match verdict(seen, item, &choice, &EventKnown::Exists { id: event.id.clone() }) {
        Decision::Create | Decision::Update { .. } => {}
        Decision::Wait(wait) => return Step::Wait(Issue::waiting(&wait)),
        Decision::Refuse(refusal) => return Step::Refuse(Issue::refused(&refusal)),
    }
    if turned_private(item, pair, event) {
        return Step::Refuse(which_of_both());
    }
    let says = item_fields(&item.item, &seen.settings);
    let mut merge = merge(&pair.agreed, &says, &event.fields, authority(item));
    // What the user chose now is written over whatever stands (SAV-12).
    if seen.wish.is_some() {
        let wanted = mapping::follow(&item.item, &choice, &seen.settings).fields;
        for (field, value) in mapping::changed(&wanted, &event.fields).iter() {
            merge.yields(&pair.agreed, field, value, &event.fields);
            merge.down.remove(field);
            merge.agreed.event.insert(field.clone(), value.clone());
            merge.up.insert(field.clone(), value.clone());
        }
        for (field, value) in says.iter() {
            merge.agreed.item.insert(field.clone(), value.clone());
        }
    }
    // An Event whose key was lost would be made anew by the next saver (DUP-1).
    if event.fields.get(&EventField::SyncKey).is_some_and(FieldValue::is_empty) {
        merge.up.insert(EventField::SyncKey, FieldValue::Text(pair.key.as_str().to_owned()));
    }
    let held = would_mail(item, &merge) && pair.approved.as_ref() != Some(&merge.down);
    Step::Merge(Box::new(Together { event: event.clone(), merge, held }))
}

/// Whose the item's shared content is (DWN-7).
fn authority(item: &SeenItem) -> Authority {
    if item.is_organizer || !item.item.is_meeting() { Authority::Own } else { Authority::Foreign }
}

/// Whether writing what goes down would mail the attendees (PPL-8). An unchanged date of a series mails too.
fn would_mail(item: &SeenItem, merge: &Merge) -> bool {
    let is_told = |field: &EventField| {
        matches!(
            field,
            EventField::Subject
                | EventField::Location
                | EventField::Description
                | EventField::Start
                | EventField::End
                | EventField::IsAllDay
        )
    };
    item.item.is_meeting() && item.is_organizer && merge.down.keys().any(is_told)
}

/// PRV-4: an item that is private now and was not when it was linked.
fn turned_private(item: &SeenItem, pair: &Pair, event: &Event) -> bool {
    let says = |fields: &calbridge_rules::event::EventFields| {
        fields.get(&EventField::IsPrivate) == Some(&FieldValue::Flag(true))
    };
    let is_private = item.item.sensitivity.is_some_and(calbridge_rules::item::Sensitivity::is_private);
    let is_linked = [EventField::Who, EventField::What]
        .iter()
        .any(|link| event.fields.get(link).is_some_and(|value| !value.is_empty()));
    is_private && is_linked && !says(&pair.agreed.item)
}

/// Whether it is this saver who keeps the Event up to date: its owner, and of an Event that went to somebody else the first
/// of its savers.
fn keeps(seen: &Observation, event: &Event) -> bool {
    match event.fields.get(&EventField::Owner) {
        Some(FieldValue::Record(owner)) if *owner == seen.owner => true,
        Some(FieldValue::Record(owner)) if seen.others.contains(owner) => false,
        Some(_) | None => seen.others.iter().all(|other| seen.owner < *other),
    }
}

fn born_in_salesforce() -> Issue {
    Issue {
        code: "UNS-1".to_owned(),
        reason: "This event was made in Salesforce, so sync cannot take it back.".to_owned(),
        remedy: "Delete it in Salesforce, or remove the category Salesforce Unsync.".to_owned(),
        refusal: None,
    }
}

fn which_of_both() -> Issue {
    Issue {
        code: "PRV-4".to_owned(),
        reason: "The item is private now, and its event in Salesforce is linked to records.".to_owned(),
        remedy: "Open the item and save it private without links, or linked and not private.".to_owned(),
        refusal: None,
    }
}
