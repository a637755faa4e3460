//! The salesforce side.

use chrono::{DateTime, Utc};
use http::{Request, Response};

/// The org: users, records, sessions, limits.
#[derive(Debug, Default)]
pub struct Org {}

/// Answers one request.
pub fn answer(_org: &mut Org, _now: DateTime<Utc>, _request: Request<Vec<u8>>) -> Response<Vec<u8>> {
    Response::new(Vec::new())
}
