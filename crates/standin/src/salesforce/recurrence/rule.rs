//! The recurrence rule of a Lightning series: as much of RFC 5545 as the vendor reads, and the form it keeps.

use std::fmt::Write as _;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, Utc, Weekday};

use super::rhythm::{Clock, DayOfMonth, Place, Rhythm, WeekDays};
use crate::salesforce::refusal::Refusal;

const PREFIX: &str = "RRULE:";
/// The most occurrences of a series.
const COUNT_LIMIT: usize = 999;
/// How far a series without an end is made, in days.
const ENDLESS_DAYS: u64 = 365;
const DAILY_INTERVAL_LIMIT: u32 = 999;
const INTERVAL_LIMIT: u32 = 99;
const DAY_NAMES: [(&str, Weekday); 7] = [
    ("SU", Weekday::Sun),
    ("MO", Weekday::Mon),
    ("TU", Weekday::Tue),
    ("WE", Weekday::Wed),
    ("TH", Weekday::Thu),
    ("FR", Weekday::Fri),
    ("SA", Weekday::Sat),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Frequency {
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

/// Where a series ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Never,
    After(usize),
    Day(NaiveDate),
    Instant(DateTime<Utc>),
}

/// A rule with its defaults inserted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    frequency: Frequency,
    month: Option<u32>,
    month_day: Option<u32>,
    days: Vec<Weekday>,
    week_start: Option<Weekday>,
    position: Option<i8>,
    interval: u32,
    end: End,
}

impl Rule {
    /// Reads a rule; what it leaves open follows from the day the series starts on.
    ///
    /// # Errors
    /// Refuses what is outside the vendor's part of the standard.
    pub(super) fn read(text: &str, first: NaiveDate) -> Result<Self, Refusal> {
        let parts = text.strip_prefix(PREFIX).ok_or_else(|| refused("it must begin with RRULE:"))?;
        let parts = Parts::read(parts)?;
        let frequency = match parts.get("FREQ") {
            Some("DAILY") => Frequency::Daily,
            Some("WEEKLY") => Frequency::Weekly,
            Some("MONTHLY") => Frequency::Monthly,
            Some("YEARLY") => Frequency::Yearly,
            Some(_) | None => return Err(refused("FREQ must be DAILY, WEEKLY, MONTHLY or YEARLY")),
        };
        let mut rule = Self {
            frequency,
            month: parts.number("BYMONTH", 1..=12)?,
            month_day: parts.number("BYMONTHDAY", 1..=31)?,
            days: parts.get("BYDAY").map_or_else(|| Ok(Vec::new()), days)?,
            week_start: parts.get("WKST").map(day).transpose()?,
            position: parts.position()?,
            interval: parts.number("INTERVAL", 1..=interval_limit(frequency))?.unwrap_or(1),
            end: parts.end()?,
        };
        rule.check()?;
        rule.fill(first);
        Ok(rule)
    }

    /// Only parts that go with the frequency, and those it cannot do without.
    fn check(&self) -> Result<(), Refusal> {
        let nth = !self.days.is_empty() && self.position.is_some();
        let half = self.days.is_empty() != self.position.is_none();
        let (month, day) = (self.month.is_some(), self.month_day.is_some());
        match self.frequency {
            Frequency::Daily if month || day || !self.days.is_empty() || self.position.is_some() => {
                Err(refused("DAILY goes without BYMONTH, BYMONTHDAY, BYDAY and BYSETPOS"))
            }
            Frequency::Weekly if self.days.is_empty() => Err(refused("WEEKLY requires BYDAY")),
            Frequency::Weekly if month || day || self.position.is_some() => {
                Err(refused("WEEKLY goes without BYMONTH, BYMONTHDAY and BYSETPOS"))
            }
            Frequency::Monthly if month => Err(refused("MONTHLY goes without BYMONTH")),
            Frequency::Monthly | Frequency::Yearly if half => Err(refused("BYDAY and BYSETPOS go together")),
            Frequency::Monthly | Frequency::Yearly if nth && day => {
                Err(refused("BYMONTHDAY goes without BYDAY and BYSETPOS"))
            }
            Frequency::Daily | Frequency::Weekly | Frequency::Monthly | Frequency::Yearly => Ok(()),
        }
    }

