//! What sync wrote of the relations of saved Events.

use std::collections::BTreeMap;

use calbridge_engine::Kept;
use calbridge_rules::id::{Address, ItemId};
use sqlx::{Any, AssertSqlSafe, Row, Transaction};

use super::{
    Store, StoreError,
    pairs::{item_id, named, places},
    rows::{portions, questions, rows},
};

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
        for chunk in questions(&items) {
            let sql = format!(
                "SELECT item, kept FROM related WHERE mailbox = $1 AND item IN ({})",
                places(2, chunk.len())
            );
            let rows = named(sqlx::query(AssertSqlSafe(sql)).bind(mailbox.as_str()), &chunk);
            for row in rows.fetch_all(&mut *self.reader().await?).await? {
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
    related: &[(ItemId, Kept)],
) -> Result<(), StoreError> {
    // A statement may change a row once only.
    let mut texts: BTreeMap<&ItemId, String> = BTreeMap::new();
    for (item, kept) in related {
        let text = serde_json::to_string(kept).map_err(|bad| StoreError::Unreadable(bad.to_string()))?;
        texts.insert(item, text);
    }
    let texts: Vec<(&ItemId, String)> = texts.into_iter().collect();
    for portion in portions(&texts) {
        let sql = format!(
            "INSERT INTO related (mailbox, item, kept) VALUES {}
             ON CONFLICT (mailbox, item) DO UPDATE SET kept = excluded.kept",
            rows(portion.len(), 1, 2)
        );
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(mailbox.as_str());
        for (item, text) in portion {
            query = query.bind(item.as_str()).bind(text.as_str());
        }
        query.execute(&mut **transaction).await?;
    }
    Ok(())
}
