//! Series in both directions (SER): Classic recurring Events for the series of a calendar, their occurrences kept together
//! date by date. Whether a series is saved at all is decided like that of any item; what is done then is decided here.

mod arrive;
mod away;
mod change;
mod date;
mod down;
mod field;
mod kept;
mod make;
mod master;
mod perform;
mod plan;
mod resting;
mod settle;
mod stands;
mod take;
mod up;

use calbridge_rules::{
    cause::Cause,
    event::{Event, EventField, EventFields},
    id::{ItemId, RecordId},
    item::Kind,
    series::{Conversion, Series},
};

use crate::{
    decide::{Decided, Step, Together},
    observe::{Found, Observation},
    pair::Agreed,
    perform::{Done, new_pair},
    ports::{Calendar, Crm, Ledger, SeenItem, Trouble},
    report::{Outcome, Saved},
    session::Scope,
};

pub(crate) use arrive::arrive;
pub use kept::{Due, KeptDate, KeptEvent, KeptSegment, KeptSeries, is_news};

/// The outside world, and whose session this is.
struct Around<'a, C, R, L> {
    scope: &'a Scope<'a>,
    calendar: &'a C,
    crm: &'a R,
    ledger: &'a L,
}

/// What is to be done with a series.
enum Task<'s> {
    /// Nobody saved it before.
    Make(&'s EventFields),
    /// It stands in Salesforce already.
    Adopt(&'s Event, &'s EventFields),
    /// Both sides are brought together.
    Together(&'s Together),
    /// Its Events are deleted.
    Delete,
    /// Its Events stay, with these values.
    Leave(&'s EventFields),
    /// It was saved as something else.
    Converted(Conversion),
}

/// A series to do something with.
struct Job<'s> {
    place: usize,
    seen: &'s Observation,
    task: Task<'s>,
    kept: Option<KeptSeries>,
}

/// Does what was decided for the series among the items; one outcome for each of them.
pub(crate) async fn work(
    scope: &Scope<'_>,
    seen: &Found,
    steps: &[Decided],
    calendar: &impl Calendar,
    crm: &impl Crm,
    ledger: &impl Ledger,
    done: &mut Done,
) -> Result<Vec<(usize, Outcome)>, Trouble> {
    let paired: Vec<ItemId> =
        seen.items.iter().filter(|one| one.pair.is_some()).map(|one| one.id.clone()).collect();
    let kept = if paired.is_empty() { Vec::new() } else { ledger.series(&paired).await? };
    let jobs = jobs(seen, steps, kept);
    if jobs.is_empty() {
        return Ok(Vec::new());
    }
    let around = Around { scope, calendar, crm, ledger };
    let mut series = around.read(&jobs).await.into_iter();
    let mut outcomes = Vec::with_capacity(jobs.len());
    for job in jobs {
        let (place, id) = (job.place, job.seen.id.clone());
        let series = if job.needs_series() { series.next() } else { None };
        let (outcome, kept) = match around.one(job, series, done).await {
            Ok(answer) => answer,
            Err(trouble @ (Trouble::Stopped(_) | Trouble::Fenced)) => return Err(trouble),
            Err(trouble) => (done.failed(trouble), None),
        };
        done.series.extend(kept.map(|kept| (id, kept)));
        outcomes.push((place, outcome));
    }
    Ok(outcomes)
}

/// The observations that are series, or were when they were saved.
fn jobs<'s>(seen: &'s Found, steps: &'s [Decided], mut kept: Vec<(ItemId, KeptSeries)>) -> Vec<Job<'s>> {
    let mut jobs = Vec::new();
    for (place, (seen, Decided { step, .. })) in seen.items.iter().zip(steps).enumerate() {
        let found = kept.iter().position(|(id, _)| *id == seen.id);
        let kept = found.map(|found| kept.swap_remove(found).1);
        let task = task(seen, step, kept.is_some());
        jobs.extend(task.map(|task| Job { place, seen, task, kept }));
    }
    jobs
}

fn task<'s>(seen: &Observation, step: &'s Step, was_series: bool) -> Option<Task<'s>> {
    let is_series = seen.item.as_ref().is_some_and(|item| item.item.kind == Kind::Series);
    match step {
        Step::Create { fields } if is_series => Some(Task::Make(fields)),
        Step::Pair { event, change } if is_series => Some(Task::Adopt(event, change)),
        Step::Merge(together) => match (was_series, is_series) {
            (true, true) => Some(Task::Together(together)),
            (true, false) => Some(Task::Converted(Conversion::ToSingle)),
            (false, true) => Some(Task::Converted(Conversion::ToSeries)),
            (false, false) => None,
        },
        Step::Delete { .. } if was_series => Some(Task::Delete),
        Step::Leave { change, .. } if was_series => Some(Task::Leave(change)),
        Step::Create { .. }
        | Step::Pair { .. }
        | Step::Delete { .. }
        | Step::Leave { .. }
        | Step::DeleteItem
        | Step::HoldDeletion { .. }
        | Step::BringAgain(_)
        | Step::Skip(_)
        | Step::Release
        | Step::Forget
        | Step::Refuse(_)
        | Step::Wait(_)
        | Step::Withdraw
        | Step::Nothing => None,
    }
}