    fn fill(&mut self, first: NaiveDate) {
        match self.frequency {
            Frequency::Daily => {}
            Frequency::Weekly => self.week_start = self.week_start.or(Some(Weekday::Sun)),
            Frequency::Monthly | Frequency::Yearly => {
                if self.days.is_empty() {
                    self.month_day = self.month_day.or(Some(first.day()));
                }
            }
        }
        if self.frequency == Frequency::Yearly {
            self.month = self.month.or(Some(first.month()));
        }
    }

    /// The form the org keeps: every part in its place, defaults written out.
    pub(super) fn text(&self) -> String {
        let frequency = match self.frequency {
            Frequency::Daily => "DAILY",
            Frequency::Weekly => "WEEKLY",
            Frequency::Monthly => "MONTHLY",
            Frequency::Yearly => "YEARLY",
        };
        let mut text = format!("{PREFIX}FREQ={frequency}");
        let mut put = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                let _ = write!(text, ";{name}={value}");
            }
        };
        put("BYMONTH", self.month.map(|month| month.to_string()));
        put("BYMONTHDAY", self.month_day.map(|day| day.to_string()));
        let names: Vec<&str> = self.days.iter().map(|day| day_name(*day)).collect();
        put("BYDAY", (!names.is_empty()).then(|| names.join(",")));
        put("WKST", self.week_start.map(|day| day_name(day).to_owned()));
        put("BYSETPOS", self.position.map(|position| position.to_string()));
        put("INTERVAL", Some(self.interval.to_string()));
        match self.end {
            End::Never => {}
            End::After(count) => put("COUNT", Some(count.to_string())),
            End::Day(day) => put("UNTIL", Some(day.format("%Y%m%d").to_string())),
            End::Instant(instant) => put("UNTIL", Some(instant.format("%Y%m%dT%H%M%SZ").to_string())),
        }
        text
    }

    /// The starts of the occurrences of a series that begins on a day.
    pub(super) fn starts(&self, clock: Clock, first: NaiveDate) -> Vec<DateTime<Utc>> {
        let Some(rhythm) = self.rhythm() else { return Vec::new() };
        let horizon = first.checked_add_days(Days::new(ENDLESS_DAYS)).unwrap_or(NaiveDate::MAX);
        let within = |day: NaiveDate, start: DateTime<Utc>| match self.end {
            End::Never => day <= horizon,
            End::After(_) => true,
            End::Day(last) => day <= last,
            End::Instant(last) => start <= last,
        };
        let most = if let End::After(count) = self.end { count } else { COUNT_LIMIT };
        let slots = rhythm.days(first).map(|day| (day, clock.start(day)));
        slots.take_while(|(day, start)| within(*day, *start)).map(|(_, start)| start).take(most).collect()
    }

    fn rhythm(&self) -> Option<Rhythm> {
        let every = self.interval;
        let place = match self.position {
            Some(position) => usize::try_from(position - 1).map_or(Place::Last, Place::FromStart),
            None => Place::FromStart(0),
        };
        let on = match (self.month_day, WeekDays::of(&self.days)) {
            (Some(day), _) => Some(DayOfMonth::Number(day)),
            (None, days) => days.map(|days| DayOfMonth::Nth(place, days)),
        };
        match self.frequency {
            Frequency::Daily => Some(Rhythm::Daily { every }),
            Frequency::Weekly => {
                let first = self.week_start.unwrap_or(Weekday::Sun);
                WeekDays::of(&self.days).map(|days| Rhythm::Weekly { every, days, first })
            }
            Frequency::Monthly => on.map(|on| Rhythm::Monthly { every, on }),
            Frequency::Yearly => self.month.zip(on).map(|(month, on)| Rhythm::Yearly { month, on }),
        }
    }
}

