//! Series that go away from Salesforce, or are left to their other savers.

use calbridge_rules::{
    autosave::Past,
    event::{Event, EventFields},
    id::RecordId,
    series::OriginalStart,
    zone::Clock,
};

use super::{
    Around, KeptDate, KeptSeries, Went,
    change::Reshaped,
    date::moved,
    field::{missing, two_way},
    make::Made,
    plan::follows,
    stands::Stands,
    up::Overwrites,
};
use crate::{
    observe::Observation,
    pair::Agreed,
    perform::Done,
    ports::{Calendar, Crm, CrmSeries, Foresight, Ledger, Part, Trouble, Write},
    report::Outcome,
    session::ZoneOffsets,
};

impl<C: Calendar, R: Crm, L: Ledger> Around<'_, C, R, L> {
    /// Takes a series away from Salesforce (UNS-1, DWN-3).
    pub(super) async fn delete(
        &self,
        seen: &Observation,
        kept: &KeptSeries,
        done: &mut Done,
    ) -> Result<Went, Trouble> {
        let Some(pair) = &seen.pair else { return Err(Trouble::Unclear) };
        let stands = self.stands(kept).await?;
        let masters = stands.parts.iter().map(|part| part.master.event.clone());
        let events: Vec<Event> = masters.chain(stands.singles.iter().cloned()).collect();
        let (own, dates) = stands.own_values(kept, &pair.agreed);
        let mut made = Made::default();
        let due = self.deletable(seen, events, &mut made).await?;
        if !own.is_empty() && !due.is_empty() {
            let foresight = Foresight { overwrites: own, parts: dates, ..Foresight::default() };
            self.ledger.foresee(&foresight, self.scope.now).await?;
        }
        let masters: Vec<RecordId> = stands.parts.iter().map(|part| part.master.event.id.clone()).collect();
        let parts = stands.parts_among(&masters, kept);
        self.delete_due(due, parts, &mut made, done).await?;
        let outcome = match made {
            Made { issue: Some(issue), .. } => Outcome::Refused(issue),
            Made { is_unfinished: true, .. } => Outcome::Deferred,
            Made { issue: None, is_unfinished: false, .. } => Outcome::Removed { event: pair.event.clone() },
        };
        Ok((outcome, None))
    }

    /// Leaves a series to its other savers.
    pub(super) async fn leave(
        &self,
        seen: &Observation,
        kept: &KeptSeries,
        change: &EventFields,
        done: &mut Done,
    ) -> Result<Went, Trouble> {
        let Some(pair) = &seen.pair else { return Err(Trouble::Unclear) };
        let mut made = Made::default();
        if !change.is_empty() {
            self.hand_over(seen, kept, change, &mut made, done).await?;
        }
        if let Some(issue) = made.issue {
            return Ok((Outcome::Refused(issue), None));
        }
        let event = pair.event.clone();
        Ok((
            if made.is_unfinished {
                Outcome::Deferred
            } else {
                Outcome::Released { event, past: Past::TakenBack }
            },
            None,
        ))
    }

    /// Writes the same on every part and single Event of a series.
    async fn hand_over(
        &self,
        seen: &Observation,
        kept: &KeptSeries,
        change: &EventFields,
        made: &mut Made,
        done: &mut Done,
    ) -> Result<(), Trouble> {
        // Whatever they say by now, it is this that is written.
        let write = |event: &RecordId| Write::Change {
            event: event.clone(),
            stands: EventFields::new(),
            change: change.clone(),
        };
        let masters = kept.segments.iter().map(|segment| (&segment.event, write(&segment.event)));
        for (event, attempt) in self.unrested(seen, masters.collect(), made).await? {
            if let Err(trouble) = self.crm.update_series(event, change, None).await {
                made.unwritten(attempt, trouble, done);
            }
        }
        let singles = kept.singles().map(|single| (single.clone(), write(single)));
        let due = self.unrested(seen, singles.collect(), made).await?;
        let rows: Vec<(RecordId, EventFields)> =
            due.iter().map(|(single, _)| (single.clone(), change.clone())).collect();
        let answers = if rows.is_empty() { Vec::new() } else { self.crm.update(&rows).await };
        for ((_, attempt), answer) in due.into_iter().zip(answers) {
            if let Err(trouble) = answer {
                made.unwritten(attempt, trouble, done);
            }
        }
        Ok(())
    }
}

impl Stands {
    /// What masters among some Events are, so that they can be brought back (UNS-2).
    pub(super) fn parts_among(&self, events: &[RecordId], kept: &KeptSeries) -> Vec<(RecordId, Part)> {
        let masters = self.parts.iter().filter(|part| events.contains(&part.master.event.id));
        let part = |part: &CrmSeries| {
            let is_of = |original: &OriginalStart| {
                *original >= part.classic.start && original.date_naive() <= part.classic.last
            };
            let nothing = kept.dates.iter().filter(|(_, date)| **date == KeptDate::Nothing);
            let without = nothing.map(|(original, _)| *original).filter(is_of).collect();
            (part.master.event.id.clone(), Part::Master { classic: part.classic.clone(), without })
        };
        masters.map(part).collect()
    }

    /// Occurrences that Salesforce takes away by itself, and that nothing else keeps (UNS-2): all after the end of a part that
    /// ends earlier, and of a part that is deleted those that say something of their own, whoever said it.
    pub(super) fn vanishing(
        &self,
        reshaped: &Reshaped,
        offsets: ZoneOffsets,
    ) -> (Overwrites, Vec<(RecordId, Part)>) {
        let mut gone = Vec::new();
        for part in &self.parts {
            let master = &part.master.event;
            let is_deleted = reshaped.deletes.contains(&master.id);
            let last = reshaped.ends.iter().find(|(event, _)| *event == master.id).map(|(_, last)| *last);
            let clock = Clock::of(&part.classic.zone, &offsets);
            for date in &part.dates {
                let Some(begins) = date.begins() else { continue };
                let original = date.original.unwrap_or(begins);
                let is_after = last.is_some_and(|last| clock.day(begins).is_some_and(|day| day > last));
                if is_after || (is_deleted && !follows(part, original, &date.event.fields)) {
                    let overwrite = (date.event.id.clone(), date.event.fields.clone(), EventFields::new());
                    gone.push((
                        overwrite,
                        (date.event.id.clone(), Part::Date { master: master.id.clone(), original }),
                    ));
                }
            }
        }
        gone.into_iter().unzip()
    }

    /// Occurrences that say something of their own: it goes with their series, and is kept before.
    fn own_values(&self, kept: &KeptSeries, agreed: &Agreed) -> (Overwrites, Vec<(RecordId, Part)>) {
        let known = kept.dates.iter().filter_map(|(original, date)| match date {
            KeptDate::Row(row) => Some((original, row)),
            KeptDate::Single(_) | KeptDate::Nothing => None,
        });
        let differs = known.filter_map(|(original, row)| {
            let (event, part) = self.date(&row.event)?;
            let says_its_own = !missing(&moved(&two_way(&agreed.event), *original), &event.fields).is_empty();
            let date = Part::Date { master: part?.master.event.id.clone(), original: *original };
            let overwrite = (event.id.clone(), event.fields.clone(), EventFields::new());
            says_its_own.then(|| (overwrite, (event.id.clone(), date)))
        });
        differs.unzip()
    }
}
