//! A saved series brought up to date: parts first, then what the whole says, then single dates; Salesforce before the
//! calendar. What fails is tried again by the next session.

use std::collections::BTreeSet;

use calbridge_rules::{
    autosave::Skip,
    cause::Cause,
    deletion::{Absence, Loss, Proof, loss},
    event::{Event, EventFields},
    id::{Address, RecordId},
    item::Span,
    map::SmallMap,
    mapping,
    series::{self as rules, OriginalStart, Series, allowed, occurrences},
    status::Issue,
};
use chrono::{NaiveDate, TimeDelta};

use super::{
    Around, KeptDate, KeptSeries, Went,
    change::{Now, Reshaped},
    date::{self, DatePlan, moved, span_at},
    make::{Made, Material, fields_like},
    master,
    plan::{Plan, Sides, plan},
    saved,
    stands::Stands,
};
use crate::{
    decide::{Together, held_for, seat},
    fields::item_values,
    mutant::mutant,
    observe::Observation,
    pair::{Agreed, Pair},
    perform::{Done, is_chosen},
    ports::{Calendar, Crm, Foresight, ItemChange, Ledger, RefusedAttempt, SeenItem, Source, Trouble, Write},
    report::{Outcome, Saved, Skipped},
    ruling::Held,
    session::Scope,
};

/// A series with its two sides at hand.
pub(super) struct Work<'a> {
    pub(super) seen: &'a Observation,
    pub(super) item: &'a SeenItem,
    /// What both sides agreed on, as a whole.
    pub(super) agreed: Agreed,
    pub(super) kept: KeptSeries,
    /// The series as it was agreed on.
    pub(super) before: Series,
    /// The series as the calendar has it.
    pub(super) series: Series,
    pub(super) stands: Stands,
    /// What a new part says.
    pub(super) fields: EventFields,
}

