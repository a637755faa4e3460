//! Doing what was decided, in Salesforce: each create by key, and an unclear answer settled before anything is repeated.

use std::collections::BTreeSet;

use calbridge_rules::{
    event::{Event, EventFields},
    id::RecordId,
    identity::SyncKey,
};

use crate::{
    decide::Step,
    observe::Observation,
    ports::{Crm, Ledger, Trouble},
    report::{Again, Entry, Outcome, Saved},
    session::Scope,
};

/// How often one session tries to create an Event.
const CREATE_TRIES: usize = 2;

/// What was done, and whether something is left.
#[derive(Debug, Default)]
pub(crate) struct Done {
    /// One entry for each observation, in order.
    pub(crate) entries: Vec<Entry>,
    pub(crate) again: Option<Again>,
    /// Why nothing more goes, after what was done is recorded.
    pub(crate) stopped: Option<Trouble>,
}

impl Done {
    /// What a failed write means for its item.
    fn failed(&mut self, trouble: Trouble) -> Outcome {
        match trouble {
            Trouble::Refused(issue) => Outcome::Refused(issue),
            Trouble::Later { retry_after_ms } => {
                let after_ms = self.again.and_then(|again| again.after_ms).max(retry_after_ms);
                self.again = Some(Again { after_ms });
                Outcome::Deferred
            }
            Trouble::Unclear | Trouble::Gone | Trouble::Stale => {
                self.again.get_or_insert_default();
                Outcome::Deferred
            }
            Trouble::Stopped(_) | Trouble::Fenced => {
                self.stopped = Some(trouble);
                Outcome::Deferred
            }
        }
    }
}

/// Does every step.
pub(crate) async fn perform(
    scope: &Scope<'_>,
    seen: &[Observation],
    steps: Vec<Step>,
    crm: &impl Crm,
    ledger: &impl Ledger,
) -> Result<Done, Trouble> {
    let mut done = Done::default();
    let mut outcomes: Vec<Option<Outcome>> = vec![None; seen.len()];
    let mut creates: Vec<(usize, EventFields)> = Vec::new();
    let mut changes: Vec<(usize, Box<Event>, EventFields)> = Vec::new();
    for (place, step) in steps.into_iter().enumerate() {
        match step {
            Step::Create { fields } => creates.push((place, fields)),
            Step::Pair { event, change } => changes.push((place, event, change)),
            Step::Refuse(issue) => outcomes[place] = Some(Outcome::Refused(issue)),
            Step::Wait(issue) => outcomes[place] = Some(Outcome::Waiting(issue)),
            Step::Withdraw => outcomes[place] = Some(Outcome::Withdrawn),
        }
    }
    for (place, outcome) in create(scope, seen, creates, crm, ledger, &mut done).await? {
        outcomes[place] = Some(outcome);
    }
    for (place, outcome) in change(seen, changes, crm, &mut done).await {
        outcomes[place] = Some(outcome);
    }
    // An observation that lost its outcome on the way gets no entry, which the session refuses.
    let paired = seen.iter().zip(outcomes);
    done.entries.extend(paired.filter_map(|(one, outcome)| outcome.map(|outcome| entry(one, outcome))));
    Ok(done)
}

fn entry(seen: &Observation, outcome: Outcome) -> Entry {
    Entry {
        item: seen.item.id.clone(),
        tickets: seen.wish.tickets.clone(),
        source: seen.wish.source,
        choice: seen.wish.choice.clone(),
        outcome,
    }
}

