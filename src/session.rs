//! Salesforce sign-in and token life: who is signed in, and a fresh access token for every exchange.
//!
//! The access token stays in memory. The refresh token is kept on the device where panes can take turns over it, since
//! it changes with each use; elsewhere it stays in memory too.

pub mod pkce;
mod sign_in;

pub(crate) use self::sign_in::{hex, random};

use std::{cell::RefCell, rc::Rc};

use calbridge_rules::id::RecordId;
use calbridge_wire::{
    CallError, Endpoint, Reply, Request,
    salesforce::{revoke::Revoke, token, userinfo::UserInfo},
    tree::{Tree, member, object},
    value::Value,
};
use leptos::prelude::*;

use crate::{
    kept::{self, Kept},
    outlook::Outlook,
    permits::Permits,
    send::{self, Asked, Config, Exchange, Replied, SALESFORCE_LIMIT_MS, SERVICE_LIMIT_MS, Side},
};

/// Whether somebody is signed in to Salesforce.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignedIn {
    /// Not known yet.
    Starting,
    /// Nobody.
    Out {
        /// Whether a session ended, in contrast to a first start.
        ended: bool,
    },
    /// Somebody.
    As {
        /// Their name.
        name: String,
    },
}

/// The user who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Their id.
    pub id: RecordId,
    /// Their name.
    pub name: String,
}

impl Tree for User {
    fn write(&self) -> Value {
        object([("id", self.id.write()), ("name", self.name.write())])
    }

    fn read(tree: &Value) -> Option<Self> {
        Some(Self { id: member(tree, "id")?, name: member(tree, "name")? })
    }
}

/// The session with Salesforce. Cheap to clone.
#[derive(Clone)]
pub struct Session {
    inner: Rc<Inner>,
}

struct Inner {
    config: Config,
    outlook: Outlook,
    kept: Kept,
    signed_in: RwSignal<SignedIn>,
    tokens: RefCell<Tokens>,
    /// Renewals of one pane, one at a time; panes among each other take turns with a lock of the browser.
    renewing: Rc<Permits>,
}

#[derive(Default)]
struct Tokens {
    access: Option<String>,
    /// Only where the device may not keep it.
    refresh: Option<String>,
    user: Option<User>,
}

/// The key of the refresh token on the device, and of the lock around its renewal.
const REFRESH: &str = "refresh";
/// The key of the user's name and id on the device.
const USER: &str = "user";

impl Session {
    /// The session that the device remembers.
    pub fn new(config: Config, outlook: Outlook, kept: Kept, signed_in: RwSignal<SignedIn>) -> Self {
        let inner =
            Inner { config, outlook, kept, signed_in, tokens: RefCell::default(), renewing: Permits::new(1) };
        let session = Self { inner: Rc::new(inner) };
        session.remember();
        session
    }

    /// Takes up what the device remembers; nobody is asked, the first exchange shows whether it still holds.
    pub(crate) fn remember(&self) {
        let user: Option<User> = self.inner.kept.value(USER);
        let signed_in = match (self.refresh_token(), user) {
            (Some(_), Some(user)) => {
                let name = user.name.clone();
                self.inner.tokens.borrow_mut().user = Some(user);
                SignedIn::As { name }
            }
            (Some(_) | None, Some(_) | None) => SignedIn::Out { ended: false },
        };
        self.tell(signed_in);
    }

    /// Brings an access token before anybody asks for one, so that the first request need not wait for it.
    pub(crate) async fn warm_up(&self) {
        if self.user().is_some() {
            // What fails here fails again where somebody waits for it, and is told there.
            let _ = self.renew(String::new()).await;
        }
    }

    /// The user who is signed in.
    pub fn user(&self) -> Option<User> {
        self.inner.tokens.borrow().user.clone()
    }

    /// The pane's configuration.
    pub(crate) fn config(&self) -> &Config {
        &self.inner.config
    }

