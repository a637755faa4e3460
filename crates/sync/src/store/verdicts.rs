//! How it was decided about items that are not saved: one rule for each, and those that were asked before it.

use calbridge_engine::Entry;
use calbridge_rules::{
    id::{Address, ItemId},
    status::RuleAsked,
};
use sqlx::{Any, Row, Transaction};

use super::{Store, StoreError};

/// How it was decided about an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The rule that decided.
    pub rule: String,
    /// The rules that were asked, in order.
    pub trace: Vec<RuleAsked>,
}

impl Store {
    /// How it was last decided about an item that is not saved, under its own id or one it was given by.
    ///
    /// # Errors
    /// The database refused.
    pub async fn verdict(&self, mailbox: &Address, item: &ItemId) -> Result<Option<Judged>, StoreError> {
        let row = sqlx::query(
            "SELECT rule, trace FROM verdicts WHERE mailbox = $1 AND (item = $2 OR item IN
             (SELECT item FROM item_ids WHERE mailbox = $1 AND given_id = $2)) LIMIT 1",
        )
        .bind(mailbox.as_str())
        .bind(item.as_str())
        .fetch_optional(&self.readers)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let trace: String = row.try_get(1)?;
        let trace = serde_json::from_str(&trace).map_err(|bad| StoreError::Unreadable(bad.to_string()))?;
        Ok(Some(Judged { rule: row.try_get(0)?, trace }))
    }
}

/// Keeps how it was decided; of an item that is saved nothing.
pub(super) async fn put(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    entry: &Entry,
    now_ms: i64,
) -> Result<(), StoreError> {
    let Some(rule) = entry.rule() else {
        sqlx::query("DELETE FROM verdicts WHERE mailbox = $1 AND item = $2")
            .bind(mailbox.as_str())
            .bind(entry.item.as_str())
            .execute(&mut **transaction)
            .await?;
        return Ok(());
    };
    let trace: Vec<RuleAsked> = entry.trace.iter().map(RuleAsked::from).collect();
    let trace = serde_json::to_string(&trace).map_err(|bad| StoreError::Unreadable(bad.to_string()))?;
    sqlx::query(
        "INSERT INTO verdicts (mailbox, item, rule, trace, seen_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (mailbox, item) DO UPDATE SET rule = $3, trace = $4, seen_at = $5",
    )
    .bind(mailbox.as_str())
    .bind(entry.item.as_str())
    .bind(rule)
    .bind(trace)
    .bind(now_ms)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}
