//! Whose mailbox is whose, and whether its sync runs.

use calbridge_rules::{
    id::{Address, RecordId},
    saving::SyncOff,
};
use sqlx::{Any, Row, Transaction, any::AnyRow};

use super::{Lease, NEVER, Store, StoreError, work::fenced};

/// How the reason of a mailbox begins that was stopped before unusually many deletions (DWN-6).
pub const BRAKED: &str = "DWN-6";

/// A mailbox and the one Salesforce user it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    /// Its address.
    pub address: Address,
    /// The Salesforce user.
    pub user: RecordId,
    /// The user's name.
    pub user_name: String,
    /// Whether sync runs.
    pub sync: SyncSwitch,
    /// When its master categories were last looked at; 0 is never.
    pub categories_checked_ms: i64,
    /// When it was first seen.
    pub first_seen_ms: i64,
    /// When items that carry our categories were last looked for outside the window; 0 is never.
    pub looked_everywhere_ms: i64,
    /// The zone its days are counted in, by its Windows or IANA name; empty before it was read.
    pub zone: String,
}

/// Whether sync runs for a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyncSwitch {
    /// It runs.
    Active,
    /// It does not.
    Off(SyncOff),
}

impl SyncSwitch {
    /// Whether somebody wants the mailbox in sync, though it may stand still (the rule book's *synced user*).
    pub fn is_synced(self) -> bool {
        match self {
            Self::Active => true,
            Self::Off(SyncOff::Paused | SyncOff::AuthorizationExpired) => true,
            Self::Off(SyncOff::NeverEnabled) => false,
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Off(SyncOff::NeverEnabled) => "never_enabled",
            Self::Off(SyncOff::Paused) => "paused",
            Self::Off(SyncOff::AuthorizationExpired) => "authorization_expired",
        }
    }

    pub(super) fn parse(text: &str) -> Result<Self, StoreError> {
        match text {
            "active" => Ok(Self::Active),
            "never_enabled" => Ok(Self::Off(SyncOff::NeverEnabled)),
            "paused" => Ok(Self::Off(SyncOff::Paused)),
            "authorization_expired" => Ok(Self::Off(SyncOff::AuthorizationExpired)),
            other => Err(StoreError::Unreadable(format!("sync {other}"))),
        }
    }

    /// What `parked` says while the switch stands so.
    fn parked(self) -> &'static str {
        match self {
            Self::Active => "",
            Self::Off(_) => "off",
        }
    }
}

impl Store {
    /// The mailbox of a user, made at their first sight from the address Salesforce has of them. One to one: a user keeps
    /// the first mailbox, and a mailbox that belongs to somebody else is not given away.
    ///
    /// # Errors
    /// The database refused.
    pub async fn mailbox_at_sign_in(
        &self,
        user: &RecordId,
        user_name: &str,
        address: &Address,
        first_switch: SyncSwitch,
        now_ms: i64,
    ) -> Result<Option<Mailbox>, StoreError> {
        if let Some(known) = self.mailbox_of(user).await? {
            return Ok(Some(known));
        }
        let mut transaction = self.begin().await?;
        let made = sqlx::query(
            "INSERT INTO mailboxes (mailbox, user_id, user_name, sync, categories_checked_at, first_seen)
             VALUES ($1, $2, $3, $4, 0, $5) ON CONFLICT DO NOTHING",
        )
        .bind(address.as_str())
        .bind(user.as_str())
        .bind(user_name)
        .bind(first_switch.text())
        .bind(now_ms)
        .execute(&mut *transaction)
        .await?;
        if made.rows_affected() == 1 {
            let due = if first_switch == SyncSwitch::Active { now_ms } else { NEVER };
            sqlx::query(
                "INSERT INTO mailbox_work (mailbox, next_due, wanted_seq, done_seq, lease_owner, lease_until, fence,
                 attempt, parked) VALUES ($1, $2, 0, 0, '', 0, 0, 0, $3) ON CONFLICT DO NOTHING",
            )
            .bind(address.as_str())
            .bind(due)
            .bind(first_switch.parked())
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        self.mailbox_of(user).await
    }

    /// The mailbox of a user, if the user was seen before.
    ///
    /// # Errors
    /// The database refused.
    pub async fn mailbox_of(&self, user: &RecordId) -> Result<Option<Mailbox>, StoreError> {
        let row = sqlx::query(
            "SELECT mailbox, user_id, user_name, sync, categories_checked_at, first_seen,
             looked_everywhere_at, zone FROM mailboxes WHERE user_id = $1",
        )
        .bind(user.as_str())
        .fetch_optional(&mut *self.reader().await?)
        .await?;
        row.as_ref().map(mailbox).transpose()
    }

