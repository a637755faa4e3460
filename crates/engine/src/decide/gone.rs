//! A pair whose item is proven to be gone.

use calbridge_rules::{
    event::{Event, EventField, FieldValue},
    id::RecordId,
};

use super::{Step, Why};
use crate::observe::{EventSeen, Observation};

pub(super) fn decide(seen: &Observation) -> Step {
    match &seen.event {
        EventSeen::One(event) => let_go(seen, event, Why::Gone),
        EventSeen::Absent | EventSeen::Deleted(_) | EventSeen::Several(_) => Step::Forget,
    }
}

/// Takes this saver's Event away: a shared one stays with the others, ownership passing on; the last one deletes (UNS-1).
pub(super) fn let_go(seen: &Observation, event: &Event, why: Why) -> Step {
    let event = Box::new(event.clone());
    match seen.others.first() {
        Some(other) => Step::Leave { heir: heir(seen, &event, other), event },
        None => Step::Delete { event, why },
    }
}

fn heir(seen: &Observation, event: &Event, other: &RecordId) -> Option<RecordId> {
    let is_owner = event.fields.get(&EventField::Owner) == Some(&FieldValue::Record(seen.owner.clone()));
    is_owner.then(|| other.clone())
}
