//! Which Event has which key, where no field of the org holds keys (DUP-2), and what Events say that are created and not linked
//! yet (DUP-3).

use std::collections::BTreeMap;

use calbridge_rules::{event::EventFields, id::RecordId, identity::SyncKey};
use sqlx::{Any, AssertSqlSafe, Row, Transaction, any::AnyRow};

use super::{
    Store, StoreError,
    paired::fields_text,
    pairs::{fields, named, places, record},
    rows::{portions, questions, rows},
};

/// A key and its Event.
pub type Link = (SyncKey, RecordId);

/// An Event that was about to be created under a key, and whose link was not kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Unlinked {
    /// The key.
    pub key: SyncKey,
    /// What it was to say.
    pub fields: EventFields,
    /// Since when, in milliseconds.
    pub since_ms: i64,
}

impl Store {
    /// Whether any key is kept here.
    ///
    /// # Errors
    /// The database refused.
    pub async fn has_links(&self) -> Result<bool, StoreError> {
        let row = sqlx::query("SELECT sync_key FROM links UNION ALL SELECT sync_key FROM unlinked LIMIT 1");
        Ok(row.fetch_optional(&mut *self.reader().await?).await?.is_some())
    }

    /// The Events of keys.
    ///
    /// # Errors
    /// The database refused, or a row cannot be read.
    pub async fn links_of_keys(&self, keys: &[SyncKey]) -> Result<Vec<Link>, StoreError> {
        let keys: Vec<&str> = keys.iter().map(SyncKey::as_str).collect();
        self.links("SELECT sync_key, event FROM links WHERE sync_key IN", &keys).await
    }

    /// The keys of Events.
    ///
    /// # Errors
    /// The database refused, or a row cannot be read.
    pub async fn links_of_events(&self, events: &[RecordId]) -> Result<Vec<Link>, StoreError> {
        let events: Vec<&str> = events.iter().map(RecordId::as_str).collect();
        self.links("SELECT sync_key, event FROM links WHERE event IN", &events).await
    }

    async fn links(&self, statement: &'static str, names: &[&str]) -> Result<Vec<Link>, StoreError> {
        let mut links = Vec::new();
        for portion in questions(names) {
            let sql = format!("{statement} ({})", places(1, portion.len()));
            // Nothing but literals of this file make it up.
            let query = named(sqlx::query(AssertSqlSafe(sql)), &portion);
            for row in query.fetch_all(&mut *self.reader().await?).await? {
                links.push((key(&row)?, record(&row.try_get::<String, _>(1)?)?));
            }
        }
        Ok(links)
    }

    /// Keeps which Events have which keys: an Event has one key, and a key one Event. What was kept before gives way.
    ///
    /// # Errors
    /// The database refused.
    pub async fn link(&self, links: &[Link]) -> Result<(), StoreError> {
        // In one order for everybody, and each key and each Event once.
        let by_event: BTreeMap<&RecordId, &SyncKey> = links.iter().map(|(key, event)| (event, key)).collect();
        let links: BTreeMap<&SyncKey, &RecordId> =
            by_event.into_iter().map(|(event, key)| (key, event)).collect();
        let links: Vec<(&SyncKey, &RecordId)> = links.into_iter().collect();
        let mut transaction = self.begin().await?;
        for portion in portions(&links) {
            let events: Vec<&str> = portion.iter().map(|(_, event)| event.as_str()).collect();
            forget(&mut transaction, "DELETE FROM links WHERE event IN", &events).await?;
            let pair = |at: usize| format!("({})", places(at * 2 + 1, 2));
            let sql = format!(
                "INSERT INTO links (sync_key, event) VALUES {}
                 ON CONFLICT (sync_key) DO UPDATE SET event = excluded.event",
                (0..portion.len()).map(pair).collect::<Vec<_>>().join(", ")
            );
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for (key, event) in portion {
                query = query.bind(key.as_str()).bind(event.as_str());
            }
            query.execute(&mut *transaction).await?;
        }
        let keys: Vec<&str> = links.iter().map(|(key, _)| key.as_str()).collect();
        forget(&mut transaction, "DELETE FROM unlinked WHERE sync_key IN", &keys).await?;
        Ok(transaction.commit().await?)
    }

