use super::*;
use crate::sample::date;

#[test]
fn aut_2_a_window_includes_both_its_ends() {
    let window = Days::around(date("2026-11-21"), 14, 60);
    assert_eq!(window, Days { first: date("2026-11-07"), last: date("2027-01-20") });
    let inside = |day: &str| window.contains(date(day));
    assert!(inside("2026-11-07") && inside("2027-01-20"));
    assert!(!inside("2026-11-06") && !inside("2027-01-21"));
}

#[test]
fn aut_2_a_window_of_today_is_one_day() {
    let today = date("2026-11-21");
    assert_eq!(Days::around(today, 0, 0), Days { first: today, last: today });
}

#[test]
fn aut_2_a_window_never_leaves_the_calendar() {
    let window = Days::around(NaiveDate::MAX, 1, 1);
    assert_eq!(window.last, NaiveDate::MAX);
    assert_eq!(Days::around(NaiveDate::MIN, u32::MAX, 0).first, NaiveDate::MIN);
}

#[test]
fn aut_2_a_widened_window_reaches_further_on_both_ends() {
    let window = Days { first: date("2026-11-07"), last: date("2026-11-08") }.widened(2);
    assert_eq!(window, Days { first: date("2026-11-05"), last: date("2026-11-10") });
}
