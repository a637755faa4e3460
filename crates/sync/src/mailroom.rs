//! Microsoft Graph as the service's own client sees it: signed in by client credentials, gentle with every mailbox.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex as Gate, PoisonError},
};

use calbridge_rules::id::{Address, ItemId};
use calbridge_wire::{
    CallError, Endpoint,
    graph::{
        batch::Batch,
        item::{GraphItem, ReadItem},
        token::ClientCredentials,
        translate::TranslateIds,
    },
    message::header,
    service::IdFormat,
};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::{
    clock::Clock,
    config::{Graph, Secret},
    mutant::mutant,
    tokens::{Token, Tokens},
    transport::Transport,
};

/// Requests of the service in one mailbox at a time; Graph takes four, and one stays free.
pub const IN_FLIGHT: u32 = 3;
/// Mailboxes whose gates are kept.
const MAILBOX_LIMIT: usize = 100_000;

/// Graph.
pub struct Mailroom {
    transport: Arc<dyn Transport>,
    clock: Clock,
    authority: String,
    base: String,
    /// The add-in's id.
    pub addin_id: String,
    credentials: ClientCredentials,
    tokens: Tokens,
    doors: Gate<BTreeMap<Address, Arc<Door>>>,
}

/// What lets requests into one mailbox.
#[derive(Debug)]
struct Door {
    slots: Semaphore,
    closed_until_ms: Gate<i64>,
}

impl Mailroom {
    /// Graph of a configuration.
    pub fn new(
        config: &Graph,
        addin_id: &str,
        secret: &Secret,
        transport: Arc<dyn Transport>,
        clock: Clock,
    ) -> Self {
        let credentials = ClientCredentials {
            tenant: config.tenant.clone(),
            client_id: config.client_id.clone(),
            client_secret: secret.reveal().to_owned(),
        };
        Self {
            transport,
            clock,
            authority: config.authority.clone(),
            base: config.base.clone(),
            addin_id: addin_id.to_owned(),
            credentials,
            tokens: Tokens::default(),
            doors: Gate::default(),
        }
    }

    /// Makes an exchange that takes so many of the mailbox's slots; a refused token is renewed once. A mailbox that asked to
    /// be left alone for a while is left alone.
    ///
    /// # Errors
    /// As the exchange says.
    pub async fn call<E: Endpoint>(
        &self,
        mailbox: &Address,
        slots: u32,
        exchange: &E,
    ) -> Result<E::Answer, CallError> {
        let door = self.door(mailbox);
        let _slots = enter(&door, slots).await?;
        self.is_open(&door)?;
        let token = self.token().await?;
        let answer = match self.send(exchange, &token).await {
            Err(CallError::SignedOut) => {
                self.tokens.forget(&token).await;
                let token = self.token().await?;
                self.send(exchange, &token).await
            }
            answer => answer,
        };
        self.heed(&door, answer.as_ref().err());
        answer
    }

    /// Makes exchanges of one kind one after the other in one call, which takes one of the mailbox's slots. One that fails
    /// ends it. A mailbox that asks one of them to be left alone is left alone.
    ///
    /// # Errors
    /// As the call says; each exchange has its own answer.
    pub async fn batch<E: Endpoint>(
        &self,
        mailbox: &Address,
        parts: Vec<E>,
    ) -> Result<Vec<Result<E::Answer, CallError>>, CallError> {
        let answers = self.call(mailbox, 1, &Batch { parts }).await?;
        let door = self.door(mailbox);
        for answer in &answers {
            self.heed(&door, answer.as_ref().err());
        }
        Ok(answers)
    }

    /// Closes a door for as long as an answer asks for.
    fn heed(&self, door: &Door, error: Option<&CallError>) {
        if let Some(CallError::Throttled { retry_after_ms } | CallError::Unavailable { retry_after_ms, .. }) =
            error
        {
            self.close(door, *retry_after_ms);
        }
    }

    /// An item by the id the pane gave: translated to the immutable one, then read.
    ///
    /// # Errors
    /// As the failed call says; [`CallError::Gone`] where there is no such item.
    pub async fn item(
        &self,
        mailbox: &Address,
        id: &ItemId,
        format: IdFormat,
    ) -> Result<GraphItem, CallError> {
        let translate = TranslateIds { mailbox: mailbox.clone(), ids: vec![id.clone()], format };
        let translated = self.call(mailbox, 1, &translate).await?;
        let id = translated.into_iter().next().flatten().ok_or(CallError::Gone)?;
        self.call(mailbox, 1, &self.reading(mailbox, id)).await
    }

    /// The exchange that reads an item.
    pub fn reading(&self, mailbox: &Address, id: ItemId) -> ReadItem {
        ReadItem { mailbox: mailbox.clone(), id, addin_id: self.addin_id.clone() }
    }

    fn door(&self, mailbox: &Address) -> Arc<Door> {
        let mut doors = self.doors.lock().unwrap_or_else(PoisonError::into_inner);
        if doors.len() >= MAILBOX_LIMIT {
            doors.retain(|_, door| Arc::strong_count(door) > 1);
        }
        let new = || {
            let slots = Semaphore::new(IN_FLIGHT as usize);
            Arc::new(Door { slots, closed_until_ms: Gate::new(0) })
        };
        Arc::clone(doors.entry(mailbox.clone()).or_insert_with(new))
    }

    fn is_open(&self, door: &Door) -> Result<(), CallError> {
        let until_ms = *door.closed_until_ms.lock().unwrap_or_else(PoisonError::into_inner);
        let left_ms = until_ms - self.clock.now().timestamp_millis();
        match u64::try_from(left_ms) {
            Ok(left_ms) if left_ms > 0 => Err(CallError::Throttled { retry_after_ms: Some(left_ms) }),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    fn close(&self, door: &Door, retry_after_ms: Option<u64>) {
        let wait_ms = retry_after_ms.and_then(|ms| i64::try_from(ms).ok());
        let Some(wait_ms) = wait_ms.filter(|_| !mutant("retry-after-ignored")) else { return };
        let mut until_ms = door.closed_until_ms.lock().unwrap_or_else(PoisonError::into_inner);
        *until_ms = (*until_ms).max(self.clock.now().timestamp_millis().saturating_add(wait_ms));
    }

    async fn token(&self) -> Result<String, CallError> {
        let now_ms = self.clock.now().timestamp_millis();
        let buy = async {
            let reply = self.transport.send(self.credentials.request(&self.authority)).await?;
            let grant = self.credentials.read(&reply)?;
            let lasts_ms = i64::try_from(grant.expires_in_ms).unwrap_or(i64::MAX);
            Ok(Token { text: grant.access_token, until_ms: now_ms.saturating_add(lasts_ms) })
        };
        self.tokens.get(now_ms, buy).await
    }

    async fn send<E: Endpoint>(&self, exchange: &E, token: &str) -> Result<E::Answer, CallError> {
        let mut request = exchange.request(&self.base);
        request.headers.push((header::AUTHORIZATION, format!("Bearer {token}")));
        exchange.read(&self.transport.send(request).await?)
    }
}

/// Waits for slots of a mailbox.
async fn enter(door: &Door, slots: u32) -> Result<SemaphorePermit<'_>, CallError> {
    let closed = |_| CallError::Unavailable { status: 503, retry_after_ms: None };
    door.slots.acquire_many(slots.min(IN_FLIGHT)).await.map_err(closed)
}

impl std::fmt::Debug for Mailroom {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mailroom").field("base", &self.base).finish_non_exhaustive()
    }
}
