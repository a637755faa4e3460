//! The days a series falls on and the instants it starts at; what it is made of and where it ends is said elsewhere.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Utc, Weekday};
use chrono_tz::Tz;

const MONTHS_A_YEAR: i64 = 12;

/// Days of the week: Sunday 1, Monday 2, Tuesday 4 … Saturday 64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WeekDays(u8);

impl WeekDays {
    /// Monday to Friday.
    pub(super) const WORKING: Self = Self(62);
    /// Saturday and Sunday.
    pub(super) const WEEKEND: Self = Self(65);
    /// The whole week.
    pub(super) const ALL: Self = Self(127);

    /// Reads a mask, which must name at least one day.
    pub(super) fn from_mask(mask: i64) -> Option<Self> {
        u8::try_from(mask).ok().filter(|mask| (1..=Self::ALL.0).contains(mask)).map(Self)
    }

    /// The days of a list, which must not be empty.
    pub(super) fn of(days: &[Weekday]) -> Option<Self> {
        Self::from_mask(days.iter().fold(0, |mask, day| mask | i64::from(bit(*day))))
    }

    /// Whether it is a single day.
    pub(super) fn is_single(self) -> bool {
        self.0.is_power_of_two()
    }

    pub(super) fn has(self, day: Weekday) -> bool {
        self.0 & bit(day) != 0
    }
}

fn bit(day: Weekday) -> u8 {
    1 << day.num_days_from_sunday()
}

/// Which of the matching days of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Counted from 0.
    FromStart(usize),
    Last,
}

/// One day of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DayOfMonth {
    /// By number; in a shorter month its last day.
    Number(u32),
    /// By place among the days of the week named.
    Nth(Place, WeekDays),
}

impl DayOfMonth {
    fn date(self, year: i32, month: u32) -> Option<NaiveDate> {
        let first = NaiveDate::from_ymd_opt(year, month, 1)?;
        let length = u32::from(first.num_days_in_month());
        let on = |day| NaiveDate::from_ymd_opt(year, month, day);
        match self {
            Self::Number(day) => on(day.min(length)),
            Self::Nth(place, days) => {
                let mut matching = (1..=length).filter_map(on).filter(|date| days.has(date.weekday()));
                match place {
                    Place::FromStart(index) => matching.nth(index),
                    Place::Last => matching.next_back(),
                }
            }
        }
    }
}

/// How often and on which days a series repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rhythm {
    Daily { every: u32 },
    Weekly { every: u32, days: WeekDays, first: Weekday },
    Monthly { every: u32, on: DayOfMonth },
    Yearly { month: u32, on: DayOfMonth },
}

impl Rhythm {
    /// The days from the given one on, without end but for the calendar's.
    pub(super) fn days(self, from: NaiveDate) -> Box<dyn Iterator<Item = NaiveDate>> {
        match self {
            Self::Daily { every } => Box::new(stepped(from, u64::from(every))),
            Self::Weekly { every, days, first } => {
                let past = u64::from(from.weekday().days_since(first));
                let week = from.checked_sub_days(Days::new(past));
                let weeks = week.into_iter().flat_map(move |week| stepped(week, u64::from(every) * 7));
                let each =
                    weeks.flat_map(|week| (0..7).map_while(move |n| week.checked_add_days(Days::new(n))));
                Box::new(each.filter(move |day| *day >= from && days.has(day.weekday())))
            }
            Self::Monthly { every, on } => Box::new(monthly(from, from.month(), i64::from(every), on)),
            Self::Yearly { month, on } => Box::new(monthly(from, month, MONTHS_A_YEAR, on)),
        }
    }
}

fn stepped(from: NaiveDate, days: u64) -> impl Iterator<Item = NaiveDate> {
    std::iter::successors(Some(from), move |day| day.checked_add_days(Days::new(days)))
}

fn monthly(from: NaiveDate, month: u32, every: i64, on: DayOfMonth) -> impl Iterator<Item = NaiveDate> {
    let first = i64::from(from.year()) * MONTHS_A_YEAR + i64::from(month) - 1;
    let months = std::iter::successors(Some(first), move |count| count.checked_add(every));
    let dates = months.map_while(move |count| {
        let year = i32::try_from(count.div_euclid(MONTHS_A_YEAR)).ok()?;
        let month = u32::try_from(count.rem_euclid(MONTHS_A_YEAR)).ok()? + 1;
        on.date(year, month)
    });
    dates.filter(move |date| *date >= from)
}

/// The clock the occurrences of a series start by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Clock {
    /// The same time of day in one zone.
    Local(Tz, NaiveTime),
    /// All-day: dates, which no zone shifts.
    Dates,
}

impl Clock {
    /// The clock of a series by its first start.
    pub(super) fn of(start: DateTime<Utc>, zone: Tz, all_day: bool) -> Self {
        if all_day { Self::Dates } else { Self::Local(zone, start.with_timezone(&zone).time()) }
    }

