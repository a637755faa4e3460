//! Time zones by their Windows and IANA names.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::{DateTime, LocalResult, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

const WINDOWS: &str = include_str!("../../data/windows_iana.csv");

/// Zones by their Windows names.
static ZONES: LazyLock<BTreeMap<&str, Tz>> = LazyLock::new(|| {
    let rows = WINDOWS.lines().filter_map(|line| line.split_once(','));
    rows.filter_map(|(windows, iana)| Some((windows, iana.parse().ok()?))).collect()
});

/// The zone of a Windows or an IANA name; a custom zone has none.
#[must_use]
pub fn find(name: &str) -> Option<Tz> {
    if name == "UTC" || name == "tzone://Microsoft/Utc" {
        return Some(Tz::UTC);
    }
    ZONES.get(name).copied().or_else(|| name.parse().ok())
}

/// What a clock in the zone shows.
#[must_use]
pub fn local(instant: DateTime<Utc>, zone: Tz) -> NaiveDateTime {
    instant.with_timezone(&zone).naive_local()
}

/// When a clock in the zone shows this; the earlier of two, and after a gap the first moment that exists.
#[must_use]
pub fn instant(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    match zone.from_local_datetime(&local) {
        LocalResult::Single(time) | LocalResult::Ambiguous(time, _) => time.with_timezone(&Utc),
        LocalResult::None => instant(local + TimeDelta::hours(1), zone),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_and_iana_names_mean_the_same_and_a_custom_zone_means_nothing() {
        assert_eq!(find("W. Europe Standard Time"), Some(Tz::Europe__Berlin));
        assert_eq!(find("Europe/Berlin"), Some(Tz::Europe__Berlin));
        assert_eq!(find("tzone://Microsoft/Custom"), None);
    }
}
