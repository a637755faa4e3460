//! The engine's ledger, played by the store for one leased mailbox.

use calbridge_engine::{
    Kept,
    pair::Pair,
    ports::{
        Attempt, Claim, Cursor, DueRecord, Foresight, Given, IdForm, Intended, Journalled, Ledger, LeftOut,
        LookedAt, News, Pass, Request, ShownRecords, Source, Trouble, UnmarkedPair, Window,
    },
    ruling::RuledInvitation,
    series::KeptSeries,
};
use calbridge_rules::{
    autosave::Past,
    event::EventFields,
    holding::Saver,
    id::{Address, ItemId, RecordId},
    objects::RecordItem,
    status::Issue,
};
use calbridge_wire::service::IdFormat;
use chrono::{DateTime, Utc};

use crate::store::{self, Lease, Part, Present, Store, StoreError};

/// What the service remembers of one mailbox, while its lease lasts.
#[derive(Clone, Copy, Debug)]
pub struct Remembered<'a> {
    /// The store.
    pub store: &'a Store,
    /// The lease.
    pub lease: &'a Lease,
    /// Whether the calendar is read as if it never was: for a preview, which writes nothing.
    pub reads_afresh: bool,
    /// What there is of the mailbox at all.
    pub present: Present,
}

impl Ledger for Remembered<'_> {
    async fn waiting(&self, limit: usize) -> Result<Vec<Request>, Trouble> {
        if !self.present.has(Part::Requests) {
            return Ok(Vec::new());
        }
        let saves = self.store.waiting_saves(&self.lease.mailbox, count(limit)).await.map_err(trouble)?;
        Ok(saves.into_iter().map(request).collect())
    }

    async fn cursor(&self) -> Result<Option<Cursor>, Trouble> {
        if self.reads_afresh {
            return Ok(None);
        }
        self.store.cursor(&self.lease.mailbox).await.map_err(trouble)
    }

    async fn unfinished(&self, now: DateTime<Utc>, limit: usize) -> Result<Vec<ItemId>, Trouble> {
        if !self.present.has(Part::Unfinished) {
            return Ok(Vec::new());
        }
        let now_ms = now.timestamp_millis();
        self.store.unfinished(&self.lease.mailbox, now_ms, count(limit)).await.map_err(trouble)
    }

    async fn news(&self, now: DateTime<Utc>, limit: usize) -> Result<Vec<News>, Trouble> {
        if !self.present.has(Part::News) {
            return Ok(Vec::new());
        }
        let now_ms = now.timestamp_millis();
        self.store.news(&self.lease.mailbox, now_ms, count(limit)).await.map_err(trouble)
    }

    async fn pairs(&self, items: &[ItemId]) -> Result<Vec<Pair>, Trouble> {
        self.store.pairs_of_items(&self.lease.mailbox, items).await.map_err(trouble)
    }

    async fn pairs_of(&self, events: &[RecordId]) -> Result<Vec<Pair>, Trouble> {
        self.store.pairs_of_events(&self.lease.mailbox, events).await.map_err(trouble)
    }

    async fn series(&self, masters: &[ItemId]) -> Result<Vec<(ItemId, KeptSeries)>, Trouble> {
        if !self.present.has(Part::Series) {
            return Ok(Vec::new());
        }
        self.store.series(&self.lease.mailbox, masters).await.map_err(trouble)
    }

    async fn series_of(&self, events: &[RecordId]) -> Result<Vec<(RecordId, ItemId)>, Trouble> {
        self.store.series_of_events(&self.lease.mailbox, events).await.map_err(trouble)
    }

    async fn taken_away(&self, events: &[RecordId]) -> Result<Vec<(RecordId, EventFields)>, Trouble> {
        self.store.taken_away(&self.lease.mailbox, events).await.map_err(trouble)
    }

    async fn pairs_within(&self, window: Window) -> Result<Vec<Pair>, Trouble> {
        self.store.pairs_within(&self.lease.mailbox, window).await.map_err(trouble)
    }

    async fn shown(&self, items: &[ItemId]) -> Result<Vec<(ItemId, RecordItem)>, Trouble> {
        if !self.present.has(Part::Shown) {
            return Ok(Vec::new());
        }
        self.store.shown(&self.lease.mailbox, items).await.map_err(trouble)
    }

    async fn shown_within(&self, window: Window) -> Result<Vec<ItemId>, Trouble> {
        if !self.present.has(Part::Shown) {
            return Ok(Vec::new());
        }
        self.store.shown_within(&self.lease.mailbox, window).await.map_err(trouble)
    }

    async fn related(&self, items: &[ItemId]) -> Result<Vec<(ItemId, Kept)>, Trouble> {
        self.store.related(&self.lease.mailbox, items).await.map_err(trouble)
    }

    async fn left_out(&self, items: &[ItemId]) -> Result<Vec<(ItemId, Vec<LeftOut>)>, Trouble> {
        if !self.present.has(Part::LeftOut) {
            return Ok(Vec::new());
        }
        self.store.left_out(&self.lease.mailbox, items).await.map_err(trouble)
    }

    async fn ruled_invitations(&self, events: &[RecordId]) -> Result<Vec<RuledInvitation>, Trouble> {
        self.store.ruled_invitations(&self.lease.mailbox, events).await.map_err(trouble)
    }

    async fn count_pairs(&self) -> Result<usize, Trouble> {
        let count = self.store.count_pairs(&self.lease.mailbox).await.map_err(trouble)?;
        Ok(usize::try_from(count).unwrap_or(usize::MAX))
    }

    async fn other_savers(&self, events: &[RecordId]) -> Result<Vec<(RecordId, Saver)>, Trouble> {
        let savers = self.store.savers(events).await.map_err(trouble)?;
        let others = savers.into_iter().filter(|(_, mailbox, _)| *mailbox != self.lease.mailbox);
        Ok(others.map(|(event, _, saver)| (event, saver)).collect())
    }

    async fn let_go(&self, items: &[ItemId]) -> Result<Vec<(ItemId, Past)>, Trouble> {
        if !self.present.has(Part::LetGo) {
            return Ok(Vec::new());
        }
        self.store.let_go(&self.lease.mailbox, items).await.map_err(trouble)
    }

    async fn unmarked(&self, limit: usize) -> Result<Vec<UnmarkedPair>, Trouble> {
        if !self.present.has(Part::Unmarked) {
            return Ok(Vec::new());
        }
        let pairs = self.store.unmarked(&self.lease.mailbox, count(limit)).await.map_err(trouble)?;
        let mut unmarked = Vec::with_capacity(pairs.len());
        for pair in pairs {
            let issue = self.store.issue(&self.lease.mailbox, &pair.item).await.map_err(trouble)?;
            unmarked.push(UnmarkedPair { item: pair.item, event: pair.event, issue });
        }
        Ok(unmarked)
    }

    async fn is_synced(&self, address: &Address) -> Result<bool, Trouble> {
        self.store.is_synced(address).await.map_err(trouble)
    }

    async fn intended(&self) -> Result<Vec<Intended>, Trouble> {
        if !self.present.has(Part::Intended) {
            return Ok(Vec::new());
        }
        self.store.intended(&self.lease.mailbox).await.map_err(trouble)
    }

    async fn resting(&self, attempts: &[Attempt], now: DateTime<Utc>) -> Result<Vec<Option<Issue>>, Trouble> {
        if !self.present.has(Part::Refused) {
            return Ok(vec![None; attempts.len()]);
        }
        let now_ms = now.timestamp_millis();
        self.store.resting(&self.lease.mailbox, attempts, now_ms).await.map_err(trouble)
    }

    async fn foresee(&self, foresight: &Foresight, now: DateTime<Utc>) -> Result<Vec<bool>, Trouble> {
        self.store.foresee(self.lease, foresight, now.timestamp_millis()).await.map_err(trouble)
    }

    async fn claim(&self, claims: &[Claim], now: DateTime<Utc>) -> Result<Vec<bool>, Trouble> {
        self.store.claim_making(self.lease, claims, now.timestamp_millis()).await.map_err(trouble)
    }

    async fn unclaim(
        &self,
        ended: &[(Claim, Option<Journalled>)],
        now: DateTime<Utc>,
    ) -> Result<(), Trouble> {
        self.store.end_making(self.lease, ended, now.timestamp_millis()).await.map_err(trouble)
    }

    async fn record(&self, pass: &Pass, now: DateTime<Utc>) -> Result<(), Trouble> {
        self.store.record(self.lease, pass, now.timestamp_millis()).await.map_err(trouble)
    }

    async fn marked(&self, pairs: &[ItemId], others: &[ItemId]) -> Result<(), Trouble> {
        self.store.marked(self.lease, pairs, others).await.map_err(trouble)
    }
}

