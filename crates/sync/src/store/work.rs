//! Which mailbox is due, and who has it: one row a mailbox, each move one statement.

use calbridge_engine::ruling::Held;
use calbridge_rules::{
    id::{Address, ItemId},
    saving::SyncOff,
};
use sqlx::{
    Any, AssertSqlSafe, Row, Transaction,
    any::{AnyArguments, AnyQueryResult},
    query::Query,
};

use super::{
    Store, StoreError,
    mailboxes::{SyncSwitch, switch_in},
    rows::at_most,
    rulings::hold,
};
use crate::mutant::mutant;

/// Due at no time.
pub const NEVER: i64 = i64::MAX;

/// A worker's right to one mailbox until its time is up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The mailbox.
    pub mailbox: Address,
    /// The worker.
    pub owner: String,
    /// Grows with each claim; every write of the session carries it.
    pub fence: i64,
    /// What was wanted when it was claimed.
    pub wanted_seq: i64,
    /// Failures in a row before this.
    pub attempt: i64,
    /// Whether somebody waits for the session.
    pub is_pressed: bool,
}

/// Where a mailbox's work stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkState {
    /// When its next session is due, in milliseconds; [`NEVER`] while off.
    pub next_due_ms: i64,
    /// Whether something asked for it since its last session began.
    pub is_wanted: bool,
    /// Whether a worker has it.
    pub is_leased: bool,
    /// Failures in a row.
    pub attempt: i64,
    /// Why it stands still; empty while it does not.
    pub parked: String,
}

impl Store {
    /// Takes up to `limit` due mailboxes, the longest due first; fewer where other workers were quicker.
    ///
    /// # Errors
    /// The database refused, and nothing was taken.
    pub async fn claim(
        &self,
        owner: &str,
        limit: i64,
        now_ms: i64,
        lease_ms: i64,
    ) -> Result<Vec<Lease>, StoreError> {
        let sql = format!(
            "SELECT mailbox FROM mailbox_work WHERE parked = '' AND next_due <= $1 AND lease_until <= $1
             ORDER BY next_due, mailbox {}",
            at_most(limit)
        );
        let due = sqlx::query(AssertSqlSafe(sql)).bind(now_ms).fetch_all(&mut *self.reader().await?).await?;
        let mut leases = Vec::with_capacity(due.len());
        for row in due {
            match self.claim_one(&row.try_get::<String, _>(0)?, owner, now_ms, lease_ms).await {
                Ok(claimed) => leases.extend(claimed),
                Err(error) if leases.is_empty() => return Err(error),
                // What is taken must be served; the trouble shows again at the next claim.
                Err(_) => break,
            }
        }
        Ok(leases)
    }

    /// Takes one mailbox, if it still is to be had: another worker may have taken it since it was seen to be due. One row
    /// at a time, because a server locks the rows of one statement in an order of its own, so that two workers with the
    /// same rows in mind would wait for each other.
    async fn claim_one(
        &self,
        mailbox: &str,
        owner: &str,
        now_ms: i64,
        lease_ms: i64,
    ) -> Result<Option<Lease>, StoreError> {
        self.before("claim", None).await?;
        let sql = if mutant("no-second-look") {
            "UPDATE mailbox_work SET lease_owner = $1, lease_until = $2, fence = fence + 1
             WHERE mailbox = $3 AND $4 = $4 RETURNING fence, wanted_seq, attempt, pressed"
        } else {
            "UPDATE mailbox_work SET lease_owner = $1, lease_until = $2, fence = fence + 1
             WHERE mailbox = $3 AND parked = '' AND next_due <= $4 AND lease_until <= $4
             RETURNING fence, wanted_seq, attempt, pressed"
        };
        let row = sqlx::query(sql)
            .bind(owner)
            .bind(now_ms + lease_ms)
            .bind(mailbox)
            .bind(now_ms)
            .fetch_optional(&self.writer)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let lease = Lease {
            mailbox: Address::parse(mailbox).map_err(|bad| StoreError::Unreadable(bad.to_string()))?,
            owner: owner.to_owned(),
            fence: row.try_get(0)?,
            wanted_seq: row.try_get(1)?,
            attempt: row.try_get(2)?,
            is_pressed: row.try_get::<i64, _>(3)? == 1,
        };
        self.after("claim", Some(&lease)).await?;
        Ok(Some(lease))
    }

