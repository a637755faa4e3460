//! Series as office.js writes them: a form's or a pane's pattern becomes the item's.

use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};
use serde_json::Value;

use super::Refused;
use crate::graph::item::When;
use crate::graph::series::{End, Recurrence, Rhythm};
use crate::graph::zones;

/// The longest interval and duration that fit a calendar.
const INTERVAL_LIMIT: u64 = 999;
const DURATION_LIMIT_MINUTES: i64 = 24 * 60 * 366;
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKS: [&str; 5] = ["first", "second", "third", "fourth", "last"];
const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Mon),
    ("tue", Weekday::Tue),
    ("wed", Weekday::Wed),
    ("thu", Weekday::Thu),
    ("fri", Weekday::Fri),
    ("sat", Weekday::Sat),
    ("sun", Weekday::Sun),
];

/// Reads office.js's recurrence, and when its first date takes place.
pub(super) fn read(value: &Value, held: When, zone: &str) -> Result<(Recurrence, When), Refused> {
    let (properties, range) = (&value["recurrenceProperties"], &value["seriesTimeJson"]);
    let zone = value["recurrenceTimeZone"]["name"].as_str().filter(|name| !name.is_empty()).unwrap_or(zone);
    let tz = zones::find(zone).ok_or_else(|| wrong("recurrenceTimeZone"))?;
    let first = day(range, "start")?.ok_or_else(|| wrong("seriesTime"))?;
    let rhythm = rhythm(value["recurrenceType"].as_str().unwrap_or_default(), properties)?;
    let interval = properties["interval"].as_u64().filter(|count| (1..=INTERVAL_LIMIT).contains(count));
    let end = match (range["noEndDate"].as_bool(), day(range, "end")?) {
        (Some(true), _) | (_, None) => End::Never,
        (_, Some(last)) if last < first => return Err(wrong("seriesTime")),
        (_, Some(last)) => End::On(last),
    };
    let recurrence = Recurrence {
        rhythm,
        interval: interval.and_then(|count| u32::try_from(count).ok()).ok_or_else(|| wrong("interval"))?,
        days: days(rhythm, properties)?,
        day_of_month: number(&properties["dayOfMonth"]).unwrap_or_else(|| first.day()),
        month: place(&MONTHS, &properties["month"]).unwrap_or_else(|| first.month()),
        index: place(&WEEKS, &properties["weekNumber"]).unwrap_or((first.day() - 1) / 7 + 1),
        first_day: weekday(&properties["firstDayOfWeek"]).unwrap_or(Weekday::Sun),
        first,
        end,
        zone: zone.to_owned(),
    };
    let (at, length) = (range["startTimeMin"].as_i64(), range["durationMin"].as_i64());
    let (at, length) = at.zip(length).ok_or_else(|| wrong("seriesTime"))?;
    if !(0..24 * 60).contains(&at) || !(0..=DURATION_LIMIT_MINUTES).contains(&length) {
        return Err(wrong("seriesTime"));
    }
    let when = match held {
        When::AllDay { .. } => {
            When::AllDay { first, until: first + TimeDelta::days((length / (24 * 60)).max(1)) }
        }
        When::Timed { .. } => {
            let start = zones::instant(first.and_time(chrono::NaiveTime::MIN) + TimeDelta::minutes(at), tz);
            When::Timed { start, end: start + TimeDelta::minutes(length) }
        }
    };
    Ok((recurrence, when))
}

fn wrong(what: &str) -> Refused {
    Refused::bad(&format!("the recurrence cannot be read: {what}"))
}

fn rhythm(kind: &str, properties: &Value) -> Result<Rhythm, Refused> {
    let by_date = properties["dayOfMonth"].is_number();
    match (kind, by_date) {
        ("daily", _) => Ok(Rhythm::Daily),
        ("weekly" | "weekday", _) => Ok(Rhythm::Weekly),
        ("monthly", true) => Ok(Rhythm::AbsoluteMonthly),
        ("monthly", false) => Ok(Rhythm::RelativeMonthly),
        ("yearly", true) => Ok(Rhythm::AbsoluteYearly),
        ("yearly", false) => Ok(Rhythm::RelativeYearly),
        _ => Err(wrong("recurrenceType")),
    }
}

/// The weekdays a pattern means; office.js also has words for several.
fn days(rhythm: Rhythm, properties: &Value) -> Result<Vec<Weekday>, Refused> {
    let all = |from: usize, to: usize| DAYS[from..to].iter().map(|(_, day)| *day).collect();
    let found: Vec<Weekday> = match rhythm {
        Rhythm::Daily | Rhythm::AbsoluteMonthly | Rhythm::AbsoluteYearly => return Ok(Vec::new()),
        Rhythm::Weekly if properties["days"].is_null() => all(0, 5),
        Rhythm::Weekly => properties["days"].as_array().into_iter().flatten().filter_map(weekday).collect(),
        Rhythm::RelativeMonthly | Rhythm::RelativeYearly => {
            match properties["dayOfWeek"].as_str().unwrap_or_default() {
                "weekday" => all(0, 5),
                "weekendDay" => all(5, 7),
                "day" => all(0, 7),
                _ => weekday(&properties["dayOfWeek"]).into_iter().collect(),
            }
        }
    };
    if found.is_empty() { Err(wrong("days")) } else { Ok(found) }
}

fn weekday(value: &Value) -> Option<Weekday> {
    DAYS.iter().find(|(word, _)| value == word).map(|(_, day)| *day)
}

/// The one-based place of a word.
fn place(words: &[&str], value: &Value) -> Option<u32> {
    words.iter().position(|word| value == word).and_then(|at| u32::try_from(at + 1).ok())
}

fn number(value: &Value) -> Option<u32> {
    value.as_u64().and_then(|number| u32::try_from(number).ok())
}

/// A day written in three members, none when there is no year.
fn day(range: &Value, which: &str) -> Result<Option<NaiveDate>, Refused> {
    let part = |name: &str| &range[format!("{which}{name}")];
    let Some(year) = part("Year").as_i64().and_then(|year| i32::try_from(year).ok()).filter(|year| *year > 0)
    else {
        return Ok(None);
    };
    let date = number(part("Month"))
        .zip(number(part("Day")))
        .and_then(|(month, day)| NaiveDate::from_ymd_opt(year, month, day));
    date.map(Some).ok_or_else(|| wrong("seriesTime"))
}
