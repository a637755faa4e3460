//! What is over once a session has ended, for all of its items in few statements: that they were unfinished, had issues, or
//! were about to be created.

use calbridge_engine::{Entry, Outcome, ports::Pass};
use calbridge_rules::id::{Address, ItemId};
use sqlx::{Any, AssertSqlSafe, Row, Transaction};

use super::{
    Lease, StoreError, clashes,
    pairs::{named, places},
    refused,
    rows::questions,
};

/// Whether an outcome ends something.
type Ends = fn(&Outcome) -> bool;

/// How long others leave alone what was created, in milliseconds: a session that looked before saw nothing, and would write
/// over it (DUP-4). The next one finds it.
const OUTDATED_MS: i64 = 60_000;
/// That items lack the marks of their pairs.
const UNMARKED: &str = "DELETE FROM unmarked WHERE mailbox = $1 AND item";

/// What is kept of items until it is over: where, how it is forgotten, and of which outcomes.
const KEPT: [(&str, &str, Ends); 7] = [
    ("unfinished", "DELETE FROM unfinished WHERE mailbox = $1 AND item", |_| true),
    ("unmarked", UNMARKED, is_saved),
    ("intended", "DELETE FROM intended WHERE mailbox = $1 AND item", is_told),
    ("issues", "DELETE FROM issues WHERE mailbox = $1 AND item", is_well),
    ("refused_writes", "DELETE FROM refused_writes WHERE mailbox = $1 AND item", is_well),
    ("let_go", "DELETE FROM let_go WHERE mailbox = $1 AND item", is_saved),
    ("holds", "DELETE FROM holds WHERE mailbox = $1 AND item", holds_nothing),
];

/// Forgets what no longer holds of a session's items. What holds still, or holds now, is put down after.
pub(super) async fn forget(
    transaction: &mut Transaction<'static, Any>,
    lease: &Lease,
    pass: &Pass,
    now_ms: i64,
) -> Result<(), StoreError> {
    let entries = &pass.entries;
    let of = |wanted: Ends| -> Vec<&str> {
        entries.iter().filter(|entry| wanted(&entry.outcome)).map(|entry| entry.item.as_str()).collect()
    };
    let mailbox = &lease.mailbox;
    let kept = kept_of(transaction, mailbox, now_ms).await?;
    for (table, sql, is_over) in KEPT {
        if kept.iter().any(|name| name == table) {
            change(transaction, sql, mailbox, &of(is_over)).await?;
        }
    }
    if kept.iter().any(|name| name == "creating") {
        // In the order in which they were put down.
        let mut keys: Vec<&str> = entries.iter().filter_map(|entry| key(&entry.outcome)).collect();
        keys.sort_unstable();
        lapse(transaction, mailbox, &keys, now_ms + OUTDATED_MS).await?;
    }
    if kept.iter().any(|name| name == "clashes") {
        clashes::decide(transaction, mailbox, pass).await?;
    }
    Ok(())
}