/// The parts of a rule by name, each at most once.
struct Parts<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Parts<'a> {
    const NAMES: [&'static str; 9] =
        ["FREQ", "BYMONTH", "BYMONTHDAY", "BYDAY", "WKST", "BYSETPOS", "INTERVAL", "UNTIL", "COUNT"];

    fn read(text: &'a str) -> Result<Self, Refusal> {
        let mut parts: Vec<(&str, &str)> = Vec::new();
        for part in text.split(';') {
            let (name, value) = part.split_once('=').ok_or_else(|| refused("a part must be NAME=VALUE"))?;
            if !Self::NAMES.contains(&name) {
                return Err(refused(&format!("{name} is not supported")));
            }
            if parts.iter().any(|(known, _)| *known == name) {
                return Err(refused(&format!("{name} must not be repeated")));
            }
            parts.push((name, value));
        }
        Ok(Self(parts))
    }

    fn get(&self, name: &str) -> Option<&'a str> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }

    fn number(&self, name: &str, range: std::ops::RangeInclusive<u32>) -> Result<Option<u32>, Refusal> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let plain = text.bytes().all(|byte| byte.is_ascii_digit());
        let number = text.parse().ok().filter(|number| plain && range.contains(number));
        let why = || refused(&format!("{name} must be {} to {}", range.start(), range.end()));
        number.map(Some).ok_or_else(why)
    }

    fn position(&self) -> Result<Option<i8>, Refusal> {
        match self.get("BYSETPOS") {
            None => Ok(None),
            Some("-1") => Ok(Some(-1)),
            Some(_) => {
                let number = self.number("BYSETPOS", 1..=4)?;
                Ok(number.and_then(|number| i8::try_from(number).ok()))
            }
        }
    }

    fn end(&self) -> Result<End, Refusal> {
        let most = u32::try_from(COUNT_LIMIT).unwrap_or(u32::MAX);
        let count = self.number("COUNT", 1..=most)?.and_then(|count| usize::try_from(count).ok());
        match (count, self.get("UNTIL")) {
            (Some(_), Some(_)) => Err(refused("UNTIL and COUNT exclude each other")),
            (Some(count), None) => Ok(End::After(count)),
            (None, Some(text)) => until(text).ok_or_else(|| refused("UNTIL must be a date or an instant")),
            (None, None) => Ok(End::Never),
        }
    }
}

fn until(text: &str) -> Option<End> {
    if text.len() == 8 {
        return NaiveDate::parse_from_str(text, "%Y%m%d").ok().map(End::Day);
    }
    let instant = NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%SZ").ok();
    instant.filter(|_| text.len() == 16).map(|instant| End::Instant(instant.and_utc()))
}

fn interval_limit(frequency: Frequency) -> u32 {
    match frequency {
        Frequency::Daily => DAILY_INTERVAL_LIMIT,
        Frequency::Weekly | Frequency::Monthly => INTERVAL_LIMIT,
        Frequency::Yearly => 1,
    }
}

fn days(text: &str) -> Result<Vec<Weekday>, Refusal> {
    let mut days = Vec::new();
    for name in text.split(',') {
        let day = day(name)?;
        if days.contains(&day) {
            return Err(refused("BYDAY names a day twice"));
        }
        days.push(day);
    }
    Ok(days)
}

fn day(name: &str) -> Result<Weekday, Refusal> {
    let known = DAY_NAMES.iter().find(|(known, _)| *known == name);
    known.map(|(_, day)| *day).ok_or_else(|| refused(&format!("{name} is no day of the week")))
}

fn day_name(day: Weekday) -> &'static str {
    DAY_NAMES.iter().find(|(_, known)| *known == day).map_or("SU", |(name, _)| name)
}

