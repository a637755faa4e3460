//! Refusals of Salesforce, read in one place: which of them a caller can act on, and how.
//!
//! Data resources answer with an array of `{message, errorCode, fields}`, collections with the same under
//! `statusCode`, OAuth with one object `{error, error_description}`.

use calbridge_rules::id::RecordId;

use crate::{
    call::{CallError, Rejection},
    json,
    message::{Reply, status},
    value::Value,
};

/// Passes a good answer on.
///
/// # Errors
/// Every refusal of a data resource.
pub(crate) fn check(reply: &Reply) -> Result<(), CallError> {
    if reply.is_success() { Ok(()) } else { Err(data(reply)) }
}

/// Passes a good answer of the identity resource on. It answers a bad token with 401 or, in plain text, 403.
///
/// # Errors
/// Every refusal.
pub(crate) fn check_userinfo(reply: &Reply) -> Result<(), CallError> {
    if reply.is_success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&reply.body);
    if text.contains("Bad_OAuth_Token") { Err(CallError::SignedOut) } else { Err(data(reply)) }
}

/// What a refusal of a data resource means.
pub(crate) fn data(reply: &Reply) -> CallError {
    let status = reply.status;
    if status == status::MULTIPLE_CHOICES {
        return ambiguous(reply);
    }
    let errors = json::list(reply).unwrap_or_default();
    let Some(rejection) = rejection(&errors, "errorCode") else {
        return unexplained(reply);
    };
    // A refusal that names a field is about a linked record, not about the one in the address.
    let gone = status == status::NOT_FOUND && rejection.fields.is_empty() && is_gone(&rejection);
    if gone { CallError::Gone } else { by_code(rejection, status, json::retry_after_ms(reply)) }
}

/// What the refusal of one row of a collection means. `addressed_by_id` tells whether the row named its record by id,
/// so that a record that is missing is the row's own.
pub(crate) fn row(result: &Value, addressed_by_id: bool) -> CallError {
    let Some(rejection) = rejection(json::rows(result, "errors"), "statusCode") else {
        return json::malformed("a row failed without saying why");
    };
    if addressed_by_id && rejection.fields.is_empty() && is_gone(&rejection) {
        return CallError::Gone;
    }
    by_code(rejection, status::BAD_REQUEST, None)
}

/// What a refusal of an OAuth resource means.
pub(crate) fn oauth(reply: &Reply) -> CallError {
    let Ok(body) = json::body(reply) else {
        return unexplained(reply);
    };
    let code = json::maybe_text(&body, "error").unwrap_or_default();
    let message = json::maybe_text(&body, "error_description").unwrap_or(code).to_owned();
    match (code, message.as_str()) {
        ("", _) => unexplained(reply),
        (_, "login rate exceeded") => CallError::Throttled { retry_after_ms: json::retry_after_ms(reply) },
        ("invalid_grant" | "inactive_user" | "inactive_org", _) => CallError::ConsentLost { reason: message },
        ("server_error" | "temporarily_unavailable" | "unknown_error", _) => {
            let retry_after_ms = json::retry_after_ms(reply);
            CallError::Unavailable { status: reply.status, retry_after_ms }
        }
        _ => CallError::Forbidden(Rejection { code: code.to_owned(), message, ..Rejection::default() }),
    }
}

fn by_code(rejection: Rejection, status: u16, retry_after_ms: Option<u64>) -> CallError {
    match rejection.code.as_str() {
        "INVALID_SESSION_ID" | "INVALID_AUTH_HEADER" => CallError::SignedOut,
        "REQUEST_LIMIT_EXCEEDED" => CallError::Throttled { retry_after_ms },
        "SERVER_UNAVAILABLE" | "REQUEST_RUNNING_TOO_LONG" | "QUERY_TIMEOUT" | "UNKNOWN_EXCEPTION" => {
            CallError::Unavailable { status, retry_after_ms }
        }
        "UNABLE_TO_LOCK_ROW" | "DUPLICATE_VALUE" => CallError::Contended(rejection),
        "INVALID_QUERY_LOCATOR" => CallError::Gone,
        "API_DISABLED_FOR_ORG" | "INSUFFICIENT_ACCESS_OR_READONLY" => CallError::Forbidden(rejection),
        "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY" | "INSUFFICIENT_ACCESS" => {
            CallError::Forbidden(rejection)
        }
        _ => by_status(rejection, status, retry_after_ms),
    }
}

fn by_status(rejection: Rejection, status: u16, retry_after_ms: Option<u64>) -> CallError {
    match status {
        status::UNAUTHORIZED => CallError::SignedOut,
        status::FORBIDDEN => CallError::Forbidden(rejection),
        status::CONFLICT => CallError::Contended(rejection),
        status::PRECONDITION_FAILED => CallError::Stale,
        status::TOO_MANY_REQUESTS => CallError::Throttled { retry_after_ms },
        500..600 => CallError::Unavailable { status, retry_after_ms },
        _ => CallError::Rejected(rejection),
    }
}

/// The three answers for a record that is not there.
fn is_gone(rejection: &Rejection) -> bool {
    match rejection.code.as_str() {
        "ENTITY_IS_DELETED" | "INVALID_CROSS_REFERENCE_KEY" => true,
        "NOT_FOUND" => !names_missing_key_field(&rejection.message),
        _ => false,
    }
}

/// Whether the address named an external id field that does not exist: a matter for an admin. An id that the org never
/// gave out is answered in the same words, with the id in the field's place.
fn names_missing_key_field(message: &str) -> bool {
    let named = message.strip_prefix("Provided external ID field").and_then(|rest| rest.rsplit(' ').next());
    named.is_some_and(|named| RecordId::parse(named).is_err())
}

/// Several errors as one: the first one's code, everyone's words and fields.
fn rejection(errors: &[Value], code_key: &str) -> Option<Rejection> {
    let code = json::maybe_text(errors.first()?, code_key).unwrap_or_default().to_owned();
    let mut messages: Vec<&str> = Vec::new();
    let mut fields: Vec<String> = Vec::new();
    for error in errors {
        let message = json::maybe_text(error, "message").unwrap_or_default();
        if !messages.contains(&message) {
            messages.push(message);
        }
        let named = json::rows(error, "fields").iter().filter_map(Value::as_str);
        for field in named {
            if !fields.iter().any(|known| known == field) {
                fields.push(field.to_owned());
            }
        }
    }
    let known = !code.is_empty() || messages.iter().any(|message| !message.is_empty());
    known.then(|| Rejection { code, message: messages.join("; "), fields, ..Rejection::default() })
}

fn ambiguous(reply: &Reply) -> CallError {
    let texts = |rows: Vec<Value>| rows.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    let records = json::list(reply).map(texts).unwrap_or_default();
    CallError::Ambiguous { records }
}

/// A refusal whose body explains nothing: only the status is left to go by. A bare 404 may come from anything between
/// here and the org, and is never taken for a missing record.
fn unexplained(reply: &Reply) -> CallError {
    let status = reply.status;
    let retry_after_ms = json::retry_after_ms(reply);
    let unread = matches!(status, status::NOT_FOUND | status::BAD_REQUEST) || !matches!(status, 400..600);
    if unread {
        return json::malformed(format!("status {status} without a reason"));
    }
    let rejection =
        Rejection { code: status.to_string(), message: "no reason given".to_owned(), ..Rejection::default() };
    by_status(rejection, status, retry_after_ms)
}

#[cfg(test)]
mod tests;