    /// Keeps a lease for longer.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when somebody else has the mailbox by now.
    pub async fn renew(&self, lease: &Lease, until_ms: i64) -> Result<(), StoreError> {
        let change = while_leased("lease_until = $4", lease).bind(until_ms);
        held(&change.execute(&self.writer).await?)
    }

    /// Gives a mailbox back after a good session. What was wanted meanwhile makes it due at once.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when somebody else has the mailbox by now.
    pub async fn finish(&self, lease: &Lease, now_ms: i64, next_due_ms: i64) -> Result<(), StoreError> {
        self.before("finish", Some(lease)).await?;
        let change = while_leased(
            "done_seq = $4, attempt = 0, lease_owner = '', lease_until = 0,
             pressed = CASE WHEN wanted_seq > $4 THEN pressed ELSE 0 END,
             next_due = CASE WHEN parked <> '' THEN next_due WHEN wanted_seq > $4 THEN $5 ELSE $6 END",
            lease,
        );
        let change = change.bind(lease.wanted_seq).bind(now_ms).bind(next_due_ms);
        held(&change.execute(&self.writer).await?)?;
        self.after("finish", Some(lease)).await
    }

    /// Gives a mailbox back after a failure, to be tried again later.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when somebody else has the mailbox by now.
    pub async fn fail(&self, lease: &Lease, retry_at_ms: i64) -> Result<(), StoreError> {
        self.before("fail", Some(lease)).await?;
        let change = while_leased(
            "attempt = attempt + 1, lease_owner = '', lease_until = 0,
             next_due = CASE WHEN parked <> '' THEN next_due ELSE $4 END",
            lease,
        );
        held(&change.bind(retry_at_ms).execute(&self.writer).await?)?;
        self.after("fail", Some(lease)).await
    }

    /// Gives a mailbox back unserved, for no fault of its own, to be served later.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when somebody else has the mailbox by now.
    pub async fn postpone(&self, lease: &Lease, until_ms: i64) -> Result<(), StoreError> {
        self.before("postpone", Some(lease)).await?;
        let change = while_leased(
            "lease_owner = '', lease_until = 0,
             next_due = CASE WHEN parked <> '' OR pressed = 1 THEN next_due ELSE $4 END",
            lease,
        );
        held(&change.bind(until_ms).execute(&self.writer).await?)?;
        self.after("postpone", Some(lease)).await
    }

    /// Gives a mailbox back, turns its sync off and leaves it alone until a person acts.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when somebody else has the mailbox by now.
    pub async fn stop(&self, lease: &Lease, why: SyncOff, reason: &str) -> Result<(), StoreError> {
        self.before("stop", Some(lease)).await?;
        let mut transaction = self.begin().await?;
        stop_in(&mut transaction, lease, why, reason).await?;
        transaction.commit().await?;
        self.after("stop", Some(lease)).await
    }

    /// The same before unusually many deletions (DWN-6), of which a person decides.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when somebody else has the mailbox by now.
    pub async fn brake(
        &self,
        lease: &Lease,
        reason: &str,
        items: &[ItemId],
        now_ms: i64,
    ) -> Result<(), StoreError> {
        self.before("brake", Some(lease)).await?;
        let mut transaction = self.begin().await?;
        stop_in(&mut transaction, lease, SyncOff::Paused, reason).await?;
        for item in items {
            hold(&mut transaction, &lease.mailbox, item, &Held::Deletion, now_ms).await?;
        }
        transaction.commit().await?;
        self.after("brake", Some(lease)).await
    }

