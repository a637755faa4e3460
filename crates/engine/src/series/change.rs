//! What a change of a series in the calendar means for its parts in Salesforce (SER-4), and how capped ones go on (SER-2).

use calbridge_rules::{
    id::RecordId,
    series::{
        ClassicOrg, ClassicPlan, KeptMaster, OldMaster, OriginalStart, Roll, Rolling, Segment, Series,
        SeriesChange, Single, change, classic_from, roll,
    },
    settings::Settings,
    status::Issue,
};
use chrono::{DateTime, FixedOffset, NaiveDate, Utc};

use super::{KeptDate, KeptSegment, KeptSeries, date::span_at, stands::Stands};
use crate::mutant::mutant;

/// What becomes of the parts of a series.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Reshaped {
    /// Events that are deleted, masters or occurrences.
    pub(super) deletes: Vec<RecordId>,
    /// Parts that end on another day.
    pub(super) ends: Vec<(RecordId, NaiveDate)>,
    /// Parts that end later, with the dates that Salesforce makes for it.
    pub(super) extended: Vec<(RecordId, Vec<OriginalStart>)>,
    /// Whether the rest is looked at once what is due was made.
    pub(super) rolls_later: bool,
}

/// What a change is judged by.
#[derive(Clone, Copy)]
pub(super) struct Now<'a> {
    pub(super) series: &'a Series,
    pub(super) at: DateTime<Utc>,
    pub(super) settings: &'a Settings,
    pub(super) org: ClassicOrg<'a>,
    pub(super) offset: fn(&str, DateTime<Utc>) -> Option<FixedOffset>,
}

impl Now<'_> {
    /// The day it is by the series' clocks.
    fn today(&self) -> NaiveDate {
        self.series.clock(&self.offset).day(self.at).unwrap_or(self.at.date_naive())
    }

    fn day(&self, original: OriginalStart) -> NaiveDate {
        self.series.clock(&self.offset).day(original).unwrap_or(original.date_naive())
    }
}

impl KeptSeries {
    /// What is gone from Salesforce stands for nothing any more: a date that somebody deleted there is not made again. Answers
    /// those dates.
    pub(super) fn forget_what_is_gone(&mut self, stands: &Stands) -> Vec<OriginalStart> {
        self.segments.retain(|segment| stands.part(&segment.event).is_some());
        let gone: Vec<OriginalStart> = self
            .dates
            .iter()
            .filter(|(_, date)| date.event().is_some_and(|event| stands.date(&event.event).is_none()))
            .map(|(original, _)| *original)
            .collect();
        for original in &gone {
            self.dates.insert(*original, KeptDate::Nothing);
        }
        gone
    }

    /// Brings the parts in step with the series of the calendar; what is to be done for it is answered or due.
    ///
    /// # Errors
    /// The issue that says why Salesforce cannot hold what the series became.
    pub(super) fn reshape(&mut self, now: &Now<'_>) -> Result<Reshaped, Issue> {
        let mut reshaped = Reshaped::default();
        match change(&self.agreed, now.series, now.today(), now.settings) {
            SeriesChange::Nothing => {}
            SeriesChange::Keep(kept) => self.keep(now, &kept, &mut reshaped),
            SeriesChange::Split { old, from } => {
                let plan = classic_from(now.series, from, &now.org, &now.offset)?;
                self.split(now, old, from, &mut reshaped);
                self.owe(plan);
            }
        }
        self.agreed = now.series.clone();
        self.roll(now, &mut reshaped)?;
        Ok(reshaped)
    }

    /// What a plan wants is to be made, without what is there already.
    pub(super) fn owe(&mut self, plan: ClassicPlan) {
        self.rest = plan.rest;
        self.due.segments.extend(plan.segments);
        let is_new = |single: &Single| !self.dates.contains_key(&single.original);
        self.due.singles.extend(plan.singles.into_iter().filter(is_new));
    }

