//! `POST /v1/sessions`: "Sync now".

use http::{Method, Request};

use super::{SessionWanted, errors};
use crate::{
    call::{CallError, Endpoint, Reply},
    outgoing,
};

/// Asks for a session of the caller's mailbox.
#[derive(Clone, Copy, Debug)]
pub struct PostSession;

impl Endpoint for PostSession {
    type Answer = SessionWanted;

    fn request(&self, base: &str) -> Request<Vec<u8>> {
        outgoing::bare(Method::POST, &format!("{base}/v1/sessions"))
    }

    fn read(&self, reply: &Reply) -> Result<SessionWanted, CallError> {
        errors::read(reply)
    }
}
