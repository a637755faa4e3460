//! Writes that the org refused for good: the same is not written again until a pause is over that grows each time, however
//! often its item comes up.

use calbridge_rules::{
    event::EventFields,
    id::{ItemId, RecordId},
    status::Issue,
};
use chrono::TimeDelta;

/// Hours between a refusal and the next try of the same: the first may have passed with the minute, and the last goes on.
const PAUSES_HOURS: [i64; 4] = [0, 2, 8, 24];

/// A write of an Event. What differs in anything is another one: an edit of the item, of its Event, or of what was chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// The item it is written for.
    pub item: ItemId,
    /// The Event it is written over; nothing where one is made.
    pub event: Option<RecordId>,
    /// What stands there.
    pub stands: EventFields,
    /// What is written.
    pub change: EventFields,
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
