//! Values that did not win, from before they are overwritten: whatever ends the session between the write and its record, the
//! next one finds both sides agreed and could not know of them (DWN-5).

use std::collections::BTreeMap;

use calbridge_engine::{
    Entry, Outcome,
    ports::ForeseenClash,
    report::{Clash, Saved},
};
use calbridge_rules::{
    event::{EventField, FieldValue},
    id::{Address, ItemId, RecordId},
    mapping,
    merge::MergeConflict,
};
use sqlx::{Any, Row, Transaction};

use super::StoreError;

/// A clash whose winner may or may not have been written.
struct Foreseen {
    item: String,
    field: String,
    seen_at: i64,
    wins: String,
}

/// Keeps a clash that is about to be decided; one of an earlier try gives way to it.
pub(super) async fn foresee(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    foreseen: &ForeseenClash,
    now_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM clashes WHERE mailbox = $1 AND item = $2 AND field = $3 AND wins <> ''")
        .bind(mailbox.as_str())
        .bind(foreseen.item.as_str())
        .bind(String::from(foreseen.clash.field.clone()))
        .execute(&mut **transaction)
        .await?;
    let at = (mailbox, &foreseen.item, &foreseen.event);
    put(transaction, at, &foreseen.clash, &text(&foreseen.wins)?, now_ms).await
}

/// Decides what was foreseen of items that both sides agree on now: the clash stands where its winner does.
pub(super) async fn decide(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    entries: &[Entry],
) -> Result<(), StoreError> {
    let foreseen = undecided(transaction, mailbox).await?;
    if foreseen.is_empty() {
        return Ok(());
    }
    let outcomes: BTreeMap<&str, &Outcome> =
        entries.iter().map(|entry| (entry.item.as_str(), &entry.outcome)).collect();
    for one in foreseen {
        let sql = match outcomes.get(one.item.as_str()).and_then(|outcome| has_won(&one, outcome)) {
            Some(true) => {
                "UPDATE clashes SET wins = '' WHERE mailbox = $1 AND item = $2 AND field = $3 AND seen_at = $4"
            }
            Some(false) => {
                "DELETE FROM clashes WHERE mailbox = $1 AND item = $2 AND field = $3 AND seen_at = $4"
            }
            None => continue,
        };
        sqlx::query(sql)
            .bind(mailbox.as_str())
            .bind(&one.item)
            .bind(&one.field)
            .bind(one.seen_at)
            .execute(&mut **transaction)
            .await?;
    }
    Ok(())
}

/// Lists what a session saw decided. Of a series several dates may disagree about one field: each Event has an instant of its
/// own, by which its values are told from those of others.
pub(super) async fn list(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    item: &ItemId,
    saved: &Saved,
    now_ms: i64,
) -> Result<(), StoreError> {
    let mut seen: Vec<(&RecordId, i64)> = vec![(&saved.event, now_ms)];
    for Clash { event, conflict } in &saved.clashes {
        let known = seen.iter().find(|(known, _)| *known == event).map(|(_, at)| *at);
        let next = seen.last().map_or(now_ms, |(_, at)| at + 1);
        if known.is_none() {
            seen.push((event, next));
        }
        put(transaction, (mailbox, item, event), conflict, "", known.unwrap_or(next)).await?;
    }
    Ok(())
}

async fn put(
    transaction: &mut Transaction<'static, Any>,
    (mailbox, item, event): (&Address, &ItemId, &RecordId),
    clash: &MergeConflict,
    wins: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO clashes (mailbox, item, event, field, base, outlook, salesforce, seen_at, wins)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (mailbox, item, field, seen_at) DO NOTHING",
    )
    .bind(mailbox.as_str())
    .bind(item.as_str())
    .bind(event.as_str())
    .bind(String::from(clash.field.clone()))
    .bind(text(&clash.agreed)?)
    .bind(text(&clash.outlook)?)
    .bind(text(&clash.salesforce)?)
    .bind(now_ms)
    .bind(wins)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

async fn undecided(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
) -> Result<Vec<Foreseen>, StoreError> {
    let rows =
        sqlx::query("SELECT item, field, seen_at, wins FROM clashes WHERE mailbox = $1 AND wins <> ''")
            .bind(mailbox.as_str())
            .fetch_all(&mut **transaction)
            .await?;
    let foreseen = |row: &sqlx::any::AnyRow| -> Result<Foreseen, StoreError> {
        Ok(Foreseen {
            item: row.try_get(0)?,
            field: row.try_get(1)?,
            seen_at: row.try_get(2)?,
            wins: row.try_get(3)?,
        })
    };
    rows.iter().map(foreseen).collect()
}

/// Whether the winner stands; nothing while nobody knows.
fn has_won(foreseen: &Foreseen, outcome: &Outcome) -> Option<bool> {
    match outcome {
        Outcome::Saved(saved) if saved.is_unfinished => None,
        Outcome::Saved(saved) => Some(stands(foreseen, saved)),
        // There is no pair any more of which anything could be flipped.
        Outcome::Removed { .. } | Outcome::Released { .. } => Some(false),
        Outcome::Refused(_)
        | Outcome::Waiting(_)
        | Outcome::Lost(_)
        | Outcome::Skipped(_)
        | Outcome::Withdrawn
        | Outcome::Unasked
        | Outcome::Deferred => None,
    }
}

fn stands(foreseen: &Foreseen, saved: &Saved) -> bool {
    let field = EventField::try_from(foreseen.field.clone());
    let wins: Result<FieldValue, _> = serde_json::from_str(&foreseen.wins);
    match (field, wins) {
        (Ok(field), Ok(wins)) => {
            saved.agreed.event.get(&field).is_some_and(|value| mapping::same(&field, value, &wins))
        }
        (Err(_), _) | (_, Err(_)) => false,
    }
}

fn text(value: &FieldValue) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|bad| StoreError::Unreadable(bad.to_string()))
}
