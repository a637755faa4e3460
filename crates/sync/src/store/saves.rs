//! Save requests: what users asked for, one row an item.

use calbridge_engine::ports::Action;
use calbridge_rules::{
    id::{Address, ItemId, RecordId},
    saving::Choice,
};
use calbridge_wire::service::{IdFormat, ItemRef};
use chrono::{DateTime, Utc};
use sqlx::{Any, AssertSqlSafe, Row, Transaction, any::AnyRow};

use super::{Store, StoreError, refused, rows::at_most, work::want_in};
use crate::{clock::instant, mutant::mutant};

/// A press of Save.
#[derive(Clone, Copy, Debug)]
pub struct NewSave<'a> {
    /// Who pressed.
    pub user: &'a RecordId,
    /// Their mailbox.
    pub mailbox: &'a Address,
    /// Made once per press.
    pub idempotency_key: &'a str,
    /// Tells this request from another one under the same key.
    pub fingerprint: &'a str,
    /// The item.
    pub item: &'a ItemRef,
    /// What is asked for.
    pub action: Action,
    /// What was chosen.
    pub choice: &'a Choice,
    /// When the session is expected.
    pub expected_at: DateTime<Utc>,
}

/// What became of a press of Save.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// It waits for a session: now, or since the same press came first.
    Waits {
        /// When that session is expected.
        expected_at: DateTime<Utc>,
    },
    /// The key belongs to another request.
    KeyTaken,
}

/// A request that waits for a session.
#[derive(Clone, Debug, PartialEq)]
pub struct WaitingSave {
    /// The item's id as it was given.
    pub given_id: ItemId,
    /// How that id is written.
    pub id_format: IdFormat,
    /// How it came.
    pub source: Source,
    /// What is asked for.
    pub action: Action,
    /// What was chosen.
    pub choice: Choice,
    /// Grows with every press; settling names the one it saw.
    pub revision: i64,
    /// When it was expected to be carried out.
    pub expected_at: DateTime<Utc>,
    /// The immutable id of the item, where it was learned.
    pub item: Option<ItemId>,
    /// The global id of its meeting, where it was learned.
    pub meeting: Option<String>,
}

/// The columns of a request that waits.
const WAITING: &str =
    "SELECT save_requests.given_id, id_format, source, choice, revision, expected_at, action,
     COALESCE(item_ids.item, ''), COALESCE(meeting, '') FROM save_requests LEFT JOIN item_ids
     ON item_ids.mailbox = save_requests.mailbox AND item_ids.given_id = save_requests.given_id";

/// How a request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// From the pane.
    Pane,
    /// By the category (CAT-3).
    Category,
    /// By being put into the calendar that asks for what lies in it (AUT-8).
    Place,
    /// By autosave (AUT-1).
    Autosave,
}

impl Source {
    fn text(self) -> &'static str {
        match self {
            Self::Pane => "pane",
            Self::Category => "category",
            Self::Place => "place",
            Self::Autosave => "autosave",
        }
    }
}

fn action_text(action: Action) -> &'static str {
    match action {
        Action::Save => "save",
        Action::Unsync => "unsync",
        Action::TakeOver => "take_over",
    }
}

impl Store {
    /// Keeps a press of Save and makes its mailbox due, in one transaction. The same press again changes nothing; another
    /// press for the same item replaces what was chosen (SAV-12), and taking it back withdraws what was asked before (UNS-1).
    ///
    /// # Errors
    /// The database refused.
    pub async fn accept_save(&self, save: &NewSave<'_>, now_ms: i64) -> Result<Accepted, StoreError> {
        let mut transaction = self.begin().await?;
        let is_new = sqlx::query(
            "INSERT INTO save_keys (user_id, idempotency_key, fingerprint, expected_at, created_at)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (user_id, idempotency_key) DO NOTHING",
        )
        .bind(save.user.as_str())
        .bind(save.idempotency_key)
        .bind(save.fingerprint)
        .bind(save.expected_at.timestamp_millis())
        .bind(now_ms)
        .execute(&mut *transaction)
        .await?
        .rows_affected()
            == 1;
        if !is_new {
            return earlier_answer(&mut transaction, save).await;
        }
        let request = NewRequest {
            given_id: &save.item.item_id,
            id_format: save.item.id_format,
            source: Source::Pane,
            action: save.action,
            choice: save.choice,
            expected_at_ms: save.expected_at.timestamp_millis(),
        };
        // The mailbox's row first, as sessions do: who takes them the other way round waits for them for ever.
        want_in(&mut transaction, save.mailbox, now_ms).await?;
        put_request(&mut transaction, save.mailbox, &request, now_ms).await?;
        forget_issues(&mut transaction, save.mailbox, &save.item.item_id).await?;
        match save.action {
            Action::Save | Action::TakeOver => {}
            Action::Unsync => withdraw_others(&mut transaction, save, now_ms).await?,
        }
        transaction.commit().await?;
        Ok(Accepted::Waits { expected_at: instant(save.expected_at.timestamp_millis()) })
    }

