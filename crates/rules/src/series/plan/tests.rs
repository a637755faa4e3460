use chrono::Weekday;
use proptest::prelude::*;

use super::*;
use crate::{
    item::{Item, Kind, Span},
    sample::{at, date, days, meeting, zones},
    series::{Nth, NthDay, Pattern, Range, Rhythm, Weekdays, dates, sample::*},
};

fn berlin() -> Vec<String> {
    ids(&["America/New_York", "Europe/Berlin", "GMT"])
}

#[track_caller]
fn plan(series: &Series) -> ClassicPlan {
    classic(series, &org(&berlin()), &zones).unwrap()
}

fn code(series: &Series, offered: &[&str]) -> String {
    classic(series, &org(&ids(offered)), &zones).unwrap_err().code
}

/// The rhythms, how many occurrences each has, and how many single Events there are.
fn shape(series: &Series) -> (Vec<(Rhythm, usize)>, usize) {
    let plan = plan(series);
    let shape = |segment: &Segment| (segment.classic.rhythm, segment.makes.len());
    (plan.segments.iter().map(shape).collect(), plan.singles.len())
}

#[test]
fn ser_2_a_weekly_meeting_is_one_classic_series_with_a_rolling_end() {
    let plan = plan(&weekly());
    let [segment] = plan.segments.as_slice() else { panic!("{plan:?}") };
    let days = Weekdays::of(&[Weekday::Tue]);
    assert_eq!(
        segment.classic,
        Classic {
            rhythm: Rhythm::Weekly { interval: 1, days },
            start: at("2026-11-10T08:00:00Z"),
            last: date("2027-11-09"),
            zone: "Europe/Berlin".to_owned(),
        }
    );
    assert_eq!(segment.makes.len(), 53);
    assert_eq!(segment.makes.last(), Some(&at("2027-11-09T08:00:00Z")));
    assert_eq!((plan.rest, plan.singles.len()), (Some(date("2027-11-16")), 0));
    assert!(plan.told.iter().any(|line| line.contains("Classic")), "{:?}", plan.told);
    assert!(plan.told.iter().any(|line| line.contains("2026-11-07")), "the past is told: {:?}", plan.told);
}

#[test]
fn ser_4_what_follows_a_split_begins_with_its_day_and_leaves_nothing_out() {
    let plan = classic_from(&weekly(), date("2026-11-21"), &org(&berlin()), &zones).unwrap();
    assert_eq!(plan.segments[0].classic.start, at("2026-11-24T08:00:00Z"));
    assert!(plan.told.iter().all(|line| !line.contains("left out")), "{:?}", plan.told);
}

#[test]
fn ser_2_each_rhythm_meets_its_cap() {
    let shape_of = |pattern| {
        let (segments, singles) = shape(&series(pattern, "2026-11-20", Range::NoEnd));
        assert_eq!(singles, 0);
        segments
    };
    let interval = 1;
    assert_eq!(shape_of(daily()), [(Rhythm::Daily { interval }, 100)]);
    let work = Pattern::Weekly { interval, days: Weekdays::WORK, first_day: Weekday::Sun };
    assert_eq!(shape_of(work), [(Rhythm::EveryWeekday, 100)]);
    let friday = NthDay::On(Weekday::Fri);
    let nth = Nth::Last;
    assert_eq!(shape_of(last_friday(2)), [(Rhythm::MonthlyNth { interval: 2, nth, day: friday }, 59)]);
    let workday = Pattern::MonthlyNth { interval, nth, days: Weekdays::WORK };
    assert_eq!(shape_of(workday), [(Rhythm::MonthlyNth { interval, nth, day: NthDay::Workday }, 59)]);
    let tenth = Pattern::MonthlyDay { interval, day: 10 };
    assert_eq!(shape_of(tenth), [(Rhythm::Monthly { interval, day: 10 }, 59)]);
    let birthday = Pattern::YearlyDay { interval, month: 3, day: 4 };
    assert_eq!(shape_of(birthday), [(Rhythm::Yearly { month: 3, day: 4 }, 9)]);
    let yearly = Pattern::YearlyNth { interval, month: 11, nth, days: Weekdays::of(&[Weekday::Fri]) };
    assert_eq!(shape_of(yearly), [(Rhythm::YearlyNth { month: 11, nth, day: friday }, 9)]);
}