    /// Gives back whatever a worker holds, as due as it was claimed. Nothing of its sessions may run any more.
    ///
    /// # Errors
    /// The database refused.
    pub async fn release(&self, owner: &str) -> Result<(), StoreError> {
        sqlx::query("UPDATE mailbox_work SET lease_owner = '', lease_until = 0 WHERE lease_owner = $1")
            .bind(owner)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Makes a mailbox due now, because somebody waits for it; a thousand calls fold into one session.
    ///
    /// # Errors
    /// The database refused.
    pub async fn want(&self, mailbox: &Address, now_ms: i64) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        want_in(&mut transaction, mailbox, now_ms).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Where a mailbox's work stands.
    ///
    /// # Errors
    /// The database refused.
    pub async fn work_state(&self, mailbox: &Address, now_ms: i64) -> Result<Option<WorkState>, StoreError> {
        let row = sqlx::query(
            "SELECT next_due, wanted_seq, done_seq, lease_until, attempt, parked FROM mailbox_work WHERE mailbox = $1",
        )
        .bind(mailbox.as_str())
        .fetch_optional(&mut *self.reader().await?)
        .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(WorkState {
            next_due_ms: row.try_get(0)?,
            is_wanted: row.try_get::<i64, _>(1)? > row.try_get::<i64, _>(2)?,
            is_leased: row.try_get::<i64, _>(3)? > now_ms,
            attempt: row.try_get(4)?,
            parked: row.try_get(5)?,
        }))
    }

    /// When the earliest mailbox is due that nobody has, [`NEVER`] when none is.
    ///
    /// # Errors
    /// The database refused.
    pub async fn next_due(&self, now_ms: i64) -> Result<i64, StoreError> {
        let row = sqlx::query(
            "SELECT next_due FROM mailbox_work WHERE parked = '' AND lease_until <= $1 ORDER BY next_due LIMIT 1",
        )
        .bind(now_ms)
        .fetch_optional(&mut *self.reader().await?)
        .await?;
        Ok(row.map_or(Ok(NEVER), |row| row.try_get(0))?)
    }
}

async fn stop_in(
    transaction: &mut Transaction<'static, Any>,
    lease: &Lease,
    why: SyncOff,
    reason: &str,
) -> Result<(), StoreError> {
    let change = while_leased("parked = $4, next_due = $5, lease_owner = '', lease_until = 0", lease);
    held(&change.bind(reason).bind(NEVER).execute(&mut **transaction).await?)?;
    switch_in(transaction, &lease.mailbox, SyncSwitch::Off(why)).await
}

/// Makes a mailbox due within a transaction, because somebody waits for it.
pub(super) async fn want_in(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    now_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE mailbox_work SET pressed = 1 WHERE mailbox = $1")
        .bind(mailbox.as_str())
        .execute(&mut **transaction)
        .await?;
    dirty_in(transaction, mailbox, now_ms).await
}

/// Makes a mailbox due at an instant, if it is not due before: something changed there, and nobody waits.
pub(super) async fn dirty_in(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    due_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE mailbox_work SET wanted_seq = wanted_seq + 1,
         next_due = CASE WHEN next_due > $1 THEN $1 ELSE next_due END WHERE mailbox = $2",
    )
    .bind(due_ms)
    .bind(mailbox.as_str())
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// Opens a session's transaction with a write that only the holder of the lease can make.
pub(super) async fn fenced(
    transaction: &mut Transaction<'static, Any>,
    lease: &Lease,
) -> Result<(), StoreError> {
    held(&while_leased("fence = fence", lease).execute(&mut **transaction).await?)
}

/// A change of a leased mailbox's row that does nothing once somebody else has it. Values of its own begin at `$4`.
fn while_leased<'q>(change: &'static str, lease: &'q Lease) -> Query<'q, Any, AnyArguments> {
    let sql =
        format!("UPDATE mailbox_work SET {change} WHERE mailbox = $1 AND fence = $2 AND lease_owner = $3");
    // Nothing but literals of this file make it up.
    sqlx::query(AssertSqlSafe(sql)).bind(lease.mailbox.as_str()).bind(lease.fence).bind(&lease.owner)
}

fn held(done: &AnyQueryResult) -> Result<(), StoreError> {
    if done.rows_affected() == 1 || mutant("ignore-fence") { Ok(()) } else { Err(StoreError::Fenced) }
}
