use super::*;
use crate::{
    sample::{at, date, zones},
    series::{Pattern, Range, Rhythm, Weekdays, classic, sample::*},
    window::Days,
};

fn org_on<'a>(today: &str, zones: &'a [String]) -> ClassicOrg<'a> {
    ClassicOrg { window: Days::around(date(today), 14, 60), ..org(zones) }
}

/// Makes the series on one day and rolls it on another.
#[track_caller]
fn rolled(series: &Series, made: &str, today: &str, rolling: Rolling) -> Roll {
    let offered = ids(&["Europe/Berlin"]);
    let plan = classic(series, &org_on(made, &offered), &zones).unwrap();
    let (last, rest) = (plan.segments.last(), plan.rest.unwrap());
    roll(series, last, rest, date(today), rolling, &org_on(today, &offered), &zones).unwrap()
}

#[test]
fn ser_2_a_capped_series_is_left_alone_until_a_quarter_has_passed() {
    // Made on 21 November from the 10th on: 53 Tuesdays.
    assert_eq!(rolled(&weekly(), "2026-11-21", "2026-11-22", Rolling::Extend), Roll::Enough);
    assert_eq!(rolled(&weekly(), "2026-11-21", "2027-02-01", Rolling::Extend), Roll::Enough);
    let roll = rolled(&weekly(), "2026-11-21", "2027-02-10", Rolling::Extend);
    assert!(matches!(roll, Roll::Extend { .. }), "{roll:?}");
}

#[test]
fn ser_2_the_end_of_a_capped_series_rolls_on() {
    let Roll::Extend { segment, rest } = rolled(&weekly(), "2026-11-21", "2027-03-20", Rolling::Extend)
    else {
        panic!("it is extended");
    };
    assert_eq!(segment.classic.start, at("2026-11-10T08:00:00Z"), "the start never moves");
    assert_eq!(segment.classic.last, date("2028-03-21"));
    assert_eq!(segment.makes.len(), 53);
    assert_eq!(segment.makes[0], at("2027-03-23T08:00:00Z"));
    assert_eq!(rest, Some(date("2028-03-28")));
}

#[test]
fn ser_2_a_series_with_an_end_rolls_to_it_and_no_further() {
    let series = series(daily(), "2026-11-20", Range::Count(150));
    let Roll::Extend { segment, rest } = rolled(&series, "2026-11-21", "2027-02-01", Rolling::Extend) else {
        panic!("it is extended");
    };
    assert_eq!((segment.classic.last, rest), (date("2027-04-18"), None));
}

#[test]
fn ser_2_an_org_that_refuses_gets_another_segment() {
    let Roll::Further(plan) = rolled(&weekly(), "2026-11-21", "2027-03-20", Rolling::Segments) else {
        panic!("it is continued");
    };
    assert_eq!(plan.segments[0].makes[0], at("2027-11-16T08:00:00Z"), "just where the last one ended");
}

#[test]
fn ser_2_what_goes_up_one_by_one_rolls_with_the_window() {
    let pattern = Pattern::YearlyDay { interval: 2, month: 12, day: 4 };
    let series = series(pattern, "2026-12-04", Range::NoEnd);
    assert_eq!(rolled(&series, "2026-11-21", "2027-11-21", Rolling::Extend), Roll::Enough);
    let Roll::Further(plan) = rolled(&series, "2026-11-21", "2028-11-21", Rolling::Extend) else {
        panic!("the next one is due");
    };
    assert_eq!(plan.singles[0].original, at("2028-12-04T08:00:00Z"));
}

#[test]
fn ser_2_a_segment_that_classic_would_extend_otherwise_is_continued_by_another() {
    let pattern = on(2, &[chrono::Weekday::Sun, chrono::Weekday::Tue]);
    let series = series(pattern, "2026-11-20", Range::NoEnd);
    let roll = rolled(&series, "2026-11-21", "2028-06-01", Rolling::Extend);
    let Roll::Further(plan) = roll else { panic!("{roll:?}") };
    let one_day = |rhythm| matches!(rhythm, Rhythm::Weekly { days, .. } if Weekdays::only(days).is_some());
    assert!(plan.segments.iter().all(|segment| one_day(segment.classic.rhythm)));
}

#[test]
fn xcp_3_a_zone_that_moves_later_occurrences_is_told_when_they_are_due() {
    let winter = series(daily(), "2026-11-20", Range::NoEnd);
    let offered = ids(&["Africa/Lagos"]);
    let window = Days::around(date("2026-11-21"), 14, 60);
    let plan = classic(&winter, &ClassicOrg { window, ..org(&offered) }, &zones).unwrap();
    let later = ClassicOrg { window: Days::around(date("2027-01-21"), 14, 60), ..org(&offered) };
    let (last, rest) = (plan.segments.last(), plan.rest.unwrap());
    let issue = roll(&winter, last, rest, date("2027-01-21"), Rolling::Extend, &later, &zones).unwrap_err();
    assert_eq!(issue.code, "XCP-3");
}
