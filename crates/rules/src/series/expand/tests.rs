use proptest::prelude::*;

use super::*;
use crate::{
    item::{Item, Kind},
    sample::{at, date, days, meeting, zones},
    series::{Range, dates, sample::*},
};

const HERE: &str = "Europe/Berlin";

fn november() -> Days {
    Days { first: date("2026-11-01"), last: date("2026-11-30") }
}

#[track_caller]
fn check(series: &Series, window: Days, expected: &[&str]) {
    let found = occurrences(series, window, HERE, &zones).unwrap();
    let starts: Vec<_> = found.iter().map(|known| original_start(known.span)).collect();
    let expected: Vec<_> = expected.iter().map(|text| at(text)).collect();
    assert_eq!(starts, expected);
}

#[test]
fn ser_2_occurrences_keep_their_wall_clock_time_over_the_change_of_clocks() {
    let october = Days { first: date("2026-10-19"), last: date("2026-11-05") };
    let series = series(on(1, &[chrono::Weekday::Tue]), "2026-10-06", Range::NoEnd);
    check(&series, october, &["2026-10-20T07:00:00Z", "2026-10-27T08:00:00Z", "2026-11-03T08:00:00Z"]);
}

#[test]
fn ser_2_cancelled_dates_do_not_take_place() {
    let mut series = weekly();
    series.cancelled.push(at("2026-11-10T08:00:00Z"));
    check(&series, november(), &["2026-11-03T08:00:00Z", "2026-11-17T08:00:00Z", "2026-11-24T08:00:00Z"]);
}

#[test]
fn ser_2_moved_occurrences_are_where_they_were_moved_to() {
    let mut series = weekly();
    series
        .exceptions
        .insert(at("2026-11-03T08:00:00Z"), moved("2026-12-30T10:00:00Z", "2026-12-30T11:00:00Z"));
    series
        .exceptions
        .insert(at("2026-12-01T08:00:00Z"), moved("2026-11-30T10:00:00Z", "2026-11-30T11:00:00Z"));
    let found = occurrences(&series, november(), HERE, &zones).unwrap();
    let originals: Vec<_> = found.iter().map(|known| (known.original, known.is_exception)).collect();
    assert_eq!(
        originals,
        [
            (at("2026-11-10T08:00:00Z"), false),
            (at("2026-11-17T08:00:00Z"), false),
            (at("2026-11-24T08:00:00Z"), false),
            (at("2026-12-01T08:00:00Z"), true),
        ]
    );
}

#[test]
fn ser_2_an_exception_that_stays_on_its_day_is_told_as_one() {
    let mut series = weekly();
    series.exceptions.insert(at("2026-11-10T08:00:00Z"), renamed("Another"));
    let found = occurrences(&series, november(), HERE, &zones).unwrap();
    assert_eq!(found.iter().filter(|known| known.is_exception).count(), 1);
    assert_eq!(found.len(), 4);
}

#[test]
fn aut_2_a_day_is_a_day_of_the_mailboxs_zone() {
    // Nine in the evening of Berlin on the 30th is the 1st in Kathmandu.
    let start = at("2026-11-30T20:00:00Z");
    let span = Span::Timed { start, end: start };
    let master = Item { kind: Kind::Series, span, ..meeting() };
    let series = Series::new(master, daily(), date("2026-11-30"), Range::Count(1), BERLIN, &zones).unwrap();
    let on_day = |zone, day| {
        let window = Days { first: date(day), last: date(day) };
        occurrences(&series, window, zone, &zones).unwrap().len()
    };
    assert_eq!((on_day(HERE, "2026-11-30"), on_day("Asia/Kathmandu", "2026-11-30")), (1, 0));
    assert_eq!((on_day(HERE, "2026-12-01"), on_day("Asia/Kathmandu", "2026-12-01")), (0, 1));
}

#[test]
fn tzn_2_whole_days_are_not_shifted_by_a_zone() {
    let master = Item { kind: Kind::Series, span: days(1), ..meeting() };
    let series = Series::new(master, daily(), date("2026-11-30"), Range::Count(1), BERLIN, &zones).unwrap();
    for zone in [HERE, "Asia/Kathmandu", "America/New_York", "nowhere"] {
        assert_eq!(occurrences(&series, november(), zone, &zones).unwrap().len(), 1, "{zone}");
    }
}

#[test]
fn ser_2_an_expansion_has_a_limit() {
    let window = Days { first: date("2026-01-01"), last: date("2030-01-01") };
    let series = series(daily(), "2026-01-01", Range::NoEnd);
    assert_eq!(occurrences(&series, window, HERE, &zones), Err(Unexpanded::TooMany));
}

#[test]
fn tzn_1_an_unknown_zone_is_told_by_its_name() {
    let atlantis = || Unexpanded::Zone("Europe/Atlantis".to_owned());
    assert_eq!(occurrences(&weekly(), november(), "Europe/Atlantis", &zones), Err(atlantis()));
    let series = Series { zone: "Europe/Atlantis".to_owned(), ..weekly() };
    assert_eq!(occurrences(&series, november(), HERE, &zones), Err(atlantis()));
}

proptest! {
    #[test]
    fn ser_2_every_day_of_the_pattern_takes_place_once_unless_cancelled(
        pattern in dates::tests::patterns(), first in dates::tests::some_day(), places in prop::collection::vec(0_usize..12, 0..4),
    ) {
        let mut series = series(pattern, "2020-01-01", Range::NoEnd);
        series.first = first;
        let window = Days::around(first, 0, 200);
        let all = occurrences(&series, window, HERE, &zones).unwrap();
        let dates: Vec<NaiveDate> = series.days_from(first).take_while(|day| *day <= window.last).collect();
        prop_assert_eq!(all.len(), dates.len());
        let mut cancelled: Vec<OriginalStart> =
            places.iter().filter_map(|place| all.get(*place)).map(|known| known.original).collect();
        cancelled.sort_unstable();
        cancelled.dedup();
        series.cancelled.clone_from(&cancelled);
        let left = occurrences(&series, window, HERE, &zones).unwrap();
        prop_assert_eq!(left.len() + cancelled.len(), all.len());
        prop_assert!(left.iter().all(|known| !cancelled.contains(&known.original)));
    }
}
