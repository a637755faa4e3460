//! Recurrence as clients write it. <https://learn.microsoft.com/graph/api/resources/recurrencepattern>
//!
//! A pattern takes the members its type needs and no others; members that say nothing (`0`, `first`, empty) pass.

use chrono::{DateTime, Datelike, NaiveDate, Utc, Weekday};
use serde_json::Value;

use super::item::When;
use super::mailbox::moved;
use super::reply::{Reply, bad_request};
use super::series::{End, Recurrence, Rhythm, weekday_word};
use super::write::YEARS;
use super::zones;

/// The largest interval and number of occurrences.
const COUNT_LIMIT: u32 = 999;
const INDEXES: [&str; 5] = ["first", "second", "third", "fourth", "last"];
const DAYS: [Weekday; 7] =
    [Weekday::Sun, Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat];

/// Reads a `patternedRecurrence` for an item that takes place at some time, entered in some zone.
pub(super) fn read(value: &Value, when: When, zone: &str) -> Result<Recurrence, Reply> {
    let (pattern, range) = (&value["pattern"], &value["range"]);
    let rhythm = pattern["type"].as_str().and_then(Rhythm::read).ok_or_else(|| wrong("pattern.type"))?;
    only_needed(rhythm, pattern)?;
    let zone = range["recurrenceTimeZone"].as_str().filter(|name| !name.is_empty()).unwrap_or(zone);
    if zones::find(zone).is_none() {
        let message = "A valid TimeZone value must be specified.";
        return Err(bad_request("TimeZoneNotSupportedException", message));
    }
    let first = day(&range["startDate"]).ok_or_else(|| wrong("range.startDate"))?;
    let recurrence = Recurrence {
        rhythm,
        interval: number(pattern, "interval", 1, COUNT_LIMIT)?,
        days: days(rhythm, pattern)?,
        day_of_month: match rhythm {
            Rhythm::AbsoluteMonthly | Rhythm::AbsoluteYearly => number(pattern, "dayOfMonth", 1, 31)?,
            Rhythm::Daily | Rhythm::Weekly | Rhythm::RelativeMonthly | Rhythm::RelativeYearly => first.day(),
        },
        month: match rhythm {
            Rhythm::AbsoluteYearly | Rhythm::RelativeYearly => number(pattern, "month", 1, 12)?,
            Rhythm::Daily | Rhythm::Weekly | Rhythm::AbsoluteMonthly | Rhythm::RelativeMonthly => {
                first.month()
            }
        },
        index: index(&pattern["index"])?,
        first_day: match rhythm {
            Rhythm::Weekly => weekday(&pattern["firstDayOfWeek"]).ok_or_else(|| wrong("firstDayOfWeek"))?,
            Rhythm::Daily
            | Rhythm::AbsoluteMonthly
            | Rhythm::RelativeMonthly
            | Rhythm::AbsoluteYearly
            | Rhythm::RelativeYearly => Weekday::Sun,
        },
        first,
        end: end(range, first)?,
        zone: zone.to_owned(),
    };
    fits(&recurrence, when)?;
    Ok(recurrence)
}

/// Refuses members that the type does not need.
fn only_needed(rhythm: Rhythm, pattern: &Value) -> Result<(), Reply> {
    let needed: &[&str] = match rhythm {
        Rhythm::Daily => &[],
        Rhythm::Weekly => &["daysOfWeek", "firstDayOfWeek"],
        Rhythm::AbsoluteMonthly => &["dayOfMonth"],
        Rhythm::RelativeMonthly => &["daysOfWeek", "index", "firstDayOfWeek"],
        Rhythm::AbsoluteYearly => &["dayOfMonth", "month"],
        Rhythm::RelativeYearly => &["daysOfWeek", "index", "month", "firstDayOfWeek"],
    };
    for (name, value) in pattern.as_object().into_iter().flatten() {
        let known = ["type", "interval"].contains(&name.as_str()) || needed.contains(&name.as_str());
        let inert = value.is_null()
            || value == 0
            || value == "first"
            || value == "sunday"
            || value.as_array().is_some_and(Vec::is_empty);
        if !known && !inert {
            let message = format!("'{name}' cannot be set for a pattern of the type '{}'.", rhythm.word());
            return Err(bad_request("ErrorPropertyValidationFailure", &message));
        }
    }
    Ok(())
}

