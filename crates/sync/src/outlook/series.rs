//! Series of the calendar in their normal form: Graph's masters with what became of their dates.

use calbridge_engine::ports::{SeenItem, Trouble};
use calbridge_rules::{
    cause::Cause,
    id::ItemId,
    item::{Item, Kind},
    series::{BadSeries, DayTime, OriginalStart, Series, differs},
};
use calbridge_wire::graph::{
    recurrence::Recurrence,
    series::{GraphSeries, ReadDates, ReadSeries},
    write::Repeats,
};
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};

use super::{Outlook, seen, trouble};
use crate::clock::zone_offset;

/// How far around its original start a date is looked for: Outlook moves none past its neighbours, but those may be far.
const AROUND: TimeDelta = TimeDelta::days(31);

/// Series by their masters; one answer for each, in order.
pub(super) async fn read(outlook: &Outlook<'_>, masters: &[ItemId]) -> Vec<Result<Series, Trouble>> {
    let questions = masters.iter().map(|id| question(outlook, id)).collect();
    let answers = outlook.each(questions, normal).await;
    answers.into_iter().map(Result::flatten).collect()
}

fn question(outlook: &Outlook<'_>, master: &ItemId) -> ReadSeries {
    ReadSeries {
        mailbox: outlook.mailbox.clone(),
        id: master.clone(),
        addin_id: outlook.mailroom.addin_id.clone(),
    }
}

/// Dates of a series that differ from it, as items.
pub(super) async fn exceptions(outlook: &Outlook<'_>, master: &ItemId) -> Result<Vec<SeenItem>, Trouble> {
    let question = question(outlook, master);
    let read = outlook.mailroom.call(outlook.mailbox, 1, &question).await.map_err(trouble)?;
    Ok(read.exceptions.into_iter().map(seen).collect())
}

/// Single dates of a series; one answer for each, in order.
pub(super) async fn dates(
    outlook: &Outlook<'_>,
    master: &ItemId,
    series: &Series,
    originals: &[OriginalStart],
) -> Vec<Result<SeenItem, Trouble>> {
    let mut answers = Vec::with_capacity(originals.len());
    for original in originals {
        answers.push(date(outlook, master, series, *original).await);
    }
    answers
}

async fn date(
    outlook: &Outlook<'_>,
    master: &ItemId,
    series: &Series,
    original: OriginalStart,
) -> Result<SeenItem, Trouble> {
    let begins = match series.exceptions.get(&original).and_then(|exception| exception.values.span) {
        Some(calbridge_rules::item::Span::Timed { start, .. }) => start,
        Some(calbridge_rules::item::Span::AllDay { first, .. }) => first.and_time(NaiveTime::MIN).and_utc(),
        None => original,
    };
    let (from, to) = around(original, begins);
    let question = ReadDates {
        mailbox: outlook.mailbox.clone(),
        series: master.clone(),
        start: from,
        end: to,
        addin_id: outlook.mailroom.addin_id.clone(),
    };
    let first = outlook.mailroom.call(outlook.mailbox, 1, &question).await.map_err(trouble)?;
    let items = outlook.further_pages(first).await?;
    let is_meant = |item: &calbridge_wire::graph::item::GraphItem| {
        item.original_start == Some(original)
            || (item.original_start.is_none() && starts_at(&item.item, original))
    };
    items.into_iter().find(is_meant).map(seen).ok_or(Trouble::Gone)
}

/// As little of the calendar as holds a date, wherever it was moved to.
fn around(original: DateTime<Utc>, begins: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    let margin = TimeDelta::days(1);
    let (first, last) = (original.min(begins) - margin, original.max(begins) + margin);
    (first.max(original - AROUND), last.min(original + AROUND))
}

fn starts_at(item: &Item, at: DateTime<Utc>) -> bool {
    match item.span {
        calbridge_rules::item::Span::Timed { start, .. } => start == at,
        calbridge_rules::item::Span::AllDay { .. } => false,
    }
}

/// How a new series repeats; nothing of whole days, which are no series here (XCP-2).
pub(super) fn repeats(series: &Series) -> Option<Repeats> {
    let DayTime::Timed { start, seconds } = series.time else { return None };
    let start = series.first.and_time(start);
    let recurrence = Recurrence {
        pattern: series.pattern,
        first: series.first,
        range: series.range,
        zone: series.zone.clone(),
    };
    Some(Repeats { recurrence, start, end: start + TimeDelta::seconds(seconds.into()) })
}

/// The normal form of what Graph tells.
fn normal(read: GraphSeries) -> Result<Series, Trouble> {
    let GraphSeries { master, recurrence, exceptions, cancelled } = read;
    let item = Item { kind: Kind::Series, ..master.item };
    let zone =
        if recurrence.zone.is_empty() { item.zone.clone().unwrap_or_default() } else { recurrence.zone };
    let made = Series::new(item, recurrence.pattern, recurrence.first, recurrence.range, &zone, &zone_offset);
    let mut series = made.map_err(unreadable)?;
    let clock = series.clock(&zone_offset);
    let mut gone: Vec<OriginalStart> = Vec::with_capacity(cancelled.len());
    for day in cancelled {
        let span = series.span_on(day, &clock).ok_or_else(|| unreadable(BadSeries::Zone(zone.clone())))?;
        gone.push(match span {
            calbridge_rules::item::Span::Timed { start, .. } => start,
            calbridge_rules::item::Span::AllDay { first, .. } => first.and_time(NaiveTime::MIN).and_utc(),
        });
    }
    gone.sort_unstable();
    let mut own = Vec::new();
    for date in exceptions {
        let Some(original) = date.original_start else { continue };
        let day = clock.day(original).unwrap_or(original.date_naive());
        let by_pattern = series.span_on(day, &clock).unwrap_or(date.item.span);
        own.extend(differs(&series.master, &date.item, by_pattern).map(|exception| (original, exception)));
    }
    series.exceptions = own.into_iter().collect();
    series.cancelled = gone;
    Ok(series)
}

/// A series that nobody can read, or whose zone nobody knows, is one item's trouble (XCP-3).
fn unreadable(bad: BadSeries) -> Trouble {
    Trouble::Refused(match bad {
        BadSeries::Zone(zone) => {
            calbridge_rules::status::Issue::refused(&calbridge_rules::saving::Refusal::SeriesZone { zone })
        }
        BadSeries::Pattern(_) | BadSeries::Range => Cause::UnreadableSeries { why: bad.to_string() }.issue(),
    })
}
