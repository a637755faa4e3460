//! Issues of items and stoppages of mailboxes (ISS-1, ISS-2), and what people do about them.

use calbridge_rules::{
    id::{Address, ItemId, RecordId},
    saving::SyncOff,
    status::Issue,
};
use sqlx::{Row, any::AnyRow};

use super::{
    BRAKED, Store, StoreError, SyncSwitch,
    left::unfinished,
    pairs::{item_id, optional_record, subject_of},
    refused, told,
    work::want_in,
};

/// Failed sessions in a row after which a mailbox counts as stopped, although it is still tried.
const STOPPED_AFTER: i64 = 5;

/// An issue as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptIssue {
    /// Whose.
    pub mailbox: Address,
    /// The mailbox's user, by name.
    pub user_name: String,
    /// The item; a name that is no item's where it is of a calendar as a whole.
    pub item: ItemId,
    /// What the item was about when it was last in sync.
    pub subject: Option<String>,
    /// Its Event, where it has one.
    pub event: Option<RecordId>,
    /// What is the matter.
    pub issue: Issue,
    /// When it was first seen, in milliseconds.
    pub first_seen_ms: i64,
    /// When it was last seen, in milliseconds.
    pub last_seen_ms: i64,
    /// Whether somebody said that it is of no interest.
    pub is_ignored: bool,
}

/// Which issues are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IssueFilter<'f> {
    /// Of this mailbox alone.
    pub mailbox: Option<&'f Address>,
    /// With this code alone.
    pub code: Option<&'f str>,
    /// The ignored ones too.
    pub with_ignored: bool,
}

/// A mailbox that stands still (ISS-2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stoppage {
    /// Which.
    pub mailbox: Address,
    /// Its user, by name.
    pub user_name: String,
    /// Why.
    pub why: WhyStopped,
    /// What was said of it, where something was.
    pub reason: String,
}

/// Why a mailbox stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyStopped {
    /// Before unusually many deletions (DWN-6).
    Brake,
    /// The authorization ended, or never was.
    Authorization,
    /// Its sessions end early again and again; the next one is due then.
    Failing {
        /// When, in milliseconds.
        next_due_ms: i64,
    },
}

impl WhyStopped {
    /// Its public code (ISS-4).
    pub fn code(self) -> &'static str {
        match self {
            Self::Brake => BRAKED,
            Self::Authorization => "ISE-401",
            Self::Failing { .. } => "ISE-503",
        }
    }
}

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
        .fetch_optional(&mut *self.reader().await?)
        .await?;
        row.map(|row| issue(&row.try_get::<String, _>(0)?)).transpose()
    }

    /// Issues, the latest first.
    ///
    /// # Errors
    /// The database refused.
    pub async fn issues(&self, filter: &IssueFilter<'_>, limit: i64) -> Result<Vec<KeptIssue>, StoreError> {
        let rows = sqlx::query(
            "SELECT issues.mailbox, user_name, issues.item, COALESCE(pairs.event, issues.event), COALESCE(item_base, '{}'), issue,
             issues.first_seen, last_seen, ignored FROM issues JOIN mailboxes ON mailboxes.mailbox = issues.mailbox
             LEFT JOIN pairs ON pairs.mailbox = issues.mailbox AND pairs.item = issues.item
             WHERE ($1 = '' OR issues.mailbox = $1) AND ($2 = '' OR code = $2) AND ignored <= $3
             ORDER BY last_seen DESC, issues.mailbox, issues.item LIMIT $4",
        )
        .bind(filter.mailbox.map_or("", Address::as_str))
        .bind(filter.code.unwrap_or_default())
        .bind(i64::from(filter.with_ignored))
        .bind(limit)
        .fetch_all(&mut *self.reader().await?)
        .await?;
        rows.iter().map(kept_issue).collect()
    }

    /// Marks an issue as of no interest, or of interest again. Answers whether there is one.
    ///
    /// # Errors
    /// The database refused.
    pub async fn ignore_issue(
        &self,
        mailbox: &Address,
        item: &ItemId,
        code: &str,
        is_ignored: bool,
    ) -> Result<bool, StoreError> {
        let changed =
            sqlx::query("UPDATE issues SET ignored = $4 WHERE mailbox = $1 AND item = $2 AND code = $3")
                .bind(mailbox.as_str())
                .bind(item.as_str())
                .bind(code)
                .bind(i64::from(is_ignored))
                .execute(&self.writer)
                .await?;
        Ok(changed.rows_affected() == 1)
    }

    /// Has an item with an issue tried again at once, a request for it that was given up included. Answers whether there is
    /// an issue.
    ///
    /// # Errors
    /// The database refused.
    pub async fn retry_issue(
        &self,
        mailbox: &Address,
        item: &ItemId,
        now_ms: i64,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        want_in(&mut transaction, mailbox, now_ms).await?;
        let seen = sqlx::query("UPDATE issues SET ignored = 0 WHERE mailbox = $1 AND item = $2")
            .bind(mailbox.as_str())
            .bind(item.as_str())
            .execute(&mut *transaction)
            .await?;
        if seen.rows_affected() == 0 {
            return Ok(false);
        }
        if told::retry(&mut transaction, mailbox, item, now_ms).await? {
            transaction.commit().await?;
            return Ok(true);
        }
        sqlx::query(
            "UPDATE save_requests SET state = 'waiting', revision = revision + 1, updated_at = $3
             WHERE mailbox = $1 AND state = 'settled' AND action = 'save'
             AND (given_id = $2 OR given_id IN (SELECT given_id FROM item_ids WHERE mailbox = $1 AND item = $2))
             AND NOT EXISTS (SELECT 1 FROM pairs WHERE mailbox = $1 AND item = $2)",
        )
        .bind(mailbox.as_str())
        .bind(item.as_str())
        .bind(now_ms)
        .execute(&mut *transaction)
        .await?;
        refused::forget(&mut transaction, mailbox, item).await?;
        unfinished(&mut transaction, mailbox, item, now_ms).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Mailboxes that stand still, or only the named one.
    ///
    /// # Errors
    /// The database refused.
    pub async fn stoppages(
        &self,
        mailbox: Option<&Address>,
        limit: i64,
    ) -> Result<Vec<Stoppage>, StoreError> {
        let rows = sqlx::query(
            "SELECT mailboxes.mailbox, user_name, sync, parked, next_due FROM mailboxes
             JOIN mailbox_work ON mailbox_work.mailbox = mailboxes.mailbox
             WHERE ($1 = '' OR mailboxes.mailbox = $1) AND (parked NOT IN ('', 'off') OR (parked = '' AND attempt >= $2))
             ORDER BY mailboxes.mailbox LIMIT $3",
        )
        .bind(mailbox.map_or("", Address::as_str))
        .bind(STOPPED_AFTER)
        .bind(limit)
        .fetch_all(&mut *self.reader().await?)
        .await?;
        rows.iter().map(stoppage).collect()
    }

    /// The codes of an item's issues, under its own id or one it was given by (ISS-1).
    ///
    /// # Errors
    /// The database refused.
    pub async fn issue_codes(&self, mailbox: &Address, item: &ItemId) -> Result<Vec<String>, StoreError> {
        let rows = sqlx::query(
            "SELECT code FROM issues WHERE mailbox = $1 AND (item = $2 OR item IN
             (SELECT given_id FROM item_ids WHERE mailbox = $1 AND item = $2)) ORDER BY code",
        )
        .bind(mailbox.as_str())
        .bind(item.as_str())
        .fetch_all(&mut *self.reader().await?)
        .await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }
}

