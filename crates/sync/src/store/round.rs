//! What a session leaves behind: intents before it creates, outcomes after, each in one fenced transaction.

use calbridge_engine::{Entry, Outcome, report::Saved};
use calbridge_rules::{
    event::EventFields,
    id::{Address, ItemId},
    identity::SyncKey,
    status::Issue,
};
use calbridge_wire::service::IdFormat;
use sqlx::{Any, AssertSqlSafe, Row, Transaction};

use super::{
    Lease, Pair, Source, Store, StoreError,
    pairs::{item_id, pair},
    saves::{NewRequest, put_request, settle_request},
    work::fenced,
};

/// How long an intent keeps other mailboxes from creating the same Event, in milliseconds.
const INTENT_MS: i64 = 10 * 60_000;
/// Items of one question at most.
const QUESTION_LIMIT: usize = 100;

impl Store {
    /// Notes the intent to create Events under these keys; `false` where another mailbox is about to (DUP-4).
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when somebody else has the mailbox by now.
    pub async fn intend(
        &self,
        lease: &Lease,
        keys: &[SyncKey],
        now_ms: i64,
    ) -> Result<Vec<bool>, StoreError> {
        let mut transaction = self.begin().await?;
        fenced(&mut transaction, lease).await?;
        let mut granted = vec![false; keys.len()];
        // In one order for everybody: two mailboxes that intend the same keys would wait for each other.
        let mut ordered: Vec<(usize, &SyncKey)> = keys.iter().enumerate().collect();
        ordered.sort_by_key(|(_, key)| key.as_str());
        for (place, key) in ordered {
            let taken = sqlx::query(
                "INSERT INTO creating (sync_key, mailbox, until_at) VALUES ($1, $2, $3)
                 ON CONFLICT (sync_key) DO UPDATE SET mailbox = $2, until_at = $3
                 WHERE creating.mailbox = $2 OR creating.until_at <= $4",
            )
            .bind(key.as_str())
            .bind(lease.mailbox.as_str())
            .bind(now_ms + INTENT_MS)
            .bind(now_ms)
            .execute(&mut *transaction)
            .await?;
            granted[place] = taken.rows_affected() == 1;
        }
        transaction.commit().await?;
        Ok(granted)
    }

