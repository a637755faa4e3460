//! `POST /v1/unsyncs`, answered with 202.

use super::{UnsyncAccepted, UnsyncRequest, errors};
use crate::{
    call::{CallError, Endpoint},
    message::{Method, Reply, Request},
    outgoing,
    tree::Tree,
};

/// Takes an item back (UNS-1). May be repeated with the same key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostUnsync {
    /// The request.
    pub request: UnsyncRequest,
}

impl Endpoint for PostUnsync {
    type Answer = UnsyncAccepted;

    fn request(&self, base: &str) -> Request {
        outgoing::json(Method::Post, &format!("{base}/v1/unsyncs"), &self.request.write())
    }

    fn read(&self, reply: &Reply) -> Result<UnsyncAccepted, CallError> {
        errors::read(reply)
    }
}
