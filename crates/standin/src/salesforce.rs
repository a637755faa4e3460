//! The salesforce side.

use chrono::{DateTime, Utc};
use http::{Request, Response};
use serde_json::Value;

use crate::Setup;

/// The org: users, records, sessions, limits.
#[derive(Debug, Default)]
pub struct Org {}

impl Org {
    /// Builds the org of a world definition.
    ///
    /// # Errors
    /// Names the part that cannot be read.
    pub fn load(_definition: &Value, _setup: &Setup, _now: DateTime<Utc>) -> Result<Self, String> {
        Ok(Self {})
    }
}

/// Answers one request.
pub fn answer(_org: &mut Org, _now: DateTime<Utc>, _request: Request<Vec<u8>>) -> Response<Vec<u8>> {
    Response::new(Vec::new())
}
