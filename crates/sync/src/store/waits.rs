//! What waits for a person: changes that are held because they would mail people (PPL-8), and clashes of both sides (DWN-5).

use calbridge_engine::ruling as engine;
use calbridge_rules::{
    event::{EventField, FieldValue},
    id::{Address, ItemId, RecordId},
    merge::MergeConflict,
};
use sqlx::{Row, any::AnyRow};

use super::{
    Store, StoreError,
    pairs::{item_id, optional_record, record, subject_of},
    rulings::{held_of, ruling_of},
};

/// A change that is held.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// Whose.
    pub mailbox: Address,
    /// The mailbox's user, by name.
    pub user_name: String,
    /// The item that would be changed.
    pub item: ItemId,
    /// What the item was about when it was last in sync.
    pub subject: Option<String>,
    /// Its Event.
    pub event: Option<RecordId>,
    /// What would be done.
    pub held: engine::Held,
    /// Since when, in milliseconds.
    pub since_ms: i64,
    /// What was decided, where the session that does it is still to come.
    pub ruling: Option<engine::Ruling>,
}

/// Fields of which one side's value did not win in one session.
#[derive(Clone, Debug, PartialEq)]
pub struct Clashed {
    /// Whose.
    pub mailbox: Address,
    /// The mailbox's user, by name.
    pub user_name: String,
    /// The item.
    pub item: ItemId,
    /// What it was about when it was last in sync.
    pub subject: Option<String>,
    /// Its Event.
    pub event: RecordId,
    /// Which field, and what each side said.
    pub clash: MergeConflict,
    /// When, in milliseconds.
    pub seen_ms: i64,
}

/// The columns of a clash.
const CLASH: &str = "SELECT clashes.mailbox, user_name, clashes.item, COALESCE(item_base, '{}'), clashes.event, field,
     clashes.base, outlook, salesforce, seen_at FROM clashes JOIN mailboxes ON mailboxes.mailbox = clashes.mailbox
     LEFT JOIN pairs ON pairs.mailbox = clashes.mailbox AND pairs.item = clashes.item";

impl Store {
    /// Changes that are held, of one mailbox or of all, the oldest first.
    ///
    /// # Errors
    /// The database refused.
    pub async fn held(&self, mailbox: Option<&Address>, limit: i64) -> Result<Vec<Held>, StoreError> {
        let rows = sqlx::query(
            "SELECT holds.mailbox, user_name, holds.item, COALESCE(item_base, '{}'), COALESCE(event, ''), what,
             held, since_at, ruling FROM holds JOIN mailboxes ON mailboxes.mailbox = holds.mailbox
             LEFT JOIN pairs ON pairs.mailbox = holds.mailbox AND pairs.item = holds.item
             WHERE $1 = '' OR holds.mailbox = $1 ORDER BY since_at, holds.mailbox, holds.item LIMIT $2",
        )
        .bind(mailbox.map_or("", Address::as_str))
        .bind(limit)
        .fetch_all(&mut *self.reader().await?)
        .await?;
        rows.iter().map(held).collect()
    }

    /// Clashes that nobody flipped, of one mailbox or of all, the latest first.
    ///
    /// # Errors
    /// The database refused.
    pub async fn clashes(&self, mailbox: Option<&Address>, limit: i64) -> Result<Vec<Clashed>, StoreError> {
        let sql = format!(
            "{CLASH} WHERE ($1 = '' OR clashes.mailbox = $1) AND flipped_at = 0 AND wins = ''
             ORDER BY seen_at DESC, clashes.mailbox, clashes.item, field LIMIT $2"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(mailbox.map_or("", Address::as_str))
            .bind(limit)
            .fetch_all(&mut *self.reader().await?)
            .await?;
        rows.iter().map(clashed).collect()
    }

    /// The clashes of one item that one session found.
    ///
    /// # Errors
    /// The database refused.
    pub async fn clashes_of(
        &self,
        mailbox: &Address,
        item: &ItemId,
        seen_ms: i64,
    ) -> Result<Vec<Clashed>, StoreError> {
        let sql = format!(
            "{CLASH} WHERE clashes.mailbox = $1 AND clashes.item = $2 AND seen_at = $3 AND flipped_at = 0
             AND wins = '' ORDER BY field"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(mailbox.as_str())
            .bind(item.as_str())
            .bind(seen_ms)
            .fetch_all(&mut *self.reader().await?)
            .await?;
        rows.iter().map(clashed).collect()
    }

    /// Notes that a clash was flipped.
    ///
    /// # Errors
    /// The database refused.
    pub async fn flipped(&self, clashed: &Clashed, now_ms: i64) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE clashes SET flipped_at = $1 WHERE mailbox = $2 AND item = $3 AND field = $4 AND seen_at = $5",
        )
        .bind(now_ms)
        .bind(clashed.mailbox.as_str())
        .bind(clashed.item.as_str())
        .bind(String::from(clashed.clash.field.clone()))
        .bind(clashed.seen_ms)
        .execute(&self.writer)
        .await?;
        Ok(())
    }
}

fn held(row: &AnyRow) -> Result<Held, StoreError> {
    Ok(Held {
        mailbox: address(row)?,
        user_name: row.try_get(1)?,
        item: item_id(&row.try_get::<String, _>(2)?)?,
        subject: subject_of(&row.try_get::<String, _>(3)?)?,
        event: optional_record(&row.try_get::<String, _>(4)?)?,
        held: held_of(&row.try_get::<String, _>(5)?, &row.try_get::<String, _>(6)?)?,
        since_ms: row.try_get(7)?,
        ruling: ruling_of(&row.try_get::<String, _>(8)?)?,
    })
}

fn clashed(row: &AnyRow) -> Result<Clashed, StoreError> {
    let field = EventField::try_from(row.try_get::<String, _>(5)?)
        .map_err(|bad| StoreError::Unreadable(bad.to_string()))?;
    Ok(Clashed {
        mailbox: address(row)?,
        user_name: row.try_get(1)?,
        item: item_id(&row.try_get::<String, _>(2)?)?,
        subject: subject_of(&row.try_get::<String, _>(3)?)?,
        event: record(&row.try_get::<String, _>(4)?)?,
        clash: MergeConflict {
            field,
            agreed: value(&row.try_get::<String, _>(6)?)?,
            outlook: value(&row.try_get::<String, _>(7)?)?,
            salesforce: value(&row.try_get::<String, _>(8)?)?,
        },
        seen_ms: row.try_get(9)?,
    })
}

fn address(row: &AnyRow) -> Result<Address, StoreError> {
    Address::parse(&row.try_get::<String, _>(0)?).map_err(|bad| StoreError::Unreadable(bad.to_string()))
}

fn value(text: &str) -> Result<FieldValue, StoreError> {
    serde_json::from_str(text).map_err(|bad| StoreError::Unreadable(bad.to_string()))
}
