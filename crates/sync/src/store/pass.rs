//! What a session leaves behind: what it is about to write before it writes, everything else after, each in one fenced
//! transaction.

use calbridge_engine::{
    Entry, Outcome,
    observe::Ticket,
    pair::Origin,
    ports::{self, Action, Foresight, Pass, Window},
    report::Saved,
};
use calbridge_rules::{
    autosave::Past,
    event::EventFields,
    holding::Holding,
    id::{Address, ItemId},
    identity::SyncKey,
    status::Issue,
};
use calbridge_wire::service::IdFormat;
use sqlx::{Any, Transaction};

use super::{
    Lease, Pair, Source, Store, StoreError, clashes, invitations, journal, left, news, over,
    pairs::{OUTLOOK, SALESFORCE, pair},
    related,
    saves::{NewRequest, put_request, settle_request},
    series, told, verdicts,
    work::fenced,
};

/// How long an intent keeps other mailboxes from creating the same Event, in milliseconds.
const INTENT_MS: i64 = 10 * 60_000;

impl Store {
    /// Keeps what is about to be written: before-values of every overwrite and deletion (UNS-2), values that are about to lose
    /// (DWN-5), and which Events are about to be created. Answers, for each create, `false` where another mailbox is about to (DUP-4).
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
        let keys = &foresight.creates;
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
        journal::journal(&mut transaction, lease, foresight, now_ms).await?;
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
        over::forget(&mut transaction, lease, &pass.entries).await?;
        clashes::decide(&mut transaction, &lease.mailbox, &pass.entries).await?;
        for entry in &pass.entries {
            record_one(&mut transaction, lease, entry, now_ms).await?;
        }
        for (item, meeting) in &pass.meetings {
            learn_meeting(&mut transaction, &lease.mailbox, item, meeting).await?;
        }
        for (item, kept) in &pass.related {
            related::put(&mut transaction, &lease.mailbox, item, kept).await?;
        }
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
        for (event, at) in &pass.later {
            told::again(&mut transaction, &lease.mailbox, event, at.timestamp_millis()).await?;
        }
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
    let (mailbox, item) = (&lease.mailbox, &entry.item);
    learn_ids(transaction, mailbox, entry).await?;
    verdicts::put(transaction, mailbox, entry, now_ms).await?;
    let issue = match &entry.outcome {
        Outcome::Saved(saved) => {
            put_pair(transaction, lease, item, saved, now_ms).await?;
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
            let is_left = !is_chosen && is_paired(transaction, mailbox, item).await?;
            if !entry.is_asked_again() || is_left {
                // A pair is looked at again as soon as either side changes; what was chosen only the request knows.
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

/// The ids the item was given by stand for it from now on.
async fn learn_ids(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    entry: &Entry,
) -> Result<(), StoreError> {
    let names_item = |ticket: &&Ticket| ticket.given != entry.item && !ticket.is_of_date;
    for ticket in entry.tickets.iter().filter(names_item) {
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

async fn put_pair(
    transaction: &mut Transaction<'static, Any>,
    lease: &Lease,
    item: &ItemId,
    saved: &Saved,
    now_ms: i64,
) -> Result<(), StoreError> {
    let (starts_ms, ends_ms) = saved.agreed.span().map_or((0, 0), Window::milliseconds);
    sqlx::query(
        "INSERT INTO pairs (mailbox, item, sync_key, event, base, item_base, origin, starts_at, ends_at, marked,
         created_at, updated_at, by_hand, holding) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, $10, $11, $12)
         ON CONFLICT (mailbox, item) DO UPDATE SET sync_key = $3, event = $4, base = $5, item_base = $6, starts_at = $8,
         ends_at = $9, marked = 0, updated_at = $10, by_hand = $11, holding = $12",
    )
    .bind(lease.mailbox.as_str())
    .bind(item.as_str())
    .bind(saved.key.as_str())
    .bind(saved.event.as_str())
    .bind(fields_text(&saved.agreed.event)?)
    .bind(fields_text(&saved.agreed.item)?)
    .bind(origin_text(saved.origin))
    .bind(starts_ms)
    .bind(ends_ms)
    .bind(now_ms)
    .bind(i64::from(saved.is_by_hand))
    .bind(holding_text(saved.holding))
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

pub(super) fn holding_text(holding: Holding) -> &'static str {
    match holding {
        Holding::OwnWithInvitees => "own_with_invitees",
        Holding::Organizers => "organizers",
        Holding::FirstSavers => "first_savers",
        Holding::EachSavers => "each_savers",
    }
}

fn origin_text(origin: Origin) -> &'static str {
    match origin {
        Origin::Outlook => OUTLOOK,
        Origin::Salesforce => SALESFORCE,
    }
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

pub(super) fn fields_text(fields: &EventFields) -> Result<String, StoreError> {
    serde_json::to_string(fields).map_err(|bad| StoreError::Unreadable(bad.to_string()))
}
