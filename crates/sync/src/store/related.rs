//! What sync wrote of the relations of saved Events.

use calbridge_engine::Kept;
use calbridge_rules::id::{Address, ItemId};
use sqlx::{Any, AssertSqlSafe, Row, Transaction};

use super::{
    Store, StoreError,
    pairs::{item_id, named, places},
};

/// Items of one question at most.
const QUESTION_LIMIT: usize = 100;

impl Store {
    /// What was written of the relations of items' Events.
    ///
    /// # Errors
    /// The database refused.
    pub async fn related(
        &self,
        mailbox: &Address,
        items: &[ItemId],
    ) -> Result<Vec<(ItemId, Kept)>, StoreError> {
        let mut related = Vec::new();
        let items: Vec<&str> = items.iter().map(ItemId::as_str).collect();
        for chunk in items.chunks(QUESTION_LIMIT) {
            let sql = format!(
                "SELECT item, kept FROM related WHERE mailbox = $1 AND item IN ({})",
                places(2, chunk.len())
            );
            let rows = named(sqlx::query(AssertSqlSafe(sql)).bind(mailbox.as_str()), chunk);
            for row in rows.fetch_all(&self.readers).await? {
                let kept: Kept = serde_json::from_str(&row.try_get::<String, _>(1)?)
                    .map_err(|bad| StoreError::Unreadable(bad.to_string()))?;
                related.push((item_id(&row.try_get::<String, _>(0)?)?, kept));
            }
        }
        Ok(related)
    }
}

pub(super) async fn put(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    item: &ItemId,
    kept: &Kept,
) -> Result<(), StoreError> {
    let text = serde_json::to_string(kept).map_err(|bad| StoreError::Unreadable(bad.to_string()))?;
    sqlx::query(
        "INSERT INTO related (mailbox, item, kept) VALUES ($1, $2, $3)
         ON CONFLICT (mailbox, item) DO UPDATE SET kept = $3",
    )
    .bind(mailbox.as_str())
    .bind(item.as_str())
    .bind(text)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}
