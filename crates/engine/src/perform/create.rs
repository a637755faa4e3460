//! First saves: by key, and an unclear answer settled by reading the key (DUP-3).

use std::collections::BTreeSet;

use calbridge_rules::{event::EventFields, id::RecordId, identity::SyncKey};

use super::Done;
use crate::{
    fields::item_fields,
    mutant::mutant,
    observe::{Found, Observation},
    pair::{Agreed, Origin},
    ports::{Attempt, Crm, Intended, RefusedAttempt, SeenItem, Sought, Trouble, Write},
    report::{Outcome, Saved},
    session::Scope,
};

/// How often one session tries to create an Event.
const CREATE_TRIES: usize = 2;

/// Creates the Events that this mailbox may create.
pub(super) async fn create(
    scope: &Scope<'_>,
    seen: &Found,
    creates: Vec<(usize, EventFields)>,
    granted: Vec<bool>,
    crm: &impl Crm,
    done: &mut Done,
) -> Vec<(usize, Outcome)> {
    let mut outcomes = Vec::new();
    let mut granted = granted.into_iter();
    let mut once: BTreeSet<SyncKey> = BTreeSet::new();
    let mut due = Vec::new();
    for (place, fields) in creates {
        // A second item of the same meeting in one mailbox finds the Event next time.
        let is_ours = granted.next().unwrap_or(false) && once.insert(seen.items[place].key.clone());
        if is_ours {
            due.push((place, fields));
        } else {
            outcomes.push((place, deferred(done)));
        }
    }
    for turn in 0..CREATE_TRIES {
        if due.is_empty() {
            break;
        }
        let mut unclear = Vec::new();
        let rows: Vec<(SyncKey, EventFields)> =
            due.iter().map(|(place, fields)| (key(&seen.items[*place], turn), fields.clone())).collect();
        for ((place, fields), answer) in due.into_iter().zip(crm.upsert(&rows).await) {
            match answer {
                Ok(event) => outcomes.push((place, created(scope, &seen.items[place], event, fields))),
                Err(Trouble::Unclear) => unclear.push((place, fields)),
                Err(trouble) => {
                    if let Trouble::Refused(issue) = &trouble {
                        let attempt = attempt(&seen.items[place], fields);
                        done.refused.push(RefusedAttempt { attempt, issue: issue.clone() });
                    }
                    outcomes.push((place, done.failed(trouble)));
                }
            }
        }
        due = settle(scope, seen, unclear, crm, done, &mut outcomes).await;
    }
    for (place, _) in due {
        outcomes.push((place, deferred(done)));
    }
    outcomes
}

/// The create of an item's Event.
pub(super) fn attempt(seen: &Observation, fields: EventFields) -> Attempt {
    Attempt { item: seen.id.clone(), write: Write::Create { key: seen.key.clone(), fields } }
}

/// The key to create under: at every try the same.
fn key(seen: &Observation, turn: usize) -> SyncKey {
    let other: String = seen.key.as_str().chars().rev().collect();
    SyncKey::parse(&other)
        .ok()
        .filter(|_| turn > 0 && mutant("fresh-key"))
        .unwrap_or_else(|| seen.key.clone())
}

/// Reads the keys of creates without a clear answer: those that are there were created; the rest is returned.
async fn settle(
    scope: &Scope<'_>,
    seen: &Found,
    unclear: Vec<(usize, EventFields)>,
    crm: &impl Crm,
    done: &mut Done,
    outcomes: &mut Vec<(usize, Outcome)>,
) -> Vec<(usize, EventFields)> {
    if unclear.is_empty() || mutant("fresh-key") {
        return unclear;
    }
    let sought: Vec<Sought> =
        unclear.iter().map(|(place, _)| Sought::under(seen.items[*place].key.clone())).collect();
    let found = match crm.events_by_key(&sought).await {
        Ok(found) => found,
        Err(trouble) => {
            // Still unclear: the next session looks before it writes.
            for (place, _) in unclear {
                outcomes.push((place, done.failed(trouble.clone())));
            }
            return Vec::new();
        }
    };
    let mut missing = Vec::new();
    for (place, fields) in unclear {
        let key = seen.items[place].key.as_str();
        match found.iter().find(|one| one.key.eq_ignore_ascii_case(key)) {
            Some(one) => {
                outcomes.push((place, created(scope, &seen.items[place], one.event.id.clone(), fields)));
            }
            None => missing.push((place, fields)),
        }
    }
    missing
}

fn deferred(done: &mut Done) -> Outcome {
    done.again.get_or_insert_default();
    Outcome::Deferred
}

fn created(scope: &Scope<'_>, seen: &Observation, event: RecordId, fields: EventFields) -> Outcome {
    Outcome::Saved(Box::new(new_pair(scope, seen, event, fields)))
}

/// What both sides agree on once an Event is created.
pub(super) fn intended(scope: &Scope<'_>, seen: &Observation, fields: &EventFields) -> Intended {
    Intended {
        item: seen.id.clone(),
        key: seen.key.clone(),
        is_by_hand: seen.is_by_hand(),
        holding: seen.holding(scope),
        agreed: agreed(scope, seen, fields.clone()),
        ruled: None,
    }
}

/// What an item says, and what its Event does.
fn agreed(scope: &Scope<'_>, seen: &Observation, stands: EventFields) -> Agreed {
    let says = |item: &SeenItem| item_fields(&item.item, &scope.settings.shared);
    Agreed { item: seen.item.as_ref().map(says).unwrap_or_default(), event: stands }
}

/// A pair that is new, or whose Event is.
pub(crate) fn new_pair(scope: &Scope<'_>, seen: &Observation, event: RecordId, stands: EventFields) -> Saved {
    Saved {
        event,
        key: seen.key.clone(),
        origin: Origin::Outlook,
        is_by_hand: seen.is_by_hand(),
        holding: seen.holding(scope),
        agreed: agreed(scope, seen, stands),
        clashes: Vec::new(),
        held: None,
        issue: None,
        is_unfinished: false,
        is_asked_again: false,
    }
}