    /// Asks for an item by the id that sync keeps, with links chosen as they are for a category (CAT-3), and makes its mailbox
    /// due.
    ///
    /// # Errors
    /// The database refused.
    pub async fn ask_for(&self, mailbox: &Address, item: &ItemId, now_ms: i64) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        want_in(&mut transaction, mailbox, now_ms).await?;
        let request = NewRequest {
            given_id: item,
            id_format: IdFormat::Rest,
            source: Source::Category,
            action: Action::Save,
            choice: &Choice::default(),
            expected_at_ms: now_ms,
        };
        put_request(&mut transaction, mailbox, &request, now_ms).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The requests of a mailbox that wait for a session, oldest first.
    ///
    /// # Errors
    /// The database refused.
    pub async fn waiting_saves(&self, mailbox: &Address, limit: i64) -> Result<Vec<WaitingSave>, StoreError> {
        let sql = format!(
            "{WAITING} WHERE save_requests.mailbox = $1 AND state = 'waiting'
             ORDER BY updated_at, save_requests.given_id {}",
            at_most(limit)
        );
        // Nothing but literals and a number make it up.
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(mailbox.as_str())
            .fetch_all(&mut *self.reader().await?)
            .await?;
        rows.iter().map(waiting).collect()
    }

    /// The waiting request for one item, under any of the ids it was given by.
    ///
    /// # Errors
    /// The database refused.
    pub async fn waiting_save(
        &self,
        mailbox: &Address,
        given_id: &ItemId,
        item: Option<&ItemId>,
    ) -> Result<Option<WaitingSave>, StoreError> {
        let sql = format!(
            "{WAITING} WHERE save_requests.mailbox = $1 AND state = 'waiting'
             AND (save_requests.given_id = $2 OR save_requests.given_id = $3 OR save_requests.given_id IN
             (SELECT known.given_id FROM item_ids AS known WHERE known.mailbox = $1 AND known.item = $3))
             ORDER BY updated_at DESC LIMIT 1"
        );
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(mailbox.as_str())
            .bind(given_id.as_str())
            .bind(item.map_or(given_id.as_str(), ItemId::as_str))
            .fetch_optional(&mut *self.reader().await?)
            .await?;
        row.as_ref().map(waiting).transpose()
    }
}

async fn earlier_answer(
    transaction: &mut Transaction<'static, Any>,
    save: &NewSave<'_>,
) -> Result<Accepted, StoreError> {
    let row = sqlx::query(
        "SELECT fingerprint, expected_at FROM save_keys WHERE user_id = $1 AND idempotency_key = $2",
    )
    .bind(save.user.as_str())
    .bind(save.idempotency_key)
    .fetch_one(&mut **transaction)
    .await?;
    let fingerprint: String = row.try_get(0)?;
    if fingerprint == save.fingerprint {
        Ok(Accepted::Waits { expected_at: instant(row.try_get(1)?) })
    } else {
        Ok(Accepted::KeyTaken)
    }
}

/// A request to be put down.
pub(super) struct NewRequest<'a> {
    pub(super) given_id: &'a ItemId,
    pub(super) id_format: IdFormat,
    pub(super) source: Source,
    pub(super) action: Action,
    pub(super) choice: &'a Choice,
    pub(super) expected_at_ms: i64,
}

