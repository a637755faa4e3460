use proptest::prelude::*;

use super::*;
use crate::{
    item::{Kind, Span},
    sample::{at, date, meeting, zones},
    series::{Nth, NthDay, dates, sample::*},
};

fn classic(rhythm: Rhythm) -> Classic {
    Classic {
        rhythm,
        start: at("2026-11-24T08:00:00Z"),
        last: date("2027-02-01"),
        zone: "Europe/Berlin".to_owned(),
    }
}

fn master() -> Item {
    let start = at("2026-11-24T08:00:00Z");
    Item { kind: Kind::Series, span: Span::Timed { start, end: start }, ..meeting() }
}

#[test]
fn ser_6_a_classic_series_becomes_one_in_outlook() {
    let days = Weekdays::of(&[Weekday::Tue, Weekday::Fri]);
    let series = from_classic(&classic(Rhythm::Weekly { interval: 2, days }), master(), &zones).unwrap();
    assert_eq!(series.pattern, Pattern::Weekly { interval: 2, days, first_day: Weekday::Sun });
    assert_eq!((series.first, series.range), (date("2026-11-24"), Range::Until(date("2027-02-01"))));
    assert_eq!(series.zone, "Europe/Berlin");
    assert_eq!(series.span_on(date("2026-11-24"), &series.clock(&zones)), Some(master().span));
}

#[test]
fn ser_6_every_rhythm_has_a_pattern() {
    let (interval, nth, day) = (3, Nth::Second, NthDay::WeekendDay);
    let days = Weekdays::WEEKEND;
    for (rhythm, pattern) in [
        (Rhythm::Daily { interval }, Pattern::Daily { interval }),
        (
            Rhythm::EveryWeekday,
            Pattern::Weekly { interval: 1, days: Weekdays::WORK, first_day: Weekday::Sun },
        ),
        (Rhythm::Monthly { interval, day: 4 }, Pattern::MonthlyDay { interval, day: 4 }),
        (Rhythm::MonthlyNth { interval, nth, day }, Pattern::MonthlyNth { interval, nth, days }),
        (Rhythm::Yearly { month: 3, day: 4 }, Pattern::YearlyDay { interval: 1, month: 3, day: 4 }),
        (Rhythm::YearlyNth { month: 3, nth, day }, Pattern::YearlyNth { interval: 1, month: 3, nth, days }),
    ] {
        assert_eq!(from_classic(&classic(rhythm), master(), &zones).unwrap().pattern, pattern);
    }
}

#[test]
fn ser_6_a_zone_that_nobody_knows_is_told() {
    let nowhere = Classic { zone: "Mars/Olympus".to_owned(), ..classic(Rhythm::EveryWeekday) };
    let bad = from_classic(&nowhere, master(), &zones).unwrap_err();
    assert_eq!(bad, BadSeries::Zone("Mars/Olympus".to_owned()));
}

#[test]
fn ser_6_the_end_that_caps_made_us_set_does_not_come_down() {
    let planned = classic(Rhythm::EveryWeekday);
    assert!(planned.repeats_as(&planned) && planned.end_set_by_hand(&planned).is_none());
    let shorter = Classic { last: date("2027-01-01"), ..planned.clone() };
    assert!(shorter.repeats_as(&planned));
    assert_eq!(shorter.end_set_by_hand(&planned), Some(date("2027-01-01")));
    assert!(!classic(Rhythm::Daily { interval: 1 }).repeats_as(&planned));
}

#[test]
fn ser_3_a_lightning_series_is_an_issue_or_single_items_of_the_window() {
    let window = Days::around(date("2026-11-21"), 14, 60);
    match lightning(false, window) {
        Lightning::Refused(issue) => {
            assert_eq!(issue.code, "SER-3");
            assert!(issue.remedy.contains("LightningOccurrences"), "{}", issue.remedy);
        }
        Lightning::Singles { .. } => panic!("the setting is off"),
    }
    assert_eq!(lightning(true, window), Lightning::Singles { window });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn ser_6_what_went_up_comes_down_with_the_same_days(
        pattern in dates::tests::patterns(), first in dates::tests::some_day(),
    ) {
        let mut series = series(pattern, "2020-01-01", Range::NoEnd);
        series.first = first;
        let offered = ids(&["Europe/Berlin"]);
        let window = Days::around(first, 0, 60);
        let org = crate::series::ClassicOrg { window, ..org(&offered) };
        for segment in crate::series::classic(&series, &org, &zones).unwrap().segments {
            let begin = segment.makes[0];
            let span = Span::Timed { start: begin, end: begin };
            let down = from_classic(&segment.classic, Item { span, ..master() }, &zones).unwrap();
            let starts: Vec<_> = down
                .days_from(down.first)
                .filter_map(|day| down.span_on(day, &down.clock(&zones)))
                .map(crate::series::original_start)
                .collect();
            prop_assert_eq!(starts, segment.makes);
        }
    }
}
