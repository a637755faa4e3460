//! The service's clock: the only place that asks what time it is.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, FixedOffset, Offset, Utc};

/// Tells the time: the wall's, or one that a test or the simulation sets.
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    Wall,
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// The wall clock.
    pub fn wall() -> Self {
        Self(Source::Wall)
    }

    /// A clock that stands until it is set.
    pub fn standing_at(instant: DateTime<Utc>) -> Self {
        Self(Source::Set(Arc::new(AtomicI64::new(instant.timestamp_millis()))))
    }

    /// The time.
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.0 {
            Source::Wall => Utc::now(),
            Source::Set(ms) => instant(ms.load(Ordering::SeqCst)),
        }
    }

    /// Sets a standing clock; the wall's cannot be set.
    pub fn set(&self, to: DateTime<Utc>) {
        match &self.0 {
            Source::Wall => {}
            Source::Set(ms) => ms.store(to.timestamp_millis(), Ordering::SeqCst),
        }
    }
}

/// The instant of a count of milliseconds; one beyond the calendar becomes its edge.
pub fn instant(ms: i64) -> DateTime<Utc> {
    let edge = if ms < 0 { DateTime::<Utc>::MIN_UTC } else { DateTime::<Utc>::MAX_UTC };
    DateTime::from_timestamp_millis(ms).unwrap_or(edge)
}

/// The offset of an IANA zone at an instant, from the zone database that is compiled in.
pub fn zone_offset(zone: &str, at: DateTime<Utc>) -> Option<FixedOffset> {
    let zone: chrono_tz::Tz = zone.parse().ok()?;
    Some(at.with_timezone(&zone).offset().fix())
}
