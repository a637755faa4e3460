//! Looking into JSON answers: a value, or what is wrong in words.

use calbridge_rules::id::{ItemId, RecordId};
use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    call::CallError,
    message::{Reply, header},
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
    let read = |text: &str| parse_instant(text).ok_or_else(|| malformed(format!("{path} is no instant")));
    maybe_text(value, path).map(read).transpose()
}

/// An instant at a dotted path.
pub(crate) fn instant(value: &Value, path: &str) -> Result<DateTime<Utc>, CallError> {
    maybe_instant(value, path)?.ok_or_else(|| missing(path))
}

/// A date at a dotted path.
pub(crate) fn date(value: &Value, path: &str) -> Result<NaiveDate, CallError> {
    parse_date(text(value, path)?).ok_or_else(|| malformed(format!("{path} is no date")))
}

/// Reads an instant with `Z` or an offset, with or without a colon in it: Salesforce writes `+0000`.
pub(crate) fn parse_instant(text: &str) -> Option<DateTime<Utc>> {
    let digits = text.len().checked_sub(4)?;
    let bare_offset = text.get(digits..)?.bytes().all(|b| b.is_ascii_digit())
        && digits > 19
        && text.get(digits - 1..digits).is_some_and(|sign| matches!(sign, "+" | "-"));
    let parsed = if bare_offset {
        let (head, minutes) = text.split_at(digits + 2);
        DateTime::parse_from_rfc3339(&format!("{head}:{minutes}"))
    } else {
        DateTime::parse_from_rfc3339(text)
    };
    parsed.ok().map(|instant| instant.with_timezone(&Utc))
}

/// Reads `YYYY-MM-DD`.
pub(crate) fn parse_date(text: &str) -> Option<NaiveDate> {
    let [year, month, day] = [text.get(..4)?, text.get(5..7)?, text.get(8..10)?];
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let shaped = text.len() == 10 && text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
    let plain = shaped && digits(year) && digits(month) && digits(day);
    plain
        .then(|| NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?))
        .flatten()
}

/// How long the other side asks to wait. A date instead of seconds is not understood here, where no clock is.
pub(crate) fn retry_after_ms(reply: &Reply) -> Option<u64> {
    let seconds: u64 = reply.header(header::RETRY_AFTER)?.trim().parse().ok()?;
    Some(seconds.saturating_mul(1000))
}

fn missing(path: &str) -> CallError {
    malformed(format!("{path} is missing"))
}
