//! A Classic series as its master's fields describe it: which fields each type needs, what they may hold, how many
//! occurrences it may have.

use chrono::{DateTime, NaiveDate, Utc, Weekday};
use chrono_tz::Tz;
use serde_json::Value;

use super::rhythm::{Clock, DayOfMonth, Place, Rhythm, WeekDays};
use super::{flag, text};
use crate::salesforce::moment;
use crate::salesforce::org::Values;
use crate::salesforce::refusal::Refusal;
use crate::salesforce::write::missing_fields;

/// The fields of which each type needs some and allows no others.
const TYPED_FIELDS: [&str; 5] = [
    "RecurrenceInterval",
    "RecurrenceDayOfWeekMask",
    "RecurrenceDayOfMonth",
    "RecurrenceInstance",
    "RecurrenceMonthOfYear",
];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// Any leap year: the longest form of every month.
const LEAP_YEAR: i32 = 2_000;

/// The most occurrences of a series that repeats by days, weeks, months, years.
const DAILY_LIMIT: usize = 100;
const WEEKLY_LIMIT: usize = 53;
const MONTHLY_LIMIT: usize = 59;
const YEARLY_LIMIT: usize = 9;

/// A Classic series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Series {
    pub(super) rhythm: Rhythm,
    pub(super) clock: Clock,
    pub(super) start: DateTime<Utc>,
    /// The day on which the last occurrence starts.
    pub(super) until: NaiveDate,
    pub(super) limit: usize,
}

impl Series {
    /// Reads a master's fields; the zone must already be set.
    pub(super) fn read(values: &Values) -> Result<Self, Refusal> {
        let kind = text(values, "RecurrenceType");
        let needed = needed(kind);
        let always = ["RecurrenceStartDateTime", "RecurrenceEndDateOnly", "RecurrenceType"];
        let empty = |name: &&str| values.get(*name).is_none_or(Value::is_null);
        let missing: Vec<&str> = always.iter().chain(needed).copied().filter(|name| empty(name)).collect();
        if !missing.is_empty() {
            return Err(missing_fields(&missing));
        }
        let unused: Vec<&str> =
            TYPED_FIELDS.into_iter().filter(|name| !needed.contains(name) && !empty(name)).collect();
        if !unused.is_empty() {
            let message =
                format!("{kind} does not use these fields, which must be null: {}", unused.join(", "));
            return Err(Refusal::integrity(message, &unused));
        }
        let (rhythm, limit) = rhythm(kind, values)?;
        let start = moment::instant(text(values, "RecurrenceStartDateTime"));
        let until = moment::date(text(values, "RecurrenceEndDateOnly"));
        let (Some(start), Some(until)) = (start, until) else {
            return Err(missing_fields(&["RecurrenceStartDateTime", "RecurrenceEndDateOnly"]));
        };
        let zone: Tz = text(values, "RecurrenceTimeZoneSidKey").parse().unwrap_or(Tz::UTC);
        let clock = Clock::of(start, zone, flag(values, "IsAllDayEvent"));
        Ok(Self { rhythm, clock, start, until, limit })
    }

    /// The starts of all occurrences; one more than allowed at most.
    pub(super) fn starts(&self) -> Vec<DateTime<Utc>> {
        self.slots().map(|(_, start)| start).take(self.limit + 1).collect()
    }

    /// The starts from an instant on; one more than allowed at most.
    pub(super) fn starts_from(&self, instant: DateTime<Utc>) -> Vec<DateTime<Utc>> {
        let later = self.slots().map(|(_, start)| start).filter(|start| *start >= instant);
        later.take(self.limit + 1).collect()
    }

    /// The starts on days after the given one; one more than allowed at most.
    pub(super) fn starts_after(&self, day: NaiveDate) -> Vec<DateTime<Utc>> {
        let later = self.slots().filter(|(date, _)| *date > day);
        later.map(|(_, start)| start).take(self.limit + 1).collect()
    }

    fn slots(&self) -> impl Iterator<Item = (NaiveDate, DateTime<Utc>)> {
        let (clock, until) = (self.clock, self.until);
        let days = self.rhythm.days(clock.day(self.start)).take_while(move |date| *date <= until);
        days.map(move |date| (date, clock.start(date)))
    }

    /// Whether its occurrences fall on other instants than the other's would, whatever their ends.
    pub(super) fn runs_differently(&self, other: &Self) -> bool {
        (self.rhythm, self.clock, self.start) != (other.rhythm, other.clock, other.start)
    }

    /// There is at least one occurrence.
    pub(super) fn check_any(&self) -> Result<(), Refusal> {
        if self.slots().next().is_some() {
            return Ok(());
        }
        let message = "There must be at least one occurrence between Recurrence Start and Recurrence End";
        Err(Refusal::integrity(message, &["RecurrenceEndDateOnly"]))
    }

