//! What people decide about what is held: changes and deletions of pairs (PPL-8, DWN-6). A decision holds for what was shown;
//! anything else is asked about anew.

use calbridge_engine::ruling::{Held, Ruled, Ruling};
use calbridge_rules::{
    event::EventFields,
    id::{Address, ItemId},
};
use sqlx::{Any, Transaction};

use super::{
    BRAKED, Store, StoreError, SyncSwitch,
    left::unfinished,
    mailboxes::turn_in,
    paired::fields_text,
    pairs::{fields, item_id},
    work::want_in,
};

/// How a held change is written.
const CHANGE: &str = "change";
/// How a held deletion is written.
const DELETION: &str = "deletion";

impl Store {
    /// Approves what is held of an item (PPL-8), and makes its mailbox look at it again. Answers whether anything was held.
    ///
    /// # Errors
    /// The database refused.
    pub async fn approve(&self, mailbox: &Address, item: &ItemId, now_ms: i64) -> Result<bool, StoreError> {
        self.rule(mailbox, item, Ruling::Approved, now_ms).await
    }

    /// Discards what is held of an item: it is not done, and not asked about again. Answers whether anything was held.
    ///
    /// # Errors
    /// The database refused.
    pub async fn discard(&self, mailbox: &Address, item: &ItemId, now_ms: i64) -> Result<bool, StoreError> {
        self.rule(mailbox, item, Ruling::Discarded, now_ms).await
    }

    async fn rule(
        &self,
        mailbox: &Address,
        item: &ItemId,
        ruling: Ruling,
        now_ms: i64,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        want_in(&mut transaction, mailbox, now_ms).await?;
        let held = sqlx::query("UPDATE holds SET ruling = $3 WHERE mailbox = $1 AND item = $2")
            .bind(mailbox.as_str())
            .bind(item.as_str())
            .bind(ruling_text(ruling))
            .execute(&mut *transaction)
            .await?
            .rows_affected()
            == 1;
        if held {
            unfinished(&mut transaction, mailbox, item, now_ms).await?;
            transaction.commit().await?;
        }
        Ok(held)
    }

    /// Lets a mailbox go on that stood still before unusually many deletions (DWN-6), all of which are approved or discarded;
    /// what was decided about single ones stays. Answers whether it stood still for that.
    ///
    /// # Errors
    /// The database refused.
    pub async fn rule_on_brake(
        &self,
        mailbox: &Address,
        ruling: Ruling,
        now_ms: i64,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        let parked = turn_in(&mut transaction, mailbox, SyncSwitch::Active, now_ms).await?;
        if !parked.starts_with(BRAKED) {
            return Ok(false);
        }
        let rows = sqlx::query(
            "UPDATE holds SET ruling = CASE WHEN ruling = '' THEN $3 ELSE ruling END
             WHERE mailbox = $1 AND what = $2 RETURNING item",
        )
        .bind(mailbox.as_str())
        .bind(DELETION)
        .bind(ruling_text(ruling))
        .fetch_all(&mut *transaction)
        .await?;
        for row in rows {
            let item = item_id(&sqlx::Row::try_get::<String, _>(&row, 0)?)?;
            unfinished(&mut transaction, mailbox, &item, now_ms).await?;
        }
        transaction.commit().await?;
        Ok(true)
    }
}

/// Holds something of an item. Another change is asked about anew.
pub(super) async fn hold(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    item: &ItemId,
    held: &Held,
    now_ms: i64,
) -> Result<(), StoreError> {
    let (what, change) = match held {
        Held::Change(change) => (CHANGE, fields_text(change)?),
        Held::Deletion => (DELETION, fields_text(&EventFields::new())?),
    };
    sqlx::query(
        "INSERT INTO holds (mailbox, item, what, held, ruling, since_at) VALUES ($1, $2, $3, $4, '', $5)
         ON CONFLICT (mailbox, item) DO UPDATE SET what = $3, held = $4, ruling = '', since_at = $5
         WHERE holds.held <> $4 OR holds.what <> $3",
    )
    .bind(mailbox.as_str())
    .bind(item.as_str())
    .bind(what)
    .bind(change)
    .bind(now_ms)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// What was decided about what is held, as its columns say it.
pub(super) fn ruled(what: &str, held: &str, ruling: &str) -> Result<Option<Ruled>, StoreError> {
    let Some(ruling) = ruling_of(ruling)? else { return Ok(None) };
    Ok(Some(Ruled { held: held_of(what, held)?, ruling }))
}

/// What is held, as its columns say it.
pub(super) fn held_of(what: &str, held: &str) -> Result<Held, StoreError> {
    match what {
        CHANGE => Ok(Held::Change(fields(held)?)),
        DELETION => Ok(Held::Deletion),
        other => Err(StoreError::Unreadable(format!("held {other}"))),
    }
}

/// A decision as it is written.
pub(super) fn ruling_text(ruling: Ruling) -> &'static str {
    match ruling {
        Ruling::Approved => "approved",
        Ruling::Discarded => "discarded",
    }
}

/// A decision, where there is one.
pub(super) fn ruling_of(text: &str) -> Result<Option<Ruling>, StoreError> {
    if text.is_empty() {
        return Ok(None);
    }
    let all = [Ruling::Approved, Ruling::Discarded];
    let found = all.into_iter().find(|ruling| ruling_text(*ruling) == text);
    found.map(Some).ok_or_else(|| StoreError::Unreadable(format!("ruling {text}")))
}
