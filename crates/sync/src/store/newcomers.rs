//! Records for people who are in none (PPL-7): who is making them, and which were made.

use calbridge_engine::ports::{Claim, Journalled};
use calbridge_rules::id::{Address, ItemId, RecordId};
use sqlx::{Row, any::AnyRow};

use super::{
    Lease, Store, StoreError,
    pairs::{item_id, record},
    work::fenced,
};

/// How long a claim keeps others from making the same, in milliseconds: longer than a call may take.
const CLAIM_MS: i64 = 2 * 60_000;

/// A record that a session made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeRecord {
    /// Through whose mailbox.
    pub mailbox: Address,
    /// The record.
    pub record: RecordId,
    /// The first item that needed it.
    pub item: ItemId,
    /// What it was made for, in words.
    pub made_for: String,
    /// When, in milliseconds.
    pub made_ms: i64,
}

impl Store {
    /// Takes the making of records upon a session. Answers, for each, `false` where another session is at it: a session
    /// that lost its lease may still be.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when somebody else has the mailbox by now.
    pub async fn claim_making(
        &self,
        lease: &Lease,
        claims: &[Claim],
        now_ms: i64,
    ) -> Result<Vec<bool>, StoreError> {
        self.before("claim_making", Some(lease)).await?;
        let mut transaction = self.begin().await?;
        fenced(&mut transaction, lease).await?;
        let mut granted = vec![false; claims.len()];
        // In one order for everybody: two sessions that want the same would wait for each other.
        let mut ordered: Vec<(usize, &Claim)> = claims.iter().enumerate().collect();
        ordered.sort_by_key(|(_, claim)| *claim);
        for (place, claim) in ordered {
            let taken = sqlx::query(
                "INSERT INTO making (claim, mailbox, fence, until_at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (claim) DO UPDATE SET mailbox = $2, fence = $3, until_at = $4
                 WHERE making.until_at <= $5 OR (making.mailbox = $2 AND making.fence = $3)",
            )
            .bind(claim.to_string())
            .bind(lease.mailbox.as_str())
            .bind(lease.fence)
            .bind(now_ms + CLAIM_MS)
            .bind(now_ms)
            .execute(&mut *transaction)
            .await?;
            granted[place] = taken.rows_affected() == 1;
        }
        transaction.commit().await?;
        self.after("claim_making", Some(lease)).await?;
        Ok(granted)
    }

    /// Ends claims, and journals what was made.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when somebody else has the mailbox by now.
    pub async fn end_making(
        &self,
        lease: &Lease,
        ended: &[(Claim, Option<Journalled>)],
        now_ms: i64,
    ) -> Result<(), StoreError> {
        self.before("end_making", Some(lease)).await?;
        let mut transaction = self.begin().await?;
        fenced(&mut transaction, lease).await?;
        let mut ordered: Vec<&(Claim, Option<Journalled>)> = ended.iter().collect();
        ordered.sort_by_key(|(claim, _)| claim);
        for (claim, made) in ordered {
            sqlx::query("DELETE FROM making WHERE claim = $1 AND mailbox = $2 AND fence = $3")
                .bind(claim.to_string())
                .bind(lease.mailbox.as_str())
                .bind(lease.fence)
                .execute(&mut *transaction)
                .await?;
            let Some(made) = made else { continue };
            sqlx::query(
                "INSERT INTO made (record, mailbox, item, claim, made_at) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (record) DO NOTHING",
            )
            .bind(made.record.as_str())
            .bind(lease.mailbox.as_str())
            .bind(made.item.as_str())
            .bind(claim.to_string())
            .bind(now_ms)
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        self.after("end_making", Some(lease)).await
    }

    /// Records that sessions of one mailbox or of all made, the latest first.
    ///
    /// # Errors
    /// The database refused.
    pub async fn made(&self, mailbox: Option<&Address>, limit: i64) -> Result<Vec<MadeRecord>, StoreError> {
        let rows = sqlx::query(
            "SELECT mailbox, record, item, claim, made_at FROM made WHERE $1 = '' OR mailbox = $1
             ORDER BY made_at DESC, record LIMIT $2",
        )
        .bind(mailbox.map_or("", Address::as_str))
        .bind(limit)
        .fetch_all(&mut *self.reader().await?)
        .await?;
        rows.iter().map(made).collect()
    }
}

fn made(row: &AnyRow) -> Result<MadeRecord, StoreError> {
    let mailbox: String = row.try_get(0)?;
    Ok(MadeRecord {
        mailbox: Address::parse(&mailbox).map_err(|bad| StoreError::Unreadable(bad.to_string()))?,
        record: record(&row.try_get::<String, _>(1)?)?,
        item: item_id(&row.try_get::<String, _>(2)?)?,
        made_for: row.try_get(3)?,
        made_ms: row.try_get(4)?,
    })
}
