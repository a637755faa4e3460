//! The only place of xtask that reads the clock.

use std::time::{Duration, Instant, SystemTime};

/// Starts measuring a step.
#[expect(clippy::disallowed_methods, reason = "this is xtask's clock")]
pub(crate) fn start() -> Instant {
    Instant::now()
}

/// How long ago a file was written, if that can be told.
#[expect(clippy::disallowed_methods, reason = "this is xtask's clock")]
pub(crate) fn age(written: SystemTime) -> Option<Duration> {
    SystemTime::now().duration_since(written).ok()
}

/// Today, for the dates of certificates.
#[expect(clippy::disallowed_methods, reason = "this is xtask's clock")]
pub(crate) fn now() -> time::OffsetDateTime {
    time::OffsetDateTime::from(SystemTime::now())
}
