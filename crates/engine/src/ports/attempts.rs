//! Writes that the org refused for good: the same is not written again until a pause is over that grows each time, however
//! often its item comes up.

use calbridge_rules::{
    event::EventFields,
    id::{ItemId, RecordId},
    identity::SyncKey,
    series::Classic,
    status::Issue,
};
use chrono::{NaiveDate, TimeDelta};
use serde::Serialize;

use super::{Relation, Tying};

/// Hours between a refusal and the next try of the same: the first may have passed with the minute, and the last goes on.
const PAUSES_HOURS: [i64; 4] = [0, 2, 8, 24];

/// A write for an item. What differs in anything is another one: an edit of the item, of its Event, or of what was chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// The item it is written for.
    pub item: ItemId,
    /// What is written.
    pub write: Write,
}

/// What is written in Salesforce, and over what.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Write {
    /// An Event is made.
    Create {
        /// Its key.
        key: SyncKey,
        /// What it says.
        fields: EventFields,
    },
    /// A Classic series is made.
    CreateSeries {
        /// Its key.
        key: SyncKey,
        /// What it says.
        fields: EventFields,
        /// How it repeats.
        classic: Classic,
    },
    /// An Event is changed, with all its occurrences where it is a master.
    Change {
        /// The Event.
        event: RecordId,
        /// What stands there.
        stands: EventFields,
        /// What is written.
        change: EventFields,
    },
    /// A Classic series ends on another day.
    End {
        /// Its master.
        event: RecordId,
        /// The day on which its last occurrence begins from then on.
        last: NaiveDate,
    },
    /// An Event is deleted.
    Delete {
        /// The Event.
        event: RecordId,
        /// What stands there.
        stands: EventFields,
    },
    /// People and records are related to an Event.
    Relate {
        /// The Event.
        event: RecordId,
        /// Who is related to it.
        stands: Vec<Relation>,
        /// What is written.
        ties: Vec<Tying>,
    },
}

impl Write {
    /// What of an item it is, by name: of two writes of the same, the later takes the earlier one's place.
    pub fn place(&self) -> String {
        match self {
            Self::Create { key, .. } | Self::CreateSeries { key, .. } => format!("new {}", key.as_str()),
            Self::Change { event, .. } => event.to_string(),
            Self::End { event, .. } => format!("{event} end"),
            Self::Delete { event, .. } => format!("{event} gone"),
            Self::Relate { event, .. } => format!("{event} relations"),
        }
    }
}

/// A write that the org refused in this session.
#[derive(Clone, Debug, PartialEq)]
pub struct RefusedAttempt {
    /// What was to be written.
    pub attempt: Attempt,
    /// What the org said.
    pub issue: Issue,
}

/// How long a write rests that the org refused so many times, counted from one.
pub fn rests_for(times: usize) -> TimeDelta {
    let place = times.saturating_sub(1).min(PAUSES_HOURS.len() - 1);
    TimeDelta::hours(PAUSES_HOURS[place])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_that_is_refused_again_and_again_is_tried_less_and_less_often_and_at_least_daily() {
        let hours: Vec<i64> = (1..=6).map(|times| rests_for(times).num_hours()).collect();
        assert_eq!(hours, [0, 2, 8, 24, 24, 24]);
    }
}
