//! Sign-ins: authorization codes, access tokens with an end, refresh tokens that rotate.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

/// How long an unused access token lives.
const SESSION_LIFE: TimeDelta = TimeDelta::hours(2);
/// How long an authorization code lives.
const CODE_LIFE: TimeDelta = TimeDelta::minutes(15);

/// An authorization code that was not redeemed yet.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    pub client: String,
    pub user: String,
    pub redirect: String,
    pub challenge: String,
    pub scope: String,
    pub until: DateTime<Utc>,
}

/// What an access token stands for.
#[derive(Clone, Debug)]
struct Session {
    user: String,
    until: DateTime<Utc>,
    /// Refresh tokens and access tokens of one sign-in share it.
    family: u64,
}

#[derive(Clone, Debug)]
struct Refresh {
    client: String,
    user: String,
    scope: String,
    family: u64,
    used: bool,
}

/// Tokens handed out after a grant was redeemed or renewed.
#[derive(Clone, Debug)]
pub(crate) struct Tokens {
    pub user: String,
    pub scope: String,
    pub access: String,
    pub refresh: Option<String>,
}

/// All sign-ins of the org.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    seed: u64,
    org: String,
    count: u64,
    grants: BTreeMap<String, Grant>,
    access: BTreeMap<String, Session>,
    refresh: BTreeMap<String, Refresh>,
}

impl Sessions {
    /// No sign-ins; tokens come from the seed and begin with the org's id.
    pub(crate) fn new(seed: u64, org: &str) -> Self {
        Self { seed, org: org.to_owned(), ..Self::default() }
    }

    fn secret(&mut self) -> String {
        self.count += 1;
        let mut hash = Sha256::new();
        hash.update(self.seed.to_be_bytes());
        hash.update(self.count.to_be_bytes());
        URL_SAFE_NO_PAD.encode(hash.finalize())
    }

    /// A code for a sign-in the user agreed to.
    pub(crate) fn grant(&mut self, mut grant: Grant, now: DateTime<Utc>) -> String {
        grant.until = now + CODE_LIFE;
        let code = format!("aPrx{}", self.secret());
        self.grants.insert(code.clone(), grant);
        code
    }

    /// Takes a code out; it works once.
    pub(crate) fn redeem(&mut self, code: &str, now: DateTime<Utc>) -> Option<Grant> {
        self.grants.remove(code).filter(|grant| grant.until > now)
    }

    /// Opens a sign-in that can be renewed.
    pub(crate) fn open(&mut self, client: &str, user: &str, scope: &str, now: DateTime<Utc>) -> Tokens {
        self.count += 1;
        let family = self.count;
        let access = self.access_token(user, family, now);
        let refresh = scope
            .split_whitespace()
            .any(|word| word == "refresh_token" || word == "offline_access")
            .then(|| {
                let token = format!("5Aep{}", self.secret());
                let (client, user, scope) = (client.to_owned(), user.to_owned(), scope.to_owned());
                self.refresh.insert(token.clone(), Refresh { client, user, scope, family, used: false });
                token
            });
        Tokens { user: user.to_owned(), scope: scope.to_owned(), access, refresh }
    }

    /// Exchanges a refresh token; a used one ends the whole sign-in.
    pub(crate) fn renew(&mut self, token: &str, client: &str, now: DateTime<Utc>) -> Option<Tokens> {
        let old = self.refresh.get_mut(token).filter(|refresh| refresh.client == client)?;
        let reused = std::mem::replace(&mut old.used, true);
        let old = old.clone();
        if reused {
            self.end_family(old.family);
            return None;
        }
        let next = format!("5Aep{}", self.secret());
        let access = self.access_token(&old.user, old.family, now);
        self.refresh.insert(next.clone(), Refresh { used: false, ..old.clone() });
        Some(Tokens { user: old.user, scope: old.scope, access, refresh: Some(next) })
    }

    fn access_token(&mut self, user: &str, family: u64, now: DateTime<Utc>) -> String {
        let secret = self.secret();
        let token = format!("{}!AQ{secret}", self.org.get(..15).unwrap_or_default());
        let session = Session { user: user.to_owned(), until: now + SESSION_LIFE, family };
        self.access.insert(token.clone(), session);
        token
    }

    /// The user of a live access token; use makes it live longer.
    pub(crate) fn user(&mut self, token: &str, now: DateTime<Utc>) -> Option<String> {
        let session = self.access.get_mut(token).filter(|session| session.until > now)?;
        session.until = now + SESSION_LIFE;
        Some(session.user.clone())
    }

    /// Ends the sign-in a token of either kind belongs to.
    pub(crate) fn revoke(&mut self, token: &str) -> bool {
        let family = match (self.access.get(token), self.refresh.get(token)) {
            (Some(session), _) => session.family,
            (None, Some(refresh)) => refresh.family,
            (None, None) => return false,
        };
        self.end_family(family);
        true
    }

    fn end_family(&mut self, family: u64) {
        self.access.retain(|_, session| session.family != family);
        self.refresh.retain(|_, refresh| refresh.family != family);
    }

    /// Ends every access token; refresh tokens stay.
    pub(crate) fn expire(&mut self) -> usize {
        let ended = self.access.len();
        self.access.clear();
        ended
    }
}