#[test]
fn ser_2_a_cap_inside_the_window_is_met_by_segments() {
    let all = Pattern::Weekly { interval: 1, days: Weekdays::ALL, first_day: Weekday::Sun };
    let plan = plan(&series(all, "2026-11-20", Range::NoEnd));
    assert_eq!(plan.segments.iter().map(|segment| segment.makes.len()).collect::<Vec<_>>(), [53, 53]);
    let (first, second) = (&plan.segments[0], &plan.segments[1]);
    assert_eq!(first.classic.last.succ_opt(), Some(date("2027-01-12")));
    assert_eq!(second.classic.start, at("2027-01-12T08:00:00Z"));
}

#[test]
fn ser_2_a_short_series_has_its_own_end_and_nothing_is_left() {
    let plan = plan(&series(daily(), "2026-11-20", Range::Count(5)));
    assert_eq!(plan.segments[0].classic.last, date("2026-11-24"));
    assert_eq!(plan.rest, None);
    assert!(plan.told.iter().all(|line| !line.contains("follow")), "{:?}", plan.told);
}

#[test]
fn ser_2_a_series_that_is_over_goes_up_whole() {
    let plan = plan(&series(daily(), "2026-01-01", Range::Count(250)));
    let made: usize = plan.segments.iter().map(|segment| segment.makes.len()).sum();
    assert_eq!((made, plan.segments.len(), plan.rest), (250, 3, None));
    assert_eq!(plan.segments[0].makes[0], at("2026-01-01T08:00:00Z"));
}

#[test]
fn ser_2_every_other_year_goes_up_one_by_one() {
    let pattern = Pattern::YearlyDay { interval: 2, month: 3, day: 4 };
    let plan = plan(&series(pattern, "2026-01-01", Range::NoEnd));
    assert_eq!(plan.segments.len(), 0);
    assert_eq!(
        plan.singles.iter().map(|single| single.original).collect::<Vec<_>>(),
        [at("2028-03-04T08:00:00Z")]
    );
    assert_eq!(plan.rest, Some(date("2030-03-04")));
}

#[test]
fn ser_2_days_that_classic_cannot_count_go_up_one_by_one() {
    let days = Weekdays::of(&[Weekday::Mon, Weekday::Thu]);
    let pattern = Pattern::MonthlyNth { interval: 1, nth: Nth::First, days };
    assert_eq!(shape(&series(pattern, "2026-11-01", Range::Count(3))), (Vec::new(), 2));
}

#[test]
fn ser_2_the_31st_is_the_last_day_of_every_month() {
    let pattern = Pattern::MonthlyDay { interval: 1, day: 31 };
    let last = Rhythm::MonthlyNth { interval: 1, nth: Nth::Last, day: NthDay::AnyDay };
    assert_eq!(shape(&series(pattern, "2026-12-31", Range::Count(6))), (vec![(last, 6)], 0));
    let leap = Pattern::YearlyDay { interval: 1, month: 2, day: 29 };
    let last = Rhythm::YearlyNth { month: 2, nth: Nth::Last, day: NthDay::AnyDay };
    assert_eq!(shape(&series(leap, "2026-12-31", Range::Count(6))), (vec![(last, 6)], 0));
}

#[test]
fn ser_2_the_30th_leaves_february_to_a_single_event() {
    let pattern = Pattern::MonthlyDay { interval: 1, day: 30 };
    let rhythm = Rhythm::Monthly { interval: 1, day: 30 };
    let plan = classic(
        &series(pattern, "2026-12-30", Range::Count(6)),
        &ClassicOrg {
            window: Days { first: date("2026-12-01"), last: date("2027-12-01") },
            ..org(&berlin())
        },
        &zones,
    )
    .unwrap();
    let made: Vec<_> = plan.segments.iter().map(|known| (known.classic.rhythm, known.makes.len())).collect();
    assert_eq!(made, [(rhythm, 2), (rhythm, 3)]);
    assert_eq!(
        plan.singles.iter().map(|single| single.original).collect::<Vec<_>>(),
        [at("2027-02-28T08:00:00Z")]
    );
}

#[test]
fn ser_2_weeks_that_begin_on_monday_become_one_series_for_each_day() {
    let pattern = on(2, &[Weekday::Sun, Weekday::Tue]);
    let (segments, singles) = shape(&series(pattern, "2026-11-20", Range::NoEnd));
    let one = |day| Rhythm::Weekly { interval: 2, days: Weekdays::of(&[day]) };
    assert_eq!(segments, [(one(Weekday::Sun), 53), (one(Weekday::Tue), 53)]);
    assert_eq!(singles, 0);
    let pattern = on(2, &[Weekday::Mon, Weekday::Tue]);
    assert_eq!(shape(&series(pattern, "2026-11-20", Range::NoEnd)).0.len(), 1, "here all weeks agree");
}