impl Job<'_> {
    /// Whether what it says in the calendar matters.
    fn needs_series(&self) -> bool {
        match self.task {
            Task::Make(_) | Task::Adopt(..) | Task::Together(_) => true,
            Task::Delete | Task::Leave(_) | Task::Converted(_) => false,
        }
    }
}

/// What became of a series, and what is kept of it.
type Went = (Outcome, Option<KeptSeries>);

impl<C: Calendar, R: Crm, L: Ledger> Around<'_, C, R, L> {
    /// The series of the calendar, in the order of the jobs that need them.
    async fn read(&self, jobs: &[Job<'_>]) -> Vec<Result<Series, Trouble>> {
        let needed = jobs.iter().filter(|job| job.needs_series());
        let ids: Vec<ItemId> = needed.map(|job| job.seen.id.clone()).collect();
        if ids.is_empty() { Vec::new() } else { self.calendar.series(&ids).await }
    }

    async fn one(
        &self,
        job: Job<'_>,
        series: Option<Result<Series, Trouble>>,
        done: &mut Done,
    ) -> Result<Went, Trouble> {
        let Job { seen, task, kept, .. } = job;
        let series = match series {
            Some(Ok(series)) => Some(series),
            Some(Err(trouble)) => return Err(trouble),
            None => None,
        };
        match (task, kept, series, &seen.item) {
            (Task::Make(fields), _, Some(series), Some(item)) => {
                self.make(seen, item, series, fields, done).await
            }
            (Task::Adopt(event, change), _, Some(series), Some(item)) => {
                self.adopt(seen, item, series, (event, change), done).await
            }
            (Task::Together(together), Some(kept), Some(series), Some(item)) => {
                self.together(seen, item, (kept, series), together, done).await
            }
            (Task::Delete, Some(kept), _, _) => self.delete(seen, &kept, done).await,
            (Task::Leave(change), Some(kept), _, _) => self.leave(seen, &kept, change, done).await,
            (Task::Converted(conversion), kept, _, _) => {
                Ok((Outcome::Refused(Cause::Converted { conversion }.issue()), kept))
            }
            (
                Task::Make(_) | Task::Adopt(..) | Task::Together(_) | Task::Delete | Task::Leave(_),
                _,
                _,
                _,
            ) => Err(Trouble::Unclear),
        }
    }

    /// A series that others saved is theirs (PPL-5); this saver's own is taken up again, as after a crash.
    async fn adopt(
        &self,
        seen: &Observation,
        item: &SeenItem,
        series: Series,
        (event, change): (&Event, &EventFields),
        done: &mut Done,
    ) -> Result<Went, Trouble> {
        if self.scope.owns(&event.fields) {
            // Under no key of ours, it was made in Salesforce, and the item for it (SER-6).
            let parts = self.crm.series(std::slice::from_ref(&event.id)).await?;
            if let Some(part) = parts.into_iter().next().filter(|part| part.master.key.is_empty()) {
                return self.take_up(seen, item, series, part, done).await;
            }
            let mut fields = event.fields.clone();
            fields.remove(&EventField::SyncKey);
            fields.extend(change.clone());
            return self.make(seen, item, series, &fields, done).await;
        }
        let says = date::says(&series, &self.scope.settings.shared, series.master.span);
        let saved =
            saved(self.scope, seen, event.id.clone(), Agreed { item: says, event: event.fields.clone() });
        Ok((Outcome::Saved(Box::new(saved)), Some(KeptSeries::of_others(series))))
    }
}

/// A pair of a series, as it is recorded.
fn saved(scope: &Scope<'_>, seen: &Observation, event: RecordId, agreed: Agreed) -> Saved {
    let new = new_pair(scope, seen, event, EventFields::new());
    match &seen.pair {
        Some(pair) => Saved { key: pair.key.clone(), origin: pair.origin, agreed, ..new },
        None => Saved { agreed, ..new },
    }
}
