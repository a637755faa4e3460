//! A series of the made-up company, for the tests of every rule about series.

use chrono::Weekday;

use super::{Caps, ClassicOrg, Exception, Nth, Pattern, Range, Series, Weekdays};
use crate::{
    item::{Item, Kind, Span},
    mapping::ItemValues,
    sample::{at, date, meeting, zones},
    window::Days,
};

pub(super) const BERLIN: &str = "W. Europe Standard Time";

/// A series at nine o'clock in Berlin, for an hour.
pub(super) fn series(pattern: Pattern, first: &str, range: Range) -> Series {
    let start = at("2026-11-24T08:00:00Z");
    let span = Span::Timed { start, end: start + chrono::TimeDelta::hours(1) };
    let master = Item { kind: Kind::Series, span, ..meeting() };
    Series::new(master, pattern, date(first), range, BERLIN, &zones).unwrap()
}

/// Every Tuesday from 3 November 2026 on.
pub(super) fn weekly() -> Series {
    series(on(1, &[Weekday::Tue]), "2026-11-03", Range::NoEnd)
}

pub(super) fn daily() -> Pattern {
    Pattern::Daily { interval: 1 }
}

pub(super) fn on(interval: u32, days: &[Weekday]) -> Pattern {
    Pattern::Weekly { interval, days: Weekdays::of(days), first_day: Weekday::Mon }
}

pub(super) fn last_friday(interval: u32) -> Pattern {
    Pattern::MonthlyNth { interval, nth: Nth::Last, days: Weekdays::of(&[Weekday::Fri]) }
}

/// An exception with another subject.
pub(super) fn renamed(subject: &str) -> Exception {
    let values = ItemValues { subject: Some(subject.to_owned()), ..ItemValues::default() };
    Exception { values, attendees: None }
}

/// An exception that takes place at another time.
pub(super) fn moved(start: &str, end: &str) -> Exception {
    let span = Some(Span::Timed { start: at(start), end: at(end) });
    Exception { values: ItemValues { span, ..ItemValues::default() }, attendees: None }
}

pub(super) fn ids(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|&id| id.to_owned()).collect()
}

/// The org on 21 November 2026, with the usual window.
pub(super) fn org(zones: &[String]) -> ClassicOrg<'_> {
    ClassicOrg { zones, caps: Caps::default(), window: Days::around(date("2026-11-21"), 14, 60) }
}