impl<C: Calendar, R: Crm, L: Ledger> Around<'_, C, R, L> {
    /// Saves a series for the first time, or takes up what a session before began.
    pub(super) async fn make(
        &self,
        seen: &Observation,
        item: &SeenItem,
        series: Series,
        fields: &EventFields,
        done: &mut Done,
    ) -> Result<Went, Trouble> {
        if let Some(skipped) = out_of_window(self.scope, seen, &series) {
            return Ok((Outcome::Skipped(skipped), None));
        }
        let org = self.crm.series_org().await?;
        if let Err(issue) = allowed(self.scope.settings.shared.recurring_sync, org.ability) {
            return Ok((Outcome::Refused(issue), None));
        }
        let plan = match rules::classic(&series, &self.org(&org), &self.scope.offsets) {
            Ok(plan) => plan,
            Err(issue) => return Ok((Outcome::Refused(issue), None)),
        };
        let starts = plan.segments.iter().map(|segment| segment.classic.start);
        let Some(first) = starts.chain(plan.singles.iter().map(|single| single.original)).min() else {
            let why = "it has no occurrence".to_owned();
            return Ok((Outcome::Refused(Cause::UnreadableSeries { why }.issue()), None));
        };
        let mut kept = KeptSeries::of_others(series.clone());
        kept.owe(plan);
        let says = date::says(&series, &self.scope.settings.shared, span_at(&series, first));
        let mut fields = moved(fields, first);
        fields.extend(says.clone());
        let agreed = Agreed { item: says, event: fields.clone() };
        // Nothing was agreed on yet: what single dates say of their own is theirs, those of the past too.
        let before = Series { exceptions: SmallMap::new(), ..series.clone() };
        let stands = Stands::default();
        let work = Work { seen, item, agreed, kept, before, series, stands, fields };
        self.bring_together(work, Reshaped::default(), done).await
    }

    /// Brings both sides of a saved series together.
    pub(super) async fn together(
        &self,
        seen: &Observation,
        item: &SeenItem,
        (mut kept, series): (KeptSeries, Series),
        step: &Together,
        done: &mut Done,
    ) -> Result<Went, Trouble> {
        let Some(pair) = seen.pair.clone() else { return Err(Trouble::Unclear) };
        if kept.is_of_others() {
            let outcome = saved(self.scope, seen, step.event.id.clone(), pair.agreed);
            return Ok((Outcome::Saved(Box::new(outcome)), Some(kept)));
        }
        let stands = self.stands(&kept).await?;
        if let Some(issue) = repeats_otherwise(&kept, &stands) {
            return Ok((Outcome::Refused(issue), Some(kept)));
        }
        let gone = kept.forget_what_is_gone(&stands);
        if deletes_down(self.scope, &pair) {
            self.cancel(item, &series, &gone).await?;
        }
        self.leave_alone(seen, &mut kept).await?;
        let org = self.crm.series_org().await?;
        let untouched = kept.clone();
        let now = Now {
            series: &series,
            at: self.scope.now,
            settings: &self.scope.settings.shared,
            org: self.org(&org),
            offset: self.scope.offsets,
        };
        let reshaped = match kept.reshape(&now) {
            Ok(reshaped) => reshaped,
            Err(issue) => return Ok((Outcome::Refused(issue), Some(untouched))),
        };
        let newest = stands.parts.iter().max_by_key(|part| part.classic.last).map(|part| &part.master.event);
        let newest = newest.or(Some(&step.event));
        let first = series.master.span;
        let mut fields = fields_like(newest, &date::says(&series, &self.scope.settings.shared, first));
        // What is made now says what the user chose now (SAV-12).
        if let Some(choice) = master::chosen(seen) {
            fields.extend(mapping::follow(&series.master, choice, &self.scope.settings.shared).fields);
        }
        let (agreed, before) = (pair.agreed, untouched.agreed);
        let work = Work { seen, item, agreed, kept, before, series, stands, fields };
        self.bring_together(work, reshaped, done).await
    }

    /// A date that was saved alone has a pair of its own, which keeps its Event from then on (SER-7).
    async fn leave_alone(&self, seen: &Observation, kept: &mut KeptSeries) -> Result<(), Trouble> {
        let events: Vec<RecordId> =
            kept.dates.values().filter_map(KeptDate::event).map(|date| date.event.clone()).collect();
        if events.is_empty() {
            return Ok(());
        }
        let pairs = self.ledger.pairs_of(&events).await?;
        let alone: Vec<RecordId> =
            pairs.into_iter().filter(|pair| pair.item != seen.id).map(|pair| pair.event).collect();
        let is_alone = |date: &KeptDate| date.event().is_some_and(|date| alone.contains(&date.event));
        let originals: Vec<OriginalStart> =
            kept.dates.iter().filter(|(_, date)| is_alone(date)).map(|(original, _)| *original).collect();
        for original in originals {
            kept.dates.insert(original, KeptDate::Nothing);
        }
        Ok(())
    }

    /// Writes on either side what the other one changed; what is due is made before.
    pub(super) async fn bring_together(
        &self,
        mut work: Work<'_>,
        reshaped: Reshaped,
        done: &mut Done,
    ) -> Result<Went, Trouble> {
        let mut made = Made::default();
        self.reshape(&mut work, &reshaped, &mut made, done).await?;
        let material = Material {
            seen: work.seen,
            item: work.item,
            series: &work.series,
            settings: &self.scope.settings.shared,
            fields: &work.fields,
        };
        let more = self.make_due(material, &mut work.kept, &mut work.stands, done).await?;
        made.issue = more.issue.or(made.issue);
        made.is_unfinished |= more.is_unfinished || (reshaped.rolls_later && work.kept.due.is_empty());
        let Some(event) = work.newest_event() else {
            let outcome = made.issue.map_or(Outcome::Deferred, Outcome::Refused);
            return Ok((outcome, None));
        };
        let mut plan = work.plan(self.scope);
        let mut outcome = saved(self.scope, work.seen, event, work.agreed.clone());
        let up = self.write_up(&work, &mut plan, &mut made, done).await?;
        let down = self.write_down(&work, &plan, &mut outcome, &mut made, done).await;
        outcome.agreed = if plan.master.base.item.is_empty() {
            work.agreed_alone(self.scope)
        } else {
            plan.master.merge.agreed_after(&plan.master.base, up.whole, down.whole)
        };
        outcome.clashes = plan.clashes(&outcome.event, &up);
        outcome.issue = outcome.issue.or(made.issue).or(plan.issue.clone());
        outcome.is_unfinished |= made.is_unfinished;
        // What was chosen for all of it nothing but the request knows, until it is written.
        outcome.is_asked_again |= (made.is_whole_refused || !up.whole) && is_chosen(work.seen);
        work.kept.settle(&plan, &outcome.agreed, &up, &down);
        Ok((Outcome::Saved(Box::new(outcome)), Some(work.kept)))
    }

    /// Deletes, shortens and extends parts, and deletes what must not stand. Where that fails nothing else is done: the next session begins with it again.
    async fn reshape(
        &self,
        work: &mut Work<'_>,
        reshaped: &Reshaped,
        made: &mut Made,
        done: &mut Done,
    ) -> Result<(), Trouble> {
        let standing = |id: &RecordId| {
            let master = work.stands.part(id).map(|part| part.master.event.clone());
            master.or_else(|| work.stands.date(id).map(|(event, _)| event.clone()))
        };
        let events: Vec<Event> = reshaped.deletes.iter().filter_map(standing).collect();
        let (vanishing, dates) = work.stands.vanishing(reshaped, self.scope.offsets);
        if !vanishing.is_empty() {
            let foresight = Foresight { overwrites: vanishing, parts: dates, ..Foresight::default() };
            self.ledger.foresee(&foresight, self.scope.now).await?;
        }
        let parts = work.stands.parts_among(&reshaped.deletes, &work.kept);
        self.delete_events(work.seen, events, parts, made, done).await?;
        if made.is_unfinished || made.issue.is_some() {
            return Err(made.issue.take().map_or(Trouble::Unclear, Trouble::Refused));
        }
        for (event, last) in &reshaped.ends {
            self.end(work, (event, *last), reshaped, made, done).await?;
        }
        if !reshaped.deletes.is_empty() || !reshaped.ends.is_empty() {
            work.stands = self.stands(&work.kept).await?;
        }
        let mut surplus = Vec::new();
        for (event, makes) in &reshaped.extended {
            if let Some(part) = work.stands.part(event).filter(|_| !work.kept.rolls_by_segments) {
                surplus.extend(work.kept.take_rows(&work.series, part, makes, &[]));
            }
        }
        let left = std::mem::take(&mut work.kept.due.surplus);
        surplus.extend(left.iter().filter_map(|row| Some(work.stands.date(row)?.0.clone())));
        work.kept.due.surplus = self.delete_events(work.seen, surplus, Vec::new(), made, done).await?;
        Ok(())
    }

    /// Moves the end of a part. One that the org does not let grow is left as it was: further parts follow.
    async fn end(
        &self,
        work: &mut Work<'_>,
        (event, last): (&RecordId, NaiveDate),
        reshaped: &Reshaped,
        made: &mut Made,
        done: &mut Done,
    ) -> Result<(), Trouble> {
        let write = Write::End { event: event.clone(), last };
        let Some(((), attempt)) = self.unrested(work.seen, vec![((), write)], made).await?.pop() else {
            return Err(made.issue.take().map_or(Trouble::Unclear, Trouble::Refused));
        };
        if mutant("end-stays") {
            return Ok(());
        }
        match self.crm.update_series(event, &EventFields::new(), Some(last)).await {
            Ok(()) => Ok(()),
            Err(Trouble::Refused(_)) if reshaped.extended.iter().any(|(extended, _)| extended == event) => {
                work.kept.take_back_extension(event, &work.stands);
                made.is_unfinished = true;
                done.put_off(Trouble::Unclear);
                Ok(())
            }
            Err(trouble) => {
                if let Trouble::Refused(issue) = &trouble {
                    done.refused.push(RefusedAttempt { attempt, issue: issue.clone() });
                }
                Err(trouble)
            }
        }
    }

    /// Writes on the series in the calendar, then on single dates. What would mail people and nobody approved is not
    /// written (PPL-8).
    async fn write_down(
        &self,
        work: &Work<'_>,
        plan: &Plan,
        outcome: &mut Saved,
        made: &mut Made,
        done: &mut Done,
    ) -> Written {
        let mut written = Written { whole: true, dates: vec![true; plan.dates.len()] };
        let whole = &plan.master.merge.to_outlook;
        let whom = work.held_for(self.scope, plan);
        if !whom.is_empty() {
            written.whole = whole.is_empty();
            written.dates = plan.dates.iter().map(|date| date.merge.to_outlook.is_empty()).collect();
            outcome.held = (!whole.is_empty()).then(|| Held::Change(whole.clone()));
            outcome.issue = Some(Cause::Held { people: whom.len() }.issue());
            return written;
        }
        if !whole.is_empty()
            && let Err(trouble) = self.change(vec![work.change_of_whole(plan)]).await
        {
            written.whole = false;
            made.failed(trouble, done);
        }
        let downs: Vec<(usize, &DatePlan)> =
            plan.dates.iter().enumerate().filter(|(_, date)| !date.merge.to_outlook.is_empty()).collect();
        if downs.is_empty() {
            return written;
        }
        let originals: Vec<OriginalStart> = downs.iter().map(|(_, date)| date.original).collect();
        let items = self.calendar.dates(&work.item.id, &work.series, &originals).await;
        for ((place, date), item) in downs.into_iter().zip(items) {
            let went = match item {
                Ok(item) => self.change(vec![change_of_date(date, &item)]).await,
                Err(trouble) => Err(trouble),
            };
            match went {
                Ok(()) => {}
                // A date that is gone from the calendar needs nothing.
                Err(Trouble::Gone) => {}
                Err(trouble) => {
                    written.dates[place] = false;
                    made.failed(trouble, done);
                }
            }
        }
        written
    }

    async fn change(&self, changes: Vec<ItemChange>) -> Result<(), Trouble> {
        self.calendar.change(&changes).await.into_iter().collect()
    }
}

