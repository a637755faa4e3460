//! `GET /v1/logins/{id}`: once; afterwards it is gone.

use super::{LoginCode, errors};
use crate::{
    call::{CallError, Endpoint},
    message::{Reply, Request},
    outgoing,
};

/// Fetches the code of a sign-in. [`CallError::Gone`]: not there yet, fetched already, or older than two minutes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GetLogin {
    /// The sign-in.
    pub id: String,
}

impl Endpoint for GetLogin {
    type Answer = LoginCode;

    fn request(&self, base: &str) -> Request {
        outgoing::get(&errors::login_address(base, &self.id))
    }

    fn read(&self, reply: &Reply) -> Result<LoginCode, CallError> {
        errors::read(reply)
    }
}
