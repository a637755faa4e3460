//! Patterns as Graph writes them.

use super::*;
use crate::value::parse;

#[track_caller]
fn check(pattern: &str, range: &str, expected: Pattern, ends: Range) {
    let row = format!("{{\"recurrence\":{{\"pattern\":{pattern},\"range\":{range}}}}}");
    let read = read(&parse(row.as_bytes()).unwrap()).unwrap();
    assert_eq!((read.pattern, read.range), (expected, ends));
    assert_eq!(read.first.to_string(), "2026-11-24");
    // What is written says the same.
    let again = object([("recurrence", written(&read))]);
    assert_eq!(super::read(&again).unwrap(), read);
}

const ENDLESS: &str = "{\"type\":\"noEnd\",\"startDate\":\"2026-11-24\",\"endDate\":\"0001-01-01\",\
    \"numberOfOccurrences\":0,\"recurrenceTimeZone\":\"W. Europe Standard Time\"}";
const UNTIL: &str = "{\"type\":\"endDate\",\"startDate\":\"2026-11-24\",\"endDate\":\"2027-02-01\",\
    \"numberOfOccurrences\":0,\"recurrenceTimeZone\":\"UTC\"}";
const COUNTED: &str = "{\"type\":\"numbered\",\"startDate\":\"2026-11-24\",\"endDate\":\"0001-01-01\",\
    \"numberOfOccurrences\":7,\"recurrenceTimeZone\":\"UTC\"}";

#[test]
fn ser_2_every_type_of_pattern_is_read_and_members_that_say_nothing_are_no_data() {
    let until = Range::Until(NaiveDate::from_ymd_opt(2027, 2, 1).unwrap());
    let (tuesday, nth) = (Weekdays::of(&[Weekday::Tue]), Nth::Last);
    let inert = "\"month\":0,\"dayOfMonth\":0,\"firstDayOfWeek\":\"sunday\",\"index\":\"first\"";
    check(
        &format!("{{\"type\":\"daily\",\"interval\":3,\"daysOfWeek\":[],{inert}}}"),
        ENDLESS,
        Pattern::Daily { interval: 3 },
        Range::NoEnd,
    );
    check(
        "{\"type\":\"weekly\",\"interval\":2,\"daysOfWeek\":[\"tuesday\"],\"firstDayOfWeek\":\"monday\"}",
        UNTIL,
        Pattern::Weekly { interval: 2, days: tuesday, first_day: Weekday::Mon },
        until,
    );
    check(
        "{\"type\":\"absoluteMonthly\",\"interval\":1,\"dayOfMonth\":31}",
        COUNTED,
        Pattern::MonthlyDay { interval: 1, day: 31 },
        Range::Count(7),
    );
    check(
        "{\"type\":\"relativeMonthly\",\"interval\":1,\"daysOfWeek\":[\"tuesday\"],\"index\":\"last\"}",
        ENDLESS,
        Pattern::MonthlyNth { interval: 1, nth, days: tuesday },
        Range::NoEnd,
    );
    check(
        "{\"type\":\"absoluteYearly\",\"interval\":1,\"dayOfMonth\":24,\"month\":11}",
        ENDLESS,
        Pattern::YearlyDay { interval: 1, month: 11, day: 24 },
        Range::NoEnd,
    );
    check(
        "{\"type\":\"relativeYearly\",\"interval\":2,\"daysOfWeek\":[\"tuesday\"],\"index\":\"last\",\"month\":11}",
        ENDLESS,
        Pattern::YearlyNth { interval: 2, month: 11, nth, days: tuesday },
        Range::NoEnd,
    );
}

#[test]
fn ser_2_a_pattern_that_nobody_knows_is_an_error_and_no_guess() {
    let row = format!(
        "{{\"recurrence\":{{\"pattern\":{{\"type\":\"hourly\",\"interval\":1}},\"range\":{ENDLESS}}}}}"
    );
    assert!(read(&parse(row.as_bytes()).unwrap()).is_err());
    assert!(read(&parse(b"{}").unwrap()).is_err());
}
