//! `POST /{tenant}/oauth2/v2.0/token`:
//! <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow>

use std::fmt;

use crate::{
    call::{CallError, Endpoint, Rejection},
    json,
    message::{Reply, Request, status},
    outgoing,
};

/// Signs the service in to Graph.
#[derive(Clone)]
pub struct ClientCredentials {
    /// The tenant, by its id or name.
    pub tenant: String,
    /// The application's id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
}

/// What was granted.
#[derive(Clone, PartialEq, Eq)]
pub struct AppGrant {
    /// The access token, sent as bearer.
    pub access_token: String,
    /// How long it lasts.
    pub expires_in_ms: u64,
}

impl Endpoint for ClientCredentials {
    type Answer = AppGrant;

    fn request(&self, base: &str) -> Request {
        let url = format!("{base}/{}/oauth2/v2.0/token", outgoing::encoded(&self.tenant));
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", self.client_id.as_str()),
            ("client_secret", &self.client_secret),
            ("scope", "https://graph.microsoft.com/.default"),
        ];
        outgoing::form(&url, &fields)
    }

    fn read(&self, reply: &Reply) -> Result<AppGrant, CallError> {
        if !reply.is_success() {
            return Err(refusal(reply));
        }
        let body = json::body(reply)?;
        let seconds = json::at(&body, "expires_in").and_then(crate::value::Value::as_u64);
        let seconds = seconds.ok_or_else(|| json::malformed("expires_in is missing"))?;
        let access_token = json::text(&body, "access_token")?.to_owned();
        Ok(AppGrant { access_token, expires_in_ms: seconds.saturating_mul(1000) })
    }
}

fn refusal(reply: &Reply) -> CallError {
    let status = reply.status;
    let retry_after_ms = json::retry_after_ms(reply);
    if status == status::TOO_MANY_REQUESTS {
        return CallError::Throttled { retry_after_ms };
    }
    let body = json::body(reply).unwrap_or_default();
    let code = json::maybe_text(&body, "error").unwrap_or_default();
    if reply.is_server_error() || code == "temporarily_unavailable" {
        return CallError::Unavailable { status, retry_after_ms };
    }
    let message = json::maybe_text(&body, "error_description").unwrap_or(code).to_owned();
    match code {
        "" => json::malformed(format!("status {status} without a reason")),
        // A wrong or expired secret, or an application that was removed: only an admin helps.
        "invalid_client" | "unauthorized_client" | "invalid_grant" => {
            CallError::ConsentLost { reason: message }
        }
        code => CallError::Rejected(Rejection { code: code.to_owned(), message, ..Rejection::default() }),
    }
}

impl fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCredentials").finish_non_exhaustive()
    }
}

impl fmt::Debug for AppGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppGrant").finish_non_exhaustive()
    }
}
