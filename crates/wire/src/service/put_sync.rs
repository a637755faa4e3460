//! `PUT /v1/me/sync`.

use http::{Method, Request};

use super::{Me, SetSync, errors};
use crate::{
    call::{CallError, Endpoint, Reply},
    outgoing,
    tree::Tree,
};

/// Enables, resumes or pauses sync for the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PutSync {
    /// What is wanted.
    pub wanted: SetSync,
}

impl Endpoint for PutSync {
    type Answer = Me;

    fn request(&self, base: &str) -> Request<Vec<u8>> {
        outgoing::json(Method::PUT, &format!("{base}/v1/me/sync"), &self.wanted.write())
    }

    fn read(&self, reply: &Reply) -> Result<Me, CallError> {
        errors::read(reply)
    }
}
