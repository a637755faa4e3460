//! What a session leaves beside its pairs: where it read to, what it could not finish, what is held for approval, where both
//! sides clashed, and items that are never saved again of themselves.

use calbridge_engine::{
    ports::{Cursor, Window},
    report::Saved,
};
use calbridge_rules::{
    autosave::Past,
    id::{Address, ItemId},
};
use sqlx::{Any, AssertSqlSafe, Row, Transaction};

use super::{
    Store, StoreError, clashes,
    pairs::{item_id, named, places},
    rows::{at_most, questions},
    rulings::hold,
};
use crate::clock::instant;

impl Store {
    /// Where a mailbox's calendar was last read to, under the settings that hold now.
    ///
    /// # Errors
    /// The database refused.
    pub async fn cursor(&self, mailbox: &Address) -> Result<Option<Cursor>, StoreError> {
        let row = sqlx::query(
            "SELECT cursor, from_at, to_at FROM cursors WHERE mailbox = $1 AND read_at > COALESCE(
             (SELECT MAX(changed_at) FROM settings_changed WHERE owner = ''
              OR owner IN (SELECT user_id FROM mailboxes WHERE mailbox = $1)), -1)",
        )
        .bind(mailbox.as_str())
        .fetch_optional(&mut *self.reader().await?)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let window = Window { from: instant(row.try_get(1)?), to: instant(row.try_get(2)?) };
        Ok(Some(Cursor { text: row.try_get(0)?, window }))
    }

    /// Items that an earlier session could not finish, or left until now, oldest first.
    ///
    /// # Errors
    /// The database refused.
    pub async fn unfinished(
        &self,
        mailbox: &Address,
        now_ms: i64,
        limit: i64,
    ) -> Result<Vec<ItemId>, StoreError> {
        let sql = format!(
            "SELECT item FROM unfinished WHERE mailbox = $1 AND since_at <= $2 ORDER BY since_at, item {}",
            at_most(limit)
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(mailbox.as_str())
            .bind(now_ms)
            .fetch_all(&mut *self.reader().await?)
            .await?;
        rows.iter().map(|row| item_id(&row.try_get::<String, _>(0)?)).collect()
    }

    /// Which of these items are never saved again of themselves, and why.
    ///
    /// # Errors
    /// The database refused.
    pub async fn let_go(
        &self,
        mailbox: &Address,
        items: &[ItemId],
    ) -> Result<Vec<(ItemId, Past)>, StoreError> {
        let items: Vec<&str> = items.iter().map(ItemId::as_str).collect();
        let mut found = Vec::new();
        for chunk in questions(&items) {
            let sql = format!(
                "SELECT item, past FROM let_go WHERE mailbox = $1 AND item IN ({})",
                places(2, chunk.len())
            );
            let rows = named(sqlx::query(AssertSqlSafe(sql)).bind(mailbox.as_str()), &chunk);
            for row in rows.fetch_all(&mut *self.reader().await?).await? {
                let past = past_of(&row.try_get::<String, _>(1)?)?;
                found.push((item_id(&row.try_get::<String, _>(0)?)?, past));
            }
        }
        Ok(found)
    }
}

pub(super) async fn put_cursor(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    cursor: &Cursor,
    read_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO cursors (mailbox, cursor, from_at, to_at, read_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (mailbox) DO UPDATE SET cursor = $2, from_at = $3, to_at = $4, read_at = $5",
    )
    .bind(mailbox.as_str())
    .bind(&cursor.text)
    .bind(cursor.window.from.timestamp_millis())
    .bind(cursor.window.to.timestamp_millis())
    .bind(read_ms)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// An item is looked at again by the first session from then on.
pub(super) async fn unfinished(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    item: &ItemId,
    now_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO unfinished (mailbox, item, since_at) VALUES ($1, $2, $3)
         ON CONFLICT (mailbox, item) DO UPDATE SET since_at = $3 WHERE unfinished.since_at > $3",
    )
    .bind(mailbox.as_str())
    .bind(item.as_str())
    .bind(now_ms)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// What belongs to a pair that was just brought up to date.
pub(super) async fn keep_of(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    item: &ItemId,
    saved: &Saved,
    now_ms: i64,
) -> Result<(), StoreError> {
    if saved.is_unfinished {
        unfinished(transaction, mailbox, item, now_ms).await?;
    }
    if let Some(held) = &saved.held {
        hold(transaction, mailbox, item, held, now_ms).await?;
    }
    clashes::list(transaction, mailbox, item, saved, now_ms).await
}

/// Forgets a pair, and remembers not to save its item again of itself.
pub(super) async fn forget_pair(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    item: &ItemId,
    past: Past,
    now_ms: i64,
) -> Result<(), StoreError> {
    delete(transaction, "DELETE FROM pairs WHERE mailbox = $1 AND item = $2", mailbox, item).await?;
    delete(transaction, "DELETE FROM unmarked WHERE mailbox = $1 AND item = $2", mailbox, item).await?;
    delete(transaction, "DELETE FROM holds WHERE mailbox = $1 AND item = $2", mailbox, item).await?;
    delete(transaction, "DELETE FROM related WHERE mailbox = $1 AND item = $2", mailbox, item).await?;
    super::series::forget(transaction, mailbox, item).await?;
    super::left_out::forget(transaction, mailbox, item).await?;
    sqlx::query(
        "INSERT INTO let_go (mailbox, item, since_at, past) VALUES ($1, $2, $3, $4)
         ON CONFLICT (mailbox, item) DO UPDATE SET since_at = $3, past = $4",
    )
    .bind(mailbox.as_str())
    .bind(item.as_str())
    .bind(now_ms)
    .bind(past_text(past))
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

fn past_text(past: Past) -> &'static str {
    match past {
        Past::Nothing => "nothing",
        Past::TakenBack => "taken_back",
        Past::EventDeleted => "event_deleted",
        Past::Cancelled => "cancelled",
    }
}

fn past_of(text: &str) -> Result<Past, StoreError> {
    let all = [Past::Nothing, Past::TakenBack, Past::EventDeleted, Past::Cancelled];
    let past = all.into_iter().find(|past| past_text(*past) == text);
    past.ok_or_else(|| StoreError::Unreadable(format!("past {text}")))
}

async fn delete(
    transaction: &mut Transaction<'static, Any>,
    statement: &'static str,
    mailbox: &Address,
    item: &ItemId,
) -> Result<(), StoreError> {
    sqlx::query(statement).bind(mailbox.as_str()).bind(item.as_str()).execute(&mut **transaction).await?;
    Ok(())
}
