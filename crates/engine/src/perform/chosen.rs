//! What somebody chose in the pane, and the org refuses: it keeps nothing else from being written on the same Event.

use std::collections::BTreeMap;

use calbridge_rules::{
    event::{EventField, EventFields},
    id::RecordId,
    status::Issue,
};

use super::{
    Done,
    pairs::{Went, Work},
};
use crate::{
    observe::{Found, Observation},
    ports::{Attempt, Crm, RefusedAttempt, Source, Trouble, Write},
};

/// Whether somebody chose in the pane what is written.
pub(crate) fn is_chosen(seen: &Observation) -> bool {
    seen.wish.as_ref().is_some_and(|wish| wish.source == Source::Pane)
}

/// What of a change somebody chose in the pane, and the rest of it; nothing where it is not both.
pub(crate) fn split(seen: &Observation, change: &EventFields) -> Option<(EventFields, EventFields)> {
    let wish = seen.wish.as_ref().filter(|_| is_chosen(seen))?;
    let mut chosen = change.clone();
    chosen.retain(|field, _| {
        matches!(field, EventField::Who | EventField::What) || wish.choice.fields.contains_key(field)
    });
    let mut rest = change.clone();
    rest.retain(|field, _| !chosen.contains_key(field));
    (!chosen.is_empty() && !rest.is_empty()).then_some((chosen, rest))
}

/// Writes without what was chosen where the org refused both together. Where it takes the rest, that is the whole work, and
/// what was chosen is answered, by places among the works, with what the org said.
pub(super) async fn write_without(
    seen: &Found,
    works: &mut [(usize, Work)],
    ups: &mut [Went],
    resting: &BTreeMap<usize, Issue>,
    crm: &impl Crm,
    done: &mut Done,
) -> BTreeMap<usize, Issue> {
    let mut due: Vec<(usize, Issue, EventFields)> = Vec::new();
    let mut rows: Vec<(RecordId, EventFields)> = Vec::new();
    for (place, ((observed, work), up)) in works.iter().zip(ups.iter()).enumerate() {
        let Err(Trouble::Refused(issue)) = up else { continue };
        if resting.contains_key(observed) {
            continue;
        }
        if let Some((chosen, rest)) = split(&seen.items[*observed], &work.change()) {
            due.push((place, issue.clone(), chosen));
            rows.push((work.event().id.clone(), rest));
        }
    }
    let answers = if rows.is_empty() { Vec::new() } else { crm.update(&rows).await };
    let mut left = BTreeMap::new();
    for (((place, issue, chosen), (event, rest)), answer) in due.into_iter().zip(rows).zip(answers) {
        match answer {
            Ok(()) => {
                let (observed, work) = &mut works[place];
                let one = &seen.items[*observed];
                let mut stands = work.event().fields.clone();
                stands.extend(rest);
                let write = Write::Change { event, stands, change: chosen.clone() };
                let attempt = Attempt { item: one.id.clone(), write };
                done.refused.push(RefusedAttempt { attempt, issue: issue.clone() });
                work.leave_out(one, &chosen);
                ups[place] = Ok(());
                left.insert(place, issue);
            }
            // It is the whole that is refused.
            Err(Trouble::Refused(_)) => {}
            Err(trouble) => ups[place] = Err(trouble),
        }
    }
    left
}
