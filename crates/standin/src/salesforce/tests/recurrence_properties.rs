//! Whatever is done to series, ids and change stamps only rise, and the occurrences are those a plain count of days gives.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::recurrence::master;
use crate::salesforce::moment;
use crate::salesforce::testing::{Client, noon};

const ZONES: [Tz; 3] = [Tz::Europe__Berlin, Tz::America__New_York, Tz::Asia__Tokyo];

/// What a test does; numbers choose among what there is.
#[derive(Clone, Debug)]
enum Deed {
    Create { pattern: usize, zone: usize, start: u64, length: u64 },
    Rename { series: usize },
    Repeat { series: usize, pattern: usize },
    Restart { series: usize, start: u64 },
    EndOn { series: usize, day: u64 },
    DeleteSeries { series: usize },
    MoveOne { series: usize, occurrence: usize },
    DeleteOne { series: usize, occurrence: usize },
    Wait { days: i64 },
}

fn deed() -> impl Strategy<Value = Deed> {
    let which = 0..4_usize;
    let day = 0..150_u64;
    prop_oneof![
        (0..PATTERNS, 0..ZONES.len(), 0..40_u64, 0..200_u64)
            .prop_map(|(pattern, zone, start, length)| Deed::Create { pattern, zone, start, length }),
        which.clone().prop_map(|series| Deed::Rename { series }),
        (which.clone(), 0..PATTERNS).prop_map(|(series, pattern)| Deed::Repeat { series, pattern }),
        (which.clone(), 0..40_u64).prop_map(|(series, start)| Deed::Restart { series, start }),
        (which.clone(), day).prop_map(|(series, day)| Deed::EndOn { series, day }),
        which.clone().prop_map(|series| Deed::DeleteSeries { series }),
        (which.clone(), 0..9_usize).prop_map(|(series, occurrence)| Deed::MoveOne { series, occurrence }),
        (which, 0..9_usize).prop_map(|(series, occurrence)| Deed::DeleteOne { series, occurrence }),
        (1..30_i64).prop_map(|days| Deed::Wait { days }),
    ]
}

const PATTERNS: usize = 7;

/// The fields of a pattern, and the most occurrences it may have.
fn pattern(number: usize) -> (Value, usize) {
    let fields = |kind: &str, every: Value, mask: Value, day: Value, place: Value, month: Value| {
        json!({ "RecurrenceType": kind, "RecurrenceInterval": every, "RecurrenceDayOfWeekMask": mask,
                "RecurrenceDayOfMonth": day, "RecurrenceInstance": place, "RecurrenceMonthOfYear": month })
    };
    let none = Value::Null;
    let n = || none.clone();
    match number {
        0 => (fields("RecursDaily", json!(3), n(), n(), n(), n()), 100),
        1 => (fields("RecursEveryWeekday", n(), json!(62), n(), n(), n()), 100),
        2 => (fields("RecursWeekly", json!(2), json!(2 + 16), n(), n(), n()), 53),
        3 => (fields("RecursMonthly", json!(1), n(), json!(31), n(), n()), 59),
        4 => (fields("RecursMonthlyNth", json!(1), json!(8), n(), json!("Second"), n()), 59),
        5 => (fields("RecursYearly", n(), n(), json!(15), n(), json!("April")), 9),
        _ => (fields("RecursYearlyNth", n(), json!(32), n(), json!("Last"), json!("May")), 9),
    }
}

/// Whether a day belongs to a pattern that starts on another, counted by hand.
fn is_on(number: usize, start: NaiveDate, day: NaiveDate) -> bool {
    let since = (day - start).num_days();
    let sunday = |date: NaiveDate| {
        date.num_days_from_ce() - i32::try_from(date.weekday().num_days_from_sunday()).unwrap()
    };
    let is_last_week = (day + Days::new(7)).month() != day.month();
    match number {
        0 => since % 3 == 0,
        1 => (1..=5).contains(&day.weekday().num_days_from_sunday()),
        2 => {
            let weeks = (sunday(day) - sunday(start)) / 7;
            weeks % 2 == 0 && [1, 4].contains(&day.weekday().num_days_from_sunday())
        }
        3 => (day + Days::new(1)).day() == 1,
        4 => day.weekday().num_days_from_sunday() == 3 && (8..=14).contains(&day.day()),
        5 => (day.month(), day.day()) == (4, 15),
        _ => day.month() == 5 && day.weekday().num_days_from_sunday() == 5 && is_last_week,
    }
}