    /// The mailbox at an address, if it is known.
    ///
    /// # Errors
    /// The database refused.
    pub async fn mailbox_at(&self, address: &Address) -> Result<Option<Mailbox>, StoreError> {
        let row = sqlx::query(
            "SELECT mailbox, user_id, user_name, sync, categories_checked_at, first_seen,
             looked_everywhere_at, zone FROM mailboxes WHERE mailbox = $1",
        )
        .bind(address.as_str())
        .fetch_optional(&mut *self.reader().await?)
        .await?;
        row.as_ref().map(mailbox).transpose()
    }

    /// Mailboxes whose sync runs, in the order of their addresses.
    ///
    /// # Errors
    /// The database refused.
    pub async fn active_mailboxes(&self, limit: i64) -> Result<Vec<Address>, StoreError> {
        let rows =
            sqlx::query("SELECT mailbox FROM mailboxes WHERE sync = 'active' ORDER BY mailbox LIMIT $1")
                .bind(limit)
                .fetch_all(&mut *self.reader().await?)
                .await?;
        let address = |row: &AnyRow| -> Result<Address, StoreError> {
            let text: String = row.try_get(0)?;
            Address::parse(&text).map_err(|bad| StoreError::Unreadable(bad.to_string()))
        };
        rows.iter().map(address).collect()
    }

    /// Whether somebody's mailbox is synced, paused included (the rule book's *synced user*).
    ///
    /// # Errors
    /// The database refused.
    pub async fn is_synced(&self, address: &Address) -> Result<bool, StoreError> {
        Ok(self.mailbox_at(address).await?.is_some_and(|known| known.sync.is_synced()))
    }

    /// Turns a mailbox's sync on or off, and its sessions with it.
    ///
    /// # Errors
    /// The database refused.
    pub async fn set_sync(
        &self,
        address: &Address,
        switch: SyncSwitch,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        turn_in(&mut transaction, address, switch, now_ms).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Notes that a session looked for items everywhere.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when somebody else has the mailbox by now.
    pub async fn looked_everywhere(&self, lease: &Lease, now_ms: i64) -> Result<(), StoreError> {
        self.before("looked_everywhere", Some(lease)).await?;
        let mut transaction = self.begin().await?;
        fenced(&mut transaction, lease).await?;
        sqlx::query("UPDATE mailboxes SET looked_everywhere_at = $1 WHERE mailbox = $2")
            .bind(now_ms)
            .bind(lease.mailbox.as_str())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        self.after("looked_everywhere", Some(lease)).await
    }

    /// Notes when the master categories were seen in order, and the zone that the mailbox had then.
    ///
    /// # Errors
    /// The database refused.
    pub async fn categories_checked(
        &self,
        address: &Address,
        zone: &str,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        sqlx::query("UPDATE mailboxes SET categories_checked_at = $1, zone = $2 WHERE mailbox = $3")
            .bind(now_ms)
            .bind(zone)
            .bind(address.as_str())
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}

/// Turns a mailbox's sync on or off within a transaction; answers why it stood still until now, empty where it did not.
pub(super) async fn turn_in(
    transaction: &mut Transaction<'static, Any>,
    address: &Address,
    switch: SyncSwitch,
    now_ms: i64,
) -> Result<String, StoreError> {
    let due = if switch == SyncSwitch::Active { now_ms } else { NEVER };
    // A write first: a transaction that begins by reading cannot become a writing one while others write.
    let parked = sqlx::query(
        "UPDATE mailbox_work SET wanted_seq = wanted_seq + 1 WHERE mailbox = $1 RETURNING parked",
    )
    .bind(address.as_str())
    .fetch_optional(&mut **transaction)
    .await?;
    let parked: String = parked.map_or(Ok(String::new()), |row| row.try_get(0))?;
    sqlx::query("UPDATE mailbox_work SET next_due = $1, attempt = 0, parked = $2 WHERE mailbox = $3")
        .bind(due)
        .bind(switch.parked())
        .bind(address.as_str())
        .execute(&mut **transaction)
        .await?;
    switch_in(transaction, address, switch).await?;
    Ok(parked)
}

/// Turns the switch within a transaction.
pub(super) async fn switch_in(
    transaction: &mut Transaction<'static, Any>,
    address: &Address,
    switch: SyncSwitch,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE mailboxes SET sync = $1, categories_checked_at = 0 WHERE mailbox = $2")
        .bind(switch.text())
        .bind(address.as_str())
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

fn mailbox(row: &AnyRow) -> Result<Mailbox, StoreError> {
    let address: String = row.try_get(0)?;
    let user: String = row.try_get(1)?;
    let sync: String = row.try_get(3)?;
    Ok(Mailbox {
        address: Address::parse(&address).map_err(|bad| StoreError::Unreadable(bad.to_string()))?,
        user: RecordId::parse(&user).map_err(|bad| StoreError::Unreadable(bad.to_string()))?,
        user_name: row.try_get(2)?,
        sync: SyncSwitch::parse(&sync)?,
        categories_checked_ms: row.try_get(4)?,
        first_seen_ms: row.try_get(5)?,
        looked_everywhere_ms: row.try_get(6)?,
        zone: row.try_get(7)?,
    })
}
