//! Save requests that are taken back one by one, by the key of their press (UNS-1).

use calbridge_rules::id::RecordId;
use calbridge_wire::service::ItemRef;

use super::{Store, StoreError, saves::forget_issues};

impl Store {
    /// Takes back the request of one press of Save, where it came and still waits as it came; what was pressed since stays.
    /// Its key is spent: a delivery that comes later is refused, since `fingerprint` is no save's.
    ///
    /// # Errors
    /// The database refused.
    pub async fn withdraw_save(
        &self,
        user: &RecordId,
        (idempotency_key, fingerprint): (&str, &str),
        item: &ItemRef,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let never_came = sqlx::query(
            "INSERT INTO save_keys (user_id, idempotency_key, fingerprint, expected_at, created_at)
             VALUES ($1, $2, $3, $4, $4) ON CONFLICT (user_id, idempotency_key) DO NOTHING",
        )
        .bind(user.as_str())
        .bind(idempotency_key)
        .bind(fingerprint)
        .bind(now_ms)
        .execute(&mut *transaction)
        .await?
        .rows_affected()
            == 1;
        if never_came {
            return Ok(transaction.commit().await?);
        }
        // A press writes its key and its request at one time; a later press for the item has another.
        let withdrawn = sqlx::query(
            "UPDATE save_requests SET state = 'settled', updated_at = $5
             WHERE mailbox = $1 AND given_id = $2 AND source = 'pane' AND action = 'save' AND state = 'waiting'
             AND updated_at = (SELECT created_at FROM save_keys WHERE user_id = $3 AND idempotency_key = $4)",
        )
        .bind(item.mailbox.as_str())
        .bind(item.item_id.as_str())
        .bind(user.as_str())
        .bind(idempotency_key)
        .bind(now_ms)
        .execute(&mut *transaction)
        .await?
        .rows_affected()
            == 1;
        if withdrawn {
            forget_issues(&mut transaction, &item.mailbox, &item.item_id).await?;
        }
        Ok(transaction.commit().await?)
    }
}