/// A series as it should be.
#[derive(Debug)]
struct Expected {
    pattern: usize,
    zone: Tz,
    start: NaiveDate,
    until: NaiveDate,
    /// The slot of each occurrence, and where it stands.
    occurrences: Vec<(DateTime<Utc>, DateTime<Utc>)>,
}

impl Expected {
    fn at_nine(&self, day: NaiveDate) -> DateTime<Utc> {
        self.zone.from_local_datetime(&day.and_hms_opt(9, 0, 0).unwrap()).unwrap().with_timezone(&Utc)
    }

    /// The starts of a count of every day from the first to the last.
    fn all(&self) -> Vec<DateTime<Utc>> {
        let days = self.start.iter_days().take_while(|day| *day <= self.until);
        days.filter(|day| is_on(self.pattern, self.start, *day)).map(|day| self.at_nine(day)).collect()
    }

    fn add(&mut self, starts: impl IntoIterator<Item = DateTime<Utc>>) {
        self.occurrences.extend(starts.into_iter().map(|start| (start, start)));
    }

    fn sorted(&self) -> Vec<String> {
        let mut starts: Vec<String> = self.occurrences.iter().map(|(_, at)| moment::wire(*at)).collect();
        starts.sort();
        starts
    }
}

struct Trial {
    client: Client,
    expected: BTreeMap<String, Expected>,
    seen: BTreeSet<String>,
    dead: BTreeSet<String>,
    last_stamp: String,
}

fn day_after(days: u64) -> NaiveDate {
    noon().date_naive() + Days::new(days)
}

impl Trial {
    fn new() -> Self {
        let mut trial = Self {
            client: Client::demo(),
            expected: BTreeMap::new(),
            seen: BTreeSet::new(),
            dead: BTreeSet::new(),
            last_stamp: String::new(),
        };
        trial.check();
        trial
    }

    fn pick(&self, series: usize) -> Option<String> {
        let count = self.expected.len();
        (count > 0).then(|| self.expected.keys().nth(series % count).cloned()).flatten()
    }

    fn one(&mut self, series: usize, occurrence: usize) -> Option<(String, usize, String)> {
        let id = self.pick(series)?;
        let count = self.expected[&id].occurrences.len();
        let at = (count > 0).then(|| occurrence % count)?;
        let start = moment::wire(self.expected[&id].occurrences[at].1);
        let rows = self.client.org.by_key("Event", "RecurrenceActivityId", &id);
        let row = rows.into_iter().find(|row| row.id != id && row.text("StartDateTime") == start)?;
        Some((id, at, row.id.clone()))
    }

    fn perform(&mut self, deed: &Deed) {
        match deed {
            Deed::Create { pattern, zone, start, length } => {
                self.create(*pattern, ZONES[*zone], *start, *length);
            }
            Deed::Rename { series } => {
                let Some(id) = self.pick(*series) else { return };
                let name = format!("Named after {}", self.last_stamp);
                assert_eq!(self.client.update(&id, &json!({ "Subject": name })).status, 204);
                self.expected.get_mut(&id).unwrap().occurrences.iter_mut().for_each(|one| one.1 = one.0);
            }
            Deed::Repeat { series, pattern: number } => {
                let Some(id) = self.pick(*series) else { return };
                let same = self.expected[&id].pattern == *number;
                self.remake(&id, &pattern(*number).0, !same, |series| series.pattern = *number);
            }
            Deed::Restart { series, start } => {
                let Some(id) = self.pick(*series) else { return };
                let day = day_after(*start);
                let (same, at) = (self.expected[&id].start == day, self.expected[&id].at_nine(day));
                let change = json!({ "RecurrenceStartDateTime": moment::wire(at) });
                self.remake(&id, &change, !same, |series| series.start = day);
            }
            Deed::EndOn { series, day } => self.end_on(*series, day_after(*day)),
            Deed::DeleteSeries { series } => {
                let Some(id) = self.pick(*series) else { return };
                self.delete(&id);
                self.expected.remove(&id);
            }
            Deed::MoveOne { series, occurrence } => {
                let Some((id, at, row)) = self.one(*series, *occurrence) else { return };
                let moved = self.expected[&id].occurrences[at].1 + TimeDelta::minutes(7);
                let change = json!({ "StartDateTime": moment::wire(moved) });
                assert_eq!(self.client.update(&row, &change).status, 204);
                self.expected.get_mut(&id).unwrap().occurrences[at].1 = moved;
            }
            Deed::DeleteOne { series, occurrence } => {
                let Some((id, at, row)) = self.one(*series, *occurrence) else { return };
                self.delete(&row);
                self.expected.get_mut(&id).unwrap().occurrences.remove(at);
            }
            Deed::Wait { days } => {
                self.client.wait(TimeDelta::days(*days));
                self.client.sign_in_as("integration@brightwater.example");
            }
        }
    }

