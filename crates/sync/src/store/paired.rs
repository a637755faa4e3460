//! Pairs as a session leaves them, many in one statement.

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
};

use calbridge_engine::{
    Outcome,
    pair::Origin,
    ports::{Pass, Window},
    report::Saved,
};
use calbridge_rules::{
    event::EventFields,
    holding::Holding,
    id::{Address, ItemId},
};
use sqlx::{Any, AssertSqlSafe, Transaction};

use super::{
    StoreError,
    pairs::{OUTLOOK, SALESFORCE, named},
    rows::{portions, rows},
};

/// What the text of an Event's or an item's fields mostly takes, in bytes.
const FIELDS_BYTES: usize = 1_024;
/// Values that all rows share, and those of each.
const COLUMNS: (usize, usize) = (3, 10);

/// Keeps the pairs of a session's items; their marks are still to be written, but for those that carry them.
pub(super) async fn put(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    pass: &Pass,
    now_ms: i64,
) -> Result<(), StoreError> {
    // A statement may change a row once only.
    let saved: BTreeMap<&ItemId, &Saved> =
        pass.entries.iter().filter_map(|entry| Some((&entry.item, saved(&entry.outcome)?))).collect();
    let carried: BTreeSet<&str> = pass.carried.iter().map(ItemId::as_str).collect();
    let saved: Vec<(&ItemId, &Saved)> = saved.into_iter().collect();
    for portion in portions(&saved) {
        let sql = format!(
            "INSERT INTO pairs (mailbox, created_at, updated_at, item, sync_key, event, base, item_base, origin,
             starts_at, ends_at, by_hand, holding) VALUES {}
             ON CONFLICT (mailbox, item) DO UPDATE SET sync_key = excluded.sync_key, event = excluded.event,
             base = excluded.base, item_base = excluded.item_base, starts_at = excluded.starts_at,
             ends_at = excluded.ends_at, updated_at = excluded.updated_at, by_hand = excluded.by_hand,
             holding = excluded.holding",
            rows(portion.len(), COLUMNS.0, COLUMNS.1)
        );
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(mailbox.as_str()).bind(now_ms).bind(now_ms);
        for (item, saved) in portion {
            let (starts_ms, ends_ms) = saved.agreed.span().map_or((0, 0), Window::milliseconds);
            query = query
                .bind(item.as_str())
                .bind(saved.key.as_str())
                .bind(saved.event.as_str())
                .bind(fields_text(&saved.agreed.event)?)
                .bind(fields_text(&saved.agreed.item)?)
                .bind(origin_text(saved.origin))
                .bind(starts_ms)
                .bind(ends_ms)
                .bind(i64::from(saved.is_by_hand))
                .bind(holding_text(saved.holding));
        }
        query.execute(&mut **transaction).await?;
    }
    let unmarked = saved.into_iter().map(|(item, _)| item.as_str()).filter(|item| !carried.contains(item));
    put_unmarked(transaction, mailbox, &unmarked.collect::<Vec<_>>(), now_ms).await
}

/// Keeps which items of pairs lack their marks.
async fn put_unmarked(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    items: &[&str],
    now_ms: i64,
) -> Result<(), StoreError> {
    for portion in portions(items) {
        let sql = format!(
            "INSERT INTO unmarked (mailbox, since_at, item) VALUES {}
             ON CONFLICT (mailbox, item) DO UPDATE SET since_at = excluded.since_at",
            rows(portion.len(), 2, 1)
        );
        let query = sqlx::query(AssertSqlSafe(sql)).bind(mailbox.as_str()).bind(now_ms);
        named(query, portion).execute(&mut **transaction).await?;
    }
    Ok(())
}

fn saved(outcome: &Outcome) -> Option<&Saved> {
    match outcome {
        Outcome::Saved(saved) => Some(saved),
        Outcome::Removed { .. }
        | Outcome::Released { .. }
        | Outcome::Skipped(_)
        | Outcome::Refused(_)
        | Outcome::Waiting(_)
        | Outcome::Lost(_)
        | Outcome::Withdrawn
        | Outcome::Unasked
        | Outcome::Deferred => None,
    }
}

pub(super) fn holding_text(holding: Holding) -> &'static str {
    match holding {
        Holding::OwnWithInvitees => "own_with_invitees",
        Holding::Organizers => "organizers",
        Holding::FirstSavers => "first_savers",
        Holding::EachSavers => "each_savers",
    }
}

fn origin_text(origin: Origin) -> &'static str {
    match origin {
        Origin::Outlook => OUTLOOK,
        Origin::Salesforce => SALESFORCE,
    }
}

pub(super) fn fields_text(fields: &EventFields) -> Result<String, StoreError> {
    let mut text = Vec::with_capacity(FIELDS_BYTES);
    let unreadable = |bad: &dyn Error| StoreError::Unreadable(bad.to_string());
    serde_json::to_writer(&mut text, fields).map_err(|bad| unreadable(&bad))?;
    String::from_utf8(text).map_err(|bad| unreadable(&bad))
}
