//! The host side.

use chrono::{DateTime, Utc};
use http::{Request, Response};

/// What the host page knows beside the mailboxes.
#[derive(Debug, Default)]
pub struct Desk {}

/// Answers one request.
pub fn answer(
    _world: &mut crate::World,
    _now: DateTime<Utc>,
    _request: Request<Vec<u8>>,
) -> Response<Vec<u8>> {
    Response::new(Vec::new())
}
