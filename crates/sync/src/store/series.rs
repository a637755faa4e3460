//! What is kept of series, and which Events are parts of them.

use calbridge_engine::series::KeptSeries;
use calbridge_rules::id::{Address, ItemId, RecordId};
use sqlx::{Any, AssertSqlSafe, Row, Transaction};

use super::{
    Store, StoreError,
    pairs::{item_id, named, places, record},
    rows::questions,
};

impl Store {
    /// What was kept of series, by their masters.
    ///
    /// # Errors
    /// The database refused.
    pub async fn series(
        &self,
        mailbox: &Address,
        masters: &[ItemId],
    ) -> Result<Vec<(ItemId, KeptSeries)>, StoreError> {
        let masters: Vec<&str> = masters.iter().map(ItemId::as_str).collect();
        let mut kept = Vec::new();
        for chunk in questions(&masters) {
            let sql = format!(
                "SELECT item, kept FROM series WHERE mailbox = $1 AND item IN ({}) ORDER BY item",
                places(2, chunk.len())
            );
            let rows = named(sqlx::query(AssertSqlSafe(sql)).bind(mailbox.as_str()), &chunk);
            for row in rows.fetch_all(&mut *self.reader().await?).await? {
                let series = read(&row.try_get::<String, _>(1)?)?;
                kept.push((item_id(&row.try_get::<String, _>(0)?)?, series));
            }
        }
        Ok(kept)
    }

    /// The series of a mailbox that Events are parts of.
    ///
    /// # Errors
    /// The database refused.
    pub async fn series_of_events(
        &self,
        mailbox: &Address,
        events: &[RecordId],
    ) -> Result<Vec<(RecordId, ItemId)>, StoreError> {
        let all = self.holders_of_events(events).await?;
        Ok(all
            .into_iter()
            .filter(|(_, holder, _)| holder == mailbox)
            .map(|(event, _, item)| (event, item))
            .collect())
    }

    /// The series that Events are parts of, in whatever mailbox: the Event, the mailbox, the master.
    ///
    /// # Errors
    /// The database refused.
    pub async fn holders_of_events(
        &self,
        events: &[RecordId],
    ) -> Result<Vec<(RecordId, Address, ItemId)>, StoreError> {
        let events: Vec<&str> = events.iter().map(RecordId::as_str).collect();
        let mut holders = Vec::new();
        for chunk in questions(&events) {
            let sql = format!(
                "SELECT event, mailbox, item FROM series_events WHERE event IN ({}) ORDER BY event, mailbox",
                places(1, chunk.len())
            );
            for row in
                named(sqlx::query(AssertSqlSafe(sql)), &chunk).fetch_all(&mut *self.reader().await?).await?
            {
                let mailbox = Address::parse(&row.try_get::<String, _>(1)?)
                    .map_err(|bad| StoreError::Unreadable(bad.to_string()))?;
                let (event, item) = (row.try_get::<String, _>(0)?, row.try_get::<String, _>(2)?);
                holders.push((record(&event)?, mailbox, item_id(&item)?));
            }
        }
        Ok(holders)
    }
}

/// What is kept of one series, if the item is any.
pub(super) async fn kept_of(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    item: &str,
) -> Result<Option<KeptSeries>, StoreError> {
    let row = sqlx::query("SELECT kept FROM series WHERE mailbox = $1 AND item = $2")
        .bind(mailbox.as_str())
        .bind(item)
        .fetch_optional(&mut **transaction)
        .await?;
    row.map(|row| read(&row.try_get::<String, _>(0)?)).transpose()
}

fn read(text: &str) -> Result<KeptSeries, StoreError> {
    serde_json::from_str(text).map_err(|bad| StoreError::Unreadable(bad.to_string()))
}

/// Keeps a series, in place of what was kept of it.
pub(super) async fn put(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    item: &ItemId,
    kept: &KeptSeries,
    now_ms: i64,
) -> Result<(), StoreError> {
    let text = serde_json::to_string(kept).map_err(|bad| StoreError::Unreadable(bad.to_string()))?;
    sqlx::query(
        "INSERT INTO series (mailbox, item, kept, updated_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (mailbox, item) DO UPDATE SET kept = $3, updated_at = $4",
    )
    .bind(mailbox.as_str())
    .bind(item.as_str())
    .bind(text)
    .bind(now_ms)
    .execute(&mut **transaction)
    .await?;
    // A whole round looks for every pair of its days (DWN-6): a series lies in all of its own.
    let (starts_ms, ends_ms) = kept.milliseconds();
    sqlx::query("UPDATE pairs SET starts_at = $3, ends_at = $4 WHERE mailbox = $1 AND item = $2")
        .bind(mailbox.as_str())
        .bind(item.as_str())
        .bind(starts_ms)
        .bind(ends_ms)
        .execute(&mut **transaction)
        .await?;
    let known: Vec<RecordId> = parts(transaction, mailbox, item).await?;
    let events: std::collections::BTreeSet<&RecordId> = kept.events().collect();
    for gone in known.iter().filter(|event| !events.contains(event)) {
        sqlx::query("DELETE FROM series_events WHERE mailbox = $1 AND event = $2")
            .bind(mailbox.as_str())
            .bind(gone.as_str())
            .execute(&mut **transaction)
            .await?;
    }
    for event in events.into_iter().filter(|event| !known.contains(event)) {
        sqlx::query(
            "INSERT INTO series_events (mailbox, event, item) VALUES ($1, $2, $3)
             ON CONFLICT (mailbox, event) DO UPDATE SET item = $3",
        )
        .bind(mailbox.as_str())
        .bind(event.as_str())
        .bind(item.as_str())
        .execute(&mut **transaction)
        .await?;
    }
    Ok(())
}

async fn parts(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    item: &ItemId,
) -> Result<Vec<RecordId>, StoreError> {
    let rows = sqlx::query("SELECT event FROM series_events WHERE mailbox = $1 AND item = $2 ORDER BY event")
        .bind(mailbox.as_str())
        .bind(item.as_str())
        .fetch_all(&mut **transaction)
        .await?;
    rows.iter().map(|row| record(&row.try_get::<String, _>(0)?)).collect()
}

/// Forgets a series.
pub(super) async fn forget(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    item: &ItemId,
) -> Result<(), StoreError> {
    for statement in [
        "DELETE FROM series WHERE mailbox = $1 AND item = $2",
        "DELETE FROM series_events WHERE mailbox = $1 AND item = $2",
    ] {
        sqlx::query(statement).bind(mailbox.as_str()).bind(item.as_str()).execute(&mut **transaction).await?;
    }
    Ok(())
}
