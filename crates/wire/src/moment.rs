//! Instants and dates as text (RFC 3339): the few forms that the other sides write and read. The library's own readers
//! and writers know many more, and the pane would carry them all.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};

/// Reads an instant with `Z` or an offset, with or without a colon in it: Salesforce writes `+0000`.
pub fn instant(text: &str) -> Option<DateTime<Utc>> {
    let (local, rest) = local(text)?;
    let seconds = match rest.as_bytes() {
        [b'Z' | b'z'] => 0,
        [sign @ (b'+' | b'-'), ..] => {
            let away = offset(rest.get(1..)?)?;
            if *sign == b'+' { away } else { -away }
        }
        _ => return None,
    };
    local.checked_sub_signed(TimeDelta::try_seconds(seconds)?).map(|utc| utc.and_utc())
}

/// Reads `YYYY-MM-DD`.
pub fn date(text: &str) -> Option<NaiveDate> {
    let dashed = text.len() == 10 && text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
    let (year, month, day) = (number(text.get(..4)?)?, number(text.get(5..7)?)?, number(text.get(8..)?)?);
    if dashed { NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day) } else { None }
}

/// An instant in whole seconds.
pub fn in_seconds(instant: DateTime<Utc>) -> String {
    written(instant, "")
}

/// An instant in thousandths of a second.
pub fn in_milliseconds(instant: DateTime<Utc>) -> String {
    written(instant, &format!(".{:03}", instant.nanosecond() / 1_000_000))
}

/// An instant with as many thousands of digits as it takes.
pub fn exactly(instant: DateTime<Utc>) -> String {
    match instant.nanosecond() {
        0 => in_seconds(instant),
        nanos if nanos % 1_000_000 == 0 => in_milliseconds(instant),
        nanos if nanos % 1_000 == 0 => written(instant, &format!(".{:06}", nanos / 1_000)),
        nanos => written(instant, &format!(".{nanos:09}")),
    }
}

fn written(instant: DateTime<Utc>, fraction: &str) -> String {
    let (date, time) = (instant.date_naive(), instant.time());
    format!("{date}T{:02}:{:02}:{:02}{fraction}Z", time.hour(), time.minute(), time.second())
}

/// A date and a time, and what follows them.
fn local(text: &str) -> Option<(NaiveDateTime, &str)> {
    let marked = matches!(text.as_bytes().get(10)?, b'T' | b't' | b' ')
        && text.get(13..14) == Some(":")
        && text.get(16..17) == Some(":");
    let [hour, minute, second] =
        [number(text.get(11..13)?)?, number(text.get(14..16)?)?, number(text.get(17..19)?)?];
    let (nanos, rest) = fraction(text.get(19..)?)?;
    let time = NaiveTime::from_hms_nano_opt(hour, minute, second, nanos)?;
    marked.then_some((date(text.get(..10)?)?.and_time(time), rest))
}

/// A fraction of a second in nanoseconds, and what follows it; digits beyond are dropped.
fn fraction(text: &str) -> Option<(u32, &str)> {
    let Some(text) = text.strip_prefix('.') else { return Some((0, text)) };
    let mut nanos = 0;
    let mut place = 100_000_000;
    let mut end = 0;
    for digit in text.bytes().take_while(u8::is_ascii_digit) {
        nanos += u32::from(digit - b'0') * place;
        place /= 10;
        end += 1;
    }
    if end == 0 { None } else { Some((nanos, text.get(end..)?)) }
}

/// `hh:mm` or `hhmm` in seconds.
fn offset(text: &str) -> Option<i64> {
    let minutes = text.get(2..)?;
    let minutes = minutes.strip_prefix(':').unwrap_or(minutes);
    let two = minutes.len() == 2;
    let (hours, minutes) = (number(text.get(..2)?)?, number(minutes)?);
    let fits = two && hours < 24 && minutes < 60;
    fits.then(|| i64::from(hours * 3600 + minutes * 60))
}

/// Digits and nothing else.
fn number(text: &str) -> Option<u32> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests;
