use super::*;
use crate::sample::{at, zones};

const BERLIN: &str = "W. Europe Standard Time";

fn wall(text: &str) -> NaiveDateTime {
    text.parse().unwrap()
}

fn org(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|&id| id.to_owned()).collect()
}

fn same(one: &str, other: &str, times: &[NaiveDateTime]) -> bool {
    agree(&Clock::of(one, &zones), &Clock::of(other, &zones), times)
}

#[track_caller]
fn check(local: &str, zone: &str, expected: &str) {
    assert_eq!(Clock::of(zone, &zones).instant(wall(local)), Some(at(expected)));
}

#[test]
fn tzn_1_a_wall_clock_time_is_another_instant_in_summer() {
    check("2026-11-24T09:00:00", BERLIN, "2026-11-24T08:00:00Z");
    check("2026-07-24T09:00:00", BERLIN, "2026-07-24T07:00:00Z");
    check("2026-07-24T09:00:00", "America/New_York", "2026-07-24T13:00:00Z");
    check("2026-07-24T09:00:00", "Nepal Standard Time", "2026-07-24T03:15:00Z");
}

#[test]
fn tzn_1_days_around_the_change_of_clocks_keep_their_time() {
    check("2026-10-24T23:30:00", BERLIN, "2026-10-24T21:30:00Z");
    check("2026-10-25T09:00:00", BERLIN, "2026-10-25T08:00:00Z");
    check("2026-03-29T09:00:00", BERLIN, "2026-03-29T07:00:00Z");
    check("2026-03-28T09:00:00", BERLIN, "2026-03-28T08:00:00Z");
}

#[test]
fn tzn_1_a_time_that_comes_twice_is_the_first_and_one_that_is_skipped_moves_on() {
    check("2026-10-25T02:30:00", BERLIN, "2026-10-25T00:30:00Z");
    check("2026-03-29T02:30:00", BERLIN, "2026-03-29T01:30:00Z");
}

#[test]
fn tzn_1_an_unknown_zone_has_no_instants() {
    assert_eq!(Clock::of("tzone://Microsoft/Custom", &zones).instant(wall("2026-03-29T02:30:00")), None);
    assert!(!same("Europe/Atlantis", "Europe/Atlantis", &[wall("2026-03-29T02:30:00")]));
}

#[test]
fn tzn_1_zones_agree_where_these_dates_do_not_move() {
    let winter = [wall("2026-11-24T09:00:00"), wall("2026-12-24T09:00:00")];
    let summer = [wall("2026-11-24T09:00:00"), wall("2026-07-24T09:00:00")];
    assert!(same(BERLIN, "Africa/Lagos", &winter));
    assert!(!same(BERLIN, "Africa/Lagos", &summer));
    assert!(same(BERLIN, "Europe/Tirane", &summer));
}

#[test]
fn tzn_1_the_orgs_own_id_comes_first_and_any_that_agrees_will_do() {
    let summer = [wall("2026-07-24T09:00:00"), wall("2026-11-24T09:00:00")];
    let found = |ids: &[&str], times| id_that_agrees(BERLIN, &org(ids), times, &zones).map(str::to_owned);
    assert_eq!(found(&["Europe/Tirane", "Europe/Berlin"], &summer).as_deref(), Some("Europe/Berlin"));
    assert_eq!(found(&["GMT", "Europe/Tirane"], &summer).as_deref(), Some("Europe/Tirane"));
    assert_eq!(found(&["GMT", "Africa/Lagos"], &summer), None);
    assert_eq!(found(&["GMT", "Africa/Lagos"], &summer[1..]).as_deref(), Some("Africa/Lagos"));
}