/// Which of these tables hold anything of a mailbox: mostly none.
async fn kept_of(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    now_ms: i64,
) -> Result<Vec<String>, StoreError> {
    let rows = sqlx::query(
        "SELECT 'unfinished' WHERE EXISTS (SELECT 1 FROM unfinished WHERE mailbox = $1)
         UNION ALL SELECT 'unmarked' WHERE EXISTS (SELECT 1 FROM unmarked WHERE mailbox = $1)
         UNION ALL SELECT 'intended' WHERE EXISTS (SELECT 1 FROM intended WHERE mailbox = $1)
         UNION ALL SELECT 'issues' WHERE EXISTS (SELECT 1 FROM issues WHERE mailbox = $1)
         UNION ALL SELECT 'refused_writes' WHERE EXISTS (SELECT 1 FROM refused_writes WHERE mailbox = $1)
         UNION ALL SELECT 'let_go' WHERE EXISTS (SELECT 1 FROM let_go WHERE mailbox = $1)
         UNION ALL SELECT 'holds' WHERE EXISTS (SELECT 1 FROM holds WHERE mailbox = $1)
         UNION ALL SELECT 'creating' WHERE EXISTS (SELECT 1 FROM creating WHERE mailbox = $1 AND until_at > $2)
         UNION ALL SELECT 'clashes' WHERE EXISTS (SELECT 1 FROM clashes WHERE mailbox = $1 AND wins <> '')",
    )
    .bind(mailbox.as_str())
    .bind(now_ms)
    .fetch_all(&mut **transaction)
    .await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// Lets others create the same Events only from an instant on. Rows are locked in the order of their keys, as they are where
/// sessions put them down: an `UPDATE` locks them as they lie, and two mailboxes would wait for each other.
async fn lapse(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    keys: &[&str],
    until_ms: i64,
) -> Result<(), StoreError> {
    for chunk in questions(keys) {
        let sql = format!(
            "INSERT INTO creating (mailbox, until_at, sync_key)
             SELECT mailbox, $2, sync_key FROM creating WHERE mailbox = $1 AND sync_key IN ({}) ORDER BY sync_key
             ON CONFLICT (sync_key) DO UPDATE SET until_at = excluded.until_at
             WHERE creating.mailbox = excluded.mailbox",
            places(3, chunk.len())
        );
        let query = sqlx::query(AssertSqlSafe(sql)).bind(mailbox.as_str()).bind(until_ms);
        named(query, &chunk).execute(&mut **transaction).await?;
    }
    Ok(())
}

/// Notes that items carry their marks.
pub(super) async fn marked(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    pairs: &[ItemId],
    others: &[ItemId],
) -> Result<(), StoreError> {
    let pairs: Vec<&str> = pairs.iter().map(ItemId::as_str).collect();
    change(transaction, UNMARKED, mailbox, &pairs).await?;
    let others: Vec<&str> = others.iter().map(ItemId::as_str).collect();
    change(transaction, "DELETE FROM unfinished WHERE mailbox = $1 AND item", mailbox, &others).await?;
    refused::look_again(transaction, mailbox, &others).await
}

/// Forgets how it was decided about items that are saved now.
pub(super) async fn forget_verdicts(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    items: &[&str],
) -> Result<(), StoreError> {
    change(transaction, "DELETE FROM verdicts WHERE mailbox = $1 AND item", mailbox, items).await
}

async fn change(
    transaction: &mut Transaction<'static, Any>,
    statement: &'static str,
    mailbox: &Address,
    names: &[&str],
) -> Result<(), StoreError> {
    for chunk in questions(names) {
        let sql = format!("{statement} IN ({})", places(2, chunk.len()));
        // Nothing but literals of this file make it up.
        let query = sqlx::query(AssertSqlSafe(sql)).bind(mailbox.as_str());
        named(query, &chunk).execute(&mut **transaction).await?;
    }
    Ok(())
}

/// Whether it is known what became of an item.
fn is_told(outcome: &Outcome) -> bool {
    *outcome != Outcome::Deferred
}

/// Has items of which something was refused looked at again in time; what was said of them is forgotten by now where they
/// are well.
pub(super) async fn look_again(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    entries: &[Entry],
    now_ms: i64,
) -> Result<(), StoreError> {
    let troubled = entries.iter().filter(|entry| !is_well(&entry.outcome));
    let items: Vec<&str> = troubled.map(|entry| entry.item.as_str()).collect();
    refused::forget_over(transaction, mailbox, &items, now_ms).await?;
    refused::look_again(transaction, mailbox, &items).await
}

/// Whether nothing is wrong with an item; of one that was put off, nobody knows.
fn is_well(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Saved(saved) => saved.issue.is_none(),
        Outcome::Removed { .. }
        | Outcome::Released { .. }
        | Outcome::Skipped(_)
        | Outcome::Withdrawn
        | Outcome::Unasked => true,
        Outcome::Refused(_) | Outcome::Waiting(_) | Outcome::Lost(_) | Outcome::Deferred => false,
    }
}

fn is_saved(outcome: &Outcome) -> bool {
    key(outcome).is_some()
}

fn holds_nothing(outcome: &Outcome) -> bool {
    match outcome {
        // What was approved and could not be done yet stays approved.
        Outcome::Saved(saved) => saved.held.is_none() && !saved.is_unfinished,
        Outcome::Removed { .. }
        | Outcome::Released { .. }
        | Outcome::Skipped(_)
        | Outcome::Withdrawn
        | Outcome::Unasked
        | Outcome::Refused(_)
        | Outcome::Waiting(_)
        | Outcome::Lost(_)
        | Outcome::Deferred => false,
    }
}

/// The key that an item was saved under: others find its Event by it now.
fn key(outcome: &Outcome) -> Option<&str> {
    match outcome {
        Outcome::Saved(saved) => Some(saved.key.as_str()),
        Outcome::Refused(_)
        | Outcome::Waiting(_)
        | Outcome::Lost(_)
        | Outcome::Skipped(_)
        | Outcome::Withdrawn
        | Outcome::Removed { .. }
        | Outcome::Released { .. }
        | Outcome::Unasked
        | Outcome::Deferred => None,
    }
}
