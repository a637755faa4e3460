//! Dates and instants as they travel: `2026-03-01T09:00:00.000+0000` out, any ISO form in.

use std::ops::RangeInclusive;

use chrono::format::ParseResult;
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveTime, Timelike, Utc};

/// The years a date or an instant may lie in.
const YEARS: RangeInclusive<i32> = 1_700..=4_000;

/// The wire form of an instant; two of them compare as text.
pub(crate) fn wire(instant: DateTime<Utc>) -> String {
    let (date, time) = (instant.date_naive(), instant.time());
    let (year, month, day) = (date.year(), date.month(), date.day());
    // A leap second counts on in the fraction of the second before it.
    let (second, millis) =
        (time.second() + time.nanosecond() / 1_000_000_000, time.nanosecond() / 1_000_000 % 1_000);
    // Not by a pattern, which would be read anew each time: a big world writes a million of these.
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{second:02}.{millis:03}+0000",
        time.hour(),
        time.minute()
    )
}

/// The wire form of a date at midnight UTC.
pub(crate) fn midnight(date: NaiveDate) -> DateTime<Utc> {
    date.and_time(NaiveTime::MIN).and_utc()
}

/// Reads an instant with `Z`, `+hh:mm` or `+hhmm`.
pub(crate) fn instant(text: &str) -> Option<DateTime<Utc>> {
    let read = own_form(text)
        .unwrap_or_else(|| DateTime::parse_from_rfc3339(text))
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z"))
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%z"));
    let instant = read.ok().map(|instant| instant.with_timezone(&Utc));
    instant.filter(|instant| YEARS.contains(&instant.year()))
}

/// Reads what [`wire`] writes; none is of another form.
fn own_form(text: &str) -> Option<ParseResult<DateTime<FixedOffset>>> {
    let plain = text.strip_suffix("+0000").filter(|plain| plain.as_bytes().get(10) == Some(&b'T'))?;
    Some(DateTime::parse_from_rfc3339(&format!("{plain}Z")))
}

/// Reads `YYYY-MM-DD`.
pub(crate) fn date(text: &str) -> Option<NaiveDate> {
    let date = (text.len() == 10).then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok())?;
    date.filter(|date| YEARS.contains(&date.year()))
}

/// Reads the date of a conditional request (`EEE, dd MMM yyyy HH:mm:ss z`).
pub(crate) fn http_date(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc2822(text).ok().map(|instant| instant.with_timezone(&Utc))
}

/// Writes the date of a conditional request.
pub(crate) fn to_http_date(instant: DateTime<Utc>) -> String {
    instant.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_1_2_every_offset_form_is_the_same_instant() {
        for text in [
            "2020-06-24T17:00:00Z",
            "2020-06-24T17:00:00.000Z",
            "2020-06-24T19:00:00+02:00",
            "2020-06-24T19:00:00.000+0200",
            "2020-06-24T17:00:00.000+0000",
        ] {
            assert_eq!(instant(text).map(wire).as_deref(), Some("2020-06-24T17:00:00.000+0000"), "{text}");
        }
    }

    #[test]
    fn what_is_written_reads_back_to_the_millisecond_in_the_form_of_the_pattern() {
        for text in [
            "1700-01-01T00:00:00.000+0000",
            "2026-11-20T08:05:09.007+0000",
            "2016-12-31T23:59:60.250+0000",
            "4000-12-31T23:59:59.999+0000",
        ] {
            let instant = instant(text).expect("an instant");
            assert_eq!(wire(instant), text);
            assert_eq!(wire(instant), instant.format("%Y-%m-%dT%H:%M:%S%.3f+0000").to_string());
        }
        assert_eq!(instant("2026-11-20 08:05:09.007+0000"), None);
    }

    #[test]
    fn a_time_without_an_offset_is_no_instant() {
        assert_eq!(instant("2020-06-24T17:00:00"), None);
        assert_eq!(instant("tomorrow"), None);
    }

    #[test]
    fn facts_2_12_years_are_1700_to_4000() {
        for (year, known) in
            [("1699", false), ("1700", true), ("4000", true), ("4001", false), ("+262142", false)]
        {
            assert_eq!(date(&format!("{year}-06-01")).is_some(), known, "{year}");
            assert_eq!(instant(&format!("{year}-06-01T00:00:00Z")).is_some(), known, "{year}");
            assert_eq!(instant(&format!("{year}-06-01T00:00:00.000+0000")).is_some(), known, "{year}");
        }
    }
}
