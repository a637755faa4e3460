//! Which meeting this is: the global id's series part plus an occurrence's original start, hashed (DUP-1).
//! Only the service works it out.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{hex, id::RecordId};

/// A meeting's identity.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MeetingKey {
    /// The global id without an occurrence's date.
    pub series: String,
    /// The original start of an occurrence.
    pub occurrence: Option<DateTime<Utc>>,
}

/// The hash of a meeting's identity, in lower case: the Event's sync key. Lower case because Salesforce compares key
/// fields without regard to case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct SyncKey(String);

/// Text that is no sync key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a sync key is 64 lower-case hexadecimal digits")]
pub struct BadSyncKey;

impl SyncKey {
    /// Takes a key that was stored.
    ///
    /// # Errors
    /// The text is no key of ours.
    pub fn parse(text: &str) -> Result<Self, BadSyncKey> {
        let fits = text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if fits { Ok(Self(text.to_owned())) } else { Err(BadSyncKey) }
    }

    /// The key of a later part of a series with this key, which Salesforce holds as a series of its own (SER-2, SER-4): by the
    /// start of its first occurrence. It is no occurrence's key.
    #[must_use]
    pub fn of_segment(&self, start: DateTime<Utc>) -> Self {
        let mut hash = Sha256::new();
        hash.update([3]);
        hash.update(self.0.as_bytes());
        hash.update(start.timestamp().to_be_bytes());
        Self(hex::lower(&hash.finalize()))
    }

    /// The key's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SyncKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl MeetingKey {
    /// Cleans an `iCalUId` to its series part.
    pub fn new(i_cal_uid: &str, occurrence: Option<DateTime<Utc>>) -> Self {
        Self { series: series_part(i_cal_uid.trim()), occurrence }
    }

    /// The Event's sync key.
    pub fn sync_key(&self) -> SyncKey {
        self.keyed(None)
    }

    /// The sync key where each saver has an Event of their own (PPL-5).
    pub fn sync_key_of(&self, saver: &RecordId) -> SyncKey {
        self.keyed(Some(saver))
    }

    fn keyed(&self, saver: Option<&RecordId>) -> SyncKey {
        let mut hash = Sha256::new();
        hash.update((self.series.len() as u64).to_be_bytes());
        hash.update(self.series.as_bytes());
        match self.occurrence {
            None => hash.update([0]),
            Some(start) => {
                hash.update([1]);
                hash.update(start.timestamp().to_be_bytes());
            }
        }
        if let Some(saver) = saver {
            hash.update([2]);
            hash.update(saver.as_str().as_bytes());
        }
        SyncKey(hex::lower(&hash.finalize()))
    }
}

/// The first bytes of every Exchange global object id.
const GLOBAL_ID_PREFIX: &str = "040000008200E00074C5B7101A82E008";
/// Where the instance's date stands in the id's text: year (big-endian), month, day.
const DATE: std::ops::Range<usize> = 32..40;
/// Where the data begins, in bytes.
const DATA: usize = 40;
/// What wraps the id of a meeting that another system made.
const WRAPPER: &[u8] = b"vCal-Uid\x01\0\0\0";

fn series_part(uid: &str) -> String {
    let Some(bytes) = global_id(uid) else { return uid.to_owned() };
    if let Some(text) = bytes.get(DATA..).and_then(wrapped_text) {
        return text;
    }
    let mut clean = uid.to_ascii_uppercase();
    clean.replace_range(DATE, "00000000");
    clean
}

/// The date inside a global object id: the original day of an occurrence, where `originalStart` is missing.
pub fn instance_date(i_cal_uid: &str) -> Option<NaiveDate> {
    let bytes = global_id(i_cal_uid.trim())?;
    let [high, low, month, day] = *bytes.get(16..20)? else { return None };
    if month == 0 {
        return None;
    }
    NaiveDate::from_ymd_opt(i32::from(u16::from_be_bytes([high, low])), month.into(), day.into())
}

/// The bytes of a global object id, where the text is one.
fn global_id(uid: &str) -> Option<Vec<u8>> {
    let begins = uid.get(..GLOBAL_ID_PREFIX.len())?.eq_ignore_ascii_case(GLOBAL_ID_PREFIX);
    if !begins || uid.len() < DATE.end || !uid.len().is_multiple_of(2) {
        return None;
    }
    let digit = |b: u8| char::from(b).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    uid.as_bytes().chunks(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

/// Another system's id inside Exchange's.
fn wrapped_text(data: &[u8]) -> Option<String> {
    let text = data.strip_prefix(WRAPPER)?;
    let text = text.split(|&byte| byte == 0).next()?;
    let text = String::from_utf8_lossy(text).trim().to_owned();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests;
