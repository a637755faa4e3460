//! `PUT /v1/logins/{id}`, answered with 204.

use super::{LoginCode, errors};
use crate::{
    call::{CallError, Endpoint},
    message::{Method, Reply, Request},
    outgoing,
    tree::Tree,
};

/// Leaves the code of a sign-in whose dialog was cut off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PutLogin {
    /// The sign-in, made up by the pane: 16 to 64 letters, digits and dashes.
    pub id: String,
    /// The code.
    pub login: LoginCode,
}

impl Endpoint for PutLogin {
    type Answer = ();

    fn request(&self, base: &str) -> Request {
        outgoing::json(Method::Put, &errors::login_address(base, &self.id), &self.login.write())
    }

    fn read(&self, reply: &Reply) -> Result<(), CallError> {
        errors::check(reply)
    }
}