/// What of a plan was written in one direction.
pub(super) struct Written {
    /// The whole.
    pub(super) whole: bool,
    /// Each date, in the order of the plan.
    pub(super) dates: Vec<bool>,
}

impl Work<'_> {
    /// The Event that the pair names: the newest part, else the newest single Event.
    pub(super) fn newest_event(&self) -> Option<RecordId> {
        let newest = self.kept.segments.iter().max_by_key(|segment| segment.classic.last);
        let single = || self.kept.dates.iter().rev().find_map(|(_, date)| date.event());
        newest.map(|segment| segment.event.clone()).or_else(|| single().map(|single| single.event.clone()))
    }

    /// What is agreed on of a whole that nothing in Salesforce stands for any more, or yet: what the calendar says.
    fn agreed_alone(&self, scope: &Scope<'_>) -> Agreed {
        let says = date::says(&self.series, &scope.settings.shared, self.series.master.span);
        let mut agreed = self.agreed.clone();
        agreed.item.extend(says.clone());
        agreed.event.extend(says);
        agreed
    }

    fn plan(&self, scope: &Scope<'_>) -> Plan {
        plan(&Sides {
            seen: self.seen,
            agreed: &self.agreed,
            kept: &self.kept,
            before: &self.before,
            series: &self.series,
            stands: &self.stands,
            seat: seat(self.item),
            scope,
        })
    }

    /// Who would get mail by what goes down, where nobody approved it (PPL-8).
    fn held_for(&self, scope: &Scope<'_>, plan: &Plan) -> BTreeSet<Address> {
        let pair = self.seen.pair.as_ref();
        let whole = std::iter::once(&plan.master.merge);
        let dates = plan.dates.iter().map(|date| &date.merge);
        let whom =
            whole.chain(dates).flat_map(|merge| held_for(scope, self.item, pair, &merge.agreed.event, merge));
        whom.collect()
    }

    /// What goes down to the series: a new length holds from its first occurrence on.
    fn change_of_whole(&self, plan: &Plan) -> ItemChange {
        let down = &plan.master.merge.to_outlook;
        let mut values = item_values(down, &plan.master.merge.agreed.event, &self.series.master);
        if let (Some(Span::Timed { start, end }), Span::Timed { start: first, .. }) =
            (values.span, self.series.master.span)
        {
            values.span = Some(Span::Timed { start: first, end: first + (end - start) });
        }
        ItemChange { id: self.item.id.clone(), etag: self.item.etag.clone(), values }
    }
}

