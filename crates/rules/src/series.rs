//! A series in its normal form: a master, the occurrences that differ from it, the dates that were cancelled (SER).
//! No provider's own form: whoever reads a calendar folds what it says into this one.

mod ability;
mod change;
mod classic;
mod dates;
mod down;
mod expand;
mod fold;
mod pattern;
mod plan;
mod roll;
mod steps;
mod strand;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    item::{Attendee, Item, Span},
    map::SmallMap,
    mapping::ItemValues,
    zone::{self, Clock, Offsets},
};

pub use ability::{OrgAbility, allowed};
pub use change::{Conversion, KeptMaster, OldMaster, SeriesChange, change, conversion, overwritten};
pub use classic::{Caps, Classic, NthDay, Rhythm};
pub use down::{Lightning, from_classic, lightning};
pub(crate) use expand::begin_day;
pub use expand::{OCCURRENCE_LIMIT, Occurrence, Unexpanded, occurrences};
pub use fold::{Folded, Row, differs, fold};
pub use pattern::{BadPattern, INTERVAL_LIMIT, Nth, Pattern, Weekdays};
pub use plan::{
    ClassicOrg, ClassicPlan, SEGMENT_LIMIT, SINGLE_LIMIT, Segment, Single, classic, classic_from,
};
pub use roll::{Roll, Rolling, roll};
pub use steps::{OccurrenceStep, Removed};

/// When an occurrence begins by its pattern, whatever became of it; of whole days, midnight UTC of the first.
pub type OriginalStart = DateTime<Utc>;

/// A series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// What every occurrence says that says nothing else. Its span is that of any one occurrence and is not looked at.
    pub master: Item,
    /// How it repeats.
    pub pattern: Pattern,
    /// The day from which the pattern counts.
    pub first: NaiveDate,
    /// When it ends.
    pub range: Range,
    /// When an occurrence is, within its day.
    pub time: DayTime,
    /// The zone whose clocks it keeps to, by its Windows or IANA name.
    pub zone: String,
    /// Occurrences that differ.
    pub exceptions: SmallMap<OriginalStart, Exception>,
    /// Occurrences that do not take place, in order.
    pub cancelled: Vec<OriginalStart>,
}

/// When a series ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "range", content = "value")]
pub enum Range {
    /// Never.
    NoEnd,
    /// No occurrence begins after this day.
    Until(NaiveDate),
    /// After so many occurrences, cancelled ones counted.
    Count(u32),
}

/// When an occurrence is, within its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "time")]
pub enum DayTime {
    /// From a time of day on.
    Timed {
        /// By the clocks of the series' zone.
        start: NaiveTime,
        /// How long it lasts.
        seconds: u32,
    },
    /// Whole days.
    AllDay {
        /// How many.
        days: u32,
    },
}

/// What is different about an occurrence.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Exception {
    /// Values of its own; the others are the master's.
    pub values: ItemValues,
    /// Who is invited to it, where that differs.
    pub attendees: Option<Vec<Attendee>>,
}

/// A series that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadSeries {
    /// Its pattern says nothing that repeats.
    #[error(transparent)]
    Pattern(#[from] BadPattern),
    /// Nobody knows its zone.
    #[error("the zone {0:?} is unknown")]
    Zone(String),
    /// It ends before it begins, or lasts longer than can be told.
    #[error("its range or its length is none")]
    Range,
}

/// The most occurrences that a numbered range may have.
pub const COUNT_LIMIT: u32 = 999;

impl Series {
    /// A series whose master's span is an occurrence of it, without exceptions so far.
    ///
    /// # Errors
    /// The pattern, the range or the zone cannot be.
    pub fn new(
        master: Item,
        pattern: Pattern,
        first: NaiveDate,
        range: Range,
        zone: &str,
        offsets: Offsets<'_>,
    ) -> Result<Self, BadSeries> {
        pattern.check()?;
        let time = day_time(master.span, zone, offsets)?;
        let ends = match range {
            Range::NoEnd => true,
            Range::Until(last) => last >= first,
            Range::Count(count) => (1..=COUNT_LIMIT).contains(&count),
        };
        if !ends {
            return Err(BadSeries::Range);
        }
        let (exceptions, cancelled) = (SmallMap::new(), Vec::new());
        Ok(Self { master, pattern, first, range, time, zone: zone.trim().to_owned(), exceptions, cancelled })
    }

    /// The clocks that it keeps to.
    pub fn clock<'a>(&'a self, offsets: Offsets<'a>) -> Clock<'a> {
        Clock::of(&self.zone, offsets)
    }

    /// When the occurrence of a day is, as the pattern has it, by its own clocks; nothing in a zone that nobody knows.
    pub fn span_on(&self, day: NaiveDate, clock: &Clock<'_>) -> Option<Span> {
        match self.time {
            DayTime::Timed { start, seconds } => {
                let start = clock.instant(day.and_time(start))?;
                Some(Span::Timed { start, end: start + TimeDelta::seconds(seconds.into()) })
            }
            DayTime::AllDay { days } => {
                let end_exclusive = day.checked_add_days(chrono::Days::new(days.into()))?;
                Some(Span::AllDay { first: day, end_exclusive })
            }
        }
    }

    /// Days on which the pattern has an occurrence, cancelled ones too, from a day on.
    pub fn days_from(&self, from: NaiveDate) -> impl Iterator<Item = NaiveDate> + use<> {
        let last = self.last_day();
        dates::dates_from(self.pattern, self.first, from).take_while(move |day| *day <= last)
    }

    /// The day of the last occurrence or later; without an end, the calendar's last.
    pub fn last_day(&self) -> NaiveDate {
        match self.range {
            Range::NoEnd => NaiveDate::MAX,
            Range::Until(last) => last,
            Range::Count(count) => {
                let places = usize::try_from(count).unwrap_or(usize::MAX);
                let counted = dates::dates_from(self.pattern, self.first, self.first).take(places);
                counted.last().unwrap_or(self.first)
            }
        }
    }

    /// How long an occurrence lasts; a day counts 24 hours.
    pub fn length(&self) -> TimeDelta {
        match self.time {
            DayTime::Timed { seconds, .. } => TimeDelta::seconds(seconds.into()),
            DayTime::AllDay { days } => TimeDelta::days(days.into()),
        }
    }

    /// Whether an occurrence was cancelled.
    pub fn is_cancelled(&self, original: OriginalStart) -> bool {
        self.cancelled.binary_search(&original).is_ok()
    }
}

/// The key of the occurrence that a span begins.
pub(crate) fn original_start(span: Span) -> OriginalStart {
    match span {
        Span::Timed { start, .. } => start,
        Span::AllDay { first, .. } => first.and_time(NaiveTime::MIN).and_utc(),
    }
}

fn day_time(span: Span, zone: &str, offsets: Offsets<'_>) -> Result<DayTime, BadSeries> {
    match span {
        Span::Timed { start, end } => {
            let local = zone::local(start, zone, offsets).ok_or_else(|| BadSeries::Zone(zone.to_owned()))?;
            let seconds = u32::try_from((end - start).num_seconds()).map_err(|_| BadSeries::Range)?;
            Ok(DayTime::Timed { start: local.time(), seconds })
        }
        Span::AllDay { first, end_exclusive } => {
            let days = u32::try_from((end_exclusive - first).num_days()).map_err(|_| BadSeries::Range)?;
            Ok(DayTime::AllDay { days: days.max(1) })
        }
    }
}

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
