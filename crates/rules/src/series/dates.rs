//! The days of a pattern, one after another.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use super::pattern::{Nth, Pattern, Weekdays};

/// Days, weeks, months or years that one walk along a pattern looks through at most: a century of days.
pub(super) const PERIOD_LIMIT: usize = 36_525;

/// What one period has: at most the seven days of a week.
type Found = [Option<NaiveDate>; 7];

/// The days of a pattern that counts from a first day, from another day on.
pub(super) fn dates_from(
    pattern: Pattern,
    first: NaiveDate,
    from: NaiveDate,
) -> impl Iterator<Item = NaiveDate> {
    let begin = first.max(from);
    (period(pattern, first, begin)..)
        .take(PERIOD_LIMIT)
        .map_while(move |number| of_period(pattern, first, number))
        .flat_map(|found| found.into_iter().flatten())
        .skip_while(move |day| *day < begin)
}

/// The last day of a month.
pub(super) fn last_of_month(year: i32, month: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, 1)?.checked_add_months(Months::new(1))?.pred_opt()
}

/// The number of the period that a day lies in, or of one before it.
fn period(pattern: Pattern, first: NaiveDate, day: NaiveDate) -> u64 {
    let passed = match pattern {
        Pattern::Daily { .. } => (day - first).num_days(),
        Pattern::Weekly { first_day, .. } => {
            let begun = |day: NaiveDate| week_begin(day, first_day).unwrap_or(day);
            (begun(day) - begun(first)).num_days() / 7
        }
        Pattern::MonthlyDay { .. } | Pattern::MonthlyNth { .. } => months(day) - months(first),
        Pattern::YearlyDay { .. } | Pattern::YearlyNth { .. } => i64::from(day.year() - first.year()),
    };
    u64::try_from(passed).unwrap_or(0) / u64::from(pattern.interval().max(1))
}

fn months(day: NaiveDate) -> i64 {
    i64::from(day.year()) * 12 + i64::from(day.month0())
}

fn week_begin(day: NaiveDate, first_day: Weekday) -> Option<NaiveDate> {
    day.checked_sub_days(Days::new(day.weekday().days_since(first_day).into()))
}

/// The days of a period in order, those before the first left out; nothing beyond the end of the calendar.
fn of_period(pattern: Pattern, first: NaiveDate, number: u64) -> Option<Found> {
    let steps = number.checked_mul(pattern.interval().max(1).into())?;
    let found = match pattern {
        Pattern::Daily { .. } => alone(first.checked_add_days(Days::new(steps))?),
        Pattern::Weekly { days, first_day, .. } => {
            let begin = week_begin(first, first_day)?.checked_add_days(Days::new(steps.checked_mul(7)?))?;
            of_week(begin, days)
        }
        Pattern::MonthlyDay { day, .. } => {
            let (year, month) = month_after(first, steps)?;
            alone(on_day(year, month, day)?)
        }
        Pattern::MonthlyNth { nth, days, .. } => {
            let (year, month) = month_after(first, steps)?;
            alone(nth_of(year, month, nth, days)?)
        }
        Pattern::YearlyDay { month, day, .. } => alone(on_day(year_after(first, steps)?, month, day)?),
        Pattern::YearlyNth { month, nth, days, .. } => {
            alone(nth_of(year_after(first, steps)?, month, nth, days)?)
        }
    };
    Some(found.map(|day| day.filter(|day| *day >= first)))
}

fn alone(day: NaiveDate) -> Found {
    let mut found = Found::default();
    found[0] = Some(day);
    found
}

fn of_week(begin: NaiveDate, days: Weekdays) -> Found {
    let mut found = Found::default();
    for (place, day) in found.iter_mut().zip(begin.iter_days()) {
        *place = Some(day).filter(|day| days.contains(day.weekday()));
    }
    found
}

fn month_after(first: NaiveDate, steps: u64) -> Option<(i32, u32)> {
    let month = first.with_day(1)?.checked_add_months(Months::new(u32::try_from(steps).ok()?))?;
    Some((month.year(), month.month()))
}

fn year_after(first: NaiveDate, steps: u64) -> Option<i32> {
    first.year().checked_add(i32::try_from(steps).ok()?)
}

/// A day of a month, or its last one.
fn on_day(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    let last = last_of_month(year, month)?;
    last.with_day(day.min(last.day()))
}

/// The first, … or last of a month's days that fit.
fn nth_of(year: i32, month: u32, nth: Nth, days: Weekdays) -> Option<NaiveDate> {
    let last = last_of_month(year, month)?;
    let fits = |day: u32| last.with_day(day).filter(|day| days.contains(day.weekday()));
    let mut fitting = (1..=last.day()).filter_map(fits);
    match nth {
        Nth::First => fitting.next(),
        Nth::Second => fitting.nth(1),
        Nth::Third => fitting.nth(2),
        Nth::Fourth => fitting.nth(3),
        Nth::Last => fitting.next_back(),
    }
}

#[cfg(test)]
pub(in crate::series) mod tests;
