//! Who calls: the bearer is a Salesforce access token, and the org says whose it is.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use calbridge_rules::id::{Address, RecordId};
use calbridge_wire::{CallError, Endpoint, message, salesforce::userinfo::UserInfo};
use sha2::{Digest, Sha256};

use crate::{app::App, http::Refusal};

/// How long the org's word on a token is believed, in milliseconds.
const BELIEVED_MS: i64 = 60_000;
/// How many callers are remembered.
const CALLER_LIMIT: usize = 10_000;
/// The longest token that is looked at, in bytes.
const TOKEN_LIMIT: usize = 4_096;

/// A Salesforce user who calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The user.
    pub user: RecordId,
    /// Their name.
    pub name: String,
    /// Their e-mail address in Salesforce, where it is one and they have shown that it is theirs.
    pub address: Option<Address>,
}

/// Who called lately, by the hash of their token.
#[derive(Debug, Default)]
pub struct Callers(Mutex<HashMap<[u8; 32], (Caller, i64)>>);

impl Callers {
    fn recall(&self, token: &[u8; 32], now_ms: i64) -> Option<Caller> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(token).filter(|(_, until_ms)| *until_ms > now_ms).map(|(caller, _)| caller.clone())
    }

    fn remember(&self, token: [u8; 32], caller: Caller, now_ms: i64) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= CALLER_LIMIT {
            known.retain(|_, (_, until_ms)| *until_ms > now_ms);
        }
        if known.len() < CALLER_LIMIT {
            known.insert(token, (caller, now_ms + BELIEVED_MS));
        }
    }
}

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        let token = bearer(parts).ok_or(Refusal::SignedOut)?;
        let hash: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        let now_ms = app.now_ms();
        if let Some(caller) = app.callers.recall(&hash, now_ms) {
            return Ok(caller);
        }
        let caller = ask_org(app, &token).await?;
        app.callers.remember(hash, caller.clone(), now_ms);
        Ok(caller)
    }
}

fn bearer(parts: &Parts) -> Option<String> {
    let value = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let fits = scheme.eq_ignore_ascii_case("bearer") && (1..=TOKEN_LIMIT).contains(&token.len());
    fits.then(|| token.to_owned())
}

async fn ask_org(app: &App, token: &str) -> Result<Caller, Refusal> {
    let mut request = UserInfo.request(&app.config.salesforce.my_domain);
    request.headers.push((message::header::AUTHORIZATION, format!("Bearer {token}")));
    let reply = app.transport.send(request).await.map_err(|error| unreachable(&error))?;
    let user = UserInfo.read(&reply).map_err(|error| unreachable(&error))?;
    // Anybody could enter a colleague's address and take their mailbox before they come.
    let address = Address::parse(&user.email).ok().filter(|_| user.email_is_verified);
    Ok(Caller { user: user.user, name: user.name, address })
}

/// What a failed question about a token means for the caller.
fn unreachable(error: &CallError) -> Refusal {
    match error {
        CallError::SignedOut | CallError::ConsentLost { .. } => Refusal::SignedOut,
        CallError::Forbidden(_) => Refusal::Stranger,
        CallError::Offline { .. }
        | CallError::Throttled { .. }
        | CallError::Unavailable { .. }
        | CallError::Gone
        | CallError::Stale
        | CallError::Ambiguous { .. }
        | CallError::Contended(_)
        | CallError::Rejected(_)
        | CallError::Malformed { .. } => Refusal::OrgSilent,
    }
}
