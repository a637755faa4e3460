//! `patternedRecurrence` ↔ the pattern and range of a series:
//! <https://learn.microsoft.com/graph/api/resources/patternedrecurrence>
//!
//! Members that a type does not use come back as 0, `first` or the year 1, and are no data. Written, they are refused.

use calbridge_rules::series::{Nth, Pattern, Range, Weekdays};
use chrono::{NaiveDate, Weekday};

use crate::{
    call::CallError,
    json,
    tree::object,
    value::{Value, texts},
};

/// How a series repeats, by Graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recurrence {
    /// Its pattern.
    pub pattern: Pattern,
    /// The day from which the pattern counts.
    pub first: NaiveDate,
    /// When it ends.
    pub range: Range,
    /// The zone of its days, by its Windows or IANA name; empty where only the item tells.
    pub zone: String,
}

const DAYS: [(Weekday, &str); 7] = [
    (Weekday::Sun, "sunday"),
    (Weekday::Mon, "monday"),
    (Weekday::Tue, "tuesday"),
    (Weekday::Wed, "wednesday"),
    (Weekday::Thu, "thursday"),
    (Weekday::Fri, "friday"),
    (Weekday::Sat, "saturday"),
];
const INDEXES: [(Nth, &str); 5] = [
    (Nth::First, "first"),
    (Nth::Second, "second"),
    (Nth::Third, "third"),
    (Nth::Fourth, "fourth"),
    (Nth::Last, "last"),
];

/// Reads the recurrence of a master.
///
/// # Errors
/// It has none, or one that says nothing we know.
pub(super) fn read(row: &Value) -> Result<Recurrence, CallError> {
    let recurrence =
        json::at(row, "recurrence").ok_or_else(|| json::malformed("a series without a pattern"))?;
    let pattern =
        json::at(recurrence, "pattern").ok_or_else(|| json::malformed("a recurrence without a pattern"))?;
    Ok(Recurrence {
        pattern: read_pattern(pattern)?,
        first: json::date(recurrence, "range.startDate")?,
        range: read_range(recurrence)?,
        zone: json::maybe_text(recurrence, "range.recurrenceTimeZone").unwrap_or_default().to_owned(),
    })
}

fn read_pattern(row: &Value) -> Result<Pattern, CallError> {
    let interval = number(row, "interval")?;
    let kind = json::text(row, "type")?;
    Ok(match kind {
        "daily" => Pattern::Daily { interval },
        "weekly" => {
            let first_day = json::maybe_text(row, "firstDayOfWeek").and_then(weekday).unwrap_or(Weekday::Sun);
            Pattern::Weekly { interval, days: weekdays(row), first_day }
        }
        "absoluteMonthly" => Pattern::MonthlyDay { interval, day: number(row, "dayOfMonth")? },
        "relativeMonthly" => Pattern::MonthlyNth { interval, nth: nth(row), days: weekdays(row) },
        "absoluteYearly" => {
            Pattern::YearlyDay { interval, month: number(row, "month")?, day: number(row, "dayOfMonth")? }
        }
        "relativeYearly" => {
            Pattern::YearlyNth { interval, month: number(row, "month")?, nth: nth(row), days: weekdays(row) }
        }
        other => return Err(json::malformed(format!("a pattern of the type {other}"))),
    })
}

fn read_range(recurrence: &Value) -> Result<Range, CallError> {
    match json::text(recurrence, "range.type")? {
        "noEnd" => Ok(Range::NoEnd),
        "endDate" => json::date(recurrence, "range.endDate").map(Range::Until),
        "numbered" => {
            let range = json::at(recurrence, "range").unwrap_or(recurrence);
            number(range, "numberOfOccurrences").map(Range::Count)
        }
        other => Err(json::malformed(format!("a range of the type {other}"))),
    }
}

fn number(row: &Value, name: &str) -> Result<u32, CallError> {
    let found = json::at(row, name).and_then(Value::as_i64).and_then(|number| u32::try_from(number).ok());
    found.ok_or_else(|| json::malformed(format!("{name} is no number")))
}

fn weekday(name: &str) -> Option<Weekday> {
    DAYS.iter().find(|(_, known)| known.eq_ignore_ascii_case(name)).map(|(day, _)| *day)
}

fn weekdays(row: &Value) -> Weekdays {
    let named = json::rows(row, "daysOfWeek").iter().filter_map(Value::as_str).filter_map(weekday);
    Weekdays::of(&named.collect::<Vec<_>>())
}

fn nth(row: &Value) -> Nth {
    let named = json::maybe_text(row, "index").unwrap_or_default();
    INDEXES.iter().find(|(_, known)| *known == named).map_or(Nth::First, |(nth, _)| *nth)
}

/// The recurrence as Graph takes it: only what its type needs.
pub(super) fn written(recurrence: &Recurrence) -> Value {
    let zone = ("recurrenceTimeZone", Value::from(recurrence.zone.as_str()));
    let first = ("startDate", Value::from(recurrence.first.to_string()));
    let mut range = match recurrence.range {
        Range::NoEnd => vec![("type", Value::from("noEnd"))],
        Range::Until(last) => {
            vec![("type", Value::from("endDate")), ("endDate", Value::from(last.to_string()))]
        }
        Range::Count(count) => {
            vec![("type", Value::from("numbered")), ("numberOfOccurrences", Value::from(count))]
        }
    };
    range.extend([first, zone]);
    object([("pattern", written_pattern(recurrence.pattern)), ("range", object(range))])
}

fn written_pattern(pattern: Pattern) -> Value {
    let kind = |name: &str| ("type", Value::from(name));
    let days = |days: Weekdays| {
        let names: Vec<&str> = days.iter().map(day_name).collect();
        ("daysOfWeek", texts(&names))
    };
    let index = |nth: Nth| ("index", Value::from(nth_name(nth)));
    let (day_of_month, month_of_year) =
        (|day: u32| ("dayOfMonth", Value::from(day)), |month: u32| ("month", Value::from(month)));
    let mut members = match pattern {
        Pattern::Daily { .. } => vec![kind("daily")],
        Pattern::Weekly { days: set, first_day, .. } => {
            vec![kind("weekly"), days(set), ("firstDayOfWeek", Value::from(day_name(first_day)))]
        }
        Pattern::MonthlyDay { day, .. } => vec![kind("absoluteMonthly"), day_of_month(day)],
        Pattern::MonthlyNth { nth, days: set, .. } => vec![kind("relativeMonthly"), index(nth), days(set)],
        Pattern::YearlyDay { month, day, .. } => {
            vec![kind("absoluteYearly"), month_of_year(month), day_of_month(day)]
        }
        Pattern::YearlyNth { month, nth, days: set, .. } => {
            vec![kind("relativeYearly"), month_of_year(month), index(nth), days(set)]
        }
    };
    members.push(("interval", Value::from(pattern.interval())));
    object(members)
}

fn day_name(day: Weekday) -> &'static str {
    DAYS.iter().find(|(known, _)| *known == day).map_or("sunday", |(_, name)| name)
}

fn nth_name(nth: Nth) -> &'static str {
    INDEXES.iter().find(|(known, _)| *known == nth).map_or("first", |(_, name)| name)
}

#[cfg(test)]
mod tests;
