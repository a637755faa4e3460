//! `POST /v1/saves`, answered with 202.

use super::{SaveAccepted, SaveRequest, errors};
use crate::{
    call::{CallError, Endpoint},
    message::{Method, Reply, Request},
    outgoing,
    tree::Tree,
};

/// Asks for an item to be saved (SAV-1). May be repeated with the same key (SAV-12).
#[derive(Clone, Debug, PartialEq)]
pub struct PostSave {
    /// The request.
    pub request: SaveRequest,
}

impl Endpoint for PostSave {
    type Answer = SaveAccepted;

    fn request(&self, base: &str) -> Request {
        outgoing::json(Method::Post, &format!("{base}/v1/saves"), &self.request.write())
    }

    fn read(&self, reply: &Reply) -> Result<SaveAccepted, CallError> {
        errors::read(reply)
    }
}
