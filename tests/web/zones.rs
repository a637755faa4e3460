//! Zone offsets from the browser's `Intl`.

use calbridge::clock;
use chrono::{DateTime, Utc};
use wasm_bindgen_test::wasm_bindgen_test;

#[track_caller]
fn check(zone: &str, at: &str, minutes: Option<i32>) {
    let at: DateTime<Utc> = at.parse().unwrap();
    let offset = clock::offset(zone, at).map(|offset| offset.local_minus_utc() / 60);
    assert_eq!(offset, minutes, "{zone} {at}");
}

#[wasm_bindgen_test]
fn tzn_4_offsets_follow_the_change_of_clocks_to_the_second() {
    check("Europe/Berlin", "2026-03-29T00:59:59.999Z", Some(60));
    check("Europe/Berlin", "2026-03-29T01:00:00Z", Some(120));
    check("America/New_York", "2026-11-01T05:59:59Z", Some(-240));
    check("America/New_York", "2026-11-01T06:00:00Z", Some(-300));
}

#[wasm_bindgen_test]
fn tzn_4_zones_off_the_hour_and_beyond_the_date_line_are_right() {
    check("Asia/Kathmandu", "2026-11-20T12:00:00Z", Some(345));
    check("Pacific/Kiritimati", "2026-11-20T12:00:00Z", Some(840));
    check("UTC", "2026-11-20T12:00:00Z", Some(0));
}

#[wasm_bindgen_test]
fn a_zone_that_nobody_knows_has_no_offset() {
    check("Mars/Olympus", "2026-11-20T12:00:00Z", None);
}
