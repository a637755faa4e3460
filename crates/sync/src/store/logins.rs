//! The relay of sign-in codes: two minutes, read once, and never a token.

use calbridge_wire::service::LoginCode;
use sqlx::Row;

use super::{Store, StoreError};

/// How long a code is kept, in milliseconds.
pub const LOGIN_TTL_MS: i64 = 120_000;
/// How many codes are kept at one time.
pub const LOGIN_LIMIT: i64 = 1_000;

impl Store {
    /// Keeps a code; `false` when the relay is full or the id is taken.
    ///
    /// # Errors
    /// The database refused.
    pub async fn put_login(&self, login: &str, code: &LoginCode, now_ms: i64) -> Result<bool, StoreError> {
        let code = serde_json::to_string(code).map_err(|bad| StoreError::Unreadable(bad.to_string()))?;
        let mut transaction = self.begin().await?;
        sqlx::query("DELETE FROM logins WHERE until_at <= $1")
            .bind(now_ms)
            .execute(&mut *transaction)
            .await?;
        let put = sqlx::query(
            "INSERT INTO logins (login, code, until_at) SELECT $1, $2, $3
             WHERE (SELECT COUNT(*) FROM logins) < $4 ON CONFLICT (login) DO NOTHING",
        )
        .bind(login)
        .bind(code)
        .bind(now_ms + LOGIN_TTL_MS)
        .bind(LOGIN_LIMIT)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(put.rows_affected() == 1)
    }

    /// Hands a code out, once.
    ///
    /// # Errors
    /// The database refused.
    pub async fn take_login(&self, login: &str, now_ms: i64) -> Result<Option<LoginCode>, StoreError> {
        let row = sqlx::query("DELETE FROM logins WHERE login = $1 RETURNING code, until_at")
            .bind(login)
            .fetch_optional(&self.writer)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let (code, until_ms): (String, i64) = (row.try_get(0)?, row.try_get(1)?);
        if until_ms <= now_ms {
            return Ok(None);
        }
        serde_json::from_str(&code).map(Some).map_err(|bad| StoreError::Unreadable(bad.to_string()))
    }
}
