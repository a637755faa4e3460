//! Writes that the org refused: the same rests until its pause is over, or somebody asks for its item anew.

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use calbridge_engine::{
    Entry,
    ports::{Attempt, RefusedAttempt, Write, rests_for},
};
use calbridge_rules::{
    id::{Address, ItemId},
    status::Issue,
};
use sha2::{Digest, Sha256};
use sqlx::{Any, AssertSqlSafe, Row, Transaction};

use super::{
    Store, StoreError, left,
    pairs::{item_id, named, places},
    rows::questions,
};

impl Store {
    /// What the org said of those of these writes that it refused before and that rest still; nothing of the others.
    ///
    /// # Errors
    /// The database refused.
    pub async fn resting(
        &self,
        mailbox: &Address,
        attempts: &[Attempt],
        now_ms: i64,
    ) -> Result<Vec<Option<Issue>>, StoreError> {
        let items: BTreeSet<&str> = attempts.iter().map(|attempt| attempt.item.as_str()).collect();
        let items: Vec<&str> = items.into_iter().collect();
        // What was refused, and what the org said of it, by the item and what of it was written.
        let mut refused: BTreeMap<(String, String), (String, String)> = BTreeMap::new();
        for portion in questions(&items) {
            let sql = format!(
                "SELECT item, place, attempt, issue FROM refused_writes WHERE mailbox = $1 AND again_at > $2 AND item IN ({})",
                places(3, portion.len())
            );
            // Nothing but literals of this file make it up.
            let query = sqlx::query(AssertSqlSafe(sql)).bind(mailbox.as_str()).bind(now_ms);
            for row in named(query, &portion).fetch_all(&mut *self.reader().await?).await? {
                refused.insert((row.try_get(0)?, row.try_get(1)?), (row.try_get(2)?, row.try_get(3)?));
            }
        }
        let mut said = Vec::with_capacity(attempts.len());
        for attempt in attempts {
            let known = refused.get(&(attempt.item.as_str().to_owned(), attempt.write.place()));
            said.push(match known {
                Some((known, issue)) if *known == sense(&attempt.write)? => {
                    Some(serde_json::from_str(issue).map_err(unreadable)?)
                }
                Some(_) | None => None,
            });
        }
        Ok(said)
    }
}

/// Keeps what the org refused now, with a longer pause each time that it is the same. The items of what rests are looked at
/// again when their pauses are over.
pub(super) async fn put(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    refused: &[RefusedAttempt],
    now_ms: i64,
) -> Result<(), StoreError> {
    for RefusedAttempt { attempt, issue } in refused {
        let (place, sense) = (attempt.write.place(), sense(&attempt.write)?);
        let before = sqlx::query(
            "SELECT times FROM refused_writes WHERE mailbox = $1 AND item = $2 AND place = $3 AND attempt = $4",
        )
        .bind(mailbox.as_str())
        .bind(attempt.item.as_str())
        .bind(&place)
        .bind(&sense)
        .fetch_optional(&mut **transaction)
        .await?;
        let before: i64 = before.map_or(Ok(0), |row| row.try_get(0))?;
        let times = before + 1;
        let again_at = now_ms + rests_for(usize::try_from(times).unwrap_or(1)).num_milliseconds();
        sqlx::query(
            "INSERT INTO refused_writes (mailbox, item, place, attempt, issue, times, again_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (mailbox, item, place) DO UPDATE
             SET attempt = $4, issue = $5, times = $6, again_at = $7",
        )
        .bind(mailbox.as_str())
        .bind(attempt.item.as_str())
        .bind(&place)
        .bind(&sense)
        .bind(serde_json::to_string(issue).map_err(unreadable)?)
        .bind(times)
        .bind(again_at)
        .execute(&mut **transaction)
        .await?;
    }
    Ok(())
}

/// Whether the org refused what somebody asked for.
pub(super) async fn rests(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    entry: &Entry,
) -> Result<bool, StoreError> {
    if entry.source.is_none() {
        return Ok(false);
    }
    let row = sqlx::query("SELECT 1 FROM refused_writes WHERE mailbox = $1 AND item = $2 LIMIT 1")
        .bind(mailbox.as_str())
        .bind(entry.item.as_str())
        .fetch_optional(&mut **transaction)
        .await?;
    Ok(row.is_some())
}

/// Forgets what was refused of items that were looked at since its pause was over, and was not refused again: it was written,
/// or is not wanted any more, whatever else their items wait for.
pub(super) async fn forget_over(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    items: &[&str],
    now_ms: i64,
) -> Result<(), StoreError> {
    for portion in questions(items) {
        let sql = format!(
            "DELETE FROM refused_writes WHERE mailbox = $1 AND again_at < $2 AND item IN ({})",
            places(3, portion.len())
        );
        let query = sqlx::query(AssertSqlSafe(sql)).bind(mailbox.as_str()).bind(now_ms);
        named(query, &portion).execute(&mut **transaction).await?;
    }
    Ok(())
}

/// Has items looked at again when the pauses of what was refused of them are over.
pub(super) async fn look_again(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    items: &[&str],
) -> Result<(), StoreError> {
    let mut due: Vec<(ItemId, i64)> = Vec::new();
    for portion in questions(items) {
        let sql = format!(
            "SELECT item, MIN(again_at) FROM refused_writes WHERE mailbox = $1 AND item IN ({}) GROUP BY item",
            places(2, portion.len())
        );
        let query = sqlx::query(AssertSqlSafe(sql)).bind(mailbox.as_str());
        for row in named(query, &portion).fetch_all(&mut **transaction).await? {
            due.push((item_id(&row.try_get::<String, _>(0)?)?, row.try_get(1)?));
        }
    }
    for (item, again_at) in due {
        left::unfinished(transaction, mailbox, &item, again_at).await?;
    }
    Ok(())
}

/// Somebody asks for an item anew, by any id of it: what was refused of it is written again at once.
pub(super) async fn forget(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    given_id: &ItemId,
) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM refused_writes WHERE mailbox = $1 AND (item = $2 OR item IN
         (SELECT item FROM item_ids WHERE mailbox = $1 AND given_id = $2))",
    )
    .bind(mailbox.as_str())
    .bind(given_id.as_str())
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// A hash of what was to be written over what.
fn sense(write: &Write) -> Result<String, StoreError> {
    let text = serde_json::to_vec(write).map_err(unreadable)?;
    Ok(STANDARD_NO_PAD.encode(Sha256::digest(&text)))
}

#[expect(clippy::needless_pass_by_value, reason = "it ends here")]
fn unreadable(bad: serde_json::Error) -> StoreError {
    StoreError::Unreadable(bad.to_string())
}
