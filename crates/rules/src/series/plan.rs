//! A series on its way up: Classic segments, single Events for what Classic cannot say, and what is left for later (SER-2,
//! XCP-2, XCP-3, TZN-1). Salesforce's caps never lose an occurrence: what does not fit now is made as time goes on.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use serde::{Deserialize, Serialize};

use super::{
    Caps, Classic, DayTime, OriginalStart, Series, original_start,
    strand::{Strand, strands},
};
use crate::{
    cause::Cause,
    item::Span,
    saving::{Check, Refusal},
    status::Issue,
    window::Days,
    zone::{self, Offsets},
};

/// What the plan must know of the org.
#[derive(Clone, Copy, Debug)]
pub struct ClassicOrg<'a> {
    /// Ids of the zones that it offers.
    pub zones: &'a [String],
    /// The most occurrences of one series.
    pub caps: Caps,
    /// The days for which occurrences must be there at once.
    pub window: Days,
}

/// How a series goes up.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassicPlan {
    /// Recurring Events, in the order of their starts.
    pub segments: Vec<Segment>,
    /// Occurrences that go up as single Events, in order.
    pub singles: Vec<Single>,
    /// The first day that is not made yet; nothing, where all are.
    pub rest: Option<NaiveDate>,
    /// What the user should know.
    pub told: Vec<String>,
    /// The rules that were asked.
    pub trace: Vec<Check>,
}

/// One Classic recurring Event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// How it repeats.
    pub classic: Classic,
    /// The occurrences that Salesforce makes of it, in order.
    pub makes: Vec<OriginalStart>,
}

/// An occurrence that is a single Event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Single {
    /// Which it is.
    pub original: OriginalStart,
    /// When it is by the pattern.
    pub span: Span,
}

/// The most segments that one plan makes; further ones follow as time goes on.
pub const SEGMENT_LIMIT: usize = 40;
/// The most single Events that one plan makes.
pub const SINGLE_LIMIT: usize = 100;

/// Days that the walk along the strands found.
#[derive(Default)]
struct Cut {
    runs: Vec<(Strand, Vec<NaiveDate>)>,
    singles: Vec<NaiveDate>,
    rest: Option<NaiveDate>,
}

/// Plans how a series goes up, from the window's first day on; one that was over by then goes up whole.
///
/// # Errors
/// The issue that says why Salesforce cannot hold it: whole days or over 24 hours (XCP-2), a zone that would move an
/// occurrence (XCP-3), a pattern that cannot be.
pub fn classic(series: &Series, org: &ClassicOrg<'_>, offsets: Offsets<'_>) -> Result<ClassicPlan, Issue> {
    let from = if series.last_day() < org.window.first { series.first } else { org.window.first };
    let mut plan = classic_from(series, from, org, offsets)?;
    if series.days_from(series.first).next().is_some_and(|first| first < from) {
        plan.told.push(format!("Occurrences before {from} are left out."));
    }
    Ok(plan)
}

/// As [`classic`], from a given day on: what follows a series that was split (SER-4), or one that the caps cut off.
///
/// # Errors
/// As [`classic`].
pub fn classic_from(
    series: &Series,
    from: NaiveDate,
    org: &ClassicOrg<'_>,
    offsets: Offsets<'_>,
) -> Result<ClassicPlan, Issue> {
    series.pattern.check().map_err(|bad| Cause::UnreadableSeries { why: bad.to_string() }.issue())?;
    let mut trace = Vec::new();
    parts_of_a_day(series, &mut trace).map_err(|refusal| Issue::refused(&refusal))?;
    let cut = cut(series, from, org);
    let zone = salesforce_zone(series, &cut, org, offsets, &mut trace)
        .map_err(|refusal| Issue::refused(&refusal))?;
    let clock = series.clock(offsets);
    let at = |day: &NaiveDate| series.span_on(*day, &clock);
    let mut segments = Vec::new();
    for (strand, days) in &cut.runs {
        let (Some(rhythm), Some(last)) = (strand.rhythm, days.last()) else { continue };
        let makes: Vec<OriginalStart> = days.iter().filter_map(at).map(original_start).collect();
        let Some(start) = makes.first().copied() else { continue };
        segments.push(Segment { classic: Classic { rhythm, start, last: *last, zone: zone.clone() }, makes });
    }
    segments.sort_by_key(|segment| segment.classic.start);
    let single = |span| Single { original: original_start(span), span };
    let singles = cut.singles.iter().filter_map(at).map(single).collect();
    trace.push(passed("SER-2", &sum(&segments, cut.singles.len())));
    Ok(ClassicPlan { told: told(&segments, cut.rest), segments, singles, rest: cut.rest, trace })
}

