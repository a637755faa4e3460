//! Date literals (`TODAY`, `LAST_N_DAYS:7`, `NEXT_QUARTER`) as ranges of days in UTC. Fiscal years are calendar years.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};

/// The most units a literal may count.
const COUNT_LIMIT: u32 = 100_000;

/// Years that a statement can speak of.
const YEARS: std::ops::RangeInclusive<i32> = 1700..=4000;

/// What a literal counts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl Unit {
    fn named(name: &str) -> Option<Self> {
        Some(match name.strip_prefix("FISCAL_").unwrap_or(name).trim_end_matches('S') {
            "DAY" => Self::Day,
            "WEEK" => Self::Week,
            "MONTH" => Self::Month,
            "QUARTER" => Self::Quarter,
            "YEAR" => Self::Year,
            _ => return None,
        })
        // There are no fiscal days, weeks or months.
        .filter(|unit| !name.starts_with("FISCAL_") || matches!(unit, Self::Quarter | Self::Year))
    }

    /// The first day of the unit a day is in; weeks begin on Sunday.
    fn start(self, day: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Day => Some(day),
            Self::Week => day.checked_sub_days(Days::new(u64::from(day.weekday().num_days_from_sunday()))),
            Self::Month => day.with_day(1),
            Self::Quarter => NaiveDate::from_ymd_opt(day.year(), day.month0() / 3 * 3 + 1, 1),
            Self::Year => NaiveDate::from_ymd_opt(day.year(), 1, 1),
        }
    }

    /// The same place so many units later, or earlier.
    fn shifted(self, start: NaiveDate, by: i64) -> Option<NaiveDate> {
        let count = u32::try_from(by.unsigned_abs()).ok()?;
        let days = |each: u64| Days::new(each * u64::from(count));
        let months = |each: u32| count.checked_mul(each).map(Months::new);
        match (self, by < 0) {
            (Self::Day, false) => start.checked_add_days(days(1)),
            (Self::Day, true) => start.checked_sub_days(days(1)),
            (Self::Week, false) => start.checked_add_days(days(7)),
            (Self::Week, true) => start.checked_sub_days(days(7)),
            (Self::Month, false) => start.checked_add_months(months(1)?),
            (Self::Month, true) => start.checked_sub_months(months(1)?),
            (Self::Quarter, false) => start.checked_add_months(months(3)?),
            (Self::Quarter, true) => start.checked_sub_months(months(3)?),
            (Self::Year, false) => start.checked_add_months(months(12)?),
            (Self::Year, true) => start.checked_sub_months(months(12)?),
        }
    }
}

/// The first day and the day after the last one, if the word is a date literal.
pub(crate) fn range(word: &str, now: DateTime<Utc>) -> Option<(NaiveDate, NaiveDate)> {
    let word = word.to_ascii_uppercase();
    let (unit, from, to) = match word.split_once(':') {
        Some((name, count)) => {
            let count = count.parse::<u32>().ok().filter(|count| *count <= COUNT_LIMIT)?;
            counted(name, i64::from(count))?
        }
        None => plain(&word)?,
    };
    let start = unit.start(now.date_naive())?;
    let (from, to) = (unit.shifted(start, from)?, unit.shifted(start, to)?);
    (YEARS.contains(&from.year()) && YEARS.contains(&to.year())).then_some((from, to))
}

/// The literals without a number, as units from the present one.
fn plain(name: &str) -> Option<(Unit, i64, i64)> {
    match name {
        "TODAY" => return Some((Unit::Day, 0, 1)),
        "YESTERDAY" => return Some((Unit::Day, -1, 0)),
        "TOMORROW" => return Some((Unit::Day, 1, 2)),
        "LAST_90_DAYS" => return Some((Unit::Day, -90, 1)),
        "NEXT_90_DAYS" => return Some((Unit::Day, 1, 91)),
        _ => {}
    }
    let (place, unit) = name.split_once('_')?;
    let unit = Unit::named(unit).filter(|unit| *unit != Unit::Day && !name.ends_with('S'))?;
    match place {
        "THIS" => Some((unit, 0, 1)),
        "LAST" => Some((unit, -1, 0)),
        "NEXT" => Some((unit, 1, 2)),
        _ => None,
    }
}

/// The literals with a number. Past days run into today, past units of other kinds end before the present one.
fn counted(name: &str, count: i64) -> Option<(Unit, i64, i64)> {
    if let Some(unit) = name.strip_prefix("N_").and_then(|rest| rest.strip_suffix("S_AGO")) {
        return Some((Unit::named(unit)?, -count, 1 - count));
    }
    let (place, unit) = name.split_once("_N_")?;
    let unit = Unit::named(unit).filter(|_| name.ends_with('S'))?;
    match place {
        "LAST" => Some((unit, -count, i64::from(unit == Unit::Day))),
        "NEXT" => Some((unit, 1, count + 1)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    #[track_caller]
    fn check(word: &str, from: &str, to: &str) {
        let now = Utc.with_ymd_and_hms(2026, 5, 13, 12, 0, 0).unwrap();
        let found = range(word, now).map(|(from, to)| (from.to_string(), to.to_string()));
        assert_eq!(found, Some((from.to_owned(), to.to_owned())), "{word}");
    }

    #[test]
    fn date_literals_are_ranges_of_whole_units_s2_12() {
        check("today", "2026-05-13", "2026-05-14");
        check("YESTERDAY", "2026-05-12", "2026-05-13");
        check("TOMORROW", "2026-05-14", "2026-05-15");
        check("THIS_WEEK", "2026-05-10", "2026-05-17");
        check("LAST_WEEK", "2026-05-03", "2026-05-10");
        check("NEXT_MONTH", "2026-06-01", "2026-07-01");
        check("THIS_QUARTER", "2026-04-01", "2026-07-01");
        check("LAST_FISCAL_QUARTER", "2026-01-01", "2026-04-01");
        check("NEXT_YEAR", "2027-01-01", "2028-01-01");
    }

    #[test]
    fn counted_date_literals_leave_the_present_unit_out_except_past_days_s2_12() {
        check("LAST_N_DAYS:7", "2026-05-06", "2026-05-14");
        check("NEXT_N_DAYS:7", "2026-05-14", "2026-05-21");
        check("N_DAYS_AGO:2", "2026-05-11", "2026-05-12");
        check("LAST_N_WEEKS:2", "2026-04-26", "2026-05-10");
        check("NEXT_N_MONTHS:3", "2026-06-01", "2026-09-01");
        check("N_QUARTERS_AGO:1", "2026-01-01", "2026-04-01");
        check("LAST_N_FISCAL_YEARS:2", "2024-01-01", "2026-01-01");
    }

    #[test]
    fn what_is_nearly_a_date_literal_is_none() {
        let now = Utc.with_ymd_and_hms(2026, 5, 13, 12, 0, 0).unwrap();
        for word in [
            "TODAY:1",
            "LAST_N_DAYS",
            "LAST_N_DAYS:",
            "LAST_N_DAYS:-1",
            "THIS_DAY",
            "LAST_FISCAL_WEEK",
            "THIS_WEEKS",
        ] {
            assert_eq!(range(word, now), None, "{word}");
        }
        assert_eq!(range("LAST_N_YEARS:99999", now), None);
        assert_eq!(range("LAST_N_DAYS:99999999999999", now), None);
    }
}
