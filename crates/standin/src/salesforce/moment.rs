//! Dates and instants as they travel: `2026-03-01T09:00:00.000+0000` out, any ISO form in.

use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};

/// The years a date or an instant may lie in.
const YEARS: RangeInclusive<i32> = 1_700..=4_000;

/// The wire form of an instant; two of them compare as text.
pub(crate) fn wire(instant: DateTime<Utc>) -> String {
    instant.format("%Y-%m-%dT%H:%M:%S%.3f+0000").to_string()
}

/// The wire form of a date at midnight UTC.
pub(crate) fn midnight(date: NaiveDate) -> DateTime<Utc> {
    date.and_time(NaiveTime::MIN).and_utc()
}

/// Reads an instant with `Z`, `+hh:mm` or `+hhmm`.
pub(crate) fn instant(text: &str) -> Option<DateTime<Utc>> {
    let read = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z"))
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%z"));
    let instant = read.ok().map(|instant| instant.with_timezone(&Utc));
    instant.filter(|instant| YEARS.contains(&instant.year()))
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
