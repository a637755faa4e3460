//! Doing what was decided: intents first, then Salesforce, then the calendar. An unclear answer is settled before anything
//! is repeated.

mod bring;
mod create;
mod pairs;

use calbridge_rules::{deletion, event::EventFields, id::RecordId};

use crate::{
    decide::{Arrival, Step, Why},
    observe::{Found, Observation},
    ports::{Action, Calendar, Crm, Foresight, Ledger, NewItem, SeenItem, Trouble},
    report::{Again, Entry, Outcome, SessionError},
    session::Scope,
};

/// What was done, and whether something is left.
#[derive(Debug, Default)]
pub(crate) struct Done {
    /// One entry for each observation, in order.
    pub(crate) entries: Vec<Entry>,
    /// Items that were made for Events (DWN-1), with their pairs.
    pub(crate) brought: Vec<(SeenItem, Entry)>,
    pub(crate) again: Option<Again>,
    /// Whether news could not be acted on, and must be heard again.
    pub(crate) is_deaf: bool,
    /// Why nothing more goes, after what was done is recorded.
    pub(crate) stopped: Option<Trouble>,
}

impl Done {
    /// What a failed write means for its item.
    fn failed(&mut self, trouble: Trouble) -> Outcome {
        match trouble {
            Trouble::Refused(issue) => Outcome::Refused(issue),
            trouble @ (Trouble::Unclear
            | Trouble::Later { .. }
            | Trouble::Gone
            | Trouble::Stale
            | Trouble::Stopped(_)
            | Trouble::Fenced) => {
                self.put_off(trouble);
                Outcome::Deferred
            }
        }
    }

    /// Notes that something is left, and how long to leave it alone.
    fn put_off(&mut self, trouble: Trouble) {
        match trouble {
            Trouble::Later { retry_after_ms } => {
                let after_ms = self.again.and_then(|again| again.after_ms).max(retry_after_ms);
                self.again = Some(Again { after_ms });
            }
            Trouble::Unclear | Trouble::Gone | Trouble::Stale | Trouble::Refused(_) => {
                self.again.get_or_insert_default();
            }
            Trouble::Stopped(_) | Trouble::Fenced => self.stopped = Some(trouble),
        }
    }
}

/// The steps of a session, by what they need.
#[derive(Debug, Default)]
struct Plan {
    creates: Vec<(usize, EventFields)>,
    pairs: Vec<(usize, pairs::Work)>,
    brings: Vec<(RecordId, NewItem, EventFields)>,
}

/// Does every step.
pub(crate) async fn perform(
    scope: &Scope<'_>,
    seen: &Found,
    steps: Vec<Step>,
    arrivals: Vec<Arrival>,
    calendar: &impl Calendar,
    crm: &impl Crm,
    ledger: &impl Ledger,
) -> Result<Done, SessionError> {
    if !scope.brake_is_lifted {
        brake(seen, &steps)?;
    }
    let mut done = Done::default();
    let mut outcomes: Vec<Option<Outcome>> = vec![None; seen.items.len()];
    let mut plan = Plan::default();
    for (place, step) in steps.into_iter().enumerate() {
        let settled = match step {
            Step::Create { fields } => {
                plan.creates.push((place, fields));
                None
            }
            Step::Pair { event, change } => {
                plan.pairs.push((place, pairs::Work::Adopt { event, change }));
                None
            }
            Step::Merge(together) => {
                plan.pairs.push((place, pairs::Work::Merge(together)));
                None
            }
            Step::Delete { event, why: _ } => {
                plan.pairs.push((place, pairs::Work::Delete { event }));
                None
            }
            Step::Leave { event, heir } => {
                plan.pairs.push((place, pairs::Work::Leave { event, heir }));
                None
            }
            Step::Release | Step::Forget => Some(forgotten(&seen.items[place])),
            Step::Refuse(issue) => Some(Outcome::Refused(issue)),
            Step::Wait(issue) => Some(Outcome::Waiting(issue)),
            Step::Withdraw => Some(Outcome::Withdrawn),
            Step::Nothing => Some(Outcome::Unasked),
        };
        outcomes[place] = settled;
    }
    plan.brings = bring::due(arrivals);
    let granted = foresee(scope, seen, &plan, ledger).await?;
    for (place, outcome) in create::create(seen, plan.creates, granted, crm, &mut done).await {
        outcomes[place] = Some(outcome);
    }
    for (place, outcome) in pairs::work(scope, seen, plan.pairs, calendar, crm, &mut done).await {
        outcomes[place] = Some(outcome);
    }
    done.brought = bring::bring(scope, plan.brings, calendar, crm, &mut done).await;
    // An observation that lost its outcome on the way gets no entry, which the session refuses.
    let paired = seen.items.iter().zip(outcomes);
    done.entries.extend(paired.filter_map(|(one, outcome)| outcome.map(|outcome| entry(one, outcome))));
    Ok(done)
}

/// DWN-6: a session that would delete unusually much does nothing at all, and a person looks at it. What somebody took back
/// does not count.
fn brake(seen: &Found, steps: &[Step]) -> Result<(), SessionError> {
    let counts = |step: &&Step| match step {
        Step::Delete { why, .. } => *why == Why::Gone,
        Step::Create { .. }
        | Step::Pair { .. }
        | Step::Merge(_)
        | Step::Leave { .. }
        | Step::Release
        | Step::Forget
        | Step::Refuse(_)
        | Step::Wait(_)
        | Step::Withdraw
        | Step::Nothing => false,
    };
    let deletions = steps.iter().filter(counts).count();
    deletion::brake(deletions, seen.pairs).map_err(|_| SessionError::Braked { deletions, pairs: seen.pairs })
}

fn forgotten(seen: &Observation) -> Outcome {
    match &seen.pair {
        Some(pair) => Outcome::Released { event: pair.event.clone() },
        None => Outcome::Unasked,
    }
}

fn entry(seen: &Observation, outcome: Outcome) -> Entry {
    let wish = seen.wish.as_ref();
    Entry {
        item: seen.id.clone(),
        tickets: wish.map(|wish| wish.tickets.clone()).unwrap_or_default(),
        source: wish.map(|wish| wish.source),
        action: wish.map_or(Action::Save, |wish| wish.action),
        choice: wish.map(|wish| wish.choice.clone()).unwrap_or_default(),
        outcome,
    }
}

/// Keeps what is about to be written; answers for each create whether it is this mailbox's to do.
async fn foresee(
    scope: &Scope<'_>,
    seen: &Found,
    plan: &Plan,
    ledger: &impl Ledger,
) -> Result<Vec<bool>, Trouble> {
    let foresight = Foresight {
        creates: plan.creates.iter().map(|(place, _)| seen.items[*place].key.clone()).collect(),
        overwrites: plan.pairs.iter().filter_map(|(_, work)| work.overwrites()).collect(),
    };
    if foresight == Foresight::default() {
        return Ok(Vec::new());
    }
    ledger.foresee(&foresight, scope.now).await
}
