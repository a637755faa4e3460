use super::{sample::*, *};
use crate::sample::{at, date, days, meeting, zones};

#[test]
fn ser_2_a_series_knows_its_time_of_day_by_its_own_clocks() {
    let start = NaiveTime::from_hms_opt(9, 0, 0).unwrap();
    assert_eq!(weekly().time, DayTime::Timed { start, seconds: 3_600 });
    let winter = weekly().span_on(date("2026-11-24"), &weekly().clock(&zones)).unwrap();
    let summer = weekly().span_on(date("2027-07-06"), &weekly().clock(&zones)).unwrap();
    assert_eq!(original_start(winter), at("2026-11-24T08:00:00Z"));
    assert_eq!(original_start(summer), at("2027-07-06T07:00:00Z"));
}

#[test]
fn ser_2_whole_days_keep_their_dates() {
    let master = crate::item::Item { span: days(2), ..meeting() };
    let series = Series::new(master, daily(), date("2026-11-24"), Range::NoEnd, "nowhere", &zones).unwrap();
    assert_eq!(series.time, DayTime::AllDay { days: 2 });
    assert_eq!(series.length(), TimeDelta::days(2));
    let span = series.span_on(date("2026-12-01"), &series.clock(&zones)).unwrap();
    assert_eq!(span, Span::AllDay { first: date("2026-12-01"), end_exclusive: date("2026-12-03") });
    assert_eq!(original_start(span), at("2026-12-01T00:00:00Z"));
}

#[test]
fn ser_2_a_range_ends_by_date_by_number_or_never() {
    let last = |range| series(daily(), "2026-11-24", range).last_day();
    assert_eq!(last(Range::NoEnd), NaiveDate::MAX);
    assert_eq!(last(Range::Until(date("2026-12-01"))), date("2026-12-01"));
    assert_eq!(last(Range::Count(3)), date("2026-11-26"));
    let counted: Vec<NaiveDate> =
        series(daily(), "2026-11-24", Range::Count(3)).days_from(date("2026-11-25")).collect();
    assert_eq!(counted, [date("2026-11-25"), date("2026-11-26")]);
}

#[test]
fn ser_2_a_series_that_says_nothing_is_refused() {
    let new = |pattern, range, zone| {
        let master = crate::item::Item { kind: crate::item::Kind::Series, ..meeting() };
        Series::new(master, pattern, date("2026-11-24"), range, zone, &zones).unwrap_err()
    };
    let none = Pattern::Daily { interval: 0 };
    assert_eq!(new(none, Range::NoEnd, BERLIN), BadSeries::Pattern(BadPattern::Interval));
    assert_eq!(new(daily(), Range::Until(date("2026-11-23")), BERLIN), BadSeries::Range);
    assert_eq!(new(daily(), Range::Count(0), BERLIN), BadSeries::Range);
    assert_eq!(new(daily(), Range::Count(COUNT_LIMIT + 1), BERLIN), BadSeries::Range);
    let custom = "tzone://Microsoft/Custom";
    assert_eq!(new(daily(), Range::NoEnd, custom), BadSeries::Zone(custom.to_owned()));
}

#[test]
fn ser_2_a_series_can_be_kept_and_read_again() {
    let mut series = weekly();
    series.exceptions.insert(at("2026-11-10T08:00:00Z"), renamed("Moved"));
    series.cancelled.push(at("2026-11-17T08:00:00Z"));
    assert!(series.is_cancelled(at("2026-11-17T08:00:00Z")));
    let text = serde_json::to_string(&series).unwrap();
    assert_eq!(serde_json::from_str::<Series>(&text).unwrap(), series);
}
