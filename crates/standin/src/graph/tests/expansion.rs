//! Which dates a pattern means, reckoned day by day from the vendor's words instead of as the stand-in does it: section
//! 1.1 of the Graph facts.

use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};
use proptest::prelude::*;

use super::*;

const MARA: &str = "/v1.0/users/mara@brightwater.example";
const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const INDEXES: [&str; 5] = ["first", "second", "third", "fourth", "last"];
/// How far the days are looked through.
const HORIZON_DAYS: i64 = 366 * 5;

/// The dates of a `patternedRecurrence`, up to the horizon.
pub(super) fn dates_of(recurrence: &Value) -> Vec<NaiveDate> {
    let (pattern, range) = (&recurrence["pattern"], &recurrence["range"]);
    let day = |value: &Value| value.as_str().expect("a date").parse::<NaiveDate>().expect("a date");
    let first = day(&range["startDate"]);
    let last = match range["type"].as_str() {
        Some("endDate") => day(&range["endDate"]),
        _ => first + TimeDelta::days(HORIZON_DAYS),
    };
    let count = match range["type"].as_str() {
        Some("numbered") => {
            usize::try_from(range["numberOfOccurrences"].as_u64().expect("a number")).expect("small")
        }
        _ => usize::MAX,
    };
    first
        .iter_days()
        .take_while(|day| *day <= last)
        .filter(|day| is_one(pattern, first, *day))
        .take(count)
        .collect()
}

fn is_one(pattern: &Value, first: NaiveDate, day: NaiveDate) -> bool {
    let number = |name: &str| pattern[name].as_i64().unwrap_or(0);
    let named = |day: NaiveDate| DAYS[usize::try_from(day.weekday().num_days_from_monday()).expect("small")];
    let wanted = |day: NaiveDate| {
        pattern["daysOfWeek"].as_array().is_some_and(|days| days.iter().any(|word| *word == named(day)))
    };
    let months =
        i64::from(day.year() - first.year()) * 12 + i64::from(day.month()) - i64::from(first.month());
    let years = i64::from(day.year() - first.year());
    let month_fits = i64::from(day.month()) == number("month");
    let interval = number("interval");
    match pattern["type"].as_str().expect("a type") {
        "daily" => (day - first).num_days() % interval == 0,
        "weekly" => {
            let start: Weekday = pattern["firstDayOfWeek"].as_str().expect("a day").parse().expect("a day");
            let weeks = (day.week(start).first_day() - first.week(start).first_day()).num_days() / 7;
            weeks % interval == 0 && wanted(day)
        }
        "absoluteMonthly" => {
            months % interval == 0 && i64::from(day.day()) == last_at_most(day, number("dayOfMonth"))
        }
        "relativeMonthly" => months % interval == 0 && is_indexed(pattern, day, &wanted),
        "absoluteYearly" => {
            years % interval == 0
                && month_fits
                && i64::from(day.day()) == last_at_most(day, number("dayOfMonth"))
        }
        "relativeYearly" => years % interval == 0 && month_fits && is_indexed(pattern, day, &wanted),
        other => panic!("no type {other}"),
    }
}

/// A day of the month, or the month's last.
fn last_at_most(day: NaiveDate, wanted: i64) -> i64 {
    i64::from(month_of(day).last().expect("a month has days").day()).min(wanted)
}

fn month_of(day: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    day.with_day(1).expect("the first").iter_days().take_while(move |other| other.month() == day.month())
}

fn is_indexed(pattern: &Value, day: NaiveDate, wanted: &dyn Fn(NaiveDate) -> bool) -> bool {
    let fitting: Vec<NaiveDate> = month_of(day).filter(|day| wanted(*day)).collect();
    let index = INDEXES.iter().position(|word| pattern["index"] == *word).expect("an index");
    let one = if index == 4 { fitting.last() } else { fitting.get(index) };
    one == Some(&day)
}