    fn delete(&mut self, id: &str) {
        assert_eq!(self.client.call("DELETE", &format!("/sobjects/Event/{id}"), &Value::Null).status, 204);
    }

    fn create(&mut self, number: usize, zone: Tz, start: u64, length: u64) {
        let (mut fields, limit) = pattern(number);
        let start = day_after(start);
        let until = start + Days::new(length);
        let mut expected = Expected { pattern: number, zone, start, until, occurrences: Vec::new() };
        fields["RecurrenceTimeZoneSidKey"] = json!(zone.name());
        fields["RecurrenceStartDateTime"] = json!(moment::wire(expected.at_nine(start)));
        fields["RecurrenceEndDateOnly"] = json!(until.to_string());
        let all = expected.all();
        let answer = self.client.create(&master(&fields));
        assert_eq!(answer.status == 201, (1..=limit).contains(&all.len()), "{}", answer.body);
        if answer.status == 201 {
            expected.add(all);
            self.expected.insert(answer.body["id"].as_str().unwrap().to_owned(), expected);
        }
    }

    /// Changes pattern or start: what is past stays, what is to come is made anew.
    fn remake(&mut self, id: &str, change: &Value, differs: bool, set: impl Fn(&mut Expected)) {
        let now = self.client.now;
        let status = self.client.update(id, change).status;
        let series = self.expected.get_mut(id).unwrap();
        let former = (series.pattern, series.start);
        set(series);
        let all = series.all();
        let coming = all.iter().filter(|start| **start >= now).count();
        let accepted = !all.is_empty() && coming <= pattern(series.pattern).1;
        assert_eq!(status, if accepted || !differs { 204 } else { 400 });
        if !accepted {
            (series.pattern, series.start) = former;
        } else if differs {
            series.occurrences.retain(|(_, at)| *at < now);
            series.add(all.into_iter().filter(|start| *start >= now));
        }
    }

    fn end_on(&mut self, series: usize, day: NaiveDate) {
        let Some(id) = self.pick(series) else { return };
        let now = self.client.now;
        let status = self.client.update(&id, &json!({ "RecurrenceEndDateOnly": day.to_string() })).status;
        let series = self.expected.get_mut(&id).unwrap();
        let former = std::mem::replace(&mut series.until, day);
        let all = series.all();
        let coming = all.iter().filter(|start| **start >= now).count();
        let accepted = former == day || (!all.is_empty() && coming <= pattern(series.pattern).1);
        assert_eq!(status, if accepted { 204 } else { 400 });
        if !accepted {
            series.until = former;
            return;
        }
        let zone = series.zone;
        let local = |at: DateTime<Utc>| at.with_timezone(&zone).date_naive();
        if day < former {
            series.occurrences.retain(|(_, at)| local(*at) <= day);
        } else {
            series.add(all.into_iter().filter(|start| local(*start) > former));
        }
    }

