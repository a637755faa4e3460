//! Files of saved items that were not saved with their Events (ATT-1).

use calbridge_engine::ports::LeftOut;
use calbridge_rules::id::{Address, ItemId};
use sqlx::{Any, AssertSqlSafe, Row, Transaction};

use super::{
    Store, StoreError,
    pairs::{item_id, named, places},
    rows::questions,
};

impl Store {
    /// Files of items that were left out when they were saved, and are still.
    ///
    /// # Errors
    /// The database refused.
    pub async fn left_out(
        &self,
        mailbox: &Address,
        items: &[ItemId],
    ) -> Result<Vec<(ItemId, Vec<LeftOut>)>, StoreError> {
        let items: Vec<&str> = items.iter().map(ItemId::as_str).collect();
        let mut left_out = Vec::new();
        for portion in questions(&items) {
            let sql = format!(
                "SELECT item, files FROM left_out WHERE mailbox = $1 AND item IN ({}) ORDER BY item",
                places(2, portion.len())
            );
            // Nothing but literals of this file make it up.
            let rows = named(sqlx::query(AssertSqlSafe(sql)).bind(mailbox.as_str()), &portion);
            for row in rows.fetch_all(&mut *self.reader().await?).await? {
                let files: Vec<LeftOut> = serde_json::from_str(&row.try_get::<String, _>(1)?)
                    .map_err(|bad| StoreError::Unreadable(bad.to_string()))?;
                left_out.push((item_id(&row.try_get::<String, _>(0)?)?, files));
            }
        }
        Ok(left_out)
    }
}

/// Keeps what is left out of items now.
pub(super) async fn put(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    left_out: &[(ItemId, Vec<LeftOut>)],
) -> Result<(), StoreError> {
    for (item, files) in left_out {
        if files.is_empty() {
            forget(transaction, mailbox, item).await?;
            continue;
        }
        let text = serde_json::to_string(files).map_err(|bad| StoreError::Unreadable(bad.to_string()))?;
        sqlx::query(
            "INSERT INTO left_out (mailbox, item, files) VALUES ($1, $2, $3)
             ON CONFLICT (mailbox, item) DO UPDATE SET files = $3",
        )
        .bind(mailbox.as_str())
        .bind(item.as_str())
        .bind(text)
        .execute(&mut **transaction)
        .await?;
    }
    Ok(())
}

/// Nothing is left out of an item any more, or it has no Event.
pub(super) async fn forget(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    item: &ItemId,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM left_out WHERE mailbox = $1 AND item = $2")
        .bind(mailbox.as_str())
        .bind(item.as_str())
        .execute(&mut **transaction)
        .await?;
    Ok(())
}
