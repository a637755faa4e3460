//! Zones: names mapped, offsets given by the caller (TZN-2 to TZN-4, XCP-3).

mod wall;
mod windows;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use self::windows::{Row, rows};
use crate::item::Span;

pub use wall::{Clock, agree, id_that_agrees};

/// Tells the offset of an IANA zone at an instant: the service asks its zone database, the pane its browser.
pub type Offsets<'a> = &'a dyn Fn(&str, DateTime<Utc>) -> Option<FixedOffset>;

/// Zones that Salesforce offers, one a line.
const SALESFORCE_IDS: &str = include_str!("zone/salesforce_ids.txt");

/// How Outlook names UTC when a meeting came from elsewhere.
const OUTLOOK_UTC: &str = "tzone://Microsoft/Utc";

/// The IANA name of a zone that Windows or IANA names, if it is one we know.
pub fn iana(name: &str) -> Option<&'static str> {
    let name = name.trim();
    if name == OUTLOOK_UTC {
        return Some("Etc/UTC");
    }
    by_windows_name(name)
        .or_else(|| by_iana_name(name))
        .map(|(_, iana, _)| iana)
        .or_else(|| offered_by_salesforce(name))
}

/// The id that Salesforce has for a zone that Windows or IANA names (TZN-3); nothing where it has none.
pub fn salesforce_id(name: &str) -> Option<&'static str> {
    let name = name.trim();
    if name == OUTLOOK_UTC {
        return Some("GMT");
    }
    match by_windows_name(name) {
        Some((_, _, id)) => Some(id).filter(|id| !id.is_empty()),
        None => offered_by_salesforce(name)
            .or_else(|| by_iana_name(name).map(|(_, _, id)| id).filter(|id| !id.is_empty())),
    }
}

/// As [`salesforce_id`], out of the ids that an org's describe lists.
pub fn salesforce_id_of_org<'a>(name: &str, org: &'a [String]) -> Option<&'a str> {
    let candidates = [salesforce_id(name), iana(name)];
    let offered = |id: &str| org.iter().find(|offered| offered.as_str() == id).map(String::as_str);
    candidates.into_iter().flatten().find_map(offered).or_else(|| offered(name.trim()))
}

fn by_windows_name(name: &str) -> Option<Row> {
    rows().find(|(windows, _, _)| *windows == name)
}

fn by_iana_name(name: &str) -> Option<Row> {
    rows().find(|(_, iana, _)| *iana == name)
}

fn offered_by_salesforce(name: &str) -> Option<&'static str> {
    SALESFORCE_IDS.lines().find(|id| *id == name)
}

/// The wall-clock time of an instant in a zone that Windows or IANA names (TZN-4). IANA has more names than we know: one
/// that is unknown here is asked for as it is.
pub fn local(instant: DateTime<Utc>, zone: &str, offsets: Offsets<'_>) -> Option<NaiveDateTime> {
    Clock::of(zone, offsets).local(instant)
}

/// The day of an instant in a zone.
pub fn day(instant: DateTime<Utc>, zone: &str, offsets: Offsets<'_>) -> Option<NaiveDate> {
    local(instant, zone, offsets).map(|local| local.date())
}

/// The whole days that two instants enclose: both begin a day in the mailbox's zone, and at least one day lies between.
/// Office.js does not tell all-day items from others; this does as well as can be done without asking the service.
pub fn whole_days(
    start: DateTime<Utc>,
    end: DateTime<Utc>,
    zone: &str,
    offsets: Offsets<'_>,
) -> Option<Span> {
    let first = day_begun(start, zone, offsets)?;
    let end_exclusive = day_begun(end, zone, offsets)?;
    (first < end_exclusive).then_some(Span::AllDay { first, end_exclusive })
}

/// The day that begins at an instant: at midnight, or where clocks skip midnight, at the first instant after.
fn day_begun(instant: DateTime<Utc>, zone: &str, offsets: Offsets<'_>) -> Option<NaiveDate> {
    let here = local(instant, zone, offsets)?;
    let before = local(instant - TimeDelta::seconds(1), zone, offsets)?;
    (here.time() == NaiveTime::MIN || before.date() < here.date()).then(|| here.date())
}

#[cfg(test)]
mod tests;
