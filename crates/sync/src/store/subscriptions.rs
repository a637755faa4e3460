//! Which subscription tells of a mailbox's changes, and what its notices set off.

use calbridge_rules::id::Address;
use sqlx::Row;

use super::{
    Lease, Store, StoreError,
    work::{dirty_in, fenced},
};

/// A mailbox's subscription.
#[derive(Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Its id; empty while there is none.
    pub id: String,
    /// What each of its notices repeats.
    pub secret: String,
    /// When it ends, in milliseconds.
    pub until_ms: i64,
    /// When it was last tried to be made or renewed, in milliseconds.
    pub tried_ms: i64,
}

impl std::fmt::Debug for Subscription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Subscription")
            .field("id", &self.id)
            .field("until_ms", &self.until_ms)
            .finish_non_exhaustive()
    }
}

/// What a believed notice sets off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A mailbox is looked at.
    Look(Address),
    /// A mailbox is looked at, and needs another subscription.
    Removed(Address),
    /// A mailbox's subscription is to be renewed by its next session.
    Expiring(Address),
}

impl Store {
    /// The subscription of a mailbox.
    ///
    /// # Errors
    /// The database refused.
    pub async fn subscription(&self, mailbox: &Address) -> Result<Option<Subscription>, StoreError> {
        let row = sqlx::query(
            "SELECT subscription, secret, until_at, tried_at FROM subscriptions WHERE mailbox = $1",
        )
        .bind(mailbox.as_str())
        .fetch_optional(&mut *self.reader().await?)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Subscription {
            id: row.try_get(0)?,
            secret: row.try_get(1)?,
            until_ms: row.try_get(2)?,
            tried_ms: row.try_get(3)?,
        }))
    }

    /// The mailbox behind a subscription, and what its notices repeat.
    ///
    /// # Errors
    /// The database refused.
    pub async fn subscriber(&self, id: &str) -> Result<Option<(Address, String)>, StoreError> {
        let row = sqlx::query("SELECT mailbox, secret FROM subscriptions WHERE subscription = $1")
            .bind(id)
            .fetch_optional(&mut *self.reader().await?)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let mailbox = Address::parse(&row.try_get::<String, _>(0)?);
        Ok(Some((mailbox.map_err(|bad| StoreError::Unreadable(bad.to_string()))?, row.try_get(1)?)))
    }

    /// Keeps the subscription of a leased mailbox.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when somebody else has the mailbox by now.
    pub async fn keep_subscription(&self, lease: &Lease, kept: &Subscription) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        fenced(&mut transaction, lease).await?;
        sqlx::query(
            "INSERT INTO subscriptions (mailbox, subscription, secret, until_at, tried_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (mailbox) DO UPDATE SET subscription = $2, secret = $3, until_at = $4, tried_at = $5",
        )
        .bind(lease.mailbox.as_str())
        .bind(&kept.id)
        .bind(&kept.secret)
        .bind(kept.until_ms)
        .bind(kept.tried_ms)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Takes notices in, all or nothing: mailboxes become due at an instant. However often one is heard, it sets off one
    /// session.
    ///
    /// # Errors
    /// The database refused.
    pub async fn hear_notices(&self, heard: &[Heard], due_ms: i64) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        for one in heard {
            let mailbox = match one {
                Heard::Look(mailbox) | Heard::Removed(mailbox) | Heard::Expiring(mailbox) => mailbox,
            };
            // Before anything else, a write.
            dirty_in(&mut transaction, mailbox, due_ms).await?;
            let change = match one {
                Heard::Look(_) => continue,
                Heard::Removed(_) => {
                    "UPDATE subscriptions SET subscription = '', until_at = 0, tried_at = 0 WHERE mailbox = $1"
                }
                Heard::Expiring(_) => {
                    "UPDATE subscriptions SET until_at = 0, tried_at = 0 WHERE mailbox = $1"
                }
            };
            sqlx::query(change).bind(mailbox.as_str()).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(())
    }
}
