//! Values that did not win, from before they are overwritten: whatever ends the session between the write and its record, the
//! next one finds both sides agreed and could not know of them (DWN-5).

use std::collections::{BTreeMap, BTreeSet};

use calbridge_engine::{
    Outcome,
    ports::{ForeseenClash, Pass},
    report::{Clash, Saved},
    series::KeptSeries,
};
use calbridge_rules::{
    event::{EventField, FieldValue},
    id::{Address, ItemId, RecordId},
    mapping,
    merge::MergeConflict,
};
use sqlx::{Any, Row, Transaction, any::AnyRow};

use super::{StoreError, series};

/// A clash whose winner may or may not have been written.
struct Foreseen {
    item: String,
    event: String,
    field: String,
    seen_at: i64,
    wins: String,
}

/// A clash of an item that stands in the store.
#[derive(Clone, PartialEq)]
struct Standing {
    event: String,
    field: String,
    /// What Salesforce said.
    salesforce: String,
    seen_at: i64,
}

/// Keeps a clash that is about to be decided; one of an earlier try gives way to it.
pub(super) async fn foresee(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    foreseen: &ForeseenClash,
    now_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM clashes WHERE mailbox = $1 AND item = $2 AND event = $3 AND field = $4 AND wins <> ''",
    )
    .bind(mailbox.as_str())
    .bind(foreseen.item.as_str())
    .bind(foreseen.event.as_str())
    .bind(String::from(foreseen.clash.field.clone()))
    .execute(&mut **transaction)
    .await?;
    let standing = since(transaction, mailbox, &foreseen.item, now_ms).await?;
    let one = Standing::of(&foreseen.event, &foreseen.clash, &standing, now_ms)?;
    put(transaction, (mailbox, &foreseen.item), &one, &foreseen.clash, &text(&foreseen.wins)?).await
}

