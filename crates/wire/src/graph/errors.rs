//! Refusals of Graph, read in one place. The body is `{"error": {"code", "message"}}`.
//! <https://learn.microsoft.com/graph/errors>

use crate::{
    call::{CallError, Rejection},
    json,
    message::{Reply, status},
};

/// Passes a good answer on.
///
/// # Errors
/// Every refusal.
pub(crate) fn check(reply: &Reply) -> Result<(), CallError> {
    if reply.is_success() { Ok(()) } else { Err(refusal(reply)) }
}

fn refusal(reply: &Reply) -> CallError {
    let status = reply.status;
    let retry_after_ms = json::retry_after_ms(reply);
    let body = json::body(reply).unwrap_or_default();
    let code = json::maybe_text(&body, "error.code").unwrap_or_default().to_owned();
    let message = json::maybe_text(&body, "error.message").unwrap_or_default().to_owned();
    let unexplained = code.is_empty();
    let rejection = Rejection { code, message, ..Rejection::default() };
    match status {
        status::UNAUTHORIZED => CallError::SignedOut,
        status::TOO_MANY_REQUESTS => CallError::Throttled { retry_after_ms },
        // Graph says some of its throttling with 503.
        status::SERVICE_UNAVAILABLE if rejection.code == "ApplicationThrottled" => {
            CallError::Throttled { retry_after_ms }
        }
        status if reply.is_server_error() || status == status::FAILED_DEPENDENCY => {
            CallError::Unavailable { status, retry_after_ms }
        }
        status::PRECONDITION_FAILED => CallError::Stale,
        _ if unexplained => json::malformed(format!("status {status} without a reason")),
        status::FORBIDDEN => CallError::Forbidden(rejection),
        status::NOT_FOUND if is_mailbox(&rejection.code) => CallError::Rejected(rejection),
        status::NOT_FOUND => CallError::Gone,
        status::CONFLICT | status::LOCKED => CallError::Contended(rejection),
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
