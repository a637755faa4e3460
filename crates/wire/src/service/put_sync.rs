//! `PUT /v1/me/sync`.

use super::{Me, SetSync, errors};
use crate::{
    call::{CallError, Endpoint},
    message::{Method, Reply, Request},
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

    fn request(&self, base: &str) -> Request {
        outgoing::json(Method::Put, &format!("{base}/v1/me/sync"), &self.wanted.write())
    }

    fn read(&self, reply: &Reply) -> Result<Me, CallError> {
        errors::read(reply)
    }
}
