//! The control side: worlds, the clock, faults and counters, for tests and demos.

use chrono::{DateTime, TimeDelta, Utc};
use http::{Request, Response};

use crate::Site;

/// Marks an answer that never arrives: the server shell aborts the connection instead of sending it.
#[derive(Clone, Copy, Debug)]
pub struct Dropped;

/// Marks an answer the server shell holds back.
#[derive(Clone, Copy, Debug)]
pub struct Late(pub std::time::Duration);

/// What the control API holds.
#[derive(Debug, Default)]
pub struct Desk {
    /// What is added to the wall clock.
    pub clock_offset: TimeDelta,
}

/// One trouble a test asked for.
#[derive(Clone, Debug)]
pub struct Fault {}

impl Desk {
    /// Counts a request and says which fault it meets.
    pub fn meet(&mut self, _site: Site, _request: &Request<Vec<u8>>) -> Option<Fault> {
        None
    }
}

impl Fault {
    /// The answer given without asking the site.
    pub fn instead(&self) -> Option<Response<Vec<u8>>> {
        None
    }

    /// What becomes of the site's answer.
    #[must_use]
    pub fn afterwards(&self, answer: Response<Vec<u8>>) -> Response<Vec<u8>> {
        answer
    }
}

/// Answers one request.
pub fn answer(
    _world: &mut crate::World,
    _now: DateTime<Utc>,
    _request: Request<Vec<u8>>,
) -> Response<Vec<u8>> {
    Response::new(Vec::new())
}
