//! Doing what was decided: intents first, then Salesforce, then the calendar. An unclear answer is settled before anything
//! is repeated.

mod bring;
mod chosen;
mod create;
mod pairs;
mod resting;

use std::collections::BTreeMap;

use calbridge_rules::{
    autosave::Past,
    cause::Cause,
    deletion,
    event::EventFields,
    id::{ItemId, RecordId},
    saving::Check,
    status::Issue,
};
use chrono::{DateTime, Utc};

use self::bring::Bring;
use crate::{
    decide::{Arrival, Decided, Step},
    fields::whole_item,
    mutant::mutant,
    observe::{Found, Observation},
    pair::Pair,
    ports::{
        Action, Calendar, Crm, EventIssue, Foresight, ItemOver, Ledger, LeftOut, RefusedAttempt, Relation,
        Relations, SeenItem, Ties, TiesOver, Trouble,
    },
    relate::part,
    report::{Again, Entry, Outcome, Saved, SessionError},
    ruling::{Held, Invitation, Ruling},
    series::{self, KeptSeries},
    session::Scope,
};

pub(crate) use chosen::{is_chosen, split};
pub(crate) use create::new_pair;
pub(crate) use pairs::foreseen;

/// What was done, and whether something is left.
#[derive(Debug, Default)]
pub(crate) struct Done {
    /// One entry for each observation, in order.
    pub(crate) entries: Vec<Entry>,
    /// Items that were made for Events (DWN-1), with their pairs.
    pub(crate) brought: Vec<(SeenItem, Entry)>,
    /// Invitations that wait for somebody to decide.
    pub(crate) invitations: Vec<Invitation>,
    /// What is kept of series, by their masters.
    pub(crate) series: Vec<(ItemId, KeptSeries)>,
    /// What is the matter with Events that have no item.
    pub(crate) told: Vec<EventIssue>,
    /// Events that come up again by themselves, and when.
    pub(crate) later: Vec<(RecordId, DateTime<Utc>)>,
    /// Writes that the org refused.
    pub(crate) refused: Vec<RefusedAttempt>,
    /// Files of items that are left out now.
    pub(crate) left_out: Vec<(ItemId, Vec<LeftOut>)>,
    pub(crate) again: Option<Again>,
    /// Whether news could not be acted on, and must be heard again.
    pub(crate) is_deaf: bool,
    /// Why nothing more goes, after what was done is recorded.
    pub(crate) stopped: Option<Trouble>,
}

