//! Classic recurrence by meaning ↔ the vendor's fields and bit masks. Each type takes just the fields it needs; all others
//! must be empty.
//! <https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_event.htm>

use calbridge_rules::series::{Classic, Nth, NthDay, Rhythm, Weekdays};
use chrono::{NaiveDate, Weekday};

use crate::{
    call::CallError,
    json, moment,
    salesforce::query::Row,
    value::{Map, Value},
};

/// The columns of a master's recurrence.
pub(super) const COLUMNS: &str = "RecurrenceType, RecurrenceStartDateTime, RecurrenceEndDateOnly, \
     RecurrenceTimeZoneSidKey, RecurrenceInterval, RecurrenceDayOfWeekMask, RecurrenceDayOfMonth, RecurrenceInstance, \
     RecurrenceMonthOfYear";
/// The day on which the last occurrence begins.
pub(super) const LAST: &str = "RecurrenceEndDateOnly";

const KIND: &str = "RecurrenceType";
const START: &str = "RecurrenceStartDateTime";
const ZONE: &str = "RecurrenceTimeZoneSidKey";
const INTERVAL: &str = "RecurrenceInterval";
const MASK: &str = "RecurrenceDayOfWeekMask";
const DAY: &str = "RecurrenceDayOfMonth";
const INSTANCE: &str = "RecurrenceInstance";
const MONTH: &str = "RecurrenceMonthOfYear";
const INSTANCES: [(Nth, &str); 5] = [
    (Nth::First, "First"),
    (Nth::Second, "Second"),
    (Nth::Third, "Third"),
    (Nth::Fourth, "Fourth"),
    (Nth::Last, "Last"),
];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Writes a recurrence among the fields of a new master.
pub(super) fn write(classic: &Classic, into: &mut Map) {
    let mut put = |name: &str, value: Value| into.insert(name, value);
    put("IsRecurrence", Value::Bool(true));
    put(START, Value::from(moment::in_milliseconds(classic.start)));
    put(LAST, Value::from(classic.last.to_string()));
    put(ZONE, Value::from(classic.zone.as_str()));
    let kind = match classic.rhythm {
        Rhythm::Daily { interval } => {
            put(INTERVAL, Value::from(interval));
            "RecursDaily"
        }
        Rhythm::EveryWeekday => {
            put(MASK, mask(Weekdays::WORK));
            "RecursEveryWeekday"
        }
        Rhythm::Weekly { interval, days } => {
            put(INTERVAL, Value::from(interval));
            put(MASK, mask(days));
            "RecursWeekly"
        }
        Rhythm::Monthly { interval, day } => {
            put(INTERVAL, Value::from(interval));
            put(DAY, Value::from(day));
            "RecursMonthly"
        }
        Rhythm::MonthlyNth { interval, nth, day } => {
            put(INTERVAL, Value::from(interval));
            put(INSTANCE, instance(nth));
            put(MASK, mask(day.days()));
            "RecursMonthlyNth"
        }
        Rhythm::Yearly { month, day } => {
            put(DAY, Value::from(day));
            put(MONTH, month_name(month));
            "RecursYearly"
        }
        Rhythm::YearlyNth { month, nth, day } => {
            put(MASK, mask(day.days()));
            put(INSTANCE, instance(nth));
            put(MONTH, month_name(month));
            "RecursYearlyNth"
        }
    };
    put(KIND, Value::from(kind));
}

/// Reads the recurrence of a master.
///
/// # Errors
/// It says nothing that we know.
pub(super) fn read(row: &Row) -> Result<Classic, CallError> {
    let rhythm = match row.text(KIND) {
        "RecursDaily" => Rhythm::Daily { interval: number(row, INTERVAL)? },
        "RecursEveryWeekday" => Rhythm::EveryWeekday,
        "RecursWeekly" => Rhythm::Weekly { interval: number(row, INTERVAL)?, days: days(row)? },
        "RecursMonthly" => Rhythm::Monthly { interval: number(row, INTERVAL)?, day: number(row, DAY)? },
        "RecursMonthlyNth" => {
            Rhythm::MonthlyNth { interval: number(row, INTERVAL)?, nth: nth(row)?, day: nth_day(row)? }
        }
        "RecursYearly" => Rhythm::Yearly { month: month(row)?, day: number(row, DAY)? },
        "RecursYearlyNth" => Rhythm::YearlyNth { month: month(row)?, nth: nth(row)?, day: nth_day(row)? },
        other => return Err(json::malformed(format!("a recurrence of the type {other:?}"))),
    };
    Ok(Classic { rhythm, start: row.instant(START)?, last: row.date(LAST)?, zone: row.text(ZONE).to_owned() })
}