    /// There are not too many occurrences.
    pub(super) fn check_limit(&self, count: usize) -> Result<(), Refusal> {
        if count <= self.limit {
            return Ok(());
        }
        let message = format!("The recurring series can have at most {} occurrences", self.limit);
        Err(Refusal::integrity(message, &["RecurrenceEndDateOnly"]))
    }
}

/// What a type needs besides start, end and type.
fn needed(kind: &str) -> &'static [&'static str] {
    match kind {
        "RecursDaily" => &["RecurrenceInterval"],
        "RecursEveryWeekday" => &["RecurrenceDayOfWeekMask"],
        "RecursWeekly" => &["RecurrenceInterval", "RecurrenceDayOfWeekMask"],
        "RecursMonthly" => &["RecurrenceInterval", "RecurrenceDayOfMonth"],
        "RecursMonthlyNth" => &["RecurrenceInterval", "RecurrenceInstance", "RecurrenceDayOfWeekMask"],
        "RecursYearly" => &["RecurrenceDayOfMonth", "RecurrenceMonthOfYear"],
        "RecursYearlyNth" => &["RecurrenceDayOfWeekMask", "RecurrenceInstance", "RecurrenceMonthOfYear"],
        _ => &[],
    }
}

fn rhythm(kind: &str, values: &Values) -> Result<(Rhythm, usize), Refusal> {
    let first = Weekday::Sun;
    let weekly = |every, days| Rhythm::Weekly { every, days, first };
    Ok(match kind {
        "RecursDaily" => (Rhythm::Daily { every: interval(values)? }, DAILY_LIMIT),
        "RecursEveryWeekday" => {
            let days = week_days(values)?;
            if days != WeekDays::WORKING {
                return Err(out_of_range("RecurrenceDayOfWeekMask"));
            }
            (weekly(1, days), DAILY_LIMIT)
        }
        "RecursWeekly" => (weekly(interval(values)?, week_days(values)?), WEEKLY_LIMIT),
        "RecursMonthly" => {
            (Rhythm::Monthly { every: interval(values)?, on: numbered(values, None)? }, MONTHLY_LIMIT)
        }
        "RecursMonthlyNth" => (Rhythm::Monthly { every: interval(values)?, on: nth(values)? }, MONTHLY_LIMIT),
        "RecursYearly" => {
            let month = month(values)?;
            (Rhythm::Yearly { month, on: numbered(values, Some(month))? }, YEARLY_LIMIT)
        }
        "RecursYearlyNth" => (Rhythm::Yearly { month: month(values)?, on: nth(values)? }, YEARLY_LIMIT),
        _ => return Err(out_of_range("RecurrenceType")),
    })
}

fn interval(values: &Values) -> Result<u32, Refusal> {
    let name = "RecurrenceInterval";
    let every = whole(values, name).and_then(|every| u32::try_from(every).ok()).filter(|every| *every > 0);
    every.ok_or_else(|| out_of_range(name))
}

fn week_days(values: &Values) -> Result<WeekDays, Refusal> {
    let name = "RecurrenceDayOfWeekMask";
    whole(values, name).and_then(WeekDays::from_mask).ok_or_else(|| out_of_range(name))
}

fn month(values: &Values) -> Result<u32, Refusal> {
    let name = "RecurrenceMonthOfYear";
    let index = MONTHS.iter().position(|month| *month == text(values, name));
    index.and_then(|index| u32::try_from(index + 1).ok()).ok_or_else(|| out_of_range(name))
}

/// A day by number, which the month must have if there is only the one.
fn numbered(values: &Values, month: Option<u32>) -> Result<DayOfMonth, Refusal> {
    let name = "RecurrenceDayOfMonth";
    let day = whole(values, name).and_then(|day| u32::try_from(day).ok());
    let fits = |day: &u32| NaiveDate::from_ymd_opt(LEAP_YEAR, month.unwrap_or(1), *day).is_some();
    day.filter(fits).map(DayOfMonth::Number).ok_or_else(|| out_of_range(name))
}

/// A day by place: a single day of the week, a working day, a day of the weekend or any day.
fn nth(values: &Values) -> Result<DayOfMonth, Refusal> {
    let days = week_days(values)?;
    let groups = [WeekDays::WORKING, WeekDays::WEEKEND, WeekDays::ALL];
    if !(days.is_single() || groups.contains(&days)) {
        return Err(out_of_range("RecurrenceDayOfWeekMask"));
    }
    let place = match text(values, "RecurrenceInstance") {
        "First" => Place::FromStart(0),
        "Second" => Place::FromStart(1),
        "Third" => Place::FromStart(2),
        "Fourth" => Place::FromStart(3),
        "Last" => Place::Last,
        _ => return Err(out_of_range("RecurrenceInstance")),
    };
    Ok(DayOfMonth::Nth(place, days))
}

fn whole(values: &Values, name: &str) -> Option<i64> {
    values.get(name).and_then(Value::as_i64)
}

fn out_of_range(name: &str) -> Refusal {
    Refusal::integrity(format!("{name}: the value does not fit the recurrence type"), &[name])
}
