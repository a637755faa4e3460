//! `POST /v1/take-overs`, answered with 202.

use super::{SaveAccepted, TakeOverRequest, errors};
use crate::{
    call::{CallError, Endpoint},
    message::{Method, Reply, Request},
    outgoing,
    tree::Tree,
};

/// Makes somebody else's Event of a meeting the caller's (PPL-5). May be repeated with the same key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostTakeOver {
    /// The request.
    pub request: TakeOverRequest,
}

impl Endpoint for PostTakeOver {
    type Answer = SaveAccepted;

    fn request(&self, base: &str) -> Request {
        outgoing::json(Method::Post, &format!("{base}/v1/take-overs"), &self.request.write())
    }

    fn read(&self, reply: &Reply) -> Result<SaveAccepted, CallError> {
        errors::read(reply)
    }
}
