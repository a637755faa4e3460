//! Who may open the service's pages in a browser: keys that open once, and the visits they begin. A key is made for somebody
//! who signed in through the pane; only hashes are kept.

use calbridge_rules::id::RecordId;
use sqlx::Row;

use super::{Store, StoreError, pairs::record};

/// How long a key may wait for its one use, in milliseconds.
pub const KEY_TTL_MS: i64 = 60_000;
/// How long a visit lasts, in milliseconds.
pub const VISIT_TTL_MS: i64 = 30 * 60_000;

impl Store {
    /// Keeps a key for one use.
    ///
    /// # Errors
    /// The database refused.
    pub async fn put_page_key(&self, hash: &str, user: &RecordId, now_ms: i64) -> Result<(), StoreError> {
        self.put(hash, user, 0, now_ms + KEY_TTL_MS).await
    }

    /// Uses a key up, and begins a visit under another. Answers whose it is; nobody's where the key was used before, ran
    /// out, or never was.
    ///
    /// # Errors
    /// The database refused.
    pub async fn begin_visit(
        &self,
        key_hash: &str,
        visit_hash: &str,
        now_ms: i64,
    ) -> Result<Option<RecordId>, StoreError> {
        let row = sqlx::query(
            "DELETE FROM page_keys WHERE key_hash = $1 AND is_visit = 0 AND until_at > $2 RETURNING user_id",
        )
        .bind(key_hash)
        .bind(now_ms)
        .fetch_optional(&self.writer)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let user = record(&row.try_get::<String, _>(0)?)?;
        self.put(visit_hash, &user, 1, now_ms + VISIT_TTL_MS).await?;
        Ok(Some(user))
    }

    /// Whose visit it is, while it lasts.
    ///
    /// # Errors
    /// The database refused.
    pub async fn visitor(&self, visit_hash: &str, now_ms: i64) -> Result<Option<RecordId>, StoreError> {
        let row = sqlx::query(
            "SELECT user_id FROM page_keys WHERE key_hash = $1 AND is_visit = 1 AND until_at > $2",
        )
        .bind(visit_hash)
        .bind(now_ms)
        .fetch_optional(&mut *self.reader().await?)
        .await?;
        row.map(|row| record(&row.try_get::<String, _>(0)?)).transpose()
    }

    async fn put(&self, hash: &str, user: &RecordId, is_visit: i64, until_ms: i64) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO page_keys (key_hash, user_id, is_visit, until_at) VALUES ($1, $2, $3, $4)")
            .bind(hash)
            .bind(user.as_str())
            .bind(is_visit)
            .bind(until_ms)
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}
