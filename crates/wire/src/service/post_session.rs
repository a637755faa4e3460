//! `POST /v1/sessions`: "Sync now".

use super::{SessionWanted, errors};
use crate::{
    call::{CallError, Endpoint},
    message::{Method, Reply, Request},
    outgoing,
};

/// Asks for a session of the caller's mailbox.
#[derive(Clone, Copy, Debug)]
pub struct PostSession;

impl Endpoint for PostSession {
    type Answer = SessionWanted;

    fn request(&self, base: &str) -> Request {
        outgoing::bare(Method::Post, &format!("{base}/v1/sessions"))
    }

    fn read(&self, reply: &Reply) -> Result<SessionWanted, CallError> {
        errors::read(reply)
    }
}
