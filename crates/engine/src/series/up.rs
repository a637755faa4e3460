//! What of a saved series goes up: the whole, then single dates, which Salesforce writes the whole over.

use calbridge_rules::{
    event::{Event, EventField, EventFields},
    id::RecordId,
    mapping,
    merge::Merged,
};

use super::{
    Around,
    date::DatePlan,
    make::Made,
    perform::{Work, Written},
    plan::Plan,
    resting::change_of,
};
use crate::{
    perform::{Done, foreseen, split},
    ports::{Attempt, Calendar, Crm, ForeseenClash, Foresight, Ledger, Trouble, Write},
};

/// Events with what stands there and what is written.
pub(super) type Overwrites = Vec<(RecordId, EventFields, EventFields)>;

impl<C: Calendar, R: Crm, L: Ledger> Around<'_, C, R, L> {
    /// Writes the whole, then single dates: Salesforce writes the whole over them, unless it refuses it.
    pub(super) async fn write_up(
        &self,
        work: &Work<'_>,
        plan: &mut Plan,
        made: &mut Made,
        done: &mut Done,
    ) -> Result<Written, Trouble> {
        let masters = self.unrested(work.seen, work.masters(plan), made).await?;
        let is_due = |event: &RecordId| masters.iter().any(|((due, _), _)| due == event);
        let mut refused: Vec<RecordId> =
            plan.master.ups.iter().map(|(event, _)| event).filter(|event| !is_due(event)).cloned().collect();
        let dates = self.unrested(work.seen, work.dates(plan, &refused), made).await?;
        let mut rows: Vec<(usize, EventFields)> = dates.iter().map(|(row, _)| row.clone()).collect();
        self.foresee_up(work, plan, &masters, &rows).await?;
        let mut whole = refused.is_empty();
        for ((event, up), attempt) in masters {
            match self.crm.update_series(&event, &up, None).await {
                Ok(()) => {}
                Err(trouble) if self.write_without(work, (&event, &up), &trouble, plan, made, done).await => {
                }
                Err(trouble) => {
                    whole = false;
                    refused.extend(matches!(trouble, Trouble::Refused(_)).then_some(event));
                    made.unwritten(attempt, trouble, done);
                }
            }
        }
        made.is_whole_refused |= !refused.is_empty();
        // What nothing was written over says still what it said.
        for (place, up) in &mut rows {
            *up = work.up_of(&plan.dates[*place], &refused);
        }
        rows.retain(|(_, up)| !up.is_empty());
        let rests = |place: usize| {
            let up = work.up_of(&plan.dates[place], &refused);
            !up.is_empty() && rows.iter().all(|(due, _)| *due != place)
        };
        let mut written =
            Written { whole, dates: (0..plan.dates.len()).map(|place| !rests(place)).collect() };
        self.write_dates(work, plan, rows, (&mut written, made), done).await;
        Ok(written)
    }

    /// Writes a part without what somebody chose for all of it, where the org refused both together. Answers whether that is
    /// written; what was chosen is told, and asked for again.
    async fn write_without(
        &self,
        work: &Work<'_>,
        (event, up): (&RecordId, &EventFields),
        refused: &Trouble,
        plan: &mut Plan,
        made: &mut Made,
        done: &mut Done,
    ) -> bool {
        let (Trouble::Refused(issue), Some(part)) = (refused, work.stands.part(event)) else { return false };
        let Some((chosen, rest)) = split(work.seen, up) else { return false };
        if self.crm.update_series(event, &rest, None).await.is_err() {
            return false;
        }
        let mut stands = part.master.event.fields.clone();
        stands.extend(rest);
        let write = Write::Change { event: event.clone(), stands, change: chosen.clone() };
        let attempt = Attempt { item: work.seen.id.clone(), write };
        made.unwritten(attempt, Trouble::Refused(issue.clone()), done);
        made.is_whole_refused = true;
        plan.master.merge.leave_out(&plan.master.base, &chosen);
        true
    }

    /// Writes single dates, by their places in the plan.
    async fn write_dates(
        &self,
        work: &Work<'_>,
        plan: &Plan,
        rows: Vec<(usize, EventFields)>,
        (written, made): (&mut Written, &mut Made),
        done: &mut Done,
    ) {
        if rows.is_empty() {
            return;
        }
        let updates: Vec<(RecordId, EventFields)> =
            rows.iter().map(|(place, up)| (plan.dates[*place].event.id.clone(), up.clone())).collect();
        for ((place, up), went) in rows.into_iter().zip(self.crm.update(&updates).await) {
            written.dates[place] = went.is_ok();
            match went {
                Ok(()) | Err(Trouble::Gone) => {}
                Err(trouble) => {
                    let write = change_of(&plan.dates[place].event, up);
                    made.unwritten(Attempt { item: work.seen.id.clone(), write }, trouble, done);
                }
            }
        }
    }

    /// Keeps what is about to be written over (UNS-2), and what is about to lose (DWN-5).
    async fn foresee_up(
        &self,
        work: &Work<'_>,
        plan: &Plan,
        masters: &[((RecordId, EventFields), Attempt)],
        dates: &[(usize, EventFields)],
    ) -> Result<(), Trouble> {
        let of_masters = masters.iter().filter_map(|((event, up), _)| {
            let part = work.stands.part(event)?;
            Some((event.clone(), stood(&part.master.event, up), up.clone()))
        });
        let of_dates = dates.iter().map(|(place, up)| {
            let event = &plan.dates[*place].event;
            (event.id.clone(), stood(event, up), up.clone())
        });
        let overwrites: Overwrites = of_masters.chain(of_dates).collect();
        let clashes = work.clashes(plan, !masters.is_empty(), dates);
        if overwrites.is_empty() && clashes.is_empty() {
            return Ok(());
        }
        let foresight = Foresight { overwrites, clashes, ..Foresight::default() };
        self.ledger.foresee(&foresight, self.scope.now).await.map(drop)
    }
}

