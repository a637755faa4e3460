//! Series on their way down: Classic ones become series in Outlook (SER-6), Lightning ones do not (SER-3).

use chrono::{NaiveDate, Weekday};

use super::{BadSeries, Classic, Pattern, Range, Series, Weekdays, classic::Rhythm};
use crate::{
    cause::Cause,
    item::Item,
    status::Issue,
    window::Days,
    zone::{self, Offsets},
};

/// A Classic recurring Event as a series. The master's span is that of its first occurrence.
///
/// # Errors
/// Its rhythm or its zone cannot be understood.
pub fn from_classic(classic: &Classic, master: Item, offsets: Offsets<'_>) -> Result<Series, BadSeries> {
    let zone = zone::iana(&classic.zone).unwrap_or(&classic.zone);
    let first =
        zone::day(classic.start, zone, offsets).ok_or_else(|| BadSeries::Zone(classic.zone.clone()))?;
    Series::new(master, pattern(classic.rhythm), first, Range::Until(classic.last), zone, offsets)
}

/// As Outlook writes it: weekdays are the five of a week that begins on Sunday.
fn pattern(rhythm: Rhythm) -> Pattern {
    match rhythm {
        Rhythm::EveryWeekday => {
            Pattern::Weekly { interval: 1, days: Weekdays::WORK, first_day: Weekday::Sun }
        }
        Rhythm::Daily { .. }
        | Rhythm::Weekly { .. }
        | Rhythm::Monthly { .. }
        | Rhythm::MonthlyNth { .. }
        | Rhythm::Yearly { .. }
        | Rhythm::YearlyNth { .. } => rhythm.pattern(),
    }
}

/// What becomes of a series that was made in Lightning.
#[derive(Clone, Debug, PartialEq)]
pub enum Lightning {
    /// It stays in Salesforce, with an issue.
    Refused(Issue),
    /// Its occurrences of some days come down one by one.
    Singles {
        /// Those days.
        window: Days,
    },
}

/// Decides what becomes of a Lightning series: single items where `LightningOccurrences` is on, else an issue.
pub fn lightning(lightning_occurrences: bool, window: Days) -> Lightning {
    if lightning_occurrences {
        return Lightning::Singles { window };
    }
    Lightning::Refused(Cause::LightningSeries.issue())
}

impl Classic {
    /// Whether Salesforce changed how it repeats, beyond the end that the caps made us set.
    pub fn repeats_as(&self, planned: &Self) -> bool {
        let timing = |classic: &Self| (classic.rhythm, classic.start, classic.zone.clone());
        timing(self) == timing(planned)
    }

    /// The end that a person set in Salesforce, where it is not the one that we set.
    pub fn end_set_by_hand(&self, planned: &Self) -> Option<NaiveDate> {
        (self.last != planned.last).then_some(self.last)
    }
}

#[cfg(test)]
mod tests;
