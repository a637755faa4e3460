//! `POST /services/oauth2/token`:
//! <https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_endpoints.htm>
//!
//! The pane is a public client and sends no secret; the service signs in with its own client credentials.

use std::fmt;

use chrono::{DateTime, Utc};

use super::errors;
use crate::{
    call::{CallError, Endpoint},
    json,
    message::{Reply, Request},
    outgoing,
};

/// What the token endpoint granted.
#[derive(Clone, PartialEq, Eq)]
pub struct Grant {
    /// The access token, sent as bearer.
    pub access_token: String,
    /// The next refresh token; the one it was bought with is dead.
    pub refresh_token: Option<String>,
    /// Where the org's data is.
    pub instance_url: String,
    /// When it was granted, by the org's clock.
    pub issued_at: Option<DateTime<Utc>>,
}

/// Redeems the code of a sign-in.
#[derive(Clone)]
pub struct ExchangeCode {
    /// The external client app's id.
    pub client_id: String,
    /// The code.
    pub code: String,
    /// The PKCE verifier.
    pub verifier: String,
    /// Where the code was sent to.
    pub redirect_uri: String,
}

/// Renews an access token. The refresh token rotates: persist the new one before using the access token.
#[derive(Clone)]
pub struct Refresh {
    /// The external client app's id.
    pub client_id: String,
    /// The refresh token.
    pub refresh_token: String,
}

/// Signs the service in as its integration user; only My Domain hosts take it.
#[derive(Clone)]
pub struct ClientCredentials {
    /// The external client app's id.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
}

impl Endpoint for ExchangeCode {
    type Answer = Grant;

    fn request(&self, base: &str) -> Request {
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", self.client_id.as_str()),
            ("code", &self.code),
            ("code_verifier", &self.verifier),
            ("redirect_uri", &self.redirect_uri),
        ];
        outgoing::form(&address(base), &fields)
    }

    fn read(&self, reply: &Reply) -> Result<Grant, CallError> {
        read_grant(reply)
    }
}

impl Endpoint for Refresh {
    type Answer = Grant;

    fn request(&self, base: &str) -> Request {
        let fields = [
            ("grant_type", "refresh_token"),
            ("client_id", self.client_id.as_str()),
            ("refresh_token", &self.refresh_token),
        ];
        outgoing::form(&address(base), &fields)
    }

    fn read(&self, reply: &Reply) -> Result<Grant, CallError> {
        read_grant(reply)
    }
}

impl Endpoint for ClientCredentials {
    type Answer = Grant;

    fn request(&self, base: &str) -> Request {
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", self.client_id.as_str()),
            ("client_secret", &self.client_secret),
        ];
        outgoing::form(&address(base), &fields)
    }

    fn read(&self, reply: &Reply) -> Result<Grant, CallError> {
        read_grant(reply)
    }
}

fn address(base: &str) -> String {
    format!("{base}/services/oauth2/token")
}

fn read_grant(reply: &Reply) -> Result<Grant, CallError> {
    if !reply.is_success() {
        return Err(errors::oauth(reply));
    }
    let body = json::body(reply)?;
    let issued_ms = json::maybe_text(&body, "issued_at").and_then(|text| text.parse().ok());
    Ok(Grant {
        access_token: json::text(&body, "access_token")?.to_owned(),
        refresh_token: json::maybe_text(&body, "refresh_token").map(str::to_owned),
        instance_url: json::text(&body, "instance_url")?.to_owned(),
        issued_at: issued_ms.and_then(DateTime::from_timestamp_millis),
    })
}

/// Tokens and secrets never reach a log.
macro_rules! hide {
    ($($secret:ty),+) => {
        $(impl fmt::Debug for $secret {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($secret)).finish_non_exhaustive()
            }
        })+
    };
}

hide!(Grant, ExchangeCode, Refresh, ClientCredentials);