impl Work<'_> {
    /// What is about to lose: of the whole, which one Event stands for, and of single dates, each under its own Event.
    fn clashes(
        &self,
        plan: &Plan,
        is_whole_written: bool,
        dates: &[(usize, EventFields)],
    ) -> Vec<ForeseenClash> {
        let is_due = |merge: &Merged, is_written: bool| is_written || !merge.to_outlook.is_empty();
        let whole = self.newest_event().filter(|_| is_due(&plan.master.merge, is_whole_written));
        let of_whole = whole.iter().flat_map(|event| foreseen(&self.seen.id, event, &plan.master.merge));
        let is_written = |place: usize| dates.iter().any(|(due, _)| *due == place);
        let due =
            plan.dates.iter().enumerate().filter(|(place, date)| is_due(&date.merge, is_written(*place)));
        let of_dates = due.flat_map(|(_, date)| foreseen(&self.seen.id, &date.event.id, &date.merge));
        of_whole.chain(of_dates).collect()
    }

    /// What is written on parts.
    fn masters(&self, plan: &Plan) -> Vec<((RecordId, EventFields), Write)> {
        let ups = plan.master.ups.iter().filter_map(|(event, up)| {
            let part = self.stands.part(event)?;
            Some(((event.clone(), up.clone()), change_of(&part.master.event, up.clone())))
        });
        ups.collect()
    }

    /// What is written on single dates, by their places in the plan; of some parts nothing is written.
    fn dates(&self, plan: &Plan, unwritten: &[RecordId]) -> Vec<((usize, EventFields), Write)> {
        let ups = plan.dates.iter().enumerate().map(|(place, date)| (place, self.up_of(date, unwritten)));
        let ups = ups.filter(|(_, up)| !up.is_empty());
        ups.map(|(place, up)| {
            let write = change_of(&plan.dates[place].event, up.clone());
            ((place, up), write)
        })
        .collect()
    }

    /// What is written on a date: where its part is not, only what it does not say already.
    fn up_of(&self, date: &DatePlan, unwritten: &[RecordId]) -> EventFields {
        let part = self.stands.date(&date.event.id).and_then(|(_, part)| part);
        if part.is_some_and(|part| unwritten.contains(&part.master.event.id)) {
            mapping::changed(&date.up, &date.event.fields)
        } else {
            date.up.clone()
        }
    }
}

fn stood(event: &Event, change: &EventFields) -> EventFields {
    let stood = |field| event.fields.get(field).cloned().map(|value| (EventField::clone(field), value));
    change.keys().filter_map(stood).collect()
}
