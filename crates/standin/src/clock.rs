//! The wall clock of the server shell; everything below it takes the instant as an argument.

use chrono::{DateTime, Utc};

/// The present instant.
#[expect(clippy::disallowed_methods, reason = "the one place of this crate that reads the clock")]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}
