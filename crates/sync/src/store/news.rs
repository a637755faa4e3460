//! Events that changed in Salesforce, told to the mailboxes they concern, and how far the org was watched.

use calbridge_engine::ports::News;
use calbridge_rules::id::{Address, RecordId};
use sqlx::{Any, AssertSqlSafe, Row, Transaction};

use super::{Store, StoreError, pairs::record, rows::at_most, work::dirty_in};
use crate::mutant::mutant;

/// A right to watch the org until its time is up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// What of the org.
    pub(super) of: &'static str,
    /// The watcher.
    pub owner: String,
    /// Up to when changes were seen, in milliseconds.
    pub seen_to_ms: i64,
}

/// An Event that changed, and the mailbox it concerns.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Told {
    /// The mailbox.
    pub mailbox: Address,
    /// The Event.
    pub event: RecordId,
    /// When it changed as the org says, in milliseconds that are whole seconds.
    pub stamp_ms: i64,
    /// A hash of what it says: two changes of one second differ in nothing else.
    pub says: String,
}

/// How far the first look ever goes back, in milliseconds: the org's clock may be behind ours. Where it begins is kept, so
/// that however long it fails, the next one begins there too.
pub(crate) const FIRST_LOOK_MS: i64 = 15 * 60_000;
/// The watch over Events.
const ORG: &str = "org";
/// The watch over records that calendars show.
const RECORDS: &str = "records";

impl Store {
    /// Takes up the watch over the org's Events when it is due and nobody has it.
    ///
    /// # Errors
    /// The database refused.
    pub async fn claim_watch(
        &self,
        owner: &str,
        now_ms: i64,
        lease_ms: i64,
    ) -> Result<Option<Watch>, StoreError> {
        self.claim_watch_of(ORG, owner, now_ms, lease_ms).await
    }

    /// The same over records that calendars show (OBJ-1).
    ///
    /// # Errors
    /// The database refused.
    pub async fn claim_record_watch(
        &self,
        owner: &str,
        now_ms: i64,
        lease_ms: i64,
    ) -> Result<Option<Watch>, StoreError> {
        self.claim_watch_of(RECORDS, owner, now_ms, lease_ms).await
    }

    async fn claim_watch_of(
        &self,
        of: &'static str,
        owner: &str,
        now_ms: i64,
        lease_ms: i64,
    ) -> Result<Option<Watch>, StoreError> {
        sqlx::query(
            "INSERT INTO watches (watch, seen_to, next_due, lease_owner, lease_until) VALUES ($1, $2, 0, '', 0)
             ON CONFLICT (watch) DO NOTHING",
        )
        .bind(of)
        .bind(now_ms - FIRST_LOOK_MS)
        .execute(&self.writer)
        .await?;
        let row = sqlx::query(
            "UPDATE watches SET lease_owner = $1, lease_until = $2
             WHERE watch = $3 AND next_due <= $4 AND lease_until <= $4 RETURNING seen_to",
        )
        .bind(owner)
        .bind(now_ms + lease_ms)
        .bind(of)
        .bind(now_ms)
        .fetch_optional(&self.writer)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Watch { of, owner: owner.to_owned(), seen_to_ms: row.try_get(0)? }))
    }

    /// Gives a watch back that told everything already.
    ///
    /// # Errors
    /// The database refused.
    pub async fn end_watch(&self, watch: &Watch, next_due_ms: i64) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE watches SET next_due = $1, lease_owner = '', lease_until = 0
             WHERE watch = $2 AND lease_owner = $3",
        )
        .bind(next_due_ms)
        .bind(watch.of)
        .bind(&watch.owner)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Tells mailboxes of changed Events, and gives the watch back. What a mailbox was told of before, by the same stamp and in
    /// the same words, is no news.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when somebody else has the watch by now: nothing was told.
    pub async fn tell_news(
        &self,
        watch: &Watch,
        news: &[Told],
        seen_to_ms: i64,
        next_due_ms: i64,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        self.before("tell_news", None).await?;
        let mut transaction = self.begin().await?;
        let held = sqlx::query(
            "UPDATE watches SET seen_to = $1, next_due = $2, lease_owner = '', lease_until = 0
             WHERE watch = $3 AND lease_owner = $4 AND seen_to = $5",
        )
        .bind(seen_to_ms)
        .bind(next_due_ms)
        .bind(watch.of)
        .bind(&watch.owner)
        .bind(watch.seen_to_ms)
        .execute(&mut *transaction)
        .await?
        .rows_affected();
        if held != 1 {
            return Err(StoreError::Fenced);
        }
        // In one order for everybody.
        let mut news: Vec<&Told> = news.iter().collect();
        news.sort();
        for told in news {
            let is_new = sqlx::query(
                "INSERT INTO news (mailbox, event, stamp, revision, heard, says) VALUES ($1, $2, $3, 1, 0, $4)
                 ON CONFLICT (mailbox, event) DO UPDATE SET stamp = $3, says = $4, revision = news.revision + 1
                 WHERE news.stamp < $3 OR (news.stamp = $3 AND news.says <> $4)",
            )
            .bind(told.mailbox.as_str())
            .bind(told.event.as_str())
            .bind(told.stamp_ms)
            .bind(&told.says)
            .execute(&mut *transaction)
            .await?
            .rows_affected()
                == 1;
            if is_new {
                dirty_in(&mut transaction, &told.mailbox, now_ms).await?;
            }
        }
        transaction.commit().await?;
        self.after("tell_news", None).await
    }

    /// News of a mailbox, those that come up again by now among them, oldest first.
    ///
    /// # Errors
    /// The database refused.
    pub async fn news(&self, mailbox: &Address, now_ms: i64, limit: i64) -> Result<Vec<News>, StoreError> {
        let sql = format!(
            "SELECT event, revision FROM news
             WHERE mailbox = $1 AND (revision > heard OR (again_at > 0 AND again_at <= $2))
             ORDER BY stamp, event {}",
            at_most(limit)
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(mailbox.as_str())
            .bind(now_ms)
            .fetch_all(&mut *self.reader().await?)
            .await?;
        rows.iter()
            .map(|row| Ok(News { event: record(&row.try_get::<String, _>(0)?)?, revision: row.try_get(1)? }))
            .collect()
    }
}

/// Opens a watcher's transaction with a write that only the holder of the watch can make.
pub(super) async fn watching(
    transaction: &mut Transaction<'static, Any>,
    watch: &Watch,
) -> Result<(), StoreError> {
    let held =
        sqlx::query("UPDATE watches SET lease_owner = lease_owner WHERE watch = $1 AND lease_owner = $2")
            .bind(watch.of)
            .bind(&watch.owner)
            .execute(&mut **transaction)
            .await?;
    if held.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Fenced) }
}

/// News were taken in; newer ones stay.
pub(super) async fn heard(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    news: &News,
) -> Result<(), StoreError> {
    let sql = if mutant("heard-without-revision") {
        "UPDATE news SET heard = revision, again_at = 0
         WHERE mailbox = $2 AND event = $3 AND (heard < $1 OR again_at > 0)"
    } else {
        "UPDATE news SET heard = CASE WHEN heard < $1 THEN $1 ELSE heard END, again_at = 0
         WHERE mailbox = $2 AND event = $3 AND (heard < $1 OR again_at > 0)"
    };
    sqlx::query(sql)
        .bind(news.revision)
        .bind(mailbox.as_str())
        .bind(news.event.as_str())
        .execute(&mut **transaction)
        .await?;
    Ok(())
}
