//! A Classic series that was made in Salesforce, in the normal form of calendars (SER-6): pure.

use std::collections::BTreeMap;

use calbridge_rules::{
    cause::Cause,
    event::EventFields,
    id::RecordId,
    item::{Item, Kind, Span},
    mapping::{self, ItemValues},
    saving::Refusal,
    series::{BadSeries, OCCURRENCE_LIMIT, OriginalStart, Series, from_classic},
    status::Issue,
};
use chrono::TimeDelta;

use super::{KeptDate, KeptEvent, KeptSegment, KeptSeries};
use crate::{
    decide::nothing_yet,
    ports::{CrmDate, CrmSeries},
    session::ZoneOffsets,
};

/// Hours that an occurrence may last (XCP-2).
const HOURS_LIMIT: i64 = 24;

/// What the master of a series says.
pub(super) fn values(part: &CrmSeries) -> ItemValues {
    mapping::back(&part.master.event.fields, &nothing_yet(&part.master.event))
}

/// The series as its master has it, without what became of single dates.
///
/// # Errors
/// The issue that says why it cannot be one in a calendar.
pub(super) fn normal(part: &CrmSeries, offsets: ZoneOffsets) -> Result<Series, Issue> {
    let values = values(part);
    let mut master = Item { kind: Kind::Series, ..nothing_yet(&part.master.event) };
    values.write_to(&mut master);
    master.span = match values.span {
        Some(Span::AllDay { .. }) => return Err(Issue::refused(&Refusal::RecurringAllDay)),
        Some(Span::Timed { start, end }) if end - start > TimeDelta::hours(HOURS_LIMIT) => {
            return Err(Issue::refused(&Refusal::RecurringLong));
        }
        Some(Span::Timed { start, end }) => {
            Span::Timed { start: part.classic.start, end: part.classic.start + (end - start) }
        }
        None => return Err(unreadable(&BadSeries::Range)),
    };
    from_classic(&part.classic, master, &offsets).map_err(|bad| unreadable(&bad))
}

fn unreadable(bad: &BadSeries) -> Issue {
    match bad {
        BadSeries::Zone(zone) => Issue::refused(&Refusal::SeriesZone { zone: zone.clone() }),
        BadSeries::Pattern(_) | BadSeries::Range => Cause::UnreadableSeries { why: bad.to_string() }.issue(),
    }
}

/// When an Event is.
pub(super) fn span(fields: &EventFields, part: &CrmSeries) -> Option<Span> {
    mapping::back(fields, &nothing_yet(&part.master.event)).span
}

/// What is kept of a series that was made in Salesforce: its dates, those of them that nothing stands for too.
pub(super) fn kept(series: &Series, part: &CrmSeries, offsets: ZoneOffsets) -> KeptSeries {
    let dates = rows(series, part, offsets).into_iter().map(|(original, row)| {
        let stands = |event| KeptDate::Row(KeptEvent { event, own: None });
        (original, row.map_or(KeptDate::Nothing, stands))
    });
    let segment = KeptSegment { event: part.master.event.id.clone(), classic: part.classic.clone() };
    KeptSeries { segments: vec![segment], dates: dates.collect(), ..KeptSeries::of_others(series.clone()) }
}

/// Whether an occurrence stands for a date.
type Fits<'f> = &'f dyn Fn(OriginalStart, &CrmDate) -> bool;

/// Which occurrence stands for which date. An org that does not tell original starts leaves what was moved to be recognized
/// by its day, else by the date next to it.
fn rows(
    series: &Series,
    part: &CrmSeries,
    offsets: ZoneOffsets,
) -> BTreeMap<OriginalStart, Option<RecordId>> {
    let clock = series.clock(&offsets);
    let begins = |span| match span {
        Span::Timed { start, .. } => Some(start),
        Span::AllDay { .. } => None,
    };
    let days = series.days_from(series.first).take(OCCURRENCE_LIMIT);
    let originals = days.filter_map(|day| series.span_on(day, &clock)).filter_map(begins);
    let mut found: BTreeMap<OriginalStart, Option<RecordId>> =
        originals.map(|original| (original, None)).collect();
    let (named, mut unnamed): (Vec<&CrmDate>, Vec<&CrmDate>) =
        part.dates.iter().partition(|date| date.original.is_some());
    for date in named {
        if let Some(row) = date.original.and_then(|original| found.get_mut(&original)) {
            *row = Some(date.event.id.clone());
        }
    }
    let start = |date: &CrmDate| span(&date.event.fields, part).and_then(begins);
    let same_start = |original: OriginalStart, date: &CrmDate| start(date) == Some(original);
    let same_day = |original: OriginalStart, date: &CrmDate| {
        start(date).is_some_and(|start| clock.day(start) == clock.day(original))
    };
    let ways: [Fits<'_>; 2] = [&same_start, &same_day];
    for fits in ways {
        for (original, row) in found.iter_mut().filter(|(_, row)| row.is_none()) {
            if let Some(place) = unnamed.iter().position(|date| fits(*original, date)) {
                *row = Some(unnamed.remove(place).event.id.clone());
            }
        }
    }
    for date in unnamed {
        let Some(start) = start(date) else { continue };
        let free = found.iter_mut().filter(|(_, row)| row.is_none());
        if let Some((_, row)) = free.min_by_key(|(original, _)| (**original - start).abs()) {
            *row = Some(date.event.id.clone());
        }
    }
    found
}

#[cfg(test)]
mod tests;