/// Sunday is 1, Monday 2, and so on, doubling.
fn mask(days: Weekdays) -> Value {
    Value::from(days.iter().fold(0_u32, |mask, day| mask | 1 << day.num_days_from_sunday()))
}

fn days(row: &Row) -> Result<Weekdays, CallError> {
    let mask = number(row, MASK)?;
    let all = Weekdays::ALL.iter().filter(|day: &Weekday| mask & 1 << day.num_days_from_sunday() != 0);
    Ok(Weekdays::of(&all.collect::<Vec<_>>()))
}

fn nth_day(row: &Row) -> Result<NthDay, CallError> {
    NthDay::of(days(row)?).ok_or_else(|| json::malformed(format!("{MASK} is no kind of day")))
}

fn nth(row: &Row) -> Result<Nth, CallError> {
    let found = INSTANCES.iter().find(|(_, name)| *name == row.text(INSTANCE));
    found.map(|(nth, _)| *nth).ok_or_else(|| json::malformed(format!("{INSTANCE} is unknown")))
}

fn instance(nth: Nth) -> Value {
    Value::from(INSTANCES.iter().find(|(known, _)| *known == nth).map_or("First", |(_, name)| name))
}

fn month(row: &Row) -> Result<u32, CallError> {
    let found = (1..).zip(MONTHS).find(|(_, name)| *name == row.text(MONTH));
    found.map(|(month, _)| month).ok_or_else(|| json::malformed(format!("{MONTH} is unknown")))
}

fn month_name(month: u32) -> Value {
    Value::from((1..).zip(MONTHS).find(|(number, _)| *number == month).map_or("January", |(_, name)| name))
}

fn number(row: &Row, name: &str) -> Result<u32, CallError> {
    let found = json::at(&row.0, name).and_then(Value::as_i64).and_then(|number| u32::try_from(number).ok());
    found.ok_or_else(|| json::malformed(format!("{name} is no number")))
}

/// The day on which a series ends now, among the fields of a changed master.
pub(super) fn write_last(last: NaiveDate, into: &mut Map) {
    into.insert(LAST, Value::from(last.to_string()));
}

#[cfg(test)]
mod tests {
    use calbridge_rules::series::Rhythm as R;
    use chrono::DateTime;

    use super::*;

    #[track_caller]
    fn check(rhythm: Rhythm, expected: &[(&str, &str)]) {
        let classic = Classic {
            rhythm,
            start: DateTime::from_timestamp(1_795_507_200, 0).unwrap(),
            last: NaiveDate::from_ymd_opt(2027, 2, 1).unwrap(),
            zone: "Europe/Berlin".to_owned(),
        };
        let mut written = Map::new();
        write(&classic, &mut written);
        let typed: Vec<(String, String)> = written
            .iter()
            .filter(|(name, _)| ![START, LAST, ZONE, "IsRecurrence"].contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), value.to_string()))
            .collect();
        let mut expected: Vec<(String, String)> =
            expected.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let mut typed = typed;
        typed.sort();
        expected.sort();
        assert_eq!(typed, expected);
        assert_eq!(read(&Row(Value::Object(written))).unwrap(), classic);
    }

    #[test]
    fn ser_2_each_type_has_all_its_fields_and_no_other_and_reads_back_the_same() {
        let days = Weekdays::of(&[Weekday::Mon, Weekday::Fri]);
        check(R::Daily { interval: 3 }, &[(KIND, "\"RecursDaily\""), (INTERVAL, "3")]);
        check(R::EveryWeekday, &[(KIND, "\"RecursEveryWeekday\""), (MASK, "62")]);
        check(R::Weekly { interval: 2, days }, &[(KIND, "\"RecursWeekly\""), (INTERVAL, "2"), (MASK, "34")]);
        check(
            R::Monthly { interval: 1, day: 31 },
            &[(KIND, "\"RecursMonthly\""), (INTERVAL, "1"), (DAY, "31")],
        );
        check(
            R::MonthlyNth { interval: 1, nth: Nth::Last, day: NthDay::Workday },
            &[(KIND, "\"RecursMonthlyNth\""), (INTERVAL, "1"), (INSTANCE, "\"Last\""), (MASK, "62")],
        );
        check(
            R::Yearly { month: 11, day: 24 },
            &[(KIND, "\"RecursYearly\""), (DAY, "24"), (MONTH, "\"November\"")],
        );
        check(
            R::YearlyNth { month: 1, nth: Nth::Second, day: NthDay::On(Weekday::Tue) },
            &[(KIND, "\"RecursYearlyNth\""), (INSTANCE, "\"Second\""), (MASK, "4"), (MONTH, "\"January\"")],
        );
    }
}