fn refused(why: &str) -> Refusal {
    Refusal::integrity(format!("Recurrence Pattern: {why}"), &["Recurrence2PatternText"])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, 3).unwrap()
    }

    #[test]
    fn parts_are_reordered_and_defaults_inserted_s1_7() {
        for (sent, kept) in [
            ("RRULE:COUNT=13;BYDAY=MO;FREQ=WEEKLY", "RRULE:FREQ=WEEKLY;BYDAY=MO;WKST=SU;INTERVAL=1;COUNT=13"),
            ("RRULE:FREQ=DAILY", "RRULE:FREQ=DAILY;INTERVAL=1"),
            ("RRULE:INTERVAL=2;FREQ=MONTHLY", "RRULE:FREQ=MONTHLY;BYMONTHDAY=3;INTERVAL=2"),
            (
                "RRULE:BYSETPOS=-1;UNTIL=20270101;FREQ=MONTHLY;BYDAY=MO,TU",
                "RRULE:FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1;INTERVAL=1;UNTIL=20270101",
            ),
            (
                "RRULE:UNTIL=20300101T080000Z;FREQ=YEARLY",
                "RRULE:FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=3;INTERVAL=1;UNTIL=20300101T080000Z",
            ),
            (
                "RRULE:FREQ=YEARLY;BYSETPOS=4;BYDAY=TH;WKST=MO",
                "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=TH;WKST=MO;BYSETPOS=4;INTERVAL=1",
            ),
        ] {
            let rule = Rule::read(sent, first()).unwrap();
            assert_eq!(rule.text(), kept);
            assert_eq!(Rule::read(kept, first()).unwrap(), rule);
        }
    }

    #[test]
    fn what_is_outside_the_vendors_part_is_refused_s1_7() {
        for text in [
            "",
            "RRULE:",
            "FREQ=DAILY",
            "RRULE:FREQ=HOURLY",
            "RRULE:INTERVAL=1",
            "RRULE:FREQ=DAILY;FREQ=DAILY",
            "RRULE:FREQ=DAILY;BYHOUR=3",
            "RRULE:FREQ=DAILY;BYDAY=MO",
            "RRULE:FREQ=DAILY;INTERVAL=1000",
            "RRULE:FREQ=DAILY;INTERVAL=0",
            "RRULE:FREQ=DAILY;INTERVAL=+1",
            "RRULE:FREQ=DAILY;COUNT=1000",
            "RRULE:FREQ=DAILY;COUNT=0",
            "RRULE:FREQ=DAILY;COUNT=3;UNTIL=20270101",
            "RRULE:FREQ=DAILY;UNTIL=2027-01-01",
            "RRULE:FREQ=DAILY;UNTIL=20271301",
            "RRULE:FREQ=DAILY;",
            "RRULE:FREQ=WEEKLY",
            "RRULE:FREQ=WEEKLY;BYDAY=",
            "RRULE:FREQ=WEEKLY;BYDAY=MO,MO",
            "RRULE:FREQ=WEEKLY;BYDAY=1MO",
            "RRULE:FREQ=WEEKLY;BYDAY=MO;INTERVAL=100",
            "RRULE:FREQ=WEEKLY;BYDAY=MO;BYSETPOS=1",
            "RRULE:FREQ=MONTHLY;BYDAY=MO",
            "RRULE:FREQ=MONTHLY;BYSETPOS=1",
            "RRULE:FREQ=MONTHLY;BYDAY=MO;BYSETPOS=5",
            "RRULE:FREQ=MONTHLY;BYDAY=MO;BYSETPOS=-2",
            "RRULE:FREQ=MONTHLY;BYMONTHDAY=32",
            "RRULE:FREQ=MONTHLY;BYMONTHDAY=-1",
            "RRULE:FREQ=MONTHLY;BYMONTHDAY=1;BYDAY=MO;BYSETPOS=1",
            "RRULE:FREQ=MONTHLY;BYMONTH=3",
            "RRULE:FREQ=YEARLY;INTERVAL=2",
            "RRULE:FREQ=YEARLY;BYMONTH=13",
            "DTSTART:20260303T080000Z\nRRULE:FREQ=DAILY",
        ] {
            let refusal = Rule::read(text, first()).expect_err(text);
            assert_eq!(refusal.code, "FIELD_INTEGRITY_EXCEPTION", "{text}");
            assert_eq!(refusal.fields, Some(vec!["Recurrence2PatternText".to_owned()]), "{text}");
        }
    }

    #[test]
    fn a_series_ends_by_count_day_or_instant_and_without_an_end_after_a_year_s1_7() {
        let clock = Clock::Local(chrono_tz::Europe::Berlin, "09:00:00".parse().unwrap());
        let made = |text: &str| Rule::read(text, first()).unwrap().starts(clock, first()).len();
        assert_eq!(made("RRULE:FREQ=DAILY;COUNT=999"), 999);
        assert_eq!(made("RRULE:FREQ=DAILY;UNTIL=20260305"), 3);
        assert_eq!(made("RRULE:FREQ=DAILY;UNTIL=20260305T080000Z"), 3);
        assert_eq!(made("RRULE:FREQ=DAILY;UNTIL=20260305T075959Z"), 2);
        assert_eq!(made("RRULE:FREQ=DAILY;UNTIL=20260302"), 0);
        assert_eq!(made("RRULE:FREQ=DAILY"), 366);
        assert_eq!(made("RRULE:FREQ=DAILY;UNTIL=99990101"), COUNT_LIMIT);
    }
}
