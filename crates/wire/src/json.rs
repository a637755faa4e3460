//! Looking into JSON answers: a value, or what is wrong in words.

use calbridge_rules::id::{ItemId, RecordId};
use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    call::CallError,
    message::{Reply, header},
    moment,
    value::{Value, parse},
};

/// The error for an answer that makes no sense.
pub(crate) fn malformed(what: impl Into<String>) -> CallError {
    CallError::Malformed { what: what.into() }
}

/// The whole body.
pub(crate) fn body(reply: &Reply) -> Result<Value, CallError> {
    parse(&reply.body).ok_or_else(|| malformed("the body is no JSON"))
}

/// The whole body, which is a list.
pub(crate) fn list(reply: &Reply) -> Result<Vec<Value>, CallError> {
    match body(reply)? {
        Value::Array(rows) => Ok(rows),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            Err(malformed("the body is no list"))
        }
    }
}

/// What stands at a dotted path; nothing where it or a step to it is missing or null.
pub(crate) fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    let found = path.split('.').try_fold(value, |value, step| value.get(step))?;
    (!found.is_null()).then_some(found)
}

/// Text at a dotted path, if there is any.
pub(crate) fn maybe_text<'v>(value: &'v Value, path: &str) -> Option<&'v str> {
    at(value, path).and_then(Value::as_str)
}

/// Text at a dotted path.
pub(crate) fn text<'v>(value: &'v Value, path: &str) -> Result<&'v str, CallError> {
    maybe_text(value, path).ok_or_else(|| missing(path))
}

/// A flag at a dotted path; no without one.
pub(crate) fn flag(value: &Value, path: &str) -> bool {
    at(value, path).and_then(Value::as_bool).unwrap_or(false)
}

/// The rows at a dotted path; none without.
pub(crate) fn rows<'v>(value: &'v Value, path: &str) -> &'v [Value] {
    at(value, path).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// A Salesforce id at a dotted path, if there is one.
pub(crate) fn maybe_record(value: &Value, path: &str) -> Result<Option<RecordId>, CallError> {
    let read = |text: &str| RecordId::parse(text).map_err(|error| malformed(format!("{path}: {error}")));
    maybe_text(value, path).map(read).transpose()
}

/// A Salesforce id at a dotted path.
pub(crate) fn record(value: &Value, path: &str) -> Result<RecordId, CallError> {
    maybe_record(value, path)?.ok_or_else(|| missing(path))
}

/// An Outlook item id at a dotted path, if there is one.
pub(crate) fn maybe_item_id(value: &Value, path: &str) -> Result<Option<ItemId>, CallError> {
    let read = |text: &str| ItemId::parse(text).map_err(|error| malformed(format!("{path}: {error}")));
    maybe_text(value, path).map(read).transpose()
}

/// An instant at a dotted path, if there is one.
pub(crate) fn maybe_instant(value: &Value, path: &str) -> Result<Option<DateTime<Utc>>, CallError> {
    let read = |text: &str| moment::instant(text).ok_or_else(|| malformed(format!("{path} is no instant")));
    maybe_text(value, path).map(read).transpose()
}

/// An instant at a dotted path.
pub(crate) fn instant(value: &Value, path: &str) -> Result<DateTime<Utc>, CallError> {
    maybe_instant(value, path)?.ok_or_else(|| missing(path))
}

/// A date at a dotted path.
pub(crate) fn date(value: &Value, path: &str) -> Result<NaiveDate, CallError> {
    moment::date(text(value, path)?).ok_or_else(|| malformed(format!("{path} is no date")))
}

/// How long the other side asks to wait. A date instead of seconds is not understood here, where no clock is.
pub(crate) fn retry_after_ms(reply: &Reply) -> Option<u64> {
    let seconds: u64 = reply.header(header::RETRY_AFTER)?.trim().parse().ok()?;
    Some(seconds.saturating_mul(1000))
}

fn missing(path: &str) -> CallError {
    malformed(format!("{path} is missing"))
}