fn days(rhythm: Rhythm, pattern: &Value) -> Result<Vec<Weekday>, Reply> {
    let wanted = match rhythm {
        Rhythm::Weekly | Rhythm::RelativeMonthly | Rhythm::RelativeYearly => true,
        Rhythm::Daily | Rhythm::AbsoluteMonthly | Rhythm::AbsoluteYearly => false,
    };
    if !wanted {
        return Ok(Vec::new());
    }
    let rows = pattern["daysOfWeek"].as_array().filter(|rows| !rows.is_empty());
    let rows = rows.ok_or_else(|| wrong("pattern.daysOfWeek"))?;
    rows.iter().map(|row| weekday(row).ok_or_else(|| wrong("pattern.daysOfWeek"))).collect()
}

fn end(range: &Value, first: NaiveDate) -> Result<End, Reply> {
    match range["type"].as_str() {
        Some("noEnd") => Ok(End::Never),
        Some("endDate") => {
            let last = day(&range["endDate"]).ok_or_else(|| wrong("range.endDate"))?;
            if last < first {
                let message = "The recurrence ends before it starts.";
                return Err(bad_request("ErrorRecurrenceEndDateTooBig", message));
            }
            Ok(End::On(last))
        }
        Some("numbered") => Ok(End::After(number(range, "numberOfOccurrences", 1, COUNT_LIMIT)?)),
        _ => Err(wrong("range.type")),
    }
}

/// Refuses a series without dates, one that starts on another day than its item, and dates that overlap.
fn fits(recurrence: &Recurrence, when: When) -> Result<(), Reply> {
    let zone = zones::find(&recurrence.zone).unwrap_or(chrono_tz::Tz::UTC);
    let start = |when: When| -> DateTime<Utc> { when.instants(zone).0 };
    let starts = match when {
        When::AllDay { first, .. } => first,
        When::Timed { start, .. } => zones::local(start, zone).date(),
    };
    if starts != recurrence.first {
        let message = "The start date of the recurrence range has to be the start of the event.";
        return Err(bad_request("ErrorPropertyValidationFailure", message));
    }
    let horizon = recurrence.first + chrono::TimeDelta::days(366 * 10);
    let dates = recurrence.dates_until(horizon);
    let Some(one) = dates.first() else {
        let message = "The recurrence pattern has no occurrence in its range.";
        return Err(bad_request("ErrorRecurrenceHasNoOccurrence", message));
    };
    if let Some(two) = dates.get(1) {
        let ends = moved(when, recurrence.first, *one, zone).instants(zone).1;
        if ends > start(moved(when, recurrence.first, *two, zone)) {
            let message = "The duration of an occurrence must be shorter than the time between occurrences.";
            return Err(bad_request("ErrorOccurrenceTimeSpanTooBig", message));
        }
    }
    Ok(())
}

fn index(value: &Value) -> Result<u32, Reply> {
    let Some(word) = value.as_str() else { return Ok(1) };
    (1..)
        .zip(INDEXES)
        .find(|(_, known)| *known == word)
        .map(|(at, _)| at)
        .ok_or_else(|| wrong("pattern.index"))
}

fn weekday(value: &Value) -> Option<Weekday> {
    let word = value.as_str()?;
    DAYS.into_iter().find(|day| weekday_word(*day).eq_ignore_ascii_case(word))
}

fn day(value: &Value) -> Option<NaiveDate> {
    value.as_str()?.parse().ok().filter(|day: &NaiveDate| YEARS.contains(&day.year()))
}

fn number(value: &Value, name: &str, least: u32, most: u32) -> Result<u32, Reply> {
    let number = value[name].as_u64().and_then(|number| u32::try_from(number).ok());
    number.filter(|number| (least..=most).contains(number)).ok_or_else(|| wrong(name))
}

fn wrong(name: &str) -> Reply {
    bad_request(
        "ErrorPropertyValidationFailure",
        &format!("The value of '{name}' is missing or cannot be used."),
    )
}
