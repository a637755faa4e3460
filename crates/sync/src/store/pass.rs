//! What a session leaves behind: what it is about to write before it writes, everything else after, each in one fenced
//! transaction.

use std::collections::{BTreeMap, BTreeSet};

use calbridge_engine::{
    Entry, Outcome,
    observe::Ticket,
    ports::{self, Action, Foresight, Pass},
};
use calbridge_rules::{
    autosave::Past,
    id::{Address, ItemId},
    identity::SyncKey,
    status::Issue,
};
use calbridge_wire::service::IdFormat;
use sqlx::{Any, AssertSqlSafe, Row, Transaction};

use super::{
    Lease, Pair, Source, Store, StoreError, clashes, intended, invitations, journal, left, left_out, news,
    over, paired,
    pairs::pair,
    refused, related,
    rows::{at_most, portions, rows},
    saves::{NewRequest, put_request, settle_request},
    series, shown, told, verdicts,
    work::fenced,
};
use crate::mutant::mutant;

/// How long an intent keeps other mailboxes from creating the same Event, in milliseconds.
const INTENT_MS: i64 = 10 * 60_000;

impl Store {
    /// Keeps what is about to be written: before-values of every overwrite and deletion (UNS-2), values that are about to lose
    /// (DWN-5), and which Events are about to be created, with what. Answers, for each create, `false` where another mailbox is about to (DUP-4).
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when somebody else has the mailbox by now.
    pub async fn foresee(
        &self,
        lease: &Lease,
        foresight: &Foresight,
        now_ms: i64,
    ) -> Result<Vec<bool>, StoreError> {
        self.before("foresee", Some(lease)).await?;
        let mut transaction = self.begin().await?;
        fenced(&mut transaction, lease).await?;
        let granted = intend(&mut transaction, lease, &foresight.creates, now_ms).await?;
        let own: BTreeSet<&SyncKey> = foresight
            .creates
            .iter()
            .zip(&granted)
            .filter_map(|(key, is_ours)| is_ours.then_some(key))
            .collect();
        let due = foresight.intended.iter().filter(|one| own.contains(&one.key));
        intended::put(&mut transaction, &lease.mailbox, due, now_ms).await?;
        if !mutant("overwrite-unjournalled") {
            journal::journal(&mut transaction, lease, foresight, now_ms).await?;
        }
        for foreseen in &foresight.clashes {
            clashes::foresee(&mut transaction, &lease.mailbox, foreseen, now_ms).await?;
        }
        transaction.commit().await?;
        self.after("foresee", Some(lease)).await?;
        Ok(granted)
    }

    /// Keeps everything that a session leaves behind, all or nothing.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when somebody else has the mailbox by now.
    pub async fn record(&self, lease: &Lease, pass: &Pass, now_ms: i64) -> Result<(), StoreError> {
        self.before("record", Some(lease)).await?;
        let mut transaction = self.begin().await?;
        fenced(&mut transaction, lease).await?;
        over::forget(&mut transaction, lease, pass, now_ms).await?;
        learn_ids(&mut transaction, &lease.mailbox, &pass.entries).await?;
        verdicts::put(&mut transaction, &lease.mailbox, &pass.entries, now_ms).await?;
        paired::put(&mut transaction, &lease.mailbox, pass, now_ms).await?;
        refused::put(&mut transaction, &lease.mailbox, &pass.refused, now_ms).await?;
        for entry in &pass.entries {
            record_one(&mut transaction, lease, entry, now_ms).await?;
        }
        for (item, meeting) in &pass.meetings {
            learn_meeting(&mut transaction, &lease.mailbox, item, meeting).await?;
        }
        related::put(&mut transaction, &lease.mailbox, &pass.related).await?;
        left_out::put(&mut transaction, &lease.mailbox, &pass.left_out).await?;
        over::look_again(&mut transaction, &lease.mailbox, &pass.entries, now_ms).await?;
        for item in &pass.unmarked {
            left::unfinished(&mut transaction, &lease.mailbox, item, now_ms).await?;
        }
        for (item, kept) in &pass.series {
            series::put(&mut transaction, &lease.mailbox, item, kept, now_ms).await?;
        }
        if let Some(cursor) = &pass.cursor {
            left::put_cursor(&mut transaction, &lease.mailbox, cursor, now_ms).await?;
        }
        invitations::put(&mut transaction, &lease.mailbox, pass, now_ms).await?;
        for news in &pass.heard {
            news::heard(&mut transaction, &lease.mailbox, news).await?;
        }
        shown::touched(&mut transaction, &lease.mailbox, &pass.touched, now_ms).await?;
        told::forget_gone(&mut transaction, &lease.mailbox, &pass.gone, now_ms).await?;
        for (event, at) in &pass.later {
            told::again(&mut transaction, &lease.mailbox, event, at.timestamp_millis()).await?;
        }
        told::put_round(&mut transaction, &lease.mailbox, pass.round, now_ms).await?;
        for issue in &pass.told {
            told::put(&mut transaction, &lease.mailbox, issue, now_ms).await?;
        }
        transaction.commit().await?;
        self.after("record", Some(lease)).await
    }

