//! Series: which dates a pattern means.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

/// The most dates one expansion looks at.
const DATE_LIMIT: usize = 5_000;

/// How often, in Graph's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rhythm {
    /// Every n days.
    Daily,
    /// On days of every n-th week.
    Weekly,
    /// On a day of every n-th month.
    AbsoluteMonthly,
    /// On the n-th weekday of every n-th month.
    RelativeMonthly,
    /// On a day of a month, every n years.
    AbsoluteYearly,
    /// On the n-th weekday of a month, every n years.
    RelativeYearly,
}

impl Rhythm {
    const ALL: [(Self, &'static str); 6] = [
        (Self::Daily, "daily"),
        (Self::Weekly, "weekly"),
        (Self::AbsoluteMonthly, "absoluteMonthly"),
        (Self::RelativeMonthly, "relativeMonthly"),
        (Self::AbsoluteYearly, "absoluteYearly"),
        (Self::RelativeYearly, "relativeYearly"),
    ];

    /// Graph's word.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(rhythm, _)| *rhythm == self).map_or("daily", |(_, word)| word)
    }

    /// Reads Graph's word.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == word).map(|(rhythm, _)| *rhythm)
    }
}

/// When a series ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum End {
    /// Never.
    Never,
    /// With this day.
    On(NaiveDate),
    /// After so many occurrences.
    After(u32),
}

/// A pattern and its range; the time of day is the item's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recurrence {
    /// How often.
    pub rhythm: Rhythm,
    /// Every n-th day, week, month or year.
    pub interval: u32,
    /// Days of the week, where the rhythm wants them.
    pub days: Vec<Weekday>,
    /// Day of the month, where the rhythm wants it.
    pub day_of_month: u32,
    /// Month, where the rhythm wants it.
    pub month: u32,
    /// Which of the weekdays of a month, 1 to 4, 5 is the last.
    pub index: u32,
    /// First day of the week.
    pub first_day: Weekday,
    /// First date.
    pub first: NaiveDate,
    /// End of the range.
    pub end: End,
    /// Name of the zone the pattern is meant in.
    pub zone: String,
}

impl Recurrence {
    /// The dates of the series up to and including a day, in order.
    #[must_use]
    pub fn dates_until(&self, last: NaiveDate) -> Vec<NaiveDate> {
        let stop = match self.end {
            End::On(day) => last.min(day),
            End::Never | End::After(_) => last,
        };
        let count = match self.end {
            End::After(count) => usize::try_from(count).unwrap_or(DATE_LIMIT),
            End::Never | End::On(_) => DATE_LIMIT,
        };
        (0..)
            .map(|step| self.period(step))
            .take(DATE_LIMIT)
            .take_while(|dates| dates.as_ref().is_some_and(|(from, _)| *from <= stop))
            .flatten()
            .flat_map(|(_, dates)| dates)
            .filter(|date| *date >= self.first && *date <= stop)
            .take(count.min(DATE_LIMIT))
            .collect()
    }

    /// Whether the pattern has this date.
    #[must_use]
    pub fn has(&self, date: NaiveDate) -> bool {
        self.dates_until(date).last() == Some(&date)
    }

    /// The n-th day, week, month or year of the pattern: where it begins and its dates.
    fn period(&self, step: u32) -> Option<(NaiveDate, Vec<NaiveDate>)> {
        let ahead = step.checked_mul(self.interval.max(1))?;
        match self.rhythm {
            Rhythm::Daily => {
                let day = self.first.checked_add_days(Days::new(u64::from(ahead)))?;
                Some((day, vec![day]))
            }
            Rhythm::Weekly => {
                let monday = self.first.week(self.first_day).first_day();
                let from = monday.checked_add_days(Days::new(u64::from(ahead) * 7))?;
                let dates =
                    from.iter_days().take(7).filter(|day| self.days.contains(&day.weekday())).collect();
                Some((from, dates))
            }
            Rhythm::AbsoluteMonthly => {
                let from = self.first.with_day(1)?.checked_add_months(Months::new(ahead))?;
                Some((from, vec![day_or_last(from, self.day_of_month)]))
            }
            Rhythm::RelativeMonthly => {
                let from = self.first.with_day(1)?.checked_add_months(Months::new(ahead))?;
                Some((from, self.indexed(from).into_iter().collect()))
            }
            Rhythm::AbsoluteYearly => {
                let from = self.year(ahead)?;
                Some((from, vec![day_or_last(from, self.day_of_month)]))
            }
            Rhythm::RelativeYearly => {
                let from = self.year(ahead)?;
                Some((from, self.indexed(from).into_iter().collect()))
            }
        }
    }

    fn year(&self, ahead: u32) -> Option<NaiveDate> {
        let year = self.first.year().checked_add(i32::try_from(ahead).ok()?)?;
        NaiveDate::from_ymd_opt(year, self.month, 1)
    }

    /// The n-th day of the month that is one of the weekdays; 5 means the last.
    fn indexed(&self, month: NaiveDate) -> Option<NaiveDate> {
        let mut fitting = month
            .iter_days()
            .take_while(|day| day.month() == month.month())
            .filter(|day| self.days.contains(&day.weekday()));
        match self.index {
            5 => fitting.last(),
            index => fitting.nth(usize::try_from(index.max(1) - 1).unwrap_or(0)),
        }
    }
}

/// A day of the month, or its last day: Outlook moves the 31st, it does not skip it.
fn day_or_last(month: NaiveDate, day: u32) -> NaiveDate {
    (28..=day.clamp(28, 31))
        .rev()
        .find_map(|late| month.with_day(late))
        .filter(|_| day > 28)
        .or_else(|| month.with_day(day.max(1)))
        .unwrap_or(month)
}

/// Graph's word for a weekday.
#[must_use]
pub fn weekday_word(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "monday",
        Weekday::Tue => "tuesday",
        Weekday::Wed => "wednesday",
        Weekday::Thu => "thursday",
        Weekday::Fri => "friday",
        Weekday::Sat => "saturday",
        Weekday::Sun => "sunday",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn series(rhythm: Rhythm, first: &str) -> Recurrence {
        Recurrence {
            rhythm,
            interval: 1,
            days: vec![Weekday::Tue],
            day_of_month: 31,
            month: 2,
            index: 5,
            first_day: Weekday::Mon,
            first: day(first),
            end: End::Never,
            zone: "UTC".to_owned(),
        }
    }

    #[track_caller]
    fn check(series: &Recurrence, until: &str, want: &[&str]) {
        let got: Vec<String> = series.dates_until(day(until)).iter().map(ToString::to_string).collect();
        assert_eq!(got, want);
    }

    #[test]
    fn a_weekly_series_skips_the_days_before_its_start() {
        let mut weekly = series(Rhythm::Weekly, "2026-11-18");
        weekly.interval = 2;
        check(&weekly, "2026-12-20", &["2026-12-01", "2026-12-15"]);
    }

    #[test]
    fn the_thirty_first_of_each_month_moves_to_the_last_day() {
        check(
            &series(Rhythm::AbsoluteMonthly, "2026-01-31"),
            "2026-04-30",
            &["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"],
        );
    }

    #[test]
    fn the_last_tuesday_is_found_and_a_count_ends_the_series() {
        let mut monthly = series(Rhythm::RelativeMonthly, "2026-11-01");
        monthly.end = End::After(2);
        check(&monthly, "2027-11-01", &["2026-11-24", "2026-12-29"]);
    }
}
