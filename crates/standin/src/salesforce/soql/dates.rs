//! Date literals (`TODAY`, `LAST_N_DAYS:7`) as ranges of days in UTC.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};

/// The first day and the day after the last one, if the word is a date literal.
pub(crate) fn range(word: &str, now: DateTime<Utc>) -> Option<(NaiveDate, NaiveDate)> {
    let today = now.date_naive();
    let tomorrow = today + Days::new(1);
    let word = word.to_ascii_uppercase();
    let (name, count) = match word.split_once(':') {
        Some((name, count)) => (name, count.parse::<u64>().ok()?),
        None => (word.as_str(), 0),
    };
    let week = today - Days::new(u64::from(today.weekday().num_days_from_sunday()));
    let month = today.with_day(1)?;
    let year = NaiveDate::from_ymd_opt(today.year(), 1, 1)?;
    Some(match name {
        "TODAY" => (today, tomorrow),
        "YESTERDAY" => (today - Days::new(1), today),
        "TOMORROW" => (tomorrow, tomorrow + Days::new(1)),
        "THIS_WEEK" => (week, week + Days::new(7)),
        "LAST_WEEK" => (week - Days::new(7), week),
        "NEXT_WEEK" => (week + Days::new(7), week + Days::new(14)),
        "THIS_MONTH" => (month, month + Months::new(1)),
        "LAST_MONTH" => (month - Months::new(1), month),
        "NEXT_MONTH" => (month + Months::new(1), month + Months::new(2)),
        "THIS_YEAR" => (year, year + Months::new(12)),
        "LAST_YEAR" => (year - Months::new(12), year),
        "NEXT_YEAR" => (year + Months::new(12), year + Months::new(24)),
        "LAST_90_DAYS" => (today - Days::new(90), tomorrow),
        "NEXT_90_DAYS" => (tomorrow, tomorrow + Days::new(90)),
        "LAST_N_DAYS" => (today - Days::new(count), tomorrow),
        "NEXT_N_DAYS" => (tomorrow, tomorrow + Days::new(count)),
        _ => return None,
    })
}