impl Done {
    /// What a failed write means for its item.
    pub(crate) fn failed(&mut self, trouble: Trouble) -> Outcome {
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
    pub(crate) fn put_off(&mut self, trouble: Trouble) {
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
    brings: Vec<Bring>,
    deletions: Vec<usize>,
    /// What the org said of writes of pairs that rest: they are not written again yet.
    resting: BTreeMap<usize, Issue>,
}

impl Plan {
    /// Takes up a step; answers what became of it where nothing is written for it.
    fn take(&mut self, place: usize, step: Step, seen: &Observation) -> Option<Outcome> {
        match step {
            Step::Create { fields } => self.creates.push((place, fields)),
            Step::Pair { event, change } => self.pairs.push((place, pairs::Work::Adopt { event, change })),
            Step::Merge(together) => self.pairs.push((place, pairs::Work::Merge(together))),
            Step::Delete { event, why: _ } => self.pairs.push((place, pairs::Work::Delete { event })),
            Step::Leave { event, change } => self.pairs.push((place, pairs::Work::Leave { event, change })),
            Step::DeleteItem => self.deletions.push(place),
            Step::HoldDeletion { whom } => return Some(held_deletion(seen, whom.len())),
            Step::BringAgain(arrival) => self.brings.extend(bring::due(*arrival, Some(place))),
            Step::Release => return Some(forgotten(seen, Past::EventDeleted)),
            Step::Forget => return Some(forgotten(seen, Past::TakenBack)),
            Step::Refuse(issue) => return Some(taken_up(seen, &issue).unwrap_or(Outcome::Refused(issue))),
            Step::Wait(issue) => return Some(taken_up(seen, &issue).unwrap_or(Outcome::Waiting(issue))),
            Step::Skip(skipped) => return Some(Outcome::Skipped(skipped)),
            Step::Withdraw => return Some(Outcome::Withdrawn),
            Step::Nothing => return Some(Outcome::Unasked),
        }
        None
    }
}

impl Plan {
    /// Takes up Events that have no item yet; invitations wait for somebody to decide.
    fn take_arrivals(&mut self, arrivals: Vec<Arrival>, done: &mut Done) {
        for arrival in arrivals {
            match arrival {
                Arrival::Hold(invitation) => done.invitations.push(*invitation),
                Arrival::Bring { .. }
                | Arrival::BringSeries { .. }
                | Arrival::Tell { .. }
                | Arrival::Later { .. }
                | Arrival::Stay(_) => self.brings.extend(bring::due(arrival, None)),
            }
        }
    }

    /// Pairs of which something may be written in Salesforce now.
    fn written(&self) -> impl Iterator<Item = &(usize, pairs::Work)> {
        self.pairs.iter().filter(|(place, _)| !self.resting.contains_key(place))
    }

    /// Items whose Events are deleted.
    fn going(&self, seen: &Found) -> Vec<(ItemId, RecordId)> {
        let going = |(place, work): &(usize, pairs::Work)| match work {
            pairs::Work::Delete { event } => Some((seen.items[*place].id.clone(), event.id.clone())),
            pairs::Work::Adopt { .. } | pairs::Work::Merge(_) | pairs::Work::Leave { .. } => None,
        };
        self.written().filter_map(going).collect()
    }
}

/// Does every step.
pub(crate) async fn perform(
    scope: &Scope<'_>,
    seen: &Found,
    steps: Vec<Decided>,
    arrivals: Vec<Arrival>,
    calendar: &impl Calendar,
    crm: &(impl Crm + Relations),
    ledger: &impl Ledger,
) -> Result<Done, SessionError> {
    if !mutant("skip-brake") {
        brake(seen, &steps)?;
    }
    let mut done = Done::default();
    let mut outcomes: Vec<Option<Outcome>> = vec![None; seen.items.len()];
    let mut traces: Vec<Vec<Check>> = Vec::with_capacity(steps.len());
    let mut plan = Plan::default();
    for (place, outcome) in series::work(scope, seen, &steps, calendar, crm, ledger, &mut done).await? {
        outcomes[place] = Some(outcome);
    }
    for (place, Decided { step, trace }) in steps.into_iter().enumerate() {
        if outcomes[place].is_none() {
            outcomes[place] = plan.take(place, step, &seen.items[place]);
        }
        traces.push(trace);
    }
    series::arrive(scope, seen, &arrivals, calendar, crm, ledger, &mut done).await?;
    plan.take_arrivals(arrivals, &mut done);
    for (place, outcome) in resting::leave(scope, seen, &mut plan, ledger).await? {
        outcomes[place] = Some(outcome);
    }
    let granted = foresee(scope, seen, &plan, crm, ledger).await?;
    for (place, outcome) in unlink(seen, &mut plan, crm, ledger, &mut done).await? {
        outcomes[place] = Some(outcome);
    }
    for (place, outcome) in create::create(scope, seen, plan.creates, granted, crm, &mut done).await {
        outcomes[place] = Some(outcome);
    }
    for (place, outcome) in
        pairs::work(scope, seen, plan.pairs, &plan.resting, calendar, crm, &mut done).await
    {
        outcomes[place] = Some(outcome);
    }
    for (place, outcome) in delete_items(seen, plan.deletions, calendar, &mut done).await {
        outcomes[place] = Some(outcome);
    }
    for (place, is_made) in bring::bring(scope, plan.brings, calendar, crm, &mut done).await {
        let gone = forgotten(&seen.items[place], Past::TakenBack);
        outcomes[place] = Some(if is_made { gone } else { Outcome::Deferred });
    }
    done.entries.extend(entries(seen, outcomes, traces));
    Ok(done)
}

/// What became of the items. One that lost its outcome on the way gets no entry, which the session refuses.
fn entries(seen: &Found, outcomes: Vec<Option<Outcome>>, traces: Vec<Vec<Check>>) -> Vec<Entry> {
    let decided = seen.items.iter().zip(outcomes).zip(traces);
    let entry = |((one, outcome), trace): ((&Observation, Option<Outcome>), Vec<Check>)| {
        outcome.map(|outcome| entry(one, outcome, trace))
    };
    decided.filter_map(entry).collect()
}

/// Takes the rows of further records away before their Events go; an Event whose rows cannot go now stays until they can.
async fn unlink(
    seen: &Found,
    plan: &mut Plan,
    crm: &impl Relations,
    ledger: &impl Ledger,
    done: &mut Done,
) -> Result<Vec<(usize, Outcome)>, Trouble> {
    let stay = part(&plan.going(seen), crm, ledger, done).await?;
    let stays = |(place, _): &(usize, pairs::Work)| stay.contains(&seen.items[*place].id);
    let staying = plan.pairs.extract_if(.., |work| stays(work));
    Ok(staying.map(|(place, _)| (place, Outcome::Deferred)).collect())
}

/// DWN-2: items whose Events were deleted; one outcome for each.
async fn delete_items(
    seen: &Found,
    places: Vec<usize>,
    calendar: &impl Calendar,
    done: &mut Done,
) -> Vec<(usize, Outcome)> {
    if places.is_empty() {
        return Vec::new();
    }
    let ids: Vec<ItemId> = places.iter().map(|place| seen.items[*place].id.clone()).collect();
    let went = calendar.delete(&ids).await;
    let outcome = |(place, went): (usize, Result<(), Trouble>)| match went {
        Ok(()) | Err(Trouble::Gone) => (place, forgotten(&seen.items[place], Past::EventDeleted)),
        Err(trouble) => (place, done.failed(trouble)),
    };
    places.into_iter().zip(went).map(outcome).collect()
}

/// DWN-6: a session that would delete unusually much does nothing at all, and a person looks at it. What somebody took back,
/// or approved, does not count.
fn brake(seen: &Found, steps: &[Decided]) -> Result<(), SessionError> {
    let is_approved =
        |one: &Observation| one.pair.as_ref().and_then(Pair::ruling_on_deletion) == Some(Ruling::Approved);
    let unapproved = seen
        .items
        .iter()
        .zip(steps)
        .filter(|(one, decided)| decided.step.deletes_what_is_gone() && !is_approved(one));
    let items: Vec<ItemId> = unapproved.map(|(one, _)| one.id.clone()).collect();
    deletion::brake(items.len(), seen.pairs).map_err(|_| SessionError::Braked { items, pairs: seen.pairs })
}

/// PPL-8: the pair stands as it was agreed on until somebody decides.
fn held_deletion(seen: &Observation, people: usize) -> Outcome {
    let Some(pair) = &seen.pair else { return Outcome::Unasked };
    let issue = Cause::HeldDeletion { people }.issue();
    Outcome::Saved(Box::new(Saved { held: Some(Held::Deletion), ..as_agreed(pair, issue) }))
}

/// A pair that was never kept is, whatever is the matter with it now.
fn taken_up(seen: &Observation, issue: &Issue) -> Option<Outcome> {
    let pair = seen.pair.as_ref().filter(|_| seen.is_taken_up)?;
    let is_asked_again = is_chosen(seen);
    Some(Outcome::Saved(Box::new(Saved { is_asked_again, ..as_agreed(pair, issue.clone()) })))
}

/// A pair as it was agreed on.
fn as_agreed(pair: &Pair, issue: Issue) -> Saved {
    Saved {
        event: pair.event.clone(),
        key: pair.key.clone(),
        origin: pair.origin,
        is_by_hand: pair.is_by_hand,
        holding: pair.holding,
        agreed: pair.agreed.clone(),
        clashes: Vec::new(),
        held: None,
        issue: Some(issue),
        is_unfinished: false,
        is_asked_again: false,
    }
}

fn forgotten(seen: &Observation, past: Past) -> Outcome {
    match &seen.pair {
        Some(pair) => Outcome::Released { event: pair.event.clone(), past },
        None => Outcome::Unasked,
    }
}

fn entry(seen: &Observation, outcome: Outcome, trace: Vec<Check>) -> Entry {
    let wish = seen.wish.as_ref();
    let tickets = wish.iter().flat_map(|wish| &wish.tickets).chain(&seen.met).cloned();
    Entry {
        item: seen.id.clone(),
        tickets: tickets.collect(),
        source: wish.map(|wish| wish.source),
        action: wish.map_or(Action::Save, |wish| wish.action),
        choice: wish.map(|wish| wish.choice.clone()).unwrap_or_default(),
        outcome,
        trace,
    }
}

/// Keeps what is about to be written; answers for each create whether it is this mailbox's to do.
async fn foresee(
    scope: &Scope<'_>,
    seen: &Found,
    plan: &Plan,
    crm: &impl Relations,
    ledger: &impl Ledger,
) -> Result<Vec<bool>, Trouble> {
    let changed = plan.pairs.iter().filter_map(|(place, work)| work.item_over(scope, &seen.items[*place]));
    let deleted = plan.deletions.iter().filter_map(|place| deleted_item(scope, &seen.items[*place]));
    let foresight = Foresight {
        creates: plan.creates.iter().map(|(place, _)| seen.items[*place].key.clone()).collect(),
        intended: plan
            .creates
            .iter()
            .map(|(place, fields)| create::intended(scope, &seen.items[*place], fields))
            .collect(),
        overwrites: plan.written().filter_map(|(_, work)| work.overwrites()).collect(),
        ties: deleted_ties(seen, plan, crm, ledger).await?,
        items: changed.chain(deleted).collect(),
        clashes: plan.written().flat_map(|(place, work)| work.clashes(&seen.items[*place].id)).collect(),
        parts: Vec::new(),
    };
    if foresight == Foresight::default() {
        return Ok(Vec::new());
    }
    ledger.foresee(&foresight, scope.now).await
}

/// The relations of Events that are about to be deleted: they go with them.
async fn deleted_ties(
    seen: &Found,
    plan: &Plan,
    crm: &impl Relations,
    ledger: &impl Ledger,
) -> Result<Vec<TiesOver>, Trouble> {
    let deleted = plan.written().filter_map(|(place, work)| Some((*place, work.deleted()?)));
    let deleted: Vec<(usize, &RecordId)> = deleted.collect();
    if deleted.is_empty() {
        return Ok(Vec::new());
    }
    let events: Vec<RecordId> = deleted.iter().map(|(_, event)| (*event).clone()).collect();
    let items: Vec<ItemId> = deleted.iter().map(|(place, _)| seen.items[*place].id.clone()).collect();
    let relations = crm.relations(&events).await?;
    let related = ledger.related(&items).await?;
    let over = |(place, event): (usize, &RecordId)| {
        let rows: Vec<&Relation> = relations.iter().filter(|row| row.event == *event).collect();
        let kept = related.iter().find(|(item, _)| *item == seen.items[place].id);
        let records = kept.map(|(_, kept)| kept.records.as_slice()).unwrap_or_default();
        let before = Ties::standing(&rows, records);
        (!before.is_empty()).then(|| TiesOver { event: event.clone(), before, after: Ties::default() })
    };
    Ok(deleted.into_iter().filter_map(over).collect())
}

/// What an item says that is about to be deleted.
fn deleted_item(scope: &Scope<'_>, seen: &Observation) -> Option<ItemOver> {
    let (item, pair) = (seen.item.as_ref()?, seen.pair.as_ref()?);
    let before = whole_item(&item.item, &scope.settings.shared);
    Some(ItemOver { item: seen.id.clone(), event: pair.event.clone(), before, after: EventFields::new() })
}
