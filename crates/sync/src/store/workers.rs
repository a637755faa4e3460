//! Who works on the mailboxes, and how far behind they are.

use sqlx::Row;

use super::{Store, StoreError};

/// How long a worker that says nothing is still believed to be at work, in milliseconds.
pub const SILENCE_MS: i64 = 30_000;

/// How the work stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Workers that were heard of lately.
    pub workers: i64,
    /// Mailboxes that a worker has now.
    pub served: i64,
    /// Mailboxes that are due and that nobody has.
    pub due: i64,
    /// How long the first of these has been due, in milliseconds.
    pub longest_wait_ms: i64,
}

impl Store {
    /// A worker says that it works, and on how many mailboxes.
    ///
    /// # Errors
    /// The database refused.
    pub async fn worker_seen(&self, worker: &str, serving: usize, now_ms: i64) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO workers (worker, started_at, seen_at, serving) VALUES ($1, $2, $2, $3)
             ON CONFLICT (worker) DO UPDATE SET seen_at = $2, serving = $3",
        )
        .bind(worker)
        .bind(now_ms)
        .bind(i64::try_from(serving).unwrap_or(i64::MAX))
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// A worker works no more.
    ///
    /// # Errors
    /// The database refused.
    pub async fn worker_gone(&self, worker: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM workers WHERE worker = $1").bind(worker).execute(&self.writer).await?;
        Ok(())
    }

    /// How the work stands.
    ///
    /// # Errors
    /// The database refused.
    pub async fn backlog(&self, now_ms: i64) -> Result<Backlog, StoreError> {
        let row = sqlx::query(
            "SELECT (SELECT COUNT(*) FROM workers WHERE seen_at > $1),
             (SELECT COUNT(*) FROM mailbox_work WHERE lease_until > $2),
             COUNT(*), COALESCE(MIN(next_due), $2) FROM mailbox_work
             WHERE parked = '' AND next_due <= $2 AND lease_until <= $2",
        )
        .bind(now_ms - SILENCE_MS)
        .bind(now_ms)
        .fetch_one(&mut *self.reader().await?)
        .await?;
        Ok(Backlog {
            workers: row.try_get(0)?,
            served: row.try_get(1)?,
            due: row.try_get(2)?,
            longest_wait_ms: now_ms - row.try_get::<i64, _>(3)?,
        })
    }
}
