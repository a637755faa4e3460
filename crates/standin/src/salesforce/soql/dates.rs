//! Date literals (`TODAY`, `LAST_N_DAYS:7`) as ranges of days in UTC.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};

/// The first day and the day after the last one, if the word is a date literal.
pub(crate) fn range(word: &str, now: DateTime<Utc>) -> Option<(NaiveDate, NaiveDate)> {
    let word = word.to_ascii_uppercase();
    let (name, count) = match word.split_once(':') {
        Some((name, count)) => (name, count.parse::<u64>().ok()?),
        None => (word.as_str(), 0),
    };
    let today = now.date_naive();
    let tomorrow = today.succ_opt()?;
    let back = |from: NaiveDate, days: u64| from.checked_sub_days(Days::new(days));
    let ahead = |from: NaiveDate, days: u64| from.checked_add_days(Days::new(days));
    let week = back(today, u64::from(today.weekday().num_days_from_sunday()))?;
    let month = today.with_day(1)?;
    let year = NaiveDate::from_ymd_opt(today.year(), 1, 1)?;
    Some(match name {
        "TODAY" => (today, tomorrow),
        "YESTERDAY" => (back(today, 1)?, today),
        "TOMORROW" => (tomorrow, ahead(tomorrow, 1)?),
        "THIS_WEEK" => (week, ahead(week, 7)?),
        "LAST_WEEK" => (back(week, 7)?, week),
        "NEXT_WEEK" => (ahead(week, 7)?, ahead(week, 14)?),
        "THIS_MONTH" => (month, month + Months::new(1)),
        "LAST_MONTH" => (month - Months::new(1), month),
        "NEXT_MONTH" => (month + Months::new(1), month + Months::new(2)),
        "THIS_YEAR" => (year, year + Months::new(12)),
        "LAST_YEAR" => (year - Months::new(12), year),
        "NEXT_YEAR" => (year + Months::new(12), year + Months::new(24)),
        "LAST_90_DAYS" => (back(today, 90)?, tomorrow),
        "NEXT_90_DAYS" => (tomorrow, ahead(tomorrow, 90)?),
        "LAST_N_DAYS" => (back(today, count)?, tomorrow),
        "NEXT_N_DAYS" => (tomorrow, ahead(tomorrow, count)?),
        _ => return None,
    })
}