fn recurrences() -> impl Strategy<Value = Value> {
    let days = prop::sample::subsequence(DAYS.to_vec(), 1..=7);
    let pattern = (0..6_usize, 1..5_i64, days, 1..32_i64, 1..13_i64, 0..5_usize, 0..7_usize).prop_map(
        |(kind, interval, days, day, month, index, first)| {
            let index = INDEXES[index];
            match kind {
                0 => json!({ "type": "daily", "interval": interval }),
                1 => json!({ "type": "weekly", "interval": interval, "daysOfWeek": days, "firstDayOfWeek": DAYS[first] }),
                2 => json!({ "type": "absoluteMonthly", "interval": interval, "dayOfMonth": day }),
                3 => json!({ "type": "relativeMonthly", "interval": interval, "daysOfWeek": days, "index": index }),
                4 => json!({ "type": "absoluteYearly", "interval": interval, "dayOfMonth": day, "month": month }),
                _ => json!({ "type": "relativeYearly", "interval": interval, "daysOfWeek": days, "index": index, "month": month }),
            }
        },
    );
    let range = (0..3_usize, 1..40_u32, 0..900_i64);
    (pattern, range, 0..1_500_i64).prop_map(|(pattern, (end, count, span), ahead)| {
        let first = NaiveDate::from_ymd_opt(2026, 1, 1).expect("a date") + TimeDelta::days(ahead);
        let range = match end {
            0 => json!({ "type": "noEnd", "startDate": first.to_string() }),
            1 => json!({ "type": "numbered", "numberOfOccurrences": count, "startDate": first.to_string() }),
            _ => json!({ "type": "endDate", "endDate": (first + TimeDelta::days(span)).to_string(), "startDate": first.to_string() }),
        };
        json!({ "pattern": pattern, "range": range })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn the_instances_of_every_pattern_are_the_days_its_words_mean_1_1(recurrence in recurrences(), cut in any::<prop::sample::Index>()) {
        let mut client = Client::new();
        let first = recurrence["range"]["startDate"].as_str().expect("a date").to_owned();
        let at = |hour: u32| json!({ "dateTime": format!("{first}T{hour:02}:00:00"), "timeZone": "UTC" });
        let body = json!({ "subject": "Series", "start": at(9), "end": at(10), "recurrence": recurrence });
        let (status, made) = client.write(Method::POST, &format!("{MARA}/events"), &[], &body);
        let until: NaiveDate = first.parse::<NaiveDate>().expect("a date") + TimeDelta::days(HORIZON_DAYS);
        let want = dates_of(&recurrence);
        if status != StatusCode::CREATED {
            // Only a series without a date is refused.
            prop_assert_eq!(&made["error"]["code"], "ErrorRecurrenceHasNoOccurrence");
            prop_assert!(want.is_empty());
            return Ok(());
        }
        let path = format!("{MARA}/events/{}", made["id"].as_str().expect("an id"));
        let instances = |client: &mut Client| -> Vec<Value> {
            let window = format!("startDateTime={first}T00:00:00Z&endDateTime={until}T23:00:00Z");
            let mut rows = Vec::new();
            for skip in [0, 1_000] {
                let page = client.get(&format!("{path}/instances?{window}&$top=1000&$skip={skip}&$select=start"));
                rows.extend(page["value"].as_array().expect("rows").clone());
            }
            rows
        };
        let day = |row: &Value| row["start"]["dateTime"].as_str().expect("a time")[..10].to_owned();
        let rows = instances(&mut client);
        let got: Vec<String> = rows.iter().map(day).collect();
        let want: Vec<String> = want.iter().map(ToString::to_string).take(2_000).collect();
        prop_assert_eq!(&got, &want);
        // One date less, and the series tells which.
        let gone = cut.index(rows.len());
        client.write(Method::DELETE, &event_path("mara", &rows[gone]), &[], &Value::Null);
        let told = client.get(&format!("{path}?$select=cancelledOccurrences"));
        let cancelled: Vec<&str> = told["cancelledOccurrences"].as_array().expect("names").iter()
            .map(|name| name.as_str().expect("a name").rsplit('.').next().expect("a date")).collect();
        prop_assert_eq!(&cancelled, &[want[gone].as_str()]);
        let left: Vec<String> = instances(&mut client).iter().map(day).collect();
        let rest: Vec<String> = want.iter().filter(|day| **day != want[gone]).cloned().collect();
        prop_assert_eq!(left, rest);
    }
}