    /// Runs an exchange with the org as the user. Ends with [`CallError::SignedOut`] once renewing the token did not help.
    pub fn salesforce<E: Endpoint>(&self, endpoint: E) -> Asked<'_, E> {
        self.authorized(endpoint, self.org())
    }

    /// Runs an exchange with our service as the user, for so long at most.
    pub(crate) fn service<E: Endpoint>(&self, endpoint: E, limit_ms: u32) -> Asked<'_, E> {
        self.authorized(endpoint, Side { limit_ms, ..self.sync() })
    }

    fn authorized<'a, E: Endpoint>(&'a self, endpoint: E, side: Side<'a>) -> Asked<'a, E> {
        let exchange = self.exchange(endpoint.request(side.base), side);
        Asked::new(endpoint, exchange)
    }

    /// The same for every exchange, so that it is compiled once: a first try, and a second one with a newer token.
    fn exchange<'a>(&'a self, request: Request, side: Side<'a>) -> Exchange<'a> {
        let first = Box::pin(self.attempt(request.clone(), String::new(), side));
        let mut request = Some(request);
        let again = move |stale| -> Option<Replied<'a>> {
            let Some(request) = request.take() else {
                self.end();
                return None;
            };
            Some(Box::pin(self.attempt(request, stale, side)))
        };
        Exchange { reply: first, again: Some(Box::new(again)), bearer: String::new() }
    }

    async fn attempt(
        &self,
        request: Request,
        stale: String,
        side: Side<'_>,
    ) -> Result<(Reply, String), CallError> {
        let token = match self.newer_token(&stale) {
            Some(token) => token,
            None => self.renew(stale).await?,
        };
        send::exchange(request, side, token).await
    }

    fn newer_token(&self, stale: &str) -> Option<String> {
        self.access_token().filter(|token| token != stale)
    }

    /// A newer access token than the given one.
    async fn renew(&self, stale: String) -> Result<String, CallError> {
        let _turn = self.inner.renewing.take().await;
        if let Some(token) = self.newer_token(&stale) {
            return Ok(token);
        }
        // Another pane renews the same token; each use changes it, so it is read again under the lock.
        let _lock = if kept::is_shared() { self.inner.kept.lock(REFRESH).await } else { None };
        let Some(refresh_token) = self.refresh_token() else {
            self.end();
            return Err(CallError::SignedOut);
        };
        let refresh = token::Refresh { client_id: self.inner.config.client_id.clone(), refresh_token };
        match send::send(refresh, self.org(), String::new()).await {
            Ok(grant) => {
                let token = grant.access_token.clone();
                self.take_grant(grant);
                Ok(token)
            }
            Err(CallError::ConsentLost { .. } | CallError::SignedOut) => {
                self.end();
                Err(CallError::SignedOut)
            }
            Err(other) => Err(other),
        }
    }

    /// Starts a session with what a sign-in brought.
    async fn begin(&self, grant: token::Grant) -> Result<(), CallError> {
        let user = send::send(UserInfo, self.org(), grant.access_token.clone()).await?;
        let user = User { id: user.user, name: user.name };
        self.inner.kept.put(USER, &user);
        self.take_grant(grant);
        let name = user.name.clone();
        self.inner.tokens.borrow_mut().user = Some(user);
        self.tell(SignedIn::As { name });
        Ok(())
    }

    fn take_grant(&self, grant: token::Grant) {
        let mut tokens = self.inner.tokens.borrow_mut();
        tokens.access = Some(grant.access_token);
        if let Some(refresh) = grant.refresh_token {
            let is_kept = kept::is_shared() && self.inner.kept.put_text(REFRESH, &refresh);
            tokens.refresh = (!is_kept).then_some(refresh);
        }
    }

    /// Signs out: both tokens are worthless afterwards, wherever they are.
    pub(crate) async fn sign_out(&self) {
        let token = self.refresh_token().or_else(|| self.access_token());
        self.forget();
        self.tell(SignedIn::Out { ended: false });
        if let Some(token) = token {
            // The org may be out of reach; the tokens are forgotten here all the same.
            let _ = send::send(Revoke { token }, self.org(), String::new()).await;
        }
    }

    /// The session has ended by itself.
    fn end(&self) {
        self.forget();
        self.tell(SignedIn::Out { ended: true });
    }

    fn forget(&self) {
        *self.inner.tokens.borrow_mut() = Tokens::default();
        self.inner.kept.forget(REFRESH);
        self.inner.kept.forget(USER);
    }

    fn tell(&self, signed_in: SignedIn) {
        if self.inner.signed_in.get_untracked() != signed_in {
            self.inner.signed_in.set(signed_in);
        }
    }

    fn access_token(&self) -> Option<String> {
        self.inner.tokens.borrow().access.clone()
    }

    fn refresh_token(&self) -> Option<String> {
        let in_memory = self.inner.tokens.borrow().refresh.clone();
        in_memory.or_else(|| self.inner.kept.text(REFRESH).filter(|_| kept::is_shared()))
    }

    fn org(&self) -> Side<'_> {
        Side { base: &self.inner.config.my_domain, name: "Salesforce", limit_ms: SALESFORCE_LIMIT_MS }
    }

    fn sync(&self) -> Side<'_> {
        Side { base: &self.inner.config.service, name: "Sync", limit_ms: SERVICE_LIMIT_MS }
    }
}