/// XCP-2: no series of whole days, nor of occurrences over 24 hours.
fn parts_of_a_day(series: &Series, trace: &mut Vec<Check>) -> Result<(), Refusal> {
    let says = "Each occurrence lasts 24 hours at most and is not made of whole days".to_owned();
    let refusal = match series.time {
        DayTime::AllDay { .. } => Some(Refusal::RecurringAllDay),
        DayTime::Timed { .. } => (series.length() > TimeDelta::hours(24)).then_some(Refusal::RecurringLong),
    };
    trace.push(Check { rule: "XCP-2", says, passed: refusal.is_none() });
    refusal.map_or(Ok(()), Err)
}

/// XCP-3, TZN-1: an id of the org that puts every occurrence where it is.
fn salesforce_zone(
    series: &Series,
    cut: &Cut,
    org: &ClassicOrg<'_>,
    offsets: Offsets<'_>,
    trace: &mut Vec<Check>,
) -> Result<String, Refusal> {
    let DayTime::Timed { start, .. } = series.time else { return Err(Refusal::RecurringAllDay) };
    let days = cut.runs.iter().flat_map(|(_, days)| days);
    let times: Vec<NaiveDateTime> = days.map(|day| day.and_time(start)).collect();
    let found = if times.is_empty() {
        // Single Events carry no zone; the pattern's days still need one that is known.
        series.clock(offsets).instant(series.first.and_time(start)).map(|_| series.zone.clone())
    } else {
        zone::id_that_agrees(&series.zone, org.zones, &times, offsets).map(str::to_owned)
    };
    let says = "A time zone of the Salesforce organization keeps every occurrence where it is".to_owned();
    trace.push(Check { rule: "XCP-3", says, passed: found.is_some() });
    found.ok_or_else(|| Refusal::SeriesZone { zone: series.zone.clone() })
}

fn cut(series: &Series, from: NaiveDate, org: &ClassicOrg<'_>) -> Cut {
    let mut cut = Cut::default();
    let last = series.last_day();
    for strand in strands(series.pattern, series.first) {
        let days = super::dates::dates_from(strand.pattern, series.first, from);
        let mut days = days.take_while(move |day| *day <= last).peekable();
        cut_strand(strand, &mut days, org, &mut cut);
        if let Some(next) = days.peek() {
            cut.rest = Some(cut.rest.map_or(*next, |rest| rest.min(*next)));
        }
    }
    cut.singles.sort_unstable();
    cut
}

/// Takes the days of a strand as runs that Classic makes just so, the others one by one, until the window is full.
fn cut_strand(
    strand: Strand,
    days: &mut std::iter::Peekable<impl Iterator<Item = NaiveDate>>,
    org: &ClassicOrg<'_>,
    cut: &mut Cut,
) {
    let mut met: Option<NaiveDate> = None;
    let full = |cut: &Cut| cut.runs.len() >= SEGMENT_LIMIT || cut.singles.len() >= SINGLE_LIMIT;
    while let Some(day) = days.peek().copied() {
        let enough = met.is_some_and(|met| met >= org.window.last || day > org.window.last);
        if enough || full(cut) {
            return;
        }
        let sure = strand.rhythm.filter(|rhythm| !rhythm.is_unsure_in(day));
        let run = sure.map_or_else(Vec::new, |rhythm| {
            std::iter::from_fn(|| days.next_if(|day| !rhythm.is_unsure_in(*day)))
                .take(org.caps.of(rhythm))
                .collect()
        });
        met = run.last().copied().or(Some(day));
        match run.as_slice() {
            [] => cut.singles.extend(days.next()),
            [only] => cut.singles.push(*only),
            [_, _, ..] => cut.runs.push((strand, run)),
        }
    }
}

fn sum(segments: &[Segment], singles: usize) -> String {
    format!("It takes {} recurring and {singles} single Events in Salesforce", segments.len())
}

fn told(segments: &[Segment], rest: Option<NaiveDate>) -> Vec<String> {
    let mut told = Vec::new();
    if !segments.is_empty() {
        told.push(
            "Edit the series in Outlook or in Salesforce Classic; Lightning cannot edit it.".to_owned(),
        );
    }
    if let Some(rest) = rest {
        told.push(format!("Occurrences from {rest} on follow as time goes on."));
    }
    told
}

pub(super) fn passed(rule: &'static str, says: &str) -> Check {
    Check { rule, says: says.to_owned(), passed: true }
}

#[cfg(test)]
mod tests;
