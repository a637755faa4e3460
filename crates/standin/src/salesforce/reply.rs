//! Small answers: JSON, empty, HTML, redirects.

use http::header::{CONTENT_TYPE, LOCATION};
use http::{HeaderValue, Response, StatusCode};
use serde_json::Value;

/// A JSON answer.
pub(crate) fn json(status: StatusCode, value: &Value) -> Response<Vec<u8>> {
    bytes(status, "application/json;charset=UTF-8", serde_json::to_vec(value).unwrap_or_default())
}

/// 200 with JSON.
pub(crate) fn ok(value: &Value) -> Response<Vec<u8>> {
    json(StatusCode::OK, value)
}

/// 204.
pub(crate) fn empty() -> Response<Vec<u8>> {
    status_only(StatusCode::NO_CONTENT)
}

/// An answer without a body.
pub(crate) fn status_only(status: StatusCode) -> Response<Vec<u8>> {
    let mut answer = Response::new(Vec::new());
    *answer.status_mut() = status;
    answer
}

/// A page for a person. It may run no script; its styles are its own.
pub(crate) fn html(status: StatusCode, page: String) -> Response<Vec<u8>> {
    let mut answer = bytes(status, "text/html;charset=UTF-8", page.into_bytes());
    let policy = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; img-src data:");
    answer.headers_mut().insert("content-security-policy", policy);
    answer
}

/// 302 to an address.
pub(crate) fn redirect(to: &str) -> Response<Vec<u8>> {
    let mut answer = status_only(StatusCode::FOUND);
    if let Ok(value) = HeaderValue::from_str(to) {
        answer.headers_mut().insert(LOCATION, value);
    }
    answer
}

/// The text with the characters HTML gives a meaning to written as entities.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

fn bytes(status: StatusCode, content_type: &'static str, body: Vec<u8>) -> Response<Vec<u8>> {
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    answer
}