    /// Forgets the keys of Events that are gone.
    ///
    /// # Errors
    /// The database refused.
    pub async fn unlink(&self, events: &[RecordId]) -> Result<(), StoreError> {
        let events: Vec<&str> = events.iter().map(RecordId::as_str).collect();
        let mut transaction = self.begin().await?;
        forget(&mut transaction, "DELETE FROM links WHERE event IN", &events).await?;
        Ok(transaction.commit().await?)
    }

    /// Keeps what Events say that are about to be created under keys.
    ///
    /// # Errors
    /// The database refused.
    pub async fn put_unlinked(&self, new: &[(SyncKey, EventFields)], now_ms: i64) -> Result<(), StoreError> {
        let new: BTreeMap<&SyncKey, &EventFields> = new.iter().map(|(key, fields)| (key, fields)).collect();
        let new: Vec<(&SyncKey, &EventFields)> = new.into_iter().collect();
        let mut transaction = self.begin().await?;
        for portion in portions(&new) {
            let sql = format!(
                "INSERT INTO unlinked (written_at, sync_key, fields) VALUES {}
                 ON CONFLICT (sync_key) DO UPDATE SET fields = excluded.fields, written_at = excluded.written_at",
                rows(portion.len(), 1, 2)
            );
            let mut query = sqlx::query(AssertSqlSafe(sql)).bind(now_ms);
            for (key, fields) in portion {
                query = query.bind(key.as_str()).bind(fields_text(fields)?);
            }
            query.execute(&mut *transaction).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// What was about to be created under keys, and is not linked.
    ///
    /// # Errors
    /// The database refused, or a row cannot be read.
    pub async fn unlinked(&self, keys: &[SyncKey]) -> Result<Vec<Unlinked>, StoreError> {
        let keys: Vec<&str> = keys.iter().map(SyncKey::as_str).collect();
        let mut unlinked = Vec::new();
        for portion in questions(&keys) {
            let sql = format!(
                "SELECT sync_key, fields, written_at FROM unlinked WHERE sync_key IN ({}) ORDER BY sync_key",
                places(1, portion.len())
            );
            let query = named(sqlx::query(AssertSqlSafe(sql)), &portion);
            for row in query.fetch_all(&mut *self.reader().await?).await? {
                unlinked.push(Unlinked {
                    key: key(&row)?,
                    fields: fields(&row.try_get::<String, _>(1)?)?,
                    since_ms: row.try_get(2)?,
                });
            }
        }
        Ok(unlinked)
    }

    /// Forgets what was about to be created under keys: it is certain that it was not.
    ///
    /// # Errors
    /// The database refused.
    pub async fn forget_unlinked(&self, keys: &[SyncKey]) -> Result<(), StoreError> {
        let keys: Vec<&str> = keys.iter().map(SyncKey::as_str).collect();
        let mut transaction = self.begin().await?;
        forget(&mut transaction, "DELETE FROM unlinked WHERE sync_key IN", &keys).await?;
        Ok(transaction.commit().await?)
    }
}

async fn forget(
    transaction: &mut Transaction<'static, Any>,
    statement: &'static str,
    names: &[&str],
) -> Result<(), StoreError> {
    for portion in questions(names) {
        let sql = format!("{statement} ({})", places(1, portion.len()));
        named(sqlx::query(AssertSqlSafe(sql)), &portion).execute(&mut **transaction).await?;
    }
    Ok(())
}

fn key(row: &AnyRow) -> Result<SyncKey, StoreError> {
    let text: String = row.try_get(0)?;
    SyncKey::parse(&text).map_err(|bad| StoreError::Unreadable(bad.to_string()))
}
