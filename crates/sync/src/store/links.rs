//! Which Event has which key, where no field of the org holds keys (DUP-2).

use super::{Store, StoreError};

impl Store {
    /// Whether any key is kept here.
    ///
    /// # Errors
    /// The database refused.
    pub async fn has_links(&self) -> Result<bool, StoreError> {
        let row = sqlx::query("SELECT sync_key FROM links LIMIT 1")
            .fetch_optional(&mut *self.reader().await?)
            .await?;
        Ok(row.is_some())
    }
}
