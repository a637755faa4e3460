//! Watches the org for changed Events, once for all mailboxes: one query each half minute, whoever of the workers comes first,
//! so that what changed is in Outlook within a minute (DWN-1). A change that is our own write coming back is no news.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use calbridge_engine::{pair::Pair, series::is_news};
use calbridge_rules::{
    event::{EventField, FieldValue},
    id::{Address, ItemId, RecordId},
    merge,
};
use calbridge_wire::{CallError, salesforce::event::ChangedEvent};
use chrono::TimeDelta;
use sha2::{Digest, Sha256};

use crate::{
    app::App,
    clock::instant,
    crm::keyed,
    mutant::mutant,
    records,
    store::{StoreError, Told},
};

/// Between two looks, in milliseconds.
const TICK_MS: i64 = 30_000;
/// How long a look may take before somebody else looks, in milliseconds.
const LEASE_MS: i64 = 120_000;
/// How far a look goes back behind the last change that was seen, in seconds: changes that were committed late carry earlier
/// stamps.
pub(crate) const OVERLAP_S: i64 = 120;
/// How long until the store is asked again after it failed.
const PAUSE: Duration = Duration::from_secs(10);

/// Why nobody was told.
#[derive(Debug, thiserror::Error)]
pub enum NotWatched {
    /// The org did not say what changed.
    #[error(transparent)]
    Org(#[from] CallError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Watches for ever.
pub(crate) async fn run(app: Arc<App>, name: String) {
    loop {
        if let Err(error) = look(&app, &name).await {
            tracing::warn!(%error, "the org cannot be watched, which is tried again");
        }
        if let Err(error) = records::look(&app, &name).await {
            tracing::warn!(%error, "records cannot be watched, which is tried again");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Looks once, where a look is due and nobody else looks; answers how many mailboxes were told something.
///
/// # Errors
/// Nobody was told; the next look begins where this one did.
pub async fn look(app: &App, owner: &str) -> Result<usize, NotWatched> {
    let now_ms = app.now_ms();
    let Some(watch) = app.store.claim_watch(owner, now_ms, LEASE_MS).await? else { return Ok(0) };
    let begins_ms = if mutant("first-look-now") { now_ms } else { watch.seen_to_ms };
    let changes = app.org.changes(instant(begins_ms) - TimeDelta::seconds(OVERLAP_S)).await?;
    let stamps = changes.iter().map(|change| change.found.event.system_modstamp.timestamp_millis());
    let seen_to_ms = stamps.max().unwrap_or(0).max(watch.seen_to_ms);
    records::hear(app, &watch, &changes).await?;
    let news = news(app, changes).await?;
    let told = news.len();
    app.store.tell_news(&watch, &news, seen_to_ms, now_ms + TICK_MS, now_ms).await?;
    if told > 0 {
        app.due.notify_waiters();
    }
    app.org.look_for_key_field().await?;
    Ok(told)
}

/// Whom the changes concern: mailboxes whose item has the Event, or where its invitation waits, and the owner of one that
/// somebody made in Salesforce.
async fn news(app: &App, changes: Vec<ChangedEvent>) -> Result<Vec<Told>, NotWatched> {
    let ids: Vec<RecordId> = changes.iter().map(|change| change.found.event.id.clone()).collect();
    let mut savers: BTreeMap<RecordId, Vec<Address>> = BTreeMap::new();
    for (event, mailbox, _) in app.store.savers(&ids).await? {
        savers.entry(event).or_default().push(mailbox);
    }
    let mut series: BTreeMap<RecordId, Vec<(Address, ItemId)>> = BTreeMap::new();
    for (event, mailbox, master) in app.store.holders_of_events(&ids).await? {
        series.entry(event).or_default().push((mailbox, master));
    }
    let mut news = Vec::new();
    for change in changes {
        let event = change.found.event.id.clone();
        let stamp_ms = change.found.event.system_modstamp.timestamp_millis();
        let says = says(&change)?;
        let told = |mailbox: &Address| Told {
            mailbox: mailbox.clone(),
            event: event.clone(),
            stamp_ms,
            says: says.clone(),
        };
        if let Some(holders) = series.get(&event) {
            for (mailbox, master) in holders {
                if concerns_series(app, mailbox, master, &change).await? {
                    news.push(told(mailbox));
                }
            }
            continue;
        }
        let Some(mailboxes) = savers.get(&event) else {
            let mut concerned = app.store.inviting(&event).await?;
            concerned.extend(owner_of_new(app, &change).await?);
            concerned.sort_unstable();
            concerned.dedup();
            news.extend(concerned.iter().map(told));
            continue;
        };
        for mailbox in mailboxes {
            let pairs = app.store.pairs_of_events(mailbox, std::slice::from_ref(&event)).await?;
            if pairs.iter().any(|pair| concerns(pair, &change)) {
                news.push(told(mailbox));
            }
        }
    }
    Ok(news)
}

/// A hash of what a changed Event says.
fn says(change: &ChangedEvent) -> Result<String, StoreError> {
    let said = (change.is_deleted, &change.found.event.fields);
    let text = serde_json::to_vec(&said).map_err(|bad| StoreError::Unreadable(bad.to_string()))?;
    Ok(STANDARD_NO_PAD.encode(Sha256::digest(&text)))
}

/// Whether a change of an Event is one that its pair does not know of.
fn concerns(pair: &Pair, change: &ChangedEvent) -> bool {
    change.is_deleted || merge::is_news(&pair.agreed, &keyed(change.found.clone()).event.fields)
}

/// Whether a change of a part of a series is one that nobody knows of.
async fn concerns_series(
    app: &App,
    mailbox: &Address,
    master: &ItemId,
    change: &ChangedEvent,
) -> Result<bool, NotWatched> {
    let masters = std::slice::from_ref(master);
    let kept = app.store.series(mailbox, masters).await?;
    let pairs = app.store.pairs_of_items(mailbox, masters).await?;
    let ([(_, kept)], [pair]) = (kept.as_slice(), pairs.as_slice()) else { return Ok(true) };
    let fields = &keyed(change.found.clone()).event.fields;
    Ok(change.is_deleted || is_news(kept, &pair.agreed, &change.found.event.id, fields))
}

/// The mailbox that an Event made by a synced user goes to (DWN-1). One whose sync stands still hears of it when it goes on.
async fn owner_of_new(app: &App, change: &ChangedEvent) -> Result<Option<Address>, NotWatched> {
    if change.is_deleted || !change.found.key.is_empty() {
        return Ok(None);
    }
    let Some(FieldValue::Record(owner)) = change.found.event.fields.get(&EventField::Owner) else {
        return Ok(None);
    };
    if app.store.mailbox_of(&change.found.created_by).await?.is_none() {
        return Ok(None);
    }
    let mailbox = app.store.mailbox_of(owner).await?;
    Ok(mailbox.filter(|mailbox| mailbox.sync.is_synced()).map(|mailbox| mailbox.address))
}
