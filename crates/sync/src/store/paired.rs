//! Pairs as a session leaves them, many in one statement.

use std::collections::{BTreeMap, BTreeSet};

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
    pairs::{OUTLOOK, SALESFORCE},
    rows::{portions, rows},
};

/// Values of one row.
const COLUMNS: usize = 14;

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
    let carried: BTreeSet<&ItemId> = pass.carried.iter().collect();
    let saved: Vec<(&ItemId, &Saved)> = saved.into_iter().collect();
    for portion in portions(&saved) {
        let sql = format!(
            "INSERT INTO pairs (mailbox, item, sync_key, event, base, item_base, origin, starts_at, ends_at,
             created_at, updated_at, by_hand, holding, marked) VALUES {}
             ON CONFLICT (mailbox, item) DO UPDATE SET sync_key = excluded.sync_key, event = excluded.event,
             base = excluded.base, item_base = excluded.item_base, starts_at = excluded.starts_at,
             ends_at = excluded.ends_at, updated_at = excluded.updated_at, by_hand = excluded.by_hand,
             holding = excluded.holding, marked = excluded.marked",
            rows(portion.len(), COLUMNS)
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for (item, saved) in portion {
            let (starts_ms, ends_ms) = saved.agreed.span().map_or((0, 0), Window::milliseconds);
            query = query
                .bind(mailbox.as_str())
                .bind(item.as_str())
                .bind(saved.key.as_str())
                .bind(saved.event.as_str())
                .bind(fields_text(&saved.agreed.event)?)
                .bind(fields_text(&saved.agreed.item)?)
                .bind(origin_text(saved.origin))
                .bind(starts_ms)
                .bind(ends_ms)
                .bind(now_ms)
                .bind(now_ms)
                .bind(i64::from(saved.is_by_hand))
                .bind(holding_text(saved.holding))
                .bind(i64::from(carried.contains(item)));
        }
        query.execute(&mut **transaction).await?;
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
    serde_json::to_string(fields).map_err(|bad| StoreError::Unreadable(bad.to_string()))
}
