//! `POST /v1/pages`.

use super::{PageKey, errors};
use crate::{
    call::{CallError, Endpoint},
    message::{Method, Reply, Request},
    outgoing,
};

/// Asks for an address under which the browser may open the caller's page of the service.
#[derive(Clone, Copy, Debug)]
pub struct PostPage;

impl Endpoint for PostPage {
    type Answer = PageKey;

    fn request(&self, base: &str) -> Request {
        outgoing::bare(Method::Post, &format!("{base}/v1/pages"))
    }

    fn read(&self, reply: &Reply) -> Result<PageKey, CallError> {
        errors::read(reply)
    }
}
