//! Changing an Event that exists, at once and without the service (SAV-2, SAV-13).

use calbridge_rules::{
    conflict::{Conflict, conflicts},
    event::{EventField, EventFields},
    id::RecordId,
    item::Item,
    map::SmallMap,
    mapping,
    saving::Choice,
};
use calbridge_wire::CallError;

use super::{NotSaved, Saved, Settled, Whose};
use crate::{
    picture::{EventView, Picture},
    services::Services,
    trouble::{Party, Trouble},
};

/// Times that somebody may be faster before the pane gives up.
const RACE_LIMIT: u32 = 3;

/// Times are one value to a person: they are decided together.
const TIMES: [EventField; 3] = [EventField::Start, EventField::End, EventField::IsAllDay];

/// Writes what differs, unless somebody changed it meanwhile.
pub(super) async fn update(
    event: &RecordId,
    item: &Item,
    choice: &Choice,
    settled: &SmallMap<EventField, Settled>,
    picture: &Picture,
    services: &Services,
) -> Result<Saved, NotSaved> {
    let wanted = mapping::follow(item, choice, &picture.settings).fields;
    for _ in 0..RACE_LIMIT {
        let stands = services
            .org()
            .event(event, &picture.settings.field_map)
            .await
            .map_err(|error| not_saved(&error))?;
        let shown = picture.view.as_ref().map_or(&stands.shown, |view| &view.shown);
        let changes = changes(shown, &stands, &wanted, settled)?;
        if changes.is_empty() {
            return Ok(Saved::Updated);
        }
        match services.org().update(event, changes, stands.modstamp).await {
            // Somebody was faster by the blink of an eye: look again at what they did.
            Err(CallError::Stale) => {}
            Ok(()) => return Ok(Saved::Updated),
            Err(error) => return Err(not_saved(&error)),
        }
    }
    Err(not_saved(&CallError::Stale))
}

/// What is written: the user's values where they differ, conflicts as the user decided them.
fn changes(
    shown: &EventFields,
    stands: &EventView,
    wanted: &EventFields,
    settled: &SmallMap<EventField, Settled>,
) -> Result<EventFields, NotSaved> {
    let all = conflicts(shown, &stands.shown, wanted);
    let is_open =
        |conflict: &Conflict| settled.get(&conflict.field).is_none_or(|settled| !settled.decides(conflict));
    if all.iter().any(is_open) {
        return Err(NotSaved::Changed {
            by: stands.changed_by.clone(),
            at: stands.changed_at,
            conflicts: all.into_iter().filter(is_open).collect(),
            theirs: stands.who.iter().chain(&stands.what).cloned().collect(),
        });
    }
    let theirs =
        |field: &EventField| settled.get(field).is_some_and(|settled| settled.whose == Whose::Theirs);
    let their_times = TIMES.iter().any(theirs);
    let kept = |field: &EventField| !(theirs(field) || their_times && TIMES.contains(field));
    let mut mine = wanted.clone();
    mine.retain(|field, _| kept(field));
    Ok(mapping::changed(&mine, &stands.shown))
}

fn not_saved(error: &CallError) -> NotSaved {
    match error {
        CallError::Gone => NotSaved::Gone,
        CallError::Offline { .. }
        | CallError::SignedOut
        | CallError::ConsentLost { .. }
        | CallError::Throttled { .. }
        | CallError::Unavailable { .. }
        | CallError::Stale
        | CallError::Forbidden(_)
        | CallError::Ambiguous { .. }
        | CallError::Contended(_)
        | CallError::Rejected(_)
        | CallError::Malformed { .. } => NotSaved::Trouble(Trouble::of(error, Party::Salesforce)),
    }
}

#[cfg(test)]
mod tests;