    /// The day an instant lies on.
    pub(super) fn day(self, instant: DateTime<Utc>) -> NaiveDate {
        match self {
            Self::Local(zone, _) => instant.with_timezone(&zone).date_naive(),
            Self::Dates => instant.date_naive(),
        }
    }

    /// The start of the occurrence of a day.
    pub(super) fn start(self, day: NaiveDate) -> DateTime<Utc> {
        match self {
            Self::Local(zone, time) => instant(zone, day.and_time(time)),
            Self::Dates => day.and_time(NaiveTime::MIN).and_utc(),
        }
    }
}

/// A local time as an instant: the earlier one where clocks are set back; where they are set forward and it does not
/// exist, as much later as they are set forward.
fn instant(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    if let Some(known) = zone.from_local_datetime(&local).earliest() {
        return known.with_timezone(&Utc);
    }
    let eve = local.checked_sub_days(Days::new(1)).unwrap_or(local);
    let offset = zone.offset_from_utc_datetime(&eve).fix();
    local.checked_sub_offset(offset).unwrap_or(local).and_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[track_caller]
    fn falls_on(rhythm: Rhythm, from: &str, days: &[&str]) {
        let found: Vec<String> =
            rhythm.days(date(from)).take(days.len()).map(|day| day.to_string()).collect();
        assert_eq!(found, days);
    }

    #[test]
    fn weeks_are_counted_from_the_first_day_of_the_starts_week() {
        let days = WeekDays::from_mask(1 + 4).unwrap();
        let from_sunday = Rhythm::Weekly { every: 2, days, first: Weekday::Sun };
        falls_on(from_sunday, "2026-03-03", &["2026-03-03", "2026-03-15", "2026-03-17", "2026-03-29"]);
        let from_monday = Rhythm::Weekly { every: 2, days, first: Weekday::Mon };
        falls_on(from_monday, "2026-03-03", &["2026-03-03", "2026-03-08", "2026-03-17", "2026-03-22"]);
    }

    #[test]
    fn the_last_working_day_and_the_31st_stay_within_their_month() {
        let last = Rhythm::Monthly { every: 1, on: DayOfMonth::Nth(Place::Last, WeekDays::WORKING) };
        falls_on(last, "2026-01-31", &["2026-02-27", "2026-03-31", "2026-04-30", "2026-05-29"]);
        let end = Rhythm::Monthly { every: 1, on: DayOfMonth::Number(31) };
        falls_on(end, "2028-01-31", &["2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"]);
    }

    #[test]
    fn a_year_begins_with_the_next_such_month() {
        let second_weekend_day = DayOfMonth::Nth(Place::FromStart(1), WeekDays::WEEKEND);
        let rhythm = Rhythm::Yearly { month: 2, on: second_weekend_day };
        falls_on(rhythm, "2026-03-01", &["2027-02-07", "2028-02-06"]);
        falls_on(
            Rhythm::Yearly { month: 2, on: DayOfMonth::Number(29) },
            "2027-01-01",
            &["2027-02-28", "2028-02-29"],
        );
    }

    #[test]
    fn the_calendars_end_ends_every_rhythm() {
        let near = NaiveDate::MAX.checked_sub_days(Days::new(40)).unwrap();
        let on = DayOfMonth::Nth(Place::Last, WeekDays::ALL);
        for rhythm in [
            Rhythm::Daily { every: 30 },
            Rhythm::Weekly { every: 3, days: WeekDays::ALL, first: Weekday::Mon },
            Rhythm::Monthly { every: 1, on },
            Rhythm::Yearly { month: 12, on },
            Rhythm::Daily { every: u32::MAX },
            Rhythm::Monthly { every: u32::MAX, on },
        ] {
            assert!(rhythm.days(near).count() < 32, "{rhythm:?}");
        }
    }

    #[test]
    fn a_time_that_clocks_skip_comes_later_and_a_doubled_one_is_the_first() {
        let zone = chrono_tz::Europe::Berlin;
        let clock = Clock::Local(zone, NaiveTime::from_hms_opt(2, 30, 0).unwrap());
        assert_eq!(clock.start(date("2026-03-28")).to_rfc3339(), "2026-03-28T01:30:00+00:00");
        assert_eq!(clock.start(date("2026-03-29")).to_rfc3339(), "2026-03-29T01:30:00+00:00");
        assert_eq!(clock.start(date("2026-10-25")).to_rfc3339(), "2026-10-25T00:30:00+00:00");
        let island =
            Clock::Local(chrono_tz::Australia::Lord_Howe, NaiveTime::from_hms_opt(2, 15, 0).unwrap());
        assert_eq!(island.start(date("2026-10-04")).to_rfc3339(), "2026-10-03T15:45:00+00:00");
    }
}