/// What goes down to a date.
fn change_of_date(date: &DatePlan, item: &SeenItem) -> ItemChange {
    let values = item_values(&date.merge.to_outlook, &date.merge.agreed.event, &item.item);
    ItemChange { id: item.id.clone(), etag: item.etag.clone(), values }
}

/// AUT-2: a series that nobody asked for waits until one of its dates lies in the window. What is read of the calendar holds
/// more days than the window does.
fn out_of_window(scope: &Scope<'_>, seen: &Observation, series: &Series) -> Option<Skipped> {
    if seen.wish.as_ref().is_none_or(|wish| wish.source != Source::Autosave) {
        return None;
    }
    let days = scope.days();
    // Where nobody can tell, the rules of every save tell why.
    let is_out = occurrences(series, days, scope.zone, &scope.offsets).is_ok_and(|found| found.is_empty());
    let next = || series.days_from(days.last).find(|day| *day > days.last);
    is_out.then(|| Skipped {
        skip: Skip::OutsideWindow,
        again_at: next().map(|day| scope.now + TimeDelta::days((day - days.last).num_days())),
    })
}

/// DWN-2: whether a date that was deleted in Salesforce goes from the calendar too.
fn deletes_down(scope: &Scope<'_>, pair: &Pair) -> bool {
    let gone = Absence::Event(Proof::AskedById);
    loss(gone, pair.facts(0), &scope.settings.down).loss == Loss::DeleteItem
}

/// SER-4: how a series repeats is changed where it is kept.
fn repeats_otherwise(kept: &KeptSeries, stands: &Stands) -> Option<Issue> {
    let changed = |segment: &super::KeptSegment| {
        stands.part(&segment.event).is_some_and(|part| !part.classic.repeats_as(&segment.classic))
    };
    kept.segments.iter().any(changed).then(|| Cause::RepeatsOtherwise.issue())
}
