//! From the clock on the wall to the instant: what a series needs, which keeps its wall-clock time all year (TZN-1).

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use super::{Offsets, iana};

/// How far offsets are looked for around a wall-clock time: no two changes of clocks lie closer.
const AROUND: TimeDelta = TimeDelta::days(1);

/// The clocks of a zone, whose name is looked up once: a series asks them for every date.
#[derive(Clone, Copy)]
pub struct Clock<'a> {
    name: &'a str,
    offsets: Offsets<'a>,
}

impl<'a> Clock<'a> {
    /// The clocks of a zone that Windows or IANA names.
    pub fn of(zone: &'a str, offsets: Offsets<'a>) -> Self {
        Self { name: iana(zone).unwrap_or(zone.trim()), offsets }
    }

    /// The instant of a wall-clock time. A time that comes twice is the first of the two; one that clocks skip is as long
    /// after the skip as it would have been after its begin.
    pub fn instant(&self, local: NaiveDateTime) -> Option<DateTime<Utc>> {
        let roughly = local.and_utc();
        let before = self.offset(roughly.checked_sub_signed(AROUND)?)?;
        let after = self.offset(roughly.checked_add_signed(AROUND)?)?;
        let candidates = [at(local, before), at(local, after)];
        let holds = |instant: &DateTime<Utc>, offset: FixedOffset| self.offset(*instant) == Some(offset);
        let first = candidates[0].filter(|instant| holds(instant, before));
        let second = candidates[1].filter(|instant| holds(instant, after));
        first.or(second).or(candidates[0])
    }

    /// The wall-clock time of an instant.
    pub fn local(&self, instant: DateTime<Utc>) -> Option<NaiveDateTime> {
        self.offset(instant).map(|offset| instant.with_timezone(&offset).naive_local())
    }

    /// The day of an instant.
    pub fn day(&self, instant: DateTime<Utc>) -> Option<NaiveDate> {
        self.local(instant).map(|local| local.date())
    }

    fn offset(&self, instant: DateTime<Utc>) -> Option<FixedOffset> {
        (self.offsets)(self.name, instant)
    }
}

fn at(local: NaiveDateTime, offset: FixedOffset) -> Option<DateTime<Utc>> {
    local.and_utc().checked_sub_signed(TimeDelta::seconds(offset.local_minus_utc().into()))
}

/// Whether two zones put each of these wall-clock times at the same instant. No, where one of them is unknown.
pub fn agree(one: &Clock<'_>, other: &Clock<'_>, times: &[NaiveDateTime]) -> bool {
    times.iter().all(|time| {
        let here = one.instant(*time);
        here.is_some() && here == other.instant(*time)
    })
}

/// The id out of an org's list that keeps all these wall-clock times where they are (TZN-1): the zone's own one, else any
/// that does the same on these dates; nothing where each would move one.
pub fn id_that_agrees<'a>(
    zone: &str,
    org: &'a [String],
    times: &[NaiveDateTime],
    offsets: Offsets<'_>,
) -> Option<&'a str> {
    let own = super::salesforce_id_of_org(zone, org);
    let others = org.iter().map(String::as_str);
    let here = Clock::of(zone, offsets);
    own.into_iter().chain(others).find(|id| agree(&here, &Clock::of(id, offsets), times))
}

#[cfg(test)]
mod tests;
