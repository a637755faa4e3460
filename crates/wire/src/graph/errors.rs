//! Refusals of Graph, read in one place. The body is `{"error": {"code", "message"}}`.
//! <https://learn.microsoft.com/graph/errors>

use http::StatusCode;

use crate::{
    call::{CallError, Rejection, Reply},
    json,
};

/// Passes a good answer on.
///
/// # Errors
/// Every refusal.
pub(crate) fn check(reply: &Reply) -> Result<(), CallError> {
    if reply.status().is_success() { Ok(()) } else { Err(refusal(reply)) }
}

fn refusal(reply: &Reply) -> CallError {
    let status = reply.status();
    let retry_after_ms = json::retry_after_ms(reply);
    let body = json::body(reply).unwrap_or_default();
    let code = json::maybe_text(&body, "error.code").unwrap_or_default().to_owned();
    let message = json::maybe_text(&body, "error.message").unwrap_or_default().to_owned();
    let unexplained = code.is_empty();
    let rejection = Rejection { code, message, ..Rejection::default() };
    match status {
        StatusCode::UNAUTHORIZED => CallError::SignedOut,
        StatusCode::TOO_MANY_REQUESTS => CallError::Throttled { retry_after_ms },
        // Graph says some of its throttling with 503.
        StatusCode::SERVICE_UNAVAILABLE if rejection.code == "ApplicationThrottled" => {
            CallError::Throttled { retry_after_ms }
        }
        status if status.is_server_error() || status == StatusCode::FAILED_DEPENDENCY => {
            CallError::Unavailable { status: status.as_u16(), retry_after_ms }
        }
        StatusCode::PRECONDITION_FAILED => CallError::Stale,
        _ if unexplained => json::malformed(format!("status {} without a reason", status.as_u16())),
        StatusCode::FORBIDDEN => CallError::Forbidden(rejection),
        StatusCode::NOT_FOUND if is_mailbox(&rejection.code) => CallError::Rejected(rejection),
        StatusCode::NOT_FOUND => CallError::Gone,
        StatusCode::CONFLICT | StatusCode::LOCKED => CallError::Contended(rejection),
        _ => CallError::Rejected(rejection),
    }
}

/// Whether it is the mailbox that is missing, which says nothing of the item.
fn is_mailbox(code: &str) -> bool {
    const CODES: [&str; 5] = [
        "ErrorInvalidUser",
        "ErrorNonExistentMailbox",
        "MailboxNotEnabledForRESTAPI",
        "Request_ResourceNotFound",
        "ResourceNotFound",
    ];
    CODES.contains(&code)
}

#[cfg(test)]
mod tests;
