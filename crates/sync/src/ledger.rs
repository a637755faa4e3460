//! The engine's ledger, played by the store for one leased mailbox.

use calbridge_engine::{
    Entry,
    ports::{Given, IdForm, Ledger, Request, Source, Trouble, UnmarkedPair},
};
use calbridge_rules::{
    id::{Address, ItemId},
    identity::SyncKey,
};
use calbridge_wire::service::IdFormat;
use chrono::{DateTime, Utc};

use crate::store::{self, Lease, Store, StoreError};

/// What the service remembers of one mailbox, while its lease lasts.
#[derive(Clone, Copy, Debug)]
pub struct Remembered<'a> {
    /// The store.
    pub store: &'a Store,
    /// The lease.
    pub lease: &'a Lease,
}

impl Ledger for Remembered<'_> {
    async fn waiting(&self, limit: usize) -> Result<Vec<Request>, Trouble> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let saves = self.store.waiting_saves(&self.lease.mailbox, limit).await.map_err(trouble)?;
        Ok(saves.into_iter().map(request).collect())
    }

    async fn paired(&self, items: &[ItemId]) -> Result<Vec<ItemId>, Trouble> {
        self.store.paired(&self.lease.mailbox, items).await.map_err(trouble)
    }

    async fn unmarked(&self, limit: usize) -> Result<Vec<UnmarkedPair>, Trouble> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let pairs = self.store.unmarked(&self.lease.mailbox, limit).await.map_err(trouble)?;
        Ok(pairs.into_iter().map(|pair| UnmarkedPair { item: pair.item, event: pair.event }).collect())
    }

    async fn is_synced(&self, address: &Address) -> Result<bool, Trouble> {
        self.store.is_synced(address).await.map_err(trouble)
    }

    async fn intend(&self, keys: &[SyncKey], now: DateTime<Utc>) -> Result<Vec<bool>, Trouble> {
        self.store.intend(self.lease, keys, now.timestamp_millis()).await.map_err(trouble)
    }

    async fn record(&self, entries: &[Entry], now: DateTime<Utc>) -> Result<(), Trouble> {
        self.store.record(self.lease, entries, now.timestamp_millis()).await.map_err(trouble)
    }

    async fn marked(&self, items: &[ItemId]) -> Result<(), Trouble> {
        self.store.marked(self.lease, items).await.map_err(trouble)
    }
}

fn request(save: store::WaitingSave) -> Request {
    let form = match (save.source, save.id_format) {
        // Sync itself found it, under the id it keeps.
        (store::Source::Category, _) => IdForm::Immutable,
        (store::Source::Pane, IdFormat::Ews) => IdForm::Ews,
        (store::Source::Pane, IdFormat::Rest) => IdForm::Rest,
    };
    let source = match save.source {
        store::Source::Category => Source::Category,
        store::Source::Pane => Source::Pane,
    };
    Request { item: Given { id: save.given_id, form }, source, choice: save.choice, revision: save.revision }
}

#[expect(clippy::needless_pass_by_value, reason = "it ends here")]
fn trouble(error: StoreError) -> Trouble {
    match error {
        StoreError::Fenced => Trouble::Fenced,
        StoreError::Busy(_)
        | StoreError::Full(_)
        | StoreError::ReadOnly(_)
        | StoreError::Database(_)
        | StoreError::Migration(_)
        | StoreError::Unreadable(_) => {
            tracing::error!(%error, "the store failed");
            Trouble::Later { retry_after_ms: None }
        }
    }
}
