//! Conditional requests. Dates work on rows of any object and on describes, in whole seconds; tags on Account rows only.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use http::header::{ETAG, LAST_MODIFIED};
use http::{HeaderValue, Response, StatusCode};
use sha2::{Digest, Sha256};

use super::exchange::Call;
use super::org::Record;
use super::refusal::Refusal;
use super::{moment, reply};

/// The one object whose rows have tags.
const TAGGED: &str = "Account";

/// 304 for a reader who has the record as it is, 412 for one who wants an older one.
pub(crate) fn unread(call: &Call, record: &Record) -> Result<Option<Response<Vec<u8>>>, Refusal> {
    let known = call.header("if-none-match").filter(|_| record.object == TAGGED);
    let unchanged = match known {
        Some(tags) => matches(tags, record),
        None => unchanged(call, record.changed())?,
    };
    if unchanged {
        let mut answer = reply::status_only(StatusCode::NOT_MODIFIED);
        describe(&mut answer, record);
        return Ok(Some(answer));
    }
    stale(call, record)
}

/// Whether `If-Modified-Since` names a time since which nothing changed.
pub(crate) fn unchanged(call: &Call, changed: Option<DateTime<Utc>>) -> Result<bool, Refusal> {
    let since = instant(call, "if-modified-since")?;
    Ok(since.is_some_and(|since| changed.is_some_and(|changed| whole_seconds(changed) <= since)))
}

/// 412 when the record is not the one the caller names; whole seconds are all a date can say.
pub(crate) fn stale(call: &Call, record: &Record) -> Result<Option<Response<Vec<u8>>>, Refusal> {
    let tags = call.header("if-match").filter(|_| record.object == TAGGED);
    let since = instant(call, "if-unmodified-since")?;
    let other = tags.is_some_and(|tags| !matches(tags, record));
    let later =
        since.is_some_and(|since| record.changed().is_some_and(|changed| whole_seconds(changed) > since));
    if !(other || later) {
        return Ok(None);
    }
    let message = "The record has been modified since the date given";
    Ok(Some(Refusal::new(412, "PRECONDITION_FAILED", message).answer()))
}

/// Adds what a later conditional request needs.
pub(crate) fn describe(answer: &mut Response<Vec<u8>>, record: &Record) {
    if let Some(changed) = record.changed() {
        last_modified(answer, changed);
    }
    if record.object == TAGGED
        && let Ok(tag) = HeaderValue::from_str(&tag(record))
    {
        answer.headers_mut().insert(ETAG, tag);
    }
}

/// Adds `Last-Modified`.
pub(crate) fn last_modified(answer: &mut Response<Vec<u8>>, changed: DateTime<Utc>) {
    if let Ok(value) = HeaderValue::from_str(&moment::to_http_date(changed)) {
        answer.headers_mut().insert(LAST_MODIFIED, value);
    }
}

fn tag(record: &Record) -> String {
    let state = format!("{} {}", record.id, record.text("SystemModstamp"));
    format!("\"{}\"", STANDARD.encode(&Sha256::digest(state.as_bytes())[..20]))
}

fn matches(tags: &str, record: &Record) -> bool {
    let own = tag(record);
    tags.split(',').map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == own)
}

fn instant(call: &Call, header: &str) -> Result<Option<DateTime<Utc>>, Refusal> {
    let Some(text) = call.header(header) else { return Ok(None) };
    match moment::http_date(text) {
        Some(instant) => Ok(Some(instant)),
        None => Err(Refusal::new(400, "INVALID_HEADER", format!("{header}: not a date: {text}"))),
    }
}

fn whole_seconds(instant: DateTime<Utc>) -> DateTime<Utc> {
    instant - TimeDelta::nanoseconds(i64::from(instant.timestamp_subsec_nanos()))
}