    /// Keeps what became of the items of a session, all or nothing.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when somebody else has the mailbox by now.
    pub async fn record(&self, lease: &Lease, entries: &[Entry], now_ms: i64) -> Result<(), StoreError> {
        if entries.is_empty() {
            return Ok(());
        }
        let mut transaction = self.begin().await?;
        fenced(&mut transaction, lease).await?;
        for entry in entries {
            record_one(&mut transaction, lease, entry, now_ms).await?;
        }
        fulfil_intents(&mut transaction, lease, entries).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Notes that items carry their marks.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when somebody else has the mailbox by now.
    pub async fn marked(&self, lease: &Lease, items: &[ItemId]) -> Result<(), StoreError> {
        if items.is_empty() {
            return Ok(());
        }
        let mut transaction = self.begin().await?;
        fenced(&mut transaction, lease).await?;
        for item in items {
            sqlx::query("UPDATE pairs SET marked = 1 WHERE mailbox = $1 AND item = $2")
                .bind(lease.mailbox.as_str())
                .bind(item.as_str())
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Which of these items have a pair.
    ///
    /// # Errors
    /// The database refused.
    pub async fn paired(&self, mailbox: &Address, items: &[ItemId]) -> Result<Vec<ItemId>, StoreError> {
        let mut paired = Vec::new();
        for chunk in items.chunks(QUESTION_LIMIT) {
            let places: Vec<String> = (2..=chunk.len() + 1).map(|place| format!("${place}")).collect();
            let sql =
                format!("SELECT item FROM pairs WHERE mailbox = $1 AND item IN ({})", places.join(", "));
            // Nothing but the number of placeholders varies.
            let mut query = sqlx::query(AssertSqlSafe(sql)).bind(mailbox.as_str());
            for item in chunk {
                query = query.bind(item.as_str());
            }
            for row in query.fetch_all(&self.readers).await? {
                paired.push(item_id(&row.try_get::<String, _>(0)?)?);
            }
        }
        Ok(paired)
    }

    /// Pairs whose item lacks its marks.
    ///
    /// # Errors
    /// The database refused.
    pub async fn unmarked(&self, mailbox: &Address, limit: i64) -> Result<Vec<Pair>, StoreError> {
        let rows = sqlx::query(
            "SELECT item, sync_key, event, marked FROM pairs WHERE mailbox = $1 AND marked = 0
             ORDER BY updated_at, item LIMIT $2",
        )
        .bind(mailbox.as_str())
        .bind(limit)
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(pair).collect()
    }
}

async fn record_one(
    transaction: &mut Transaction<'static, Any>,
    lease: &Lease,
    entry: &Entry,
    now_ms: i64,
) -> Result<(), StoreError> {
    learn_ids(transaction, &lease.mailbox, entry).await?;
    match &entry.outcome {
        Outcome::Saved(saved) => {
            put_pair(transaction, lease, &entry.item, saved, now_ms).await?;
            settle(transaction, &lease.mailbox, entry, now_ms).await?;
            put_issue(transaction, &lease.mailbox, &entry.item, saved.issue.as_ref(), now_ms).await
        }
        Outcome::Refused(issue) | Outcome::Waiting(issue) => {
            keep_request(transaction, &lease.mailbox, entry, now_ms).await?;
            put_issue(transaction, &lease.mailbox, &entry.item, Some(issue), now_ms).await
        }
        Outcome::Lost(issue) => {
            settle(transaction, &lease.mailbox, entry, now_ms).await?;
            put_issue(transaction, &lease.mailbox, &entry.item, Some(issue), now_ms).await
        }
        Outcome::Withdrawn => {
            settle(transaction, &lease.mailbox, entry, now_ms).await?;
            put_issue(transaction, &lease.mailbox, &entry.item, None, now_ms).await
        }
        Outcome::Deferred => keep_request(transaction, &lease.mailbox, entry, now_ms).await,
    }
}

/// What was intended is done: others may look for the pair now. In the order of [`Store::intend`].
async fn fulfil_intents(
    transaction: &mut Transaction<'static, Any>,
    lease: &Lease,
    entries: &[Entry],
) -> Result<(), StoreError> {
    let mut keys: Vec<&str> = entries.iter().filter_map(|entry| saved_key(&entry.outcome)).collect();
    keys.sort_unstable();
    for key in keys {
        sqlx::query("DELETE FROM creating WHERE sync_key = $1 AND mailbox = $2")
            .bind(key)
            .bind(lease.mailbox.as_str())
            .execute(&mut **transaction)
            .await?;
    }
    Ok(())
}

fn saved_key(outcome: &Outcome) -> Option<&str> {
    match outcome {
        Outcome::Saved(saved) => Some(saved.key.as_str()),
        Outcome::Refused(_)
        | Outcome::Waiting(_)
        | Outcome::Lost(_)
        | Outcome::Withdrawn
        | Outcome::Deferred => None,
    }
}

/// The ids the item was given by stand for it from now on.
async fn learn_ids(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    entry: &Entry,
) -> Result<(), StoreError> {
    for ticket in entry.tickets.iter().filter(|ticket| ticket.given != entry.item) {
        sqlx::query(
            "INSERT INTO item_ids (mailbox, given_id, item) VALUES ($1, $2, $3)
             ON CONFLICT (mailbox, given_id) DO UPDATE SET item = $3",
        )
        .bind(mailbox.as_str())
        .bind(ticket.given.as_str())
        .bind(entry.item.as_str())
        .execute(&mut **transaction)
        .await?;
    }
    Ok(())
}

async fn settle(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    entry: &Entry,
    now_ms: i64,
) -> Result<(), StoreError> {
    for ticket in &entry.tickets {
        settle_request(transaction, mailbox, &ticket.given, ticket.revision, now_ms).await?;
    }
    Ok(())
}

/// A request that was just found by its category is put down, so that it is asked again.
async fn keep_request(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    entry: &Entry,
    now_ms: i64,
) -> Result<(), StoreError> {
    if !entry.tickets.is_empty() {
        return Ok(());
    }
    let request = NewRequest {
        given_id: &entry.item,
        id_format: IdFormat::Rest,
        source: Source::Category,
        choice: &entry.choice,
        expected_at_ms: now_ms,
    };
    put_request(transaction, mailbox, &request, now_ms).await
}

async fn put_pair(
    transaction: &mut Transaction<'static, Any>,
    lease: &Lease,
    item: &ItemId,
    saved: &Saved,
    now_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO pairs (mailbox, item, sync_key, event, base, marked, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, 0, $6, $6)
         ON CONFLICT (mailbox, item) DO UPDATE SET sync_key = $3, event = $4, base = $5, marked = 0, updated_at = $6",
    )
    .bind(lease.mailbox.as_str())
    .bind(item.as_str())
    .bind(saved.key.as_str())
    .bind(saved.event.as_str())
    .bind(fields_text(&saved.base)?)
    .bind(now_ms)
    .execute(&mut **transaction)
    .await?;
    if !saved.before.is_empty() {
        journal(transaction, lease, saved, now_ms).await?;
    }
    Ok(())
}

/// UNS-2: what an update overwrote.
async fn journal(
    transaction: &mut Transaction<'static, Any>,
    lease: &Lease,
    saved: &Saved,
    now_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO journal (mailbox, event, fence, written_at, before_values, after_values)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (mailbox, event, fence) DO NOTHING",
    )
    .bind(lease.mailbox.as_str())
    .bind(saved.event.as_str())
    .bind(lease.fence)
    .bind(now_ms)
    .bind(fields_text(&saved.before)?)
    .bind(fields_text(&saved.written)?)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// An item has the issue it has now: older ones are settled, and a lasting one keeps when it was first seen.
async fn put_issue(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    item: &ItemId,
    issue: Option<&Issue>,
    now_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM issues WHERE mailbox = $1 AND item = $2 AND code <> $3")
        .bind(mailbox.as_str())
        .bind(item.as_str())
        .bind(issue.map_or("", |issue| issue.code.as_str()))
        .execute(&mut **transaction)
        .await?;
    let Some(issue) = issue else { return Ok(()) };
    let text = serde_json::to_string(issue).map_err(|bad| StoreError::Unreadable(bad.to_string()))?;
    sqlx::query(
        "INSERT INTO issues (mailbox, item, code, issue, first_seen, last_seen) VALUES ($1, $2, $3, $4, $5, $5)
         ON CONFLICT (mailbox, item, code) DO UPDATE SET issue = $4, last_seen = $5",
    )
    .bind(mailbox.as_str())
    .bind(item.as_str())
    .bind(&issue.code)
    .bind(text)
    .bind(now_ms)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

fn fields_text(fields: &EventFields) -> Result<String, StoreError> {
    serde_json::to_string(fields).map_err(|bad| StoreError::Unreadable(bad.to_string()))
}
