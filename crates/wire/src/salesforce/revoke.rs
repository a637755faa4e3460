//! `POST /services/oauth2/revoke`:
//! <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_revoke_token.htm>

use std::fmt;

use super::errors;
use crate::{
    call::{CallError, Endpoint},
    message::{Reply, Request},
    outgoing,
};

/// Ends a token; ending a refresh token ends its access tokens too.
#[derive(Clone)]
pub struct Revoke {
    /// The token.
    pub token: String,
}

impl Endpoint for Revoke {
    type Answer = ();

    fn request(&self, base: &str) -> Request {
        outgoing::form(&format!("{base}/services/oauth2/revoke"), &[("token", &self.token)])
    }

    fn read(&self, reply: &Reply) -> Result<(), CallError> {
        if reply.is_success() { Ok(()) } else { Err(errors::oauth(reply)) }
    }
}

impl fmt::Debug for Revoke {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Revoke").finish_non_exhaustive()
    }
}