    fn keep(&mut self, now: &Now<'_>, kept: &KeptMaster, reshaped: &mut Reshaped) {
        for original in &kept.remove {
            if !mutant("cancelled-stays") {
                self.drop_date(*original, reshaped);
            }
            if self.dates.contains_key(original) {
                self.dates.insert(*original, KeptDate::Nothing);
            }
        }
        // A date that was taken away is made again by itself: Salesforce makes no single one of a series anew.
        for original in
            kept.restore.iter().filter(|original| self.dates.get(*original) == Some(&KeptDate::Nothing))
        {
            self.due.singles.push(Single { original: *original, span: span_at(now.series, *original) });
        }
        if !kept.has_new_end {
            return;
        }
        let last = now.series.last_day();
        if self.last_made(now) > Some(last) {
            self.end_on(now, last, reshaped);
            self.rest = None;
        } else if self.rest.is_none() {
            let after = self.last_made(now).and_then(|made| made.succ_opt());
            self.rest = after.and_then(|after| now.series.days_from(after).next());
        }
    }

    fn last_made(&self, now: &Now<'_>) -> Option<NaiveDate> {
        let dues = self.due.segments.iter().filter_map(|segment| segment.makes.last());
        self.dates.keys().chain(dues).map(|original| now.day(*original)).max()
    }

    fn split(&mut self, now: &Now<'_>, old: OldMaster, from: NaiveDate, reshaped: &mut Reshaped) {
        self.due.segments.clear();
        self.due.singles.clear();
        match old {
            OldMaster::EndsOn(last) => self.end_on(now, last, reshaped),
            OldMaster::Deleted => {
                reshaped.deletes.extend(self.segments.iter().map(|segment| segment.event.clone()));
                reshaped.deletes.extend(self.singles().cloned());
                self.segments.clear();
                self.dates.retain(|original, date| *date == KeptDate::Nothing && now.day(*original) < from);
            }
        }
    }

    /// No date after a day.
    fn end_on(&mut self, now: &Now<'_>, last: NaiveDate, reshaped: &mut Reshaped) {
        for segment in &mut self.segments {
            if now.day(segment.classic.start) > last {
                reshaped.deletes.push(segment.event.clone());
            } else if segment.classic.last > last {
                segment.classic.last = last;
                reshaped.ends.push((segment.event.clone(), last));
            }
        }
        self.segments.retain(|segment| !reshaped.deletes.contains(&segment.event));
        let later: Vec<OriginalStart> =
            self.dates.keys().filter(|original| now.day(**original) > last).copied().collect();
        for original in later {
            if let Some(KeptDate::Single(single)) = self.dates.remove(&original) {
                reshaped.deletes.push(single.event);
            }
        }
        self.due.segments.retain(|segment| now.day(segment.classic.start) <= last);
        self.due.singles.retain(|single| now.day(single.original) <= last);
    }

    fn drop_date(&mut self, original: OriginalStart, reshaped: &mut Reshaped) {
        if let Some(event) = self.dates.get(&original).and_then(KeptDate::event) {
            reshaped.deletes.push(event.event.clone());
        }
        self.due.singles.retain(|single| single.original != original);
    }

    /// SER-2: as a capped series passes, more of it is made.
    fn roll(&mut self, now: &Now<'_>, reshaped: &mut Reshaped) -> Result<(), Issue> {
        let Some(rest) = self.rest else { return Ok(()) };
        if !self.due.is_empty() {
            reshaped.rolls_later = true;
            return Ok(());
        }
        let last = self.segments.iter().max_by_key(|segment| segment.classic.last);
        let last = last.map(|segment| Segment { classic: segment.classic.clone(), makes: Vec::new() });
        let rolling = if self.rolls_by_segments { Rolling::Segments } else { Rolling::Extend };
        match roll(now.series, last.as_ref(), rest, now.today(), rolling, &now.org, &now.offset)? {
            Roll::Enough => {}
            Roll::Further(plan) => self.owe(*plan),
            Roll::Extend { segment, rest } => {
                self.rest = rest;
                let known = self.segments.iter_mut().max_by_key(|segment| segment.classic.last);
                if let Some(KeptSegment { event, classic }) = known {
                    classic.last = segment.classic.last;
                    reshaped.ends.push((event.clone(), classic.last));
                    let new = segment.makes.iter().filter(|original| !self.dates.contains_key(original));
                    reshaped.extended.push((event.clone(), new.copied().collect()));
                }
            }
        }
        Ok(())
    }
}
