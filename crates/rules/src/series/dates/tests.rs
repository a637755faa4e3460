use proptest::prelude::*;

use super::*;
use crate::sample::date;

fn days(set: &[Weekday]) -> Weekdays {
    Weekdays::of(set)
}

#[track_caller]
fn check(pattern: Pattern, first: &str, expected: &[&str]) {
    let found: Vec<String> = dates_from(pattern, date(first), date(first))
        .take(expected.len())
        .map(|day| day.to_string())
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn ser_2_every_third_day() {
    check(Pattern::Daily { interval: 3 }, "2026-02-26", &["2026-02-26", "2026-03-01", "2026-03-04"]);
}

#[test]
fn ser_2_weeks_begin_where_the_series_says() {
    let pattern =
        |first_day| Pattern::Weekly { interval: 2, days: days(&[Weekday::Sun, Weekday::Tue]), first_day };
    // Tuesday, 3 November 2026: its Sunday is the 1st or the 8th.
    check(pattern(Weekday::Mon), "2026-11-03", &["2026-11-03", "2026-11-08", "2026-11-17", "2026-11-22"]);
    check(pattern(Weekday::Sun), "2026-11-03", &["2026-11-03", "2026-11-15", "2026-11-17", "2026-11-29"]);
}

#[test]
fn ser_2_the_31st_is_the_last_day_of_shorter_months() {
    let pattern = Pattern::MonthlyDay { interval: 1, day: 31 };
    check(pattern, "2027-01-31", &["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]);
    let pattern = Pattern::MonthlyDay { interval: 1, day: 30 };
    check(pattern, "2028-01-30", &["2028-01-30", "2028-02-29", "2028-03-30"]);
}

#[test]
fn ser_2_a_leap_day_is_the_last_of_february_elsewhere() {
    let pattern = Pattern::YearlyDay { interval: 1, month: 2, day: 29 };
    check(pattern, "2024-02-29", &["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]);
}

#[test]
fn ser_2_the_first_and_last_of_some_days_of_a_month() {
    let nth = |nth, set| Pattern::MonthlyNth { interval: 1, nth, days: set };
    check(nth(Nth::Last, days(&[Weekday::Fri])), "2026-11-01", &["2026-11-27", "2026-12-25", "2027-01-29"]);
    check(nth(Nth::Last, Weekdays::WORK), "2027-01-01", &["2027-01-29", "2027-02-26", "2027-03-31"]);
    check(nth(Nth::Second, Weekdays::WEEKEND), "2026-11-01", &["2026-11-07", "2026-12-06"]);
    check(nth(Nth::Fourth, Weekdays::ALL), "2026-11-01", &["2026-11-04", "2026-12-04"]);
    check(nth(Nth::Third, days(&[Weekday::Wed])), "2026-11-20", &["2026-12-16", "2027-01-20"]);
}

#[test]
fn ser_2_thanksgiving_of_every_other_year() {
    let pattern =
        Pattern::YearlyNth { interval: 2, month: 11, nth: Nth::Fourth, days: days(&[Weekday::Thu]) };
    check(pattern, "2026-01-01", &["2026-11-26", "2028-11-23", "2030-11-28"]);
}

#[test]
fn ser_2_a_first_day_that_does_not_fit_is_none() {
    check(Pattern::MonthlyDay { interval: 2, day: 10 }, "2026-11-24", &["2027-01-10", "2027-03-10"]);
    let weekly = Pattern::Weekly { interval: 1, days: days(&[Weekday::Mon]), first_day: Weekday::Sun };
    check(weekly, "2026-11-24", &["2026-11-30", "2026-12-07"]);
}

#[test]
fn ser_2_a_walk_ends_with_the_calendar_and_never_before() {
    let endless = dates_from(Pattern::Daily { interval: 1 }, date("2026-11-24"), date("2026-11-24"));
    assert_eq!(endless.count(), PERIOD_LIMIT);
    let last = NaiveDate::MAX.pred_opt().unwrap();
    assert_eq!(dates_from(Pattern::Daily { interval: 1 }, last, last).count(), 2);
}

/// Patterns of every kind.
pub(in crate::series) fn patterns() -> impl Strategy<Value = Pattern> {
    let set = prop::collection::vec(0_u8..7, 1..5)
        .prop_map(|days| days.iter().map(|day| Weekday::try_from(*day).unwrap()).collect::<Vec<_>>().into());
    let set = prop_oneof![set, Just(Weekdays::WORK), Just(Weekdays::WEEKEND), Just(Weekdays::ALL)];
    let nth = prop::sample::select(vec![Nth::First, Nth::Second, Nth::Third, Nth::Fourth, Nth::Last]);
    let first_day = prop::sample::select(vec![Weekday::Sun, Weekday::Mon, Weekday::Sat]);
    prop_oneof![
        (1_u32..9).prop_map(|interval| Pattern::Daily { interval }),
        (1_u32..5, set.clone(), first_day).prop_map(|(interval, days, first_day)| Pattern::Weekly {
            interval,
            days,
            first_day
        }),
        (1_u32..5, 1_u32..32).prop_map(|(interval, day)| Pattern::MonthlyDay { interval, day }),
        (1_u32..5, nth.clone(), set.clone()).prop_map(|(interval, nth, days)| Pattern::MonthlyNth {
            interval,
            nth,
            days
        }),
        (1_u32..3, 1_u32..13, 1_u32..32).prop_map(|(interval, month, day)| Pattern::YearlyDay {
            interval,
            month,
            day
        }),
        (1_u32..3, 1_u32..13, nth, set).prop_map(|(interval, month, nth, days)| Pattern::YearlyNth {
            interval,
            month,
            nth,
            days
        }),
    ]
}

/// Days from 2020 on.
pub(in crate::series) fn some_day() -> impl Strategy<Value = NaiveDate> {
    (0_u64..4_000).prop_map(|days| date("2020-01-01") + Days::new(days))
}

proptest! {
    #[test]
    fn ser_2_dates_rise_and_a_later_beginning_skips_none(
        pattern in patterns(), first in some_day(), from in some_day(),
    ) {
        let all: Vec<NaiveDate> = dates_from(pattern, first, first).take(400).collect();
        prop_assert!(all.windows(2).all(|pair| pair[0] < pair[1]));
        prop_assert!(all.iter().all(|day| *day >= first));
        let later: Vec<NaiveDate> = dates_from(pattern, first, from).take(20).collect();
        let expected: Vec<NaiveDate> = all.iter().copied().filter(|day| *day >= from).take(20).collect();
        let known = expected.len().min(later.len());
        prop_assert_eq!(&later[..known], &expected[..known]);
    }
}
