//! The token endpoint of the tenant, and which tokens hold.
//!
//! `POST /{tenant}/oauth2/v2.0/token` with client credentials:
//! <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow>

use chrono::{DateTime, TimeDelta, Utc};
use http::StatusCode;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::odata::Asked;
use super::reply::{Outcome, Reply, ok};
use super::sharing::Caller;
use super::{Exchange, reply};

/// How long an access token holds, in seconds.
const TOKEN_SECONDS: i64 = 3_599;

/// Answers a request for a token.
pub(super) fn issue(exchange: &mut Exchange, asked: &Asked, tenant: &str) -> Outcome {
    let form: Vec<(String, String)> = url::form_urlencoded::parse(&asked.body).into_owned().collect();
    let field = |name: &str| form.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    if tenant != exchange.tenant {
        return Err(refuse(400, "invalid_request", "AADSTS90002: Tenant not found."));
    }
    if field("grant_type") != "client_credentials" {
        let message = "AADSTS70003: The app requested an unsupported grant type.";
        return Err(refuse(400, "unsupported_grant_type", message));
    }
    if field("client_id") != exchange.client {
        let message = "AADSTS700016: Application was not found in the directory.";
        return Err(refuse(400, "unauthorized_client", message));
    }
    if field("client_secret") != asked.setup.graph_client_secret {
        return Err(refuse(401, "invalid_client", "AADSTS7000215: Invalid client secret provided."));
    }
    if !field("scope").ends_with("/.default") {
        let message = "AADSTS1002012: The scope of a client credential request must end in /.default.";
        return Err(refuse(400, "invalid_scope", message));
    }
    let token = exchange.grant(Caller::App, asked.setup.seed, asked.now);
    Ok(ok(json!({
        "token_type": "Bearer",
        "expires_in": TOKEN_SECONDS,
        "ext_expires_in": TOKEN_SECONDS,
        "access_token": token,
    })))
}

impl Exchange {
    /// A token that holds for an hour.
    pub(super) fn grant(&mut self, caller: Caller, seed: u64, now: DateTime<Utc>) -> String {
        let number = self.next_number();
        let digest = Sha256::digest(format!("graph token {seed} {number}"));
        let token = digest.iter().fold(String::from("eyJ"), |text, byte| text + &format!("{byte:02x}"));
        self.tokens.insert(token.clone(), (now + TimeDelta::seconds(TOKEN_SECONDS), caller));
        token
    }
}

impl Exchange {
    /// The mailbox of the person whose token a request carries.
    pub(super) fn at_token(&self, request: &http::Request<Vec<u8>>) -> Option<usize> {
        let token = request.headers().get("authorization")?.to_str().ok()?.strip_prefix("Bearer ")?;
        match self.tokens.get(token)?.1 {
            Caller::App => None,
            Caller::Person(at) => Some(at),
        }
    }
}

/// Refuses a request without a token that holds.
pub(super) fn check(exchange: &Exchange, asked: &Asked) -> Result<Caller, Reply> {
    let refused = |message: &str| {
        let mut refusal = reply::refuse(StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken", message);
        refusal.headers.push(("www-authenticate", "Bearer realm=\"\"".to_owned()));
        refusal
    };
    let token = asked.bearer.as_ref().ok_or_else(|| refused("Access token is empty."))?;
    let (until, caller) =
        exchange.tokens.get(token).ok_or_else(|| refused("Access token validation failure."))?;
    if *until <= asked.now {
        return Err(refused("Lifetime validation failed, the token is expired."));
    }
    Ok(*caller)
}

fn refuse(status: u16, error: &str, description: &str) -> Reply {
    Reply {
        status: StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST),
        body: Some(json!({ "error": error, "error_description": description })),
        headers: Vec::new(),
        extra: None,
    }
}