impl ShownRecords for Remembered<'_> {
    async fn due(&self, now: DateTime<Utc>, limit: usize) -> Result<Vec<DueRecord>, Trouble> {
        if !self.present.has(Part::Shown) {
            return Ok(Vec::new());
        }
        let now_ms = now.timestamp_millis();
        self.store.due_records(&self.lease.mailbox, now_ms, count(limit)).await.map_err(trouble)
    }

    async fn standing(&self) -> Result<usize, Trouble> {
        if !self.present.has(Part::Shown) {
            return Ok(0);
        }
        let count = self.store.count_shown(&self.lease.mailbox).await.map_err(trouble)?;
        Ok(usize::try_from(count).unwrap_or(usize::MAX))
    }

    async fn keep(&self, looked: &[LookedAt], now: DateTime<Utc>) -> Result<(), Trouble> {
        self.store.keep_shown(self.lease, looked, now.timestamp_millis()).await.map_err(trouble)
    }
}

fn count(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

fn request(save: store::WaitingSave) -> Request {
    let form = match (save.source, save.id_format) {
        // Sync itself found it, under the id it keeps.
        (store::Source::Category | store::Source::Place | store::Source::Autosave, _) => IdForm::Immutable,
        (store::Source::Pane, IdFormat::Ews) => IdForm::Ews,
        (store::Source::Pane, IdFormat::Rest) => IdForm::Rest,
    };
    let given = save.given_id;
    let source = match save.source {
        store::Source::Category => Source::Category,
        store::Source::Place => Source::Place,
        store::Source::Pane => Source::Pane,
        store::Source::Autosave => Source::Autosave,
    };
    let item = save.item.map_or_else(|| Given { id: given.clone(), form }, Given::immutable);
    Request {
        given,
        item,
        meeting: save.meeting,
        source,
        action: save.action,
        choice: save.choice,
        revision: save.revision,
    }
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