/// Creates Events: intent first, then by key, then unclear answers settled by reading the key (DUP-3).
async fn create(
    scope: &Scope<'_>,
    seen: &[Observation],
    creates: Vec<(usize, EventFields)>,
    crm: &impl Crm,
    ledger: &impl Ledger,
    done: &mut Done,
) -> Result<Vec<(usize, Outcome)>, Trouble> {
    let mut outcomes = Vec::new();
    let mut once: BTreeSet<SyncKey> = BTreeSet::new();
    let (mut due, twins): (Vec<_>, Vec<_>) =
        creates.into_iter().partition(|(place, _)| once.insert(seen[*place].key.clone()));
    // A second item of the same meeting in one mailbox finds the Event next time.
    for (place, _) in twins {
        outcomes.push((place, deferred(done)));
    }
    let keys: Vec<SyncKey> = due.iter().map(|(place, _)| seen[*place].key.clone()).collect();
    if keys.is_empty() {
        return Ok(outcomes);
    }
    let mut granted = ledger.intend(&keys, scope.now).await?.into_iter();
    due.retain(|(place, _)| {
        let is_ours = granted.next().unwrap_or(false);
        if !is_ours {
            outcomes.push((*place, deferred(done)));
        }
        is_ours
    });
    for _ in 0..CREATE_TRIES {
        if due.is_empty() {
            break;
        }
        let mut unclear = Vec::new();
        let rows: Vec<(SyncKey, EventFields)> =
            due.iter().map(|(place, fields)| (seen[*place].key.clone(), fields.clone())).collect();
        for ((place, fields), answer) in due.into_iter().zip(crm.upsert(&rows).await) {
            match answer {
                Ok(event) => outcomes.push((place, created(&seen[place], event, fields))),
                Err(Trouble::Unclear) => unclear.push((place, fields)),
                Err(trouble) => outcomes.push((place, done.failed(trouble))),
            }
        }
        due = settle(seen, unclear, crm, done, &mut outcomes).await;
    }
    for (place, _) in due {
        outcomes.push((place, deferred(done)));
    }
    Ok(outcomes)
}

/// Reads the keys of creates without a clear answer: those that are there were created; the rest is returned.
async fn settle(
    seen: &[Observation],
    unclear: Vec<(usize, EventFields)>,
    crm: &impl Crm,
    done: &mut Done,
    outcomes: &mut Vec<(usize, Outcome)>,
) -> Vec<(usize, EventFields)> {
    if unclear.is_empty() {
        return unclear;
    }
    let keys: Vec<SyncKey> = unclear.iter().map(|(place, _)| seen[*place].key.clone()).collect();
    let found = match crm.events_by_key(&keys).await {
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
        let key = seen[place].key.as_str();
        match found.iter().find(|one| one.key.eq_ignore_ascii_case(key)) {
            Some(one) => outcomes.push((place, created(&seen[place], one.event.id.clone(), fields))),
            None => missing.push((place, fields)),
        }
    }
    missing
}

fn deferred(done: &mut Done) -> Outcome {
    done.again.get_or_insert_default();
    Outcome::Deferred
}

fn created(seen: &Observation, event: RecordId, fields: EventFields) -> Outcome {
    Outcome::Saved(Saved {
        event,
        key: seen.key.clone(),
        base: fields.clone(),
        before: EventFields::new(),
        written: fields,
        issue: None,
    })
}

/// Writes what differs; nothing where nothing does.
async fn change(
    seen: &[Observation],
    changes: Vec<(usize, Box<Event>, EventFields)>,
    crm: &impl Crm,
    done: &mut Done,
) -> Vec<(usize, Outcome)> {
    let mut outcomes = Vec::new();
    let (same, differ): (Vec<_>, Vec<_>) = changes.into_iter().partition(|(_, _, change)| change.is_empty());
    for (place, event, change) in same {
        outcomes.push((place, Outcome::Saved(paired(&seen[place], &event, change))));
    }
    if differ.is_empty() {
        return outcomes;
    }
    let rows: Vec<(RecordId, EventFields)> =
        differ.iter().map(|(_, event, change)| (event.id.clone(), change.clone())).collect();
    for ((place, event, change), answer) in differ.into_iter().zip(crm.update(&rows).await) {
        let outcome = match answer {
            Ok(()) => Outcome::Saved(paired(&seen[place], &event, change)),
            // The pair stands, only this change does not.
            Err(Trouble::Refused(issue)) => {
                let pair = paired(&seen[place], &event, EventFields::new());
                Outcome::Saved(Saved { issue: Some(issue), ..pair })
            }
            Err(trouble) => done.failed(trouble),
        };
        outcomes.push((place, outcome));
    }
    outcomes
}

fn paired(seen: &Observation, event: &Event, written: EventFields) -> Saved {
    let stood = |field| event.fields.get(field).cloned().map(|value| (field.clone(), value));
    let before = written.keys().filter_map(stood).collect();
    let mut base = event.fields.clone();
    base.extend(written.clone());
    Saved { event: event.id.clone(), key: seen.key.clone(), base, before, written, issue: None }
}
