//! How a series repeats, by meaning: no vendor's words or bit masks.

use chrono::Weekday;
use serde::{Deserialize, Serialize};

/// How a series repeats. A day 29 to 31 is the last one of months that are shorter, as Outlook has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "pattern")]
pub enum Pattern {
    /// Every so many days.
    Daily {
        /// Days from one to the next.
        interval: u32,
    },
    /// On days of every so many weeks.
    Weekly {
        /// Weeks from one to the next.
        interval: u32,
        /// On which days.
        days: Weekdays,
        /// The day on which weeks begin.
        first_day: Weekday,
    },
    /// On a day of every so many months.
    MonthlyDay {
        /// Months from one to the next.
        interval: u32,
        /// The day of the month.
        day: u32,
    },
    /// On the first, … or last of some days of every so many months.
    MonthlyNth {
        /// Months from one to the next.
        interval: u32,
        /// Which of them.
        nth: Nth,
        /// Out of which days.
        days: Weekdays,
    },
    /// On a date of every so many years.
    YearlyDay {
        /// Years from one to the next.
        interval: u32,
        /// The month, 1 to 12.
        month: u32,
        /// The day of the month.
        day: u32,
    },
    /// On the first, … or last of some days of a month, every so many years.
    YearlyNth {
        /// Years from one to the next.
        interval: u32,
        /// The month, 1 to 12.
        month: u32,
        /// Which of them.
        nth: Nth,
        /// Out of which days.
        days: Weekdays,
    },
}

/// Which of a month's days of some kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nth {
    /// The first.
    First,
    /// The second.
    Second,
    /// The third.
    Third,
    /// The fourth.
    Fourth,
    /// The last.
    Last,
}

/// A pattern that says nothing that repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPattern {
    /// The interval is zero or too large.
    #[error("an interval is 1 to {INTERVAL_LIMIT}")]
    Interval,
    /// No weekday is named.
    #[error("no day of the week is named")]
    NoDay,
    /// There is no such day or month.
    #[error("a day of the month is 1 to 31, a month 1 to 12")]
    Date,
}

/// The largest interval.
pub const INTERVAL_LIMIT: u32 = 999;

/// Days of the week.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "Vec<Weekday>", into = "Vec<Weekday>")]
pub struct Weekdays(u8);

const WEEK: [Weekday; 7] =
    [Weekday::Sun, Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat];

impl Weekdays {
    /// Monday to Friday.
    pub const WORK: Self = Self(0b011_1110);
    /// Saturday and Sunday.
    pub const WEEKEND: Self = Self(0b100_0001);
    /// All seven.
    pub const ALL: Self = Self(0b111_1111);

    /// These days.
    pub fn of(days: &[Weekday]) -> Self {
        Self(days.iter().fold(0, |set, day| set | 1 << day.num_days_from_sunday()))
    }

    /// Whether a day is one of them.
    pub fn contains(self, day: Weekday) -> bool {
        self.0 & 1 << day.num_days_from_sunday() != 0
    }

    /// How many there are.
    pub fn len(self) -> usize {
        self.iter().count()
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The days, from Sunday on.
    pub fn iter(self) -> impl Iterator<Item = Weekday> {
        WEEK.into_iter().filter(move |day| self.contains(*day))
    }

    /// The only one there is.
    pub fn only(self) -> Option<Weekday> {
        let mut days = self.iter();
        days.next().filter(|_| days.next().is_none())
    }
}

impl std::fmt::Debug for Weekdays {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl From<Vec<Weekday>> for Weekdays {
    fn from(days: Vec<Weekday>) -> Self {
        Self::of(&days)
    }
}

impl From<Weekdays> for Vec<Weekday> {
    fn from(days: Weekdays) -> Self {
        days.iter().collect()
    }
}

impl Pattern {
    /// Checks that it says something that repeats.
    ///
    /// # Errors
    /// An interval of nothing, no weekday, a date that no calendar has.
    pub fn check(&self) -> Result<(), BadPattern> {
        if !(1..=INTERVAL_LIMIT).contains(&self.interval()) {
            return Err(BadPattern::Interval);
        }
        let (days, day, month) = match *self {
            Self::Daily { .. } => (Weekdays::ALL, 1, 1),
            Self::Weekly { days, .. } | Self::MonthlyNth { days, .. } => (days, 1, 1),
            Self::MonthlyDay { day, .. } => (Weekdays::ALL, day, 1),
            Self::YearlyDay { month, day, .. } => (Weekdays::ALL, day, month),
            Self::YearlyNth { month, days, .. } => (days, 1, month),
        };
        if days.is_empty() {
            return Err(BadPattern::NoDay);
        }
        let is_date = (1..=31).contains(&day) && (1..=12).contains(&month);
        if is_date { Ok(()) } else { Err(BadPattern::Date) }
    }

    /// Days, weeks, months or years from one to the next.
    pub fn interval(&self) -> u32 {
        match self {
            Self::Daily { interval }
            | Self::Weekly { interval, .. }
            | Self::MonthlyDay { interval, .. }
            | Self::MonthlyNth { interval, .. }
            | Self::YearlyDay { interval, .. }
            | Self::YearlyNth { interval, .. } => *interval,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ser_2_weekdays_are_a_set_of_days_and_not_a_number() {
        let days = Weekdays::of(&[Weekday::Fri, Weekday::Mon, Weekday::Fri]);
        assert_eq!((days.len(), days.only()), (2, None));
        assert!(days.contains(Weekday::Fri) && !days.contains(Weekday::Sun));
        assert_eq!(Weekdays::of(&[Weekday::Sun]).only(), Some(Weekday::Sun));
        assert_eq!(Weekdays::WORK.len() + Weekdays::WEEKEND.len(), Weekdays::ALL.len());
        assert_eq!(serde_json::to_string(&days).unwrap(), r#"["Mon","Fri"]"#);
        assert_eq!(serde_json::from_str::<Weekdays>(r#"["Fri","Mon"]"#).unwrap(), days);
        assert!(Weekdays::default().is_empty() && format!("{days:?}").contains("Mon"));
    }

    #[test]
    fn ser_2_a_pattern_that_says_nothing_is_refused() {
        let nth = Nth::First;
        for (pattern, bad) in [
            (Pattern::Daily { interval: 0 }, BadPattern::Interval),
            (Pattern::Daily { interval: 1_000 }, BadPattern::Interval),
            (
                Pattern::Weekly { interval: 1, days: Weekdays::default(), first_day: Weekday::Sun },
                BadPattern::NoDay,
            ),
            (Pattern::MonthlyNth { interval: 1, nth, days: Weekdays::default() }, BadPattern::NoDay),
            (Pattern::MonthlyDay { interval: 1, day: 0 }, BadPattern::Date),
            (Pattern::MonthlyDay { interval: 1, day: 32 }, BadPattern::Date),
            (Pattern::YearlyDay { interval: 1, month: 13, day: 1 }, BadPattern::Date),
            (Pattern::YearlyNth { interval: 1, month: 0, nth, days: Weekdays::ALL }, BadPattern::Date),
        ] {
            assert_eq!(pattern.check(), Err(bad), "{pattern:?}");
        }
        assert_eq!(Pattern::YearlyDay { interval: 2, month: 2, day: 31 }.check(), Ok(()));
    }
}
