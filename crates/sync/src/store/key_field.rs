//! Which field Events are keyed by in the org, once one was found there.

use calbridge_rules::id::ApiName;
use sqlx::Row;

use super::{Store, StoreError};

/// The only row.
const ONE: i64 = 1;

/// A field that held the keys of Events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFieldHad {
    /// Its name; nothing where an older build went by the configured one.
    pub name: Option<ApiName>,
    /// Whether the org created and changed Events by it.
    pub upserts: bool,
}

impl Store {
    /// The field that was found last.
    ///
    /// # Errors
    /// The database refused, or the row cannot be read.
    pub async fn key_field_had(&self) -> Result<Option<KeyFieldHad>, StoreError> {
        let row = sqlx::query("SELECT name, upserts FROM key_field WHERE one = $1")
            .bind(ONE)
            .fetch_optional(&mut *self.reader().await?)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let (name, upserts): (String, i64) = (row.try_get(0)?, row.try_get(1)?);
        let unreadable = |bad: calbridge_rules::id::BadApiName| StoreError::Unreadable(bad.to_string());
        let name = (!name.is_empty()).then(|| ApiName::parse(&name)).transpose().map_err(unreadable)?;
        Ok(Some(KeyFieldHad { name, upserts: upserts != 0 }))
    }

    /// Keeps which field was found.
    ///
    /// # Errors
    /// The database refused.
    pub async fn put_key_field(&self, found: &KeyFieldHad) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO key_field (one, name, upserts) VALUES ($1, $2, $3)
             ON CONFLICT (one) DO UPDATE SET name = excluded.name, upserts = excluded.upserts",
        )
        .bind(ONE)
        .bind(found.name.as_ref().map_or("", ApiName::as_str))
        .bind(i64::from(found.upserts))
        .execute(&self.writer)
        .await?;
        Ok(())
    }
}