impl KeptIssue {
    /// Whether it is one of a calendar as a whole, and of no item.
    pub fn is_of_calendar(&self) -> bool {
        told::is_of_calendar(&self.item)
    }

    /// What it is about, as far as that has a name.
    pub fn about(&self) -> Option<&str> {
        if self.is_of_calendar() { Some("The calendar") } else { self.subject.as_deref() }
    }
}

fn stoppage(row: &AnyRow) -> Result<Stoppage, StoreError> {
    let (mailbox, sync): (String, String) = (row.try_get(0)?, row.try_get(2)?);
    let parked: String = row.try_get(3)?;
    let why = match SyncSwitch::parse(&sync)? {
        SyncSwitch::Active => WhyStopped::Failing { next_due_ms: row.try_get(4)? },
        SyncSwitch::Off(_) if parked.starts_with(BRAKED) => WhyStopped::Brake,
        SyncSwitch::Off(SyncOff::AuthorizationExpired | SyncOff::Paused | SyncOff::NeverEnabled) => {
            WhyStopped::Authorization
        }
    };
    let reason = parked.strip_prefix(BRAKED).map_or(parked.as_str(), |rest| rest.trim_start_matches(": "));
    Ok(Stoppage {
        mailbox: Address::parse(&mailbox).map_err(|bad| StoreError::Unreadable(bad.to_string()))?,
        user_name: row.try_get(1)?,
        why,
        reason: reason.to_owned(),
    })
}

fn kept_issue(row: &AnyRow) -> Result<KeptIssue, StoreError> {
    let mailbox: String = row.try_get(0)?;
    Ok(KeptIssue {
        mailbox: Address::parse(&mailbox).map_err(|bad| StoreError::Unreadable(bad.to_string()))?,
        user_name: row.try_get(1)?,
        item: item_id(&row.try_get::<String, _>(2)?)?,
        event: optional_record(&row.try_get::<String, _>(3)?)?,
        subject: subject_of(&row.try_get::<String, _>(4)?)?,
        issue: issue(&row.try_get::<String, _>(5)?)?,
        first_seen_ms: row.try_get(6)?,
        last_seen_ms: row.try_get(7)?,
        is_ignored: row.try_get::<i64, _>(8)? == 1,
    })
}

fn issue(text: &str) -> Result<Issue, StoreError> {
    serde_json::from_str(text).map_err(|bad| StoreError::Unreadable(bad.to_string()))
}
