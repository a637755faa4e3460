//! JSON answers of the control API.

use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response, StatusCode};
use serde_json::{Value, json};

/// A JSON answer.
pub(crate) fn json(status: StatusCode, value: &Value) -> Response<Vec<u8>> {
    let mut answer = Response::new(value.to_string().into_bytes());
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

/// 400 with the reason.
pub(crate) fn refused(reason: &str) -> Response<Vec<u8>> {
    json(StatusCode::BAD_REQUEST, &json!({ "error": reason }))
}
