//! Stretches of days: the window of autosave (AUT-2) and whatever else is told in days.

use chrono::{Days as Count, NaiveDate};
use serde::{Deserialize, Serialize};

/// Days from one to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Days {
    /// The first day.
    pub first: NaiveDate,
    /// The last day.
    pub last: NaiveDate,
}

impl Days {
    /// So many days before a day, the day itself, and so many after it.
    pub fn around(today: NaiveDate, past: u32, future: u32) -> Self {
        Self {
            first: today.checked_sub_days(Count::new(past.into())).unwrap_or(NaiveDate::MIN),
            last: today.checked_add_days(Count::new(future.into())).unwrap_or(NaiveDate::MAX),
        }
    }

    /// Whether a day is one of them.
    pub fn contains(self, day: NaiveDate) -> bool {
        (self.first..=self.last).contains(&day)
    }

    /// The same with so many more on both ends.
    #[must_use]
    pub fn widened(self, by: u32) -> Self {
        Self { first: Self::around(self.first, by, 0).first, last: Self::around(self.last, 0, by).last }
    }
}

#[cfg(test)]
mod tests;
