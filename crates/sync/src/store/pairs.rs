//! Pairs: which item belongs to which Event, and the ids an item goes by.

use calbridge_rules::id::{Address, ItemId, RecordId};
use sqlx::{Row, any::AnyRow};

use super::{Store, StoreError};

/// An item and its Event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The item, by its immutable id.
    pub item: ItemId,
    /// The sync key.
    pub sync_key: String,
    /// The Event.
    pub event: RecordId,
    /// Whether categories and pointer were written on the item.
    pub is_marked: bool,
}

impl Store {
    /// The pair of an item.
    ///
    /// # Errors
    /// The database refused.
    pub async fn pair(&self, mailbox: &Address, item: &ItemId) -> Result<Option<Pair>, StoreError> {
        let row = sqlx::query(
            "SELECT item, sync_key, event, marked FROM pairs WHERE mailbox = $1 AND (item = $2 OR item IN
             (SELECT item FROM item_ids WHERE mailbox = $1 AND given_id = $2)) LIMIT 1",
        )
        .bind(mailbox.as_str())
        .bind(item.as_str())
        .fetch_optional(&self.readers)
        .await?;
        row.as_ref().map(pair).transpose()
    }

    /// The Event that any mailbox saved under a key.
    ///
    /// # Errors
    /// The database refused.
    pub async fn event_by_key(&self, sync_key: &str) -> Result<Option<RecordId>, StoreError> {
        let row = sqlx::query("SELECT event FROM pairs WHERE sync_key = $1 ORDER BY created_at LIMIT 1")
            .bind(sync_key)
            .fetch_optional(&self.readers)
            .await?;
        let Some(row) = row else { return Ok(None) };
        record(&row.try_get::<String, _>(0)?).map(Some)
    }

    /// The immutable id behind an id that was given before.
    ///
    /// # Errors
    /// The database refused.
    pub async fn item_of(&self, mailbox: &Address, given: &ItemId) -> Result<Option<ItemId>, StoreError> {
        let row = sqlx::query("SELECT item FROM item_ids WHERE mailbox = $1 AND given_id = $2")
            .bind(mailbox.as_str())
            .bind(given.as_str())
            .fetch_optional(&self.readers)
            .await?;
        let Some(row) = row else { return Ok(None) };
        item_id(&row.try_get::<String, _>(0)?).map(Some)
    }

    /// Remembers which item an id stands for.
    ///
    /// # Errors
    /// The database refused.
    pub async fn learn_item_id(
        &self,
        mailbox: &Address,
        given: &ItemId,
        item: &ItemId,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO item_ids (mailbox, given_id, item) VALUES ($1, $2, $3)
             ON CONFLICT (mailbox, given_id) DO UPDATE SET item = $3",
        )
        .bind(mailbox.as_str())
        .bind(given.as_str())
        .bind(item.as_str())
        .execute(&self.writer)
        .await?;
        Ok(())
    }
}

pub(super) fn pair(row: &AnyRow) -> Result<Pair, StoreError> {
    Ok(Pair {
        item: item_id(&row.try_get::<String, _>(0)?)?,
        sync_key: row.try_get(1)?,
        event: record(&row.try_get::<String, _>(2)?)?,
        is_marked: row.try_get::<i64, _>(3)? == 1,
    })
}

pub(super) fn item_id(text: &str) -> Result<ItemId, StoreError> {
    ItemId::parse(text).map_err(|bad| StoreError::Unreadable(bad.to_string()))
}

pub(super) fn record(text: &str) -> Result<RecordId, StoreError> {
    RecordId::parse(text).map_err(|bad| StoreError::Unreadable(bad.to_string()))
}
