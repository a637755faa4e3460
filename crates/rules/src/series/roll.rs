//! The rolling end of a series that Salesforce's caps cut off (SER-2): as a quarter of it has passed, more is made.

use chrono::{NaiveDate, NaiveDateTime};

use super::{
    Classic, DayTime, Segment, Series, original_start,
    plan::{ClassicOrg, ClassicPlan, classic_from},
};
use crate::{
    status::Issue,
    zone::{self, Clock, Offsets},
};

/// How a capped series goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rolling {
    /// The end date of its last segment moves on.
    Extend,
    /// The org refused that: a new segment follows.
    Segments,
}

/// What is to be done so that a capped series goes on.
#[derive(Clone, Debug, PartialEq)]
pub enum Roll {
    /// Nothing yet.
    Enough,
    /// The segment ends later.
    Extend {
        /// The segment, with its new end and all that it makes from today on.
        segment: Box<Segment>,
        /// The first day that is still not made.
        rest: Option<NaiveDate>,
    },
    /// Further segments or single Events.
    Further(Box<ClassicPlan>),
}

/// Of four quarters of its cap, those that a segment must have ahead.
const QUARTERS_AHEAD: usize = 3;

/// Decides how a series goes on whose last segment was made up to some day and whose further days wait.
///
/// # Errors
/// The issue that says why what follows cannot be held: a zone would move it by now (XCP-3).
pub fn roll(
    series: &Series,
    last_segment: Option<&Segment>,
    rest: NaiveDate,
    today: NaiveDate,
    rolling: Rolling,
    org: &ClassicOrg<'_>,
    offsets: Offsets<'_>,
) -> Result<Roll, Issue> {
    let Some(segment) = last_segment else {
        return if rest <= org.window.last { further(series, rest, org, offsets) } else { Ok(Roll::Enough) };
    };
    let cap = org.caps.of(segment.classic.rhythm);
    let ahead = series.days_from(today).take_while(|day| *day <= segment.classic.last).take(cap).count();
    if ahead * 4 > cap * QUARTERS_AHEAD && segment.classic.last >= org.window.last {
        return Ok(Roll::Enough);
    }
    match rolling {
        Rolling::Segments => further(series, rest, org, offsets),
        Rolling::Extend => match extended(series, segment, rest, today, cap, offsets) {
            Some(roll) => Ok(roll),
            None => further(series, rest, org, offsets),
        },
    }
}

fn further(
    series: &Series,
    rest: NaiveDate,
    org: &ClassicOrg<'_>,
    offsets: Offsets<'_>,
) -> Result<Roll, Issue> {
    classic_from(series, rest, org, offsets).map(|plan| Roll::Further(Box::new(plan)))
}

/// The segment with a later end; nothing, where Classic would make other days than the pattern has.
fn extended(
    series: &Series,
    segment: &Segment,
    rest: NaiveDate,
    today: NaiveDate,
    cap: usize,
    offsets: Offsets<'_>,
) -> Option<Roll> {
    let classic = &segment.classic;
    let clock = series.clock(offsets);
    let first = clock.day(classic.start)?;
    let days: Vec<NaiveDate> = series.days_from(today.max(first)).take(cap).collect();
    let last = *days.last().filter(|last| **last >= rest)?;
    let made: Vec<NaiveDate> =
        classic.rhythm.makes(first, last).skip_while(|day| *day < today).take(cap + 1).collect();
    if made != days || days.iter().any(|day| classic.rhythm.is_unsure_in(*day)) {
        return None;
    }
    let DayTime::Timed { start, .. } = series.time else { return None };
    let times: Vec<NaiveDateTime> = days.iter().map(|day| day.and_time(start)).collect();
    if !zone::agree(&clock, &Clock::of(&classic.zone, offsets), &times) {
        return None;
    }
    let makes = days.iter().filter_map(|day| series.span_on(*day, &clock)).map(original_start).collect();
    let segment = Segment { classic: Classic { last, ..classic.clone() }, makes };
    let next = last.succ_opt().and_then(|next| series.days_from(next).next());
    Some(Roll::Extend { segment: Box::new(segment), rest: next })
}

#[cfg(test)]
mod tests;
