//! Salesforce's Classic recurrence by meaning: what it can say, and what it makes of it (SER-2). The vendor's names and
//! bit masks are `wire`'s.

use chrono::{DateTime, Datelike, NaiveDate, Utc, Weekday};
use serde::{Deserialize, Serialize};

use super::{
    dates::{dates_from, last_of_month},
    pattern::{Nth, Pattern, Weekdays},
};

/// How a Classic recurring Event repeats. Each kind has just the values that Salesforce wants for it; all others are
/// empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "rhythm")]
pub enum Rhythm {
    /// Every so many days.
    Daily {
        /// Days from one to the next.
        interval: u32,
    },
    /// Monday to Friday.
    EveryWeekday,
    /// On days of every so many weeks.
    Weekly {
        /// Weeks from one to the next.
        interval: u32,
        /// On which days.
        days: Weekdays,
    },
    /// On a day of every so many months.
    Monthly {
        /// Months from one to the next.
        interval: u32,
        /// The day of the month.
        day: u32,
    },
    /// On the first, … or last day of some kind, every so many months.
    MonthlyNth {
        /// Months from one to the next.
        interval: u32,
        /// Which of them.
        nth: Nth,
        /// Of which kind.
        day: NthDay,
    },
    /// On a date of every year.
    Yearly {
        /// The month, 1 to 12.
        month: u32,
        /// The day of the month.
        day: u32,
    },
    /// On the first, … or last day of some kind of a month, every year.
    YearlyNth {
        /// The month, 1 to 12.
        month: u32,
        /// Which of them.
        nth: Nth,
        /// Of which kind.
        day: NthDay,
    },
}

/// The kinds of days that Classic counts in a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NthDay {
    /// A day of the week.
    On(Weekday),
    /// Monday to Friday.
    Workday,
    /// Saturday or Sunday.
    WeekendDay,
    /// Any day.
    AnyDay,
}

/// The recurrence of a Classic recurring Event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Classic {
    /// How it repeats.
    pub rhythm: Rhythm,
    /// When the first occurrence begins.
    pub start: DateTime<Utc>,
    /// The day on which the last occurrence begins.
    pub last: NaiveDate,
    /// The zone whose clocks it keeps to, by the org's id.
    pub zone: String,
}

/// The most occurrences of one Classic series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caps {
    /// Of daily ones, every weekday among them.
    pub daily: usize,
    /// Of weekly ones.
    pub weekly: usize,
    /// Of monthly ones.
    pub monthly: usize,
    /// Of yearly ones.
    pub yearly: usize,
}

impl Default for Caps {
    /// Salesforce's own.
    fn default() -> Self {
        Self { daily: 100, weekly: 53, monthly: 59, yearly: 9 }
    }
}

impl Caps {
    /// The cap of a rhythm; never nothing.
    pub fn of(&self, rhythm: Rhythm) -> usize {
        let cap = match rhythm {
            Rhythm::Daily { .. } | Rhythm::EveryWeekday => self.daily,
            Rhythm::Weekly { .. } => self.weekly,
            Rhythm::Monthly { .. } | Rhythm::MonthlyNth { .. } => self.monthly,
            Rhythm::Yearly { .. } | Rhythm::YearlyNth { .. } => self.yearly,
        };
        cap.max(1)
    }
}

impl NthDay {
    /// The days that are of this kind.
    pub fn days(self) -> Weekdays {
        match self {
            Self::On(day) => Weekdays::of(&[day]),
            Self::Workday => Weekdays::WORK,
            Self::WeekendDay => Weekdays::WEEKEND,
            Self::AnyDay => Weekdays::ALL,
        }
    }

    /// The kind that just these days are; Classic has none for other sets.
    pub fn of(days: Weekdays) -> Option<Self> {
        [Self::Workday, Self::WeekendDay, Self::AnyDay]
            .into_iter()
            .find(|kind| kind.days() == days)
            .or_else(|| days.only().map(Self::On))
    }
}

impl Rhythm {
    /// The same as a pattern. Classic's weeks begin on Sunday.
    pub fn pattern(self) -> Pattern {
        let first_day = Weekday::Sun;
        match self {
            Self::Daily { interval } => Pattern::Daily { interval },
            Self::EveryWeekday => Pattern::Weekly { interval: 1, days: Weekdays::WORK, first_day },
            Self::Weekly { interval, days } => Pattern::Weekly { interval, days, first_day },
            Self::Monthly { interval, day } => Pattern::MonthlyDay { interval, day },
            Self::MonthlyNth { interval, nth, day } => {
                Pattern::MonthlyNth { interval, nth, days: day.days() }
            }
            Self::Yearly { month, day } => Pattern::YearlyDay { interval: 1, month, day },
            Self::YearlyNth { month, nth, day } => {
                Pattern::YearlyNth { interval: 1, month, nth, days: day.days() }
            }
        }
    }

    /// The days that Salesforce makes of it, from the first to the last.
    pub fn makes(self, first: NaiveDate, last: NaiveDate) -> impl Iterator<Item = NaiveDate> {
        dates_from(self.pattern(), first, first).take_while(move |day| *day <= last)
    }

    /// Whether nobody knows what Classic makes of a month: one that is shorter than the day asked for.
    pub(super) fn is_unsure_in(self, month_of: NaiveDate) -> bool {
        match self {
            Self::Monthly { day, .. } | Self::Yearly { day, .. } => {
                last_of_month(month_of.year(), month_of.month()).is_none_or(|last| last.day() < day)
            }
            Self::Daily { .. }
            | Self::EveryWeekday
            | Self::Weekly { .. }
            | Self::MonthlyNth { .. }
            | Self::YearlyNth { .. } => false,
        }
    }
}

#[cfg(test)]
mod tests;
