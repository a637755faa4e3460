//! The graph side.

use chrono::{DateTime, Utc};
use http::{Request, Response};

/// The mailboxes of the company.
#[derive(Debug, Default)]
pub struct Exchange {}

/// Answers one request.
pub fn answer(_exchange: &mut Exchange, _now: DateTime<Utc>, _request: Request<Vec<u8>>) -> Response<Vec<u8>> {
    Response::new(Vec::new())
}
