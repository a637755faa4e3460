//! What the ledger keeps of a series beside its pair: the series as both sides agreed on it, its parts in Salesforce, and
//! which Event stands for which date.

use calbridge_rules::{
    event::EventFields,
    id::RecordId,
    map::SmallMap,
    series::{Classic, OriginalStart, Segment, Series, Single},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{date::moved, field::missing};
use crate::pair::Agreed;

/// What is kept of a series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptSeries {
    /// The series as the calendar had it when both sides agreed.
    pub agreed: Series,
    /// Its parts in Salesforce, each a Classic series; none where the series is somebody else's to keep.
    pub segments: Vec<KeptSegment>,
    /// The dates that were made, whatever became of them.
    pub dates: SmallMap<OriginalStart, KeptDate>,
    /// What is still to be done for its parts.
    pub due: Due,
    /// The first day that is not made yet (SER-2); nothing, where all are.
    pub rest: Option<NaiveDate>,
    /// Whether the org refused to move the end of a part: further ones follow instead.
    pub rolls_by_segments: bool,
}

/// A part of a series in Salesforce.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptSegment {
    /// Its master.
    pub event: RecordId,
    /// How it repeats, as it was written.
    pub classic: Classic,
}

/// What stands for a date.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeptDate {
    /// An occurrence that Salesforce made of a part.
    Row(KeptEvent),
    /// An Event of its own that sync made.
    Single(KeptEvent),
    /// Nothing of the series: it was cancelled, deleted in Salesforce, or saved alone (SER-7).
    Nothing,
}

/// An Event that stands for a date.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptEvent {
    /// The Event.
    pub event: RecordId,
    /// What both sides agreed on, where that is not what the series says.
    pub own: Option<Agreed>,
}

/// What is still to be done for the parts of a series.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Due {
    /// Classic series.
    pub segments: Vec<Segment>,
    /// Single Events.
    pub singles: Vec<Single>,
    /// Occurrences that Salesforce made of parts for dates that are none, and that could not be deleted yet.
    #[serde(default)]
    pub surplus: Vec<RecordId>,
}

impl Due {
    /// Whether nothing is to be made.
    pub fn is_empty(&self) -> bool {
        self.segments.is_empty() && self.singles.is_empty()
    }
}

impl KeptDate {
    /// The Event that stands for it.
    pub fn event(&self) -> Option<&KeptEvent> {
        match self {
            Self::Row(event) | Self::Single(event) => Some(event),
            Self::Nothing => None,
        }
    }
}

impl KeptSeries {
    /// A series that somebody else keeps.
    pub(super) fn of_others(series: Series) -> Self {
        Self {
            agreed: series,
            segments: Vec::new(),
            dates: SmallMap::new(),
            due: Due::default(),
            rest: None,
            rolls_by_segments: false,
        }
    }

    /// Whether somebody else keeps it.
    pub(super) fn is_of_others(&self) -> bool {
        self.segments.is_empty() && self.dates.is_empty() && self.due.is_empty()
    }

    /// Its first and last instant in milliseconds; days are taken as days of UTC, with one more on each end.
    pub fn milliseconds(&self) -> (i64, i64) {
        let first = self.agreed.first.pred_opt().unwrap_or(self.agreed.first);
        let last = self.agreed.last_day();
        let last = last.checked_add_days(chrono::Days::new(2)).unwrap_or(last);
        let midnight = |day: NaiveDate| day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis();
        (midnight(first), midnight(last))
    }

    /// Every Event that is part of it, masters first.
    pub fn events(&self) -> impl Iterator<Item = &RecordId> {
        let dates = self.dates.values().filter_map(KeptDate::event).map(|event| &event.event);
        self.segments.iter().map(|segment| &segment.event).chain(dates)
    }

    /// What both sides agreed on for the date that an Event stands for; `agreed` is the pair's. Nothing for an Event that stands
    /// for no date.
    pub fn agreed_on(&self, agreed: &Agreed, event: &RecordId) -> Option<EventFields> {
        let mut known = self.dates.iter().filter_map(|(original, date)| Some((original, date.event()?)));
        let (original, date) = known.find(|(_, date)| date.event == *event)?;
        let own = date.own.as_ref().map(|own| own.event.clone());
        Some(own.unwrap_or_else(|| moved(&agreed.event, *original)))
    }

    /// Its single Events.
    pub(super) fn singles(&self) -> impl Iterator<Item = &RecordId> {
        self.dates.values().filter_map(|date| match date {
            KeptDate::Single(event) => Some(&event.event),
            KeptDate::Row(_) | KeptDate::Nothing => None,
        })
    }
}

/// Whether one of a series' Events says anything that was not agreed on; an Event that is none of them always does.
/// `agreed` is the pair's.
pub fn is_news(kept: &KeptSeries, agreed: &Agreed, event: &RecordId, fields: &EventFields) -> bool {
    let differs = |expected: &EventFields| !missing(expected, fields).is_empty();
    if let Some(segment) = kept.segments.iter().find(|segment| segment.event == *event) {
        return differs(&moved(&agreed.event, segment.classic.start));
    }
    kept.agreed_on(agreed, event).is_none_or(|expected| differs(&expected))
}
