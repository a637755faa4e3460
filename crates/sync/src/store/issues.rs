//! Issues: what could not be saved, and why (ISS-1).

use calbridge_rules::{
    id::{Address, ItemId},
    status::Issue,
};
use sqlx::Row;

use super::{Store, StoreError};

impl Store {
    /// The issue of an item, the latest first, under its own id or one it was given by.
    ///
    /// # Errors
    /// The database refused.
    pub async fn issue(&self, mailbox: &Address, item: &ItemId) -> Result<Option<Issue>, StoreError> {
        let row = sqlx::query(
            "SELECT issue FROM issues WHERE mailbox = $1 AND (item = $2 OR item IN
             (SELECT item FROM item_ids WHERE mailbox = $1 AND given_id = $2)) ORDER BY last_seen DESC LIMIT 1",
        )
        .bind(mailbox.as_str())
        .bind(item.as_str())
        .fetch_optional(&self.readers)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let text: String = row.try_get(0)?;
        serde_json::from_str(&text).map(Some).map_err(|bad| StoreError::Unreadable(bad.to_string()))
    }
}