/// Puts a request down, or renews the one its item has.
pub(super) async fn put_request(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    request: &NewRequest<'_>,
    now_ms: i64,
) -> Result<(), StoreError> {
    let choice =
        serde_json::to_string(request.choice).map_err(|bad| StoreError::Unreadable(bad.to_string()))?;
    sqlx::query(
        "INSERT INTO save_requests (mailbox, given_id, id_format, source, choice, state, revision, expected_at,
         created_at, updated_at, action) VALUES ($1, $2, $3, $4, $5, 'waiting', 1, $6, $7, $7, $8)
         ON CONFLICT (mailbox, given_id) DO UPDATE SET id_format = $3, source = $4, choice = $5, action = $8,
         state = 'waiting', revision = save_requests.revision + 1, expected_at = $6, updated_at = $7",
    )
    .bind(mailbox.as_str())
    .bind(request.given_id.as_str())
    .bind(format_text(request.id_format))
    .bind(request.source.text())
    .bind(choice)
    .bind(request.expected_at_ms)
    .bind(now_ms)
    .bind(action_text(request.action))
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// UNS-1: requests to save the same item under other ids of it are withdrawn at once.
async fn withdraw_others(
    transaction: &mut Transaction<'static, Any>,
    unsync: &NewSave<'_>,
    now_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE save_requests SET state = 'settled', updated_at = $3
         WHERE mailbox = $1 AND given_id <> $2 AND action = 'save' AND state = 'waiting'
         AND (given_id IN (SELECT item FROM item_ids WHERE mailbox = $1 AND given_id = $2)
          OR given_id IN (SELECT other.given_id FROM item_ids AS other JOIN item_ids AS this
           ON this.mailbox = other.mailbox AND this.item = other.item
           WHERE this.mailbox = $1 AND this.given_id = $2))",
    )
    .bind(unsync.mailbox.as_str())
    .bind(unsync.item.item_id.as_str())
    .bind(now_ms)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// A new press asks anew: what stood in the way of the one before is no longer told.
pub(super) async fn forget_issues(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    given_id: &ItemId,
) -> Result<(), StoreError> {
    sqlx::query(
        "DELETE FROM issues WHERE mailbox = $1 AND (item = $2 OR item IN
         (SELECT item FROM item_ids WHERE mailbox = $1 AND given_id = $2))",
    )
    .bind(mailbox.as_str())
    .bind(given_id.as_str())
    .execute(&mut **transaction)
    .await?;
    refused::forget(transaction, mailbox, given_id).await
}

/// Settles a request, unless it was renewed since it was seen.
pub(super) async fn settle_request(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    given_id: &ItemId,
    revision: i64,
    now_ms: i64,
) -> Result<(), StoreError> {
    let sql = if mutant("settled-without-revision") {
        "UPDATE save_requests SET state = 'settled', updated_at = $1
         WHERE mailbox = $2 AND given_id = $3 AND revision >= $4"
    } else {
        "UPDATE save_requests SET state = 'settled', updated_at = $1
         WHERE mailbox = $2 AND given_id = $3 AND revision = $4"
    };
    sqlx::query(sql)
        .bind(now_ms)
        .bind(mailbox.as_str())
        .bind(given_id.as_str())
        .bind(revision)
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

fn waiting(row: &AnyRow) -> Result<WaitingSave, StoreError> {
    let given_id: String = row.try_get(0)?;
    let id_format: String = row.try_get(1)?;
    let source: String = row.try_get(2)?;
    let choice: String = row.try_get(3)?;
    let (item, meeting): (String, String) = (row.try_get(7)?, row.try_get(8)?);
    Ok(WaitingSave {
        given_id: ItemId::parse(&given_id).map_err(|bad| StoreError::Unreadable(bad.to_string()))?,
        id_format: match id_format.as_str() {
            "ews" => IdFormat::Ews,
            "rest" => IdFormat::Rest,
            other => return Err(StoreError::Unreadable(format!("id format {other}"))),
        },
        source: match source.as_str() {
            "pane" => Source::Pane,
            "category" => Source::Category,
            "place" => Source::Place,
            "autosave" => Source::Autosave,
            other => return Err(StoreError::Unreadable(format!("source {other}"))),
        },
        action: match row.try_get::<String, _>(6)?.as_str() {
            "save" => Action::Save,
            "unsync" => Action::Unsync,
            "take_over" => Action::TakeOver,
            other => return Err(StoreError::Unreadable(format!("action {other}"))),
        },
        choice: serde_json::from_str(&choice).map_err(|bad| StoreError::Unreadable(bad.to_string()))?,
        revision: row.try_get(4)?,
        expected_at: instant(row.try_get(5)?),
        item: ItemId::parse(&item).ok(),
        meeting: Some(meeting).filter(|meeting| !meeting.is_empty()),
    })
}

fn format_text(format: IdFormat) -> &'static str {
    match format {
        IdFormat::Ews => "ews",
        IdFormat::Rest => "rest",
    }
}
