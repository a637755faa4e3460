use calbridge_rules::{
    event::{Event, EventField, FieldValue},
    series::{Classic, Range, Rhythm},
};
use chrono::{DateTime, FixedOffset, Utc};

use super::*;
use crate::ports::{KeyedEvent, Shape};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn winter(zone: &str, _: DateTime<Utc>) -> Option<FixedOffset> {
    (zone == "Europe/Berlin").then(|| FixedOffset::east_opt(3600).unwrap())
}

fn event(number: u32, start: &str, minutes: i64) -> Event {
    let start = at(start);
    let fields = [
        (EventField::Subject, FieldValue::Text("Review".to_owned())),
        (EventField::IsAllDay, FieldValue::Flag(false)),
        (EventField::Start, FieldValue::Instant(start)),
        (EventField::End, FieldValue::Instant(start + TimeDelta::minutes(minutes))),
    ];
    Event {
        id: RecordId::parse(&format!("00U{number:012}")).unwrap(),
        fields: fields.into_iter().collect(),
        system_modstamp: start,
        last_modified_by: None,
        last_modified: start,
    }
}

/// Daily from 2 to 6 March 2026 at nine in Berlin, with occurrences that begin as told.
fn part(starts: &[&str]) -> CrmSeries {
    let rows = (1..).zip(starts);
    CrmSeries {
        master: KeyedEvent {
            key: String::new(),
            event: event(0, "2026-03-02T08:00:00Z", 60),
            born: None,
            shape: Shape::ClassicSeries,
        },
        classic: Classic {
            rhythm: Rhythm::Daily { interval: 1 },
            start: at("2026-03-02T08:00:00Z"),
            last: "2026-03-06".parse().unwrap(),
            zone: "Europe/Berlin".to_owned(),
        },
        dates: rows
            .map(|(number, start)| CrmDate { event: event(number, start, 60), original: None })
            .collect(),
    }
}

/// The numbers of the rows that stand for the five dates.
fn standing(part: &CrmSeries) -> Vec<u32> {
    let series = normal(part, winter).unwrap();
    let kept = kept(&series, part, winter);
    let number = |date: &KeptDate| date.event().map_or(0, |date| date.event.as_str()[3..15].parse().unwrap());
    kept.dates.values().map(number).collect()
}

#[test]
fn ser_6_the_master_becomes_a_series_by_the_clocks_of_its_zone() {
    let series = normal(&part(&[]), winter).unwrap();
    assert_eq!(series.range, Range::Until("2026-03-06".parse().unwrap()));
    assert_eq!((series.zone.as_str(), series.first.to_string().as_str()), ("Europe/Berlin", "2026-03-02"));
    assert_eq!((series.master.subject.as_str(), series.length()), ("Review", TimeDelta::hours(1)));
    assert_eq!(series.master.kind, Kind::Series);
}

#[test]
fn ser_6_rows_stand_for_the_dates_on_which_they_begin_and_missing_ones_for_none() {
    let starts =
        ["2026-03-02T08:00:00Z", "2026-03-04T08:00:00Z", "2026-03-05T08:00:00Z", "2026-03-06T08:00:00Z"];
    assert_eq!(standing(&part(&starts)), [1, 0, 2, 3, 4]);
}

#[test]
fn ser_6_a_moved_row_is_recognized_by_its_day_else_by_what_is_missing_next_to_it() {
    let same_day = ["2026-03-02T08:00:00Z", "2026-03-03T15:00:00Z", "2026-03-04T08:00:00Z"];
    assert_eq!(standing(&part(&same_day)), [1, 2, 3, 0, 0]);
    let another_day =
        ["2026-03-02T08:00:00Z", "2026-03-03T08:00:00Z", "2026-03-05T08:00:00Z", "2026-03-07T08:00:00Z"];
    assert_eq!(standing(&part(&another_day)), [1, 2, 0, 3, 4]);
}

#[test]
fn ser_6_where_the_org_tells_original_starts_they_decide() {
    let mut part = part(&["2026-03-06T08:00:00Z", "2026-03-02T08:00:00Z"]);
    part.dates[0].original = Some(at("2026-03-04T08:00:00Z"));
    part.dates[1].original = Some(at("2026-03-02T08:00:00Z"));
    assert_eq!(standing(&part), [2, 0, 1, 0, 0]);
}

#[test]
fn xcp_2_a_classic_series_of_whole_days_or_of_more_than_a_day_does_not_come_down() {
    let mut long = part(&[]);
    long.master.event = event(0, "2026-03-02T08:00:00Z", 25 * 60);
    assert_eq!(normal(&long, winter).unwrap_err().code, "XCP-2");
    let mut days = part(&[]);
    let midnight = FieldValue::Instant(at("2026-03-02T00:00:00Z"));
    days.master.event.fields.extend([
        (EventField::IsAllDay, FieldValue::Flag(true)),
        (EventField::Start, midnight.clone()),
        (EventField::End, midnight),
    ]);
    assert_eq!(normal(&days, winter).unwrap_err().code, "XCP-2");
}

#[test]
fn xcp_3_a_classic_series_in_a_zone_of_nobody_does_not_come_down() {
    let mut nowhere = part(&[]);
    "Mars/Olympus".clone_into(&mut nowhere.classic.zone);
    assert_eq!(normal(&nowhere, winter).unwrap_err().code, "XCP-3");
}
