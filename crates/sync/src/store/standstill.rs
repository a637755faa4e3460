//! Why background work stands still, for every process: one learns it from the org's answers, all keep to it.

use calbridge_wire::salesforce::limits::ApiUsage;
use sqlx::Row;

use super::{Store, StoreError};
use crate::budget::Standstill;

/// The only reason there is: the org's calls run out.
const CALLS: &str = "calls";

impl Store {
    /// Keeps a standstill, unless a newer word about it is kept already.
    ///
    /// # Errors
    /// The database refused.
    pub async fn put_standstill(&self, still: &Standstill) -> Result<(), StoreError> {
        let usage = still.usage.unwrap_or(ApiUsage { used: 0, allowed: 0 });
        sqlx::query(
            "INSERT INTO standstill (reason, since_at, until_at, said_at, used, allowed)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (reason) DO UPDATE SET since_at = $2, until_at = $3, said_at = $4, used = $5, allowed = $6
             WHERE standstill.said_at < $4",
        )
        .bind(CALLS)
        .bind(still.since_ms)
        .bind(still.until_ms)
        .bind(still.said_ms)
        .bind(i64::try_from(usage.used).unwrap_or(i64::MAX))
        .bind(i64::try_from(usage.allowed).unwrap_or(i64::MAX))
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Ends a standstill of which nobody had newer word than the org's answer that ends it, in milliseconds.
    ///
    /// # Errors
    /// The database refused.
    pub async fn end_standstill(&self, said_ms: i64) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM standstill WHERE reason = $1 AND said_at < $2")
            .bind(CALLS)
            .bind(said_ms)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// The standstill that was kept last, whether it is over or not.
    ///
    /// # Errors
    /// The database refused, or the row cannot be read.
    pub async fn standstill(&self) -> Result<Option<Standstill>, StoreError> {
        let row = sqlx::query(
            "SELECT since_at, until_at, said_at, used, allowed FROM standstill WHERE reason = $1",
        )
        .bind(CALLS)
        .fetch_optional(&mut *self.reader().await?)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let (used, allowed): (i64, i64) = (row.try_get(3)?, row.try_get(4)?);
        let usage = ApiUsage { used: used.unsigned_abs(), allowed: allowed.unsigned_abs() };
        Ok(Some(Standstill {
            since_ms: row.try_get(0)?,
            until_ms: row.try_get(1)?,
            said_ms: row.try_get(2)?,
            usage: (allowed > 0).then_some(usage),
        }))
    }
}
