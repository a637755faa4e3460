//! Refusals of our own service, read in one place. Every one is a [`Problem`]; what is none comes from something in
//! between.

use super::Problem;
use crate::{
    call::{CallError, Rejection},
    json,
    message::{Reply, status},
    outgoing,
    tree::Tree,
};

/// The address of a relayed sign-in.
pub(super) fn login_address(base: &str, id: &str) -> String {
    format!("{base}/v1/logins/{}", outgoing::encoded(id))
}

/// Reads an answer of ours.
pub(super) fn read<T: Tree>(reply: &Reply) -> Result<T, CallError> {
    check(reply)?;
    T::read(&json::body(reply)?).ok_or_else(|| json::malformed("the service's answer is not as expected"))
}

/// Passes a good answer on.
pub(super) fn check(reply: &Reply) -> Result<(), CallError> {
    if reply.is_success() { Ok(()) } else { Err(refusal(reply)) }
}

fn refusal(reply: &Reply) -> CallError {
    let status = reply.status;
    let retry_after_ms = json::retry_after_ms(reply);
    let problem = json::body(reply).ok().and_then(|body| Problem::read(&body));
    match (status, problem) {
        (status::UNAUTHORIZED, _) => CallError::SignedOut,
        (status::TOO_MANY_REQUESTS, _) => CallError::Throttled { retry_after_ms },
        (status, _) if reply.is_server_error() => CallError::Unavailable { status, retry_after_ms },
        (status, None) => json::malformed(format!("status {status} without a reason")),
        (_, Some(problem)) if problem.sync_off.is_some() => CallError::Rejected(rejection(problem)),
        (status::FORBIDDEN, Some(problem)) => CallError::Forbidden(rejection(problem)),
        (status::NOT_FOUND | status::GONE, Some(_)) => CallError::Gone,
        (status::PRECONDITION_FAILED, Some(_)) => CallError::Stale,
        (_, Some(problem)) => CallError::Rejected(rejection(problem)),
    }
}

fn rejection(problem: Problem) -> Rejection {
    Rejection {
        code: problem.code,
        message: problem.message,
        fields: Vec::new(),
        remedy: problem.remedy,
        sync_off: problem.sync_off,
    }
}

#[cfg(test)]
mod tests;