    /// Notes that items carry their marks: those of pairs, and others, which are finished by it.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when somebody else has the mailbox by now.
    pub async fn marked(&self, lease: &Lease, pairs: &[ItemId], others: &[ItemId]) -> Result<(), StoreError> {
        if pairs.is_empty() && others.is_empty() {
            return Ok(());
        }
        self.before("marked", Some(lease)).await?;
        let mut transaction = self.begin().await?;
        fenced(&mut transaction, lease).await?;
        over::marked(&mut transaction, &lease.mailbox, pairs, others).await?;
        transaction.commit().await?;
        self.after("marked", Some(lease)).await
    }

    /// Keeps the issue of an item that no session can look at.
    ///
    /// # Errors
    /// The database refused.
    pub async fn tell(
        &self,
        mailbox: &Address,
        item: &ItemId,
        issue: &Issue,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        put_issue(&mut transaction, mailbox, item, issue, now_ms).await?;
        Ok(transaction.commit().await?)
    }

    /// Pairs whose item lacks its marks.
    ///
    /// # Errors
    /// The database refused.
    pub async fn unmarked(&self, mailbox: &Address, limit: i64) -> Result<Vec<Pair>, StoreError> {
        let sql = format!(
            "SELECT pairs.item, sync_key, event, since_at FROM unmarked
             JOIN pairs ON pairs.mailbox = unmarked.mailbox AND pairs.item = unmarked.item
             WHERE unmarked.mailbox = $1 ORDER BY since_at, pairs.item {}",
            at_most(limit)
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(mailbox.as_str())
            .fetch_all(&mut *self.reader().await?)
            .await?;
        rows.iter().map(pair).collect()
    }
}

/// Keeps that Events are about to be created; answers, for each, whether it is this mailbox's to do.
async fn intend(
    transaction: &mut Transaction<'static, Any>,
    lease: &Lease,
    keys: &[SyncKey],
    now_ms: i64,
) -> Result<Vec<bool>, StoreError> {
    // In one order for everybody: two mailboxes that intend the same keys would wait for each other.
    let ordered: BTreeSet<&str> = keys.iter().map(SyncKey::as_str).collect();
    let ordered: Vec<&str> = ordered.into_iter().collect();
    let mut granted: BTreeSet<String> = BTreeSet::new();
    for portion in portions(&ordered) {
        let now = portion.len() + 3;
        let sql = format!(
            "INSERT INTO creating (mailbox, until_at, sync_key) VALUES {}
             ON CONFLICT (sync_key) DO UPDATE SET mailbox = excluded.mailbox, until_at = excluded.until_at
             WHERE creating.mailbox = excluded.mailbox OR creating.until_at <= ${now} RETURNING sync_key",
            rows(portion.len(), 2, 1)
        );
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(lease.mailbox.as_str()).bind(now_ms + INTENT_MS);
        for key in portion {
            query = query.bind(*key);
        }
        for row in query.bind(now_ms).fetch_all(&mut **transaction).await? {
            granted.insert(row.try_get(0)?);
        }
    }
    Ok(keys.iter().map(|key| granted.contains(key.as_str())).collect())
}

async fn record_one(
    transaction: &mut Transaction<'static, Any>,
    lease: &Lease,
    entry: &Entry,
    now_ms: i64,
) -> Result<(), StoreError> {
    let (mailbox, item) = (&lease.mailbox, &entry.item);
    let issue = match &entry.outcome {
        Outcome::Saved(saved) => {
            left::keep_of(transaction, mailbox, item, saved, now_ms).await?;
            if entry.is_asked_again() {
                keep_request(transaction, mailbox, entry, now_ms).await?;
            } else {
                settle(transaction, mailbox, entry, now_ms).await?;
            }
            saved.issue.as_ref()
        }
        Outcome::Removed { .. } => {
            left::forget_pair(transaction, mailbox, item, Past::TakenBack, now_ms).await?;
            settle(transaction, mailbox, entry, now_ms).await?;
            None
        }
        Outcome::Released { past, .. } => {
            left::forget_pair(transaction, mailbox, item, *past, now_ms).await?;
            settle(transaction, mailbox, entry, now_ms).await?;
            None
        }
        Outcome::Skipped(skipped) => {
            if let Some(at) = skipped.again_at {
                left::unfinished(transaction, mailbox, item, at.timestamp_millis()).await?;
            }
            settle(transaction, mailbox, entry, now_ms).await?;
            None
        }
        Outcome::Refused(issue) | Outcome::Waiting(issue) => {
            let is_chosen = entry.source == Some(ports::Source::Pane) && entry.action == Action::Save;
            let is_known_elsewhere = !is_chosen && !refused::rests(transaction, mailbox, entry).await?;
            let is_left = is_known_elsewhere && is_paired(transaction, mailbox, item).await?;
            if !entry.is_asked_again() || is_left {
                // A pair is looked at again as soon as either side changes; what was chosen, and what is to be taken back once
                // the org lets it go, only the request knows.
                settle(transaction, mailbox, entry, now_ms).await?;
            } else {
                keep_request(transaction, mailbox, entry, now_ms).await?;
            }
            Some(issue)
        }
        Outcome::Lost(issue) => {
            settle(transaction, mailbox, entry, now_ms).await?;
            Some(issue)
        }
        Outcome::Withdrawn | Outcome::Unasked => {
            settle(transaction, mailbox, entry, now_ms).await?;
            None
        }
        Outcome::Deferred => return keep_request(transaction, mailbox, entry, now_ms).await,
    };
    match issue {
        Some(issue) => put_issue(transaction, mailbox, item, issue, now_ms).await,
        None => Ok(()),
    }
}

async fn is_paired(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    item: &ItemId,
) -> Result<bool, StoreError> {
    let row = sqlx::query("SELECT 1 FROM pairs WHERE mailbox = $1 AND item = $2")
        .bind(mailbox.as_str())
        .bind(item.as_str())
        .fetch_optional(&mut **transaction)
        .await?;
    Ok(row.is_some())
}

/// The ids that items were given by stand for them from now on.
async fn learn_ids(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    entries: &[Entry],
) -> Result<(), StoreError> {
    // A statement may change a row once only.
    let mut given: BTreeMap<&ItemId, &ItemId> = BTreeMap::new();
    for entry in entries {
        let names_item = |ticket: &&Ticket| ticket.given != entry.item && !ticket.is_of_date;
        let others = entry.tickets.iter().filter(names_item);
        given.extend(others.map(|ticket| (&ticket.given, &entry.item)));
    }
    let given: Vec<(&ItemId, &ItemId)> = given.into_iter().collect();
    for portion in portions(&given) {
        let sql = format!(
            "INSERT INTO item_ids (mailbox, given_id, item) VALUES {}
             ON CONFLICT (mailbox, given_id) DO UPDATE SET item = excluded.item",
            rows(portion.len(), 1, 2)
        );
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(mailbox.as_str());
        for (given, item) in portion {
            query = query.bind(given.as_str()).bind(item.as_str());
        }
        query.execute(&mut **transaction).await?;
    }
    Ok(())
}

/// Under whatever id the item was given, its meeting finds it.
async fn learn_meeting(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    item: &ItemId,
    meeting: &str,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE item_ids SET meeting = $3 WHERE mailbox = $1 AND item = $2 AND meeting <> $3")
        .bind(mailbox.as_str())
        .bind(item.as_str())
        .bind(meeting)
        .execute(&mut **transaction)
        .await?;
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

/// A request that was just found by its category is put down, so that it is asked again; what nobody asked for is looked at
/// again.
async fn keep_request(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    entry: &Entry,
    now_ms: i64,
) -> Result<(), StoreError> {
    if !entry.tickets.is_empty() {
        return Ok(());
    }
    let source = match entry.source {
        Some(ports::Source::Pane) => Source::Pane,
        Some(ports::Source::Category) => Source::Category,
        Some(ports::Source::Place) => Source::Place,
        Some(ports::Source::Autosave) => Source::Autosave,
        None => return left::unfinished(transaction, mailbox, &entry.item, now_ms).await,
    };
    let request = NewRequest {
        given_id: &entry.item,
        id_format: IdFormat::Rest,
        source,
        action: entry.action,
        choice: &entry.choice,
        expected_at_ms: now_ms,
    };
    put_request(transaction, mailbox, &request, now_ms).await
}

/// An item has the issue it has now: older ones are settled, and a lasting one keeps when it was first seen.
pub(super) async fn put_issue(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    item: &ItemId,
    issue: &Issue,
    now_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM issues WHERE mailbox = $1 AND item = $2 AND code <> $3")
        .bind(mailbox.as_str())
        .bind(item.as_str())
        .bind(&issue.code)
        .execute(&mut **transaction)
        .await?;
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
