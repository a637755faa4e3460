//! How it was decided about items that are not saved: one rule for each, and those that were asked before it.

use std::collections::BTreeMap;

use calbridge_engine::Entry;
use calbridge_rules::{
    id::{Address, ItemId},
    status::RuleAsked,
};
use sqlx::{Any, AssertSqlSafe, Row, Transaction};

use super::{
    Store, StoreError, over,
    rows::{portions, rows},
};

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
        .fetch_optional(&mut *self.reader().await?)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let trace: String = row.try_get(1)?;
        let trace = serde_json::from_str(&trace).map_err(|bad| StoreError::Unreadable(bad.to_string()))?;
        Ok(Some(Judged { rule: row.try_get(0)?, trace }))
    }
}

/// Keeps how it was decided; of items that are saved nothing.
pub(super) async fn put(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    entries: &[Entry],
    now_ms: i64,
) -> Result<(), StoreError> {
    // A statement may change a row once only.
    let mut judged: BTreeMap<&ItemId, (&str, String)> = BTreeMap::new();
    let mut saved: Vec<&str> = Vec::new();
    for entry in entries {
        let Some(rule) = entry.rule() else {
            saved.push(entry.item.as_str());
            continue;
        };
        let trace: Vec<RuleAsked> = entry.trace.iter().map(RuleAsked::from).collect();
        let trace = serde_json::to_string(&trace).map_err(|bad| StoreError::Unreadable(bad.to_string()))?;
        judged.insert(&entry.item, (rule, trace));
    }
    over::forget_verdicts(transaction, mailbox, &saved).await?;
    let judged: Vec<(&ItemId, (&str, String))> = judged.into_iter().collect();
    for portion in portions(&judged) {
        let sql = format!(
            "INSERT INTO verdicts (mailbox, seen_at, item, rule, trace) VALUES {}
             ON CONFLICT (mailbox, item) DO UPDATE SET rule = excluded.rule, trace = excluded.trace,
             seen_at = excluded.seen_at",
            rows(portion.len(), 2, 3)
        );
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(mailbox.as_str()).bind(now_ms);
        for (item, (rule, trace)) in portion {
            query = query.bind(item.as_str()).bind(*rule).bind(trace.as_str());
        }
        query.execute(&mut **transaction).await?;
    }
    Ok(())
}
