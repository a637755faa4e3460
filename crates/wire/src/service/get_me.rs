//! `GET /v1/me`.

use super::{Me, errors};
use crate::{
    call::{CallError, Endpoint},
    message::{Reply, Request},
    outgoing,
};

/// Asks what the rules need to know of the user.
#[derive(Clone, Copy, Debug)]
pub struct GetMe;

impl Endpoint for GetMe {
    type Answer = Me;

    fn request(&self, base: &str) -> Request {
        outgoing::get(&format!("{base}/v1/me"))
    }

    fn read(&self, reply: &Reply) -> Result<Me, CallError> {
        errors::read(reply)
    }
}