#[test]
fn xcp_2_whole_days_and_long_occurrences_cannot_repeat() {
    let new = |span| {
        let master = Item { kind: Kind::Series, span, ..meeting() };
        Series::new(master, daily(), date("2026-11-24"), Range::NoEnd, BERLIN, &zones).unwrap()
    };
    let lasting = |minutes| {
        let start = at("2026-11-24T08:00:00Z");
        Span::Timed { start, end: start + TimeDelta::minutes(minutes) }
    };
    assert_eq!(code(&new(days(1)), &["Europe/Berlin"]), "XCP-2");
    assert_eq!(code(&new(lasting(24 * 60 + 1)), &["Europe/Berlin"]), "XCP-2");
    assert!(classic(&new(lasting(24 * 60)), &org(&berlin()), &zones).is_ok());
}

#[test]
fn xcp_3_a_zone_that_would_move_an_occurrence_is_an_issue() {
    assert_eq!(code(&weekly(), &["GMT", "America/New_York"]), "XCP-3");
    assert_eq!(code(&weekly(), &[]), "XCP-3");
    let nowhere = Series { zone: "tzone://Microsoft/Custom".to_owned(), ..weekly() };
    assert_eq!(code(&nowhere, &["Europe/Berlin"]), "XCP-3");
}

#[test]
fn tzn_1_another_zone_will_do_where_it_moves_no_occurrence_of_this_series() {
    let winter = series(daily(), "2026-11-20", Range::Count(20));
    let found = classic(&winter, &org(&ids(&["GMT", "Africa/Lagos"])), &zones).unwrap();
    assert_eq!(found.segments[0].classic.zone, "Africa/Lagos");
    let longer = series(daily(), "2027-02-20", Range::NoEnd);
    assert_eq!(code(&longer, &["GMT", "Africa/Lagos"]), "XCP-3");
}

#[test]
fn ser_2_the_rule_that_decided_is_told() {
    let trace: Vec<_> = plan(&weekly()).trace.iter().map(|check| (check.rule, check.passed)).collect();
    assert_eq!(trace, [("XCP-2", true), ("XCP-3", true), ("SER-2", true)]);
}

#[test]
fn ser_2_a_pattern_that_cannot_be_is_an_issue_and_no_panic() {
    let pattern = Pattern::Weekly { interval: 1, days: Weekdays::default(), first_day: Weekday::Sun };
    assert_eq!(code(&Series { pattern, ..weekly() }, &["Europe/Berlin"]), "SER-2");
}

proptest! {
    #[test]
    fn ser_2_no_occurrence_of_the_window_is_lost_or_made_twice(
        pattern in dates::tests::patterns(), first in dates::tests::some_day(), count in 1_u32..300,
    ) {
        let mut series = series(pattern, "2020-01-01", Range::Count(count));
        series.first = first;
        let window = Days::around(first + chrono::Days::new(100), 50, 60);
        let offered = berlin();
        let plan = classic(&series, &ClassicOrg { window, ..org(&offered) }, &zones).unwrap();

        let from = if series.last_day() < window.first { first } else { window.first };
        let wanted: Vec<NaiveDate> = series.days_from(from).collect();
        let here = series.clock(&zones);
        let to_day = |original: &OriginalStart| here.day(*original).unwrap();
        let mut made: Vec<NaiveDate> = plan.segments.iter().flat_map(|known| known.makes.iter().map(to_day)).collect();
        made.extend(plan.singles.iter().map(|single| to_day(&single.original)));
        made.sort_unstable();
        let before = made.len();
        made.dedup();
        prop_assert_eq!(before, made.len(), "made twice");
        prop_assert!(made.iter().all(|day| wanted.binary_search(day).is_ok()), "made up");
        let missing = wanted.iter().find(|day| made.binary_search(day).is_err()).copied();
        prop_assert_eq!(missing, plan.rest);
        prop_assert!(missing.is_none_or(|day| day > window.last), "missing in the window: {missing:?}");

        for segment in &plan.segments {
            let days: Vec<NaiveDate> = segment.makes.iter().map(to_day).collect();
            let made: Vec<NaiveDate> = segment.classic.rhythm.makes(days[0], segment.classic.last).collect();
            prop_assert_eq!(&made, &days, "Salesforce would make something else");
            prop_assert!(days.len() <= org(&offered).caps.of(segment.classic.rhythm));
            prop_assert!(days.iter().all(|day| !segment.classic.rhythm.is_unsure_in(*day)));
        }
    }
}