/// Decides what was foreseen of items that both sides agree on now: the clash stands where its winner does.
pub(super) async fn decide(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    pass: &Pass,
) -> Result<(), StoreError> {
    let foreseen = undecided(transaction, mailbox).await?;
    if foreseen.is_empty() {
        return Ok(());
    }
    let outcomes: BTreeMap<&str, &Outcome> =
        pass.entries.iter().map(|entry| (entry.item.as_str(), &entry.outcome)).collect();
    let series = series_of(transaction, mailbox, &foreseen, pass).await?;
    for one in foreseen {
        let kept = series.get(&one.item);
        let sql = match outcomes.get(one.item.as_str()).and_then(|outcome| has_won(&one, kept, outcome)) {
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

/// Lists what a session saw decided, but for what it foresaw itself, which is decided by its winner.
pub(super) async fn list(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    item: &ItemId,
    saved: &Saved,
    now_ms: i64,
) -> Result<(), StoreError> {
    if saved.clashes.is_empty() {
        return Ok(());
    }
    let mut standing = since(transaction, mailbox, item, now_ms).await?;
    for Clash { event, conflict } in &saved.clashes {
        let one = Standing::of(event, conflict, &standing, now_ms)?;
        if standing.iter().any(|other| Standing { seen_at: other.seen_at, ..one.clone() } == *other) {
            continue;
        }
        put(transaction, (mailbox, item), &one, conflict, "").await?;
        standing.push(one);
    }
    Ok(())
}

impl Standing {
    /// A clash among those that stand since an instant. Of a series several dates may disagree about one field: the fields of one
    /// Event share an instant, by which they are told from those of others.
    fn of(
        event: &RecordId,
        clash: &MergeConflict,
        standing: &[Self],
        now_ms: i64,
    ) -> Result<Self, StoreError> {
        let (event, field) = (event.as_str(), String::from(clash.field.clone()));
        let is_free = |at: &i64| {
            let mut there = standing.iter().filter(|one| one.seen_at == *at);
            there.all(|one| one.event == event && one.field != field)
        };
        // Each of those that stand takes one instant at most.
        let seen_at = (now_ms..).take(standing.len() + 1).find(is_free).unwrap_or(now_ms);
        Ok(Self { event: event.to_owned(), field, salesforce: text(&clash.salesforce)?, seen_at })
    }
}

/// The clashes of an item that a session which began at an instant may have put down.
async fn since(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    item: &ItemId,
    now_ms: i64,
) -> Result<Vec<Standing>, StoreError> {
    let rows = sqlx::query(
        "SELECT event, field, salesforce, seen_at FROM clashes
         WHERE mailbox = $1 AND item = $2 AND seen_at >= $3 ORDER BY seen_at, field",
    )
    .bind(mailbox.as_str())
    .bind(item.as_str())
    .bind(now_ms)
    .fetch_all(&mut **transaction)
    .await?;
    let standing = |row: &AnyRow| -> Result<Standing, StoreError> {
        Ok(Standing {
            event: row.try_get(0)?,
            field: row.try_get(1)?,
            salesforce: row.try_get(2)?,
            seen_at: row.try_get(3)?,
        })
    };
    rows.iter().map(standing).collect()
}

async fn put(
    transaction: &mut Transaction<'static, Any>,
    (mailbox, item): (&Address, &ItemId),
    one: &Standing,
    clash: &MergeConflict,
    wins: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO clashes (mailbox, item, event, field, base, outlook, salesforce, seen_at, wins)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (mailbox, item, field, seen_at) DO NOTHING",
    )
    .bind(mailbox.as_str())
    .bind(item.as_str())
    .bind(&one.event)
    .bind(&one.field)
    .bind(text(&clash.agreed)?)
    .bind(text(&clash.outlook)?)
    .bind(&one.salesforce)
    .bind(one.seen_at)
    .bind(wins)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// What is kept, from now on, of the series among the items of which something was foreseen.
async fn series_of(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    foreseen: &[Foreseen],
    pass: &Pass,
) -> Result<BTreeMap<String, KeptSeries>, StoreError> {
    let items: BTreeSet<&str> = foreseen.iter().map(|one| one.item.as_str()).collect();
    let mut found = BTreeMap::new();
    for item in items {
        let new = pass.series.iter().find(|(id, _)| id.as_str() == item).map(|(_, kept)| kept.clone());
        let kept = match new {
            Some(kept) => Some(kept),
            None => series::kept_of(transaction, mailbox, item).await?,
        };
        found.extend(kept.map(|kept| (item.to_owned(), kept)));
    }
    Ok(found)
}

async fn undecided(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
) -> Result<Vec<Foreseen>, StoreError> {
    let rows = sqlx::query(
        "SELECT item, event, field, seen_at, wins FROM clashes WHERE mailbox = $1 AND wins <> ''",
    )
    .bind(mailbox.as_str())
    .fetch_all(&mut **transaction)
    .await?;
    let foreseen = |row: &AnyRow| -> Result<Foreseen, StoreError> {
        Ok(Foreseen {
            item: row.try_get(0)?,
            event: row.try_get(1)?,
            field: row.try_get(2)?,
            seen_at: row.try_get(3)?,
            wins: row.try_get(4)?,
        })
    };
    rows.iter().map(foreseen).collect()
}

/// Whether the winner stands; nothing while nobody knows.
fn has_won(foreseen: &Foreseen, kept: Option<&KeptSeries>, outcome: &Outcome) -> Option<bool> {
    match outcome {
        Outcome::Saved(saved) if saved.is_unfinished => None,
        Outcome::Saved(saved) => Some(stands(foreseen, kept, saved)),
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

/// Whether what was to win is what both sides agree on: of a series, on the date that the Event stands for if it does.
fn stands(foreseen: &Foreseen, kept: Option<&KeptSeries>, saved: &Saved) -> bool {
    let field = EventField::try_from(foreseen.field.clone());
    let wins: Result<FieldValue, _> = serde_json::from_str(&foreseen.wins);
    let (Ok(field), Ok(wins)) = (field, wins) else { return false };
    let event = RecordId::parse(&foreseen.event).ok();
    let on_date = event.and_then(|event| kept?.agreed_on(&saved.agreed, &event));
    let agreed = on_date.as_ref().unwrap_or(&saved.agreed.event);
    agreed.get(&field).is_some_and(|value| mapping::same(&field, value, &wins))
}

fn text(value: &FieldValue) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|bad| StoreError::Unreadable(bad.to_string()))
}
