//! Graph's refusals become what a caller can act on.

use super::*;
use crate::testing::{reply, with};

fn heard(status: u16, code: &str) -> CallError {
    let body = format!("{{\"error\":{{\"code\":\"{code}\",\"message\":\"why\",\"innerError\":{{}}}}}}");
    check(&reply(status, &body)).unwrap_err()
}

fn rejection(code: &str) -> Rejection {
    Rejection { code: code.to_owned(), message: "why".to_owned(), ..Rejection::default() }
}

#[test]
fn refusals_say_what_to_do_next() {
    assert_eq!(heard(401, "InvalidAuthenticationToken"), CallError::SignedOut);
    assert_eq!(heard(403, "ErrorAccessDenied"), CallError::Forbidden(rejection("ErrorAccessDenied")));
    assert_eq!(heard(404, "ErrorItemNotFound"), CallError::Gone);
    assert_eq!(heard(412, "ErrorIrresolvableConflict"), CallError::Stale);
    assert_eq!(
        heard(400, "ErrorInvalidIdMalformed"),
        CallError::Rejected(rejection("ErrorInvalidIdMalformed"))
    );
    assert_eq!(heard(409, "ErrorFolderExists"), CallError::Contended(rejection("ErrorFolderExists")));
    assert_eq!(heard(424, "FailedDependency"), CallError::Unavailable { status: 424, retry_after_ms: None });
    assert_eq!(heard(504, "UnknownError"), CallError::Unavailable { status: 504, retry_after_ms: None });
}

#[test]
fn a_missing_mailbox_does_not_make_the_item_gone() {
    for code in ["ErrorInvalidUser", "MailboxNotEnabledForRESTAPI", "ResourceNotFound"] {
        assert_eq!(heard(404, code), CallError::Rejected(rejection(code)));
    }
}

#[test]
fn throttling_says_how_long_to_wait_whichever_status_it_comes_with() {
    let body = "{\"error\":{\"code\":\"ApplicationThrottled\",\"message\":\"MailboxConcurrency\"}}";
    for status in [429, 503] {
        let answer = with(reply(status, body), "retry-after", "10");
        assert_eq!(check(&answer), Err(CallError::Throttled { retry_after_ms: Some(10_000) }));
    }
    assert_eq!(check(&reply(429, "")), Err(CallError::Throttled { retry_after_ms: None }));
}

#[test]
fn a_page_of_something_in_between_is_never_a_missing_item() {
    for status in [400, 403, 404] {
        let error = check(&reply(status, "<html>")).unwrap_err();
        assert!(matches!(error, CallError::Malformed { .. }), "{status}: {error}");
    }
}