    /// What must hold after every deed.
    fn check(&mut self) {
        let org = &self.client.org;
        let mut stamps: Vec<&str> = org.rows("Event").map(|row| row.text("SystemModstamp")).collect();
        stamps.sort_unstable();
        assert!(stamps.windows(2).all(|pair| pair[0] < pair[1]), "every change has a stamp of its own");
        let last = stamps.last().map(|&stamp| stamp.to_owned()).unwrap_or_default();
        assert!(last >= self.last_stamp);
        let mut seen = BTreeSet::new();
        for row in org.rows("Event") {
            seen.insert(row.id.clone());
            let is_new = !self.seen.contains(&row.id);
            assert!(
                !is_new || row.text("CreatedDate") > self.last_stamp.as_str() || self.last_stamp.is_empty()
            );
            assert!(row.deleted || !self.dead.contains(&row.id), "{} came back", row.id);
            if row.deleted {
                self.dead.insert(row.id.clone());
                continue;
            }
            let series = row.text("RecurrenceActivityId");
            assert!(series.is_empty() || self.expected.contains_key(series), "{} has no master", row.id);
        }
        assert!(seen.is_superset(&self.seen), "nothing vanishes");
        (self.seen, self.last_stamp) = (seen, last);
        for (id, series) in &self.expected {
            let rows =
                org.by_key("Event", "RecurrenceActivityId", id).into_iter().filter(|row| row.id != *id);
            let mut found: Vec<String> = rows.map(|row| row.text("StartDateTime").to_owned()).collect();
            found.sort();
            assert_eq!(found, series.sorted(), "{series:?}");
        }
    }
}

/// A value for a field of series: fitting ones, and some of every kind.
fn value() -> impl Strategy<Value = Value> {
    const TEXTS: &[&str] = &[
        "RecursDaily",
        "RecursWeekly",
        "RecursMonthlyNth",
        "RecursYearlyNth",
        "Last",
        "February",
        "1700-01-01",
        "4000-12-31",
        "2026-03-04",
        "1700-01-01T00:00:00Z",
        "4000-12-31T23:59:59Z",
        "2026-03-03T02:30:00+01:00",
        "Pacific/Apia",
        "RRULE:FREQ=DAILY;COUNT=9;INTERVAL=999",
        "RRULE:FREQ=MONTHLY;UNTIL=40001231",
        "",
    ];
    prop_oneof![
        4 => prop::sample::select(TEXTS).prop_map(|text| json!(text)),
        2 => (-3..130_i64).prop_map(|number| json!(number)),
        1 => prop::sample::select(&[i64::MIN, i64::MAX, 999_999_999][..]).prop_map(|number| json!(number)),
        1 => any::<bool>().prop_map(|flag| json!(flag)),
        1 => Just(Value::Null),
    ]
}

const FIELDS: [&str; 15] = [
    "IsRecurrence",
    "RecurrenceStartDateTime",
    "RecurrenceEndDateOnly",
    "RecurrenceType",
    "RecurrenceTimeZoneSidKey",
    "RecurrenceInterval",
    "RecurrenceDayOfWeekMask",
    "RecurrenceDayOfMonth",
    "RecurrenceInstance",
    "RecurrenceMonthOfYear",
    "Recurrence2PatternText",
    "StartDateTime",
    "EndDateTime",
    "ReminderDateTime",
    "IsAllDayEvent",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn occurrences_are_those_of_a_plain_count_whatever_is_done_s1_6(deeds in prop::collection::vec(deed(), 1..16)) {
        let mut trial = Trial::new();
        for deed in &deeds {
            trial.perform(deed);
            trial.check();
        }
    }

    #[test]
    fn whatever_a_series_says_is_answered(
        first in prop::collection::btree_map(prop::sample::select(&FIELDS[..]), value(), 0..12),
        second in prop::collection::btree_map(prop::sample::select(&FIELDS[1..]), value(), 0..6),
    ) {
        let mut client = Client::demo();
        let (pattern, _) = pattern(first.len() % PATTERNS);
        let mut fields = master(&pattern);
        fields["RecurrenceEndDateOnly"] = json!("2026-05-01");
        let sound = client.create(&fields);
        for (name, value) in first {
            fields[name] = value;
        }
        let answer = client.create(&fields);
        prop_assert!([201, 400].contains(&answer.status), "{fields}: {}", answer.body);
        let answers = [sound, answer].map(|answer| answer.body["id"].as_str().map(str::to_owned));
        for id in answers.into_iter().flatten() {
            let answer = client.update(&id, &json!(second));
            prop_assert!([204, 400].contains(&answer.status), "{second:?}: {}", answer.body);
        }
    }
}
