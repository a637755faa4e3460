//! Records that calendars show (OBJ-1, GRP-2), as sessions look after them: which are due, and which item shows each.

use calbridge_engine::ports::{DueRecord, EventIssue, LookedAt, Standing, Stands, Wanted, Window};
use calbridge_rules::{
    id::{Address, ItemId, RecordId},
    objects::RecordItem,
};
use sqlx::{Any, AssertSqlSafe, Row, Transaction, any::AnyRow};

use super::{
    Lease, NEVER, Store, StoreError,
    pairs::{item_id, named, places, record},
    rows::{at_most, questions},
    rulings::ruling_of,
    told,
    work::fenced,
};

impl Store {
    /// Records of a mailbox that are due, the longest due first, with what was decided about the deletion of their items.
    ///
    /// # Errors
    /// The database refused.
    pub async fn due_records(
        &self,
        mailbox: &Address,
        now_ms: i64,
        limit: i64,
    ) -> Result<Vec<DueRecord>, StoreError> {
        let sql = format!(
            "SELECT record, wanted, revision, shown.item, says, made, COALESCE(ruling, '') FROM shown
             LEFT JOIN holds ON holds.mailbox = shown.mailbox AND holds.item = shown.item AND what = 'deletion'
             WHERE shown.mailbox = $1 AND due_at <= $2 ORDER BY due_at, record {}",
            at_most(limit)
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(mailbox.as_str())
            .bind(now_ms)
            .fetch_all(&mut *self.reader().await?)
            .await?;
        rows.iter().map(due).collect()
    }

    /// How many items of a mailbox show records.
    ///
    /// # Errors
    /// The database refused.
    pub async fn count_shown(&self, mailbox: &Address) -> Result<i64, StoreError> {
        let row = sqlx::query("SELECT COUNT(*) FROM shown WHERE mailbox = $1 AND item <> ''")
            .bind(mailbox.as_str())
            .fetch_one(&mut *self.reader().await?)
            .await?;
        Ok(row.try_get(0)?)
    }

    /// Those of the items that show records, and what was last written on them.
    ///
    /// # Errors
    /// The database refused.
    pub async fn shown(
        &self,
        mailbox: &Address,
        items: &[ItemId],
    ) -> Result<Vec<(ItemId, RecordItem)>, StoreError> {
        let mut found = Vec::new();
        let items: Vec<&str> = items.iter().map(ItemId::as_str).collect();
        for chunk in questions(&items) {
            let sql = format!(
                "SELECT item, says FROM shown WHERE mailbox = $1 AND item IN ({}) ORDER BY item",
                places(2, chunk.len())
            );
            let rows = named(sqlx::query(AssertSqlSafe(sql)).bind(mailbox.as_str()), &chunk);
            for row in rows.fetch_all(&mut *self.reader().await?).await? {
                let says: String = row.try_get(1)?;
                found.push((item_id(&row.try_get::<String, _>(0)?)?, read(&says)?));
            }
        }
        Ok(found)
    }

    /// What an item shows, under its own id or one it was given by.
    ///
    /// # Errors
    /// The database refused.
    pub async fn shown_by(&self, mailbox: &Address, item: &ItemId) -> Result<Option<RecordItem>, StoreError> {
        let row = sqlx::query(
            "SELECT says FROM shown WHERE mailbox = $1 AND item <> '' AND (item = $2 OR item IN
             (SELECT item FROM item_ids WHERE mailbox = $1 AND given_id = $2)) LIMIT 1",
        )
        .bind(mailbox.as_str())
        .bind(item.as_str())
        .fetch_optional(&mut *self.reader().await?)
        .await?;
        row.map(|row| read(&row.try_get::<String, _>(0)?)).transpose()
    }

    /// Items of records whose time touches a window.
    ///
    /// # Errors
    /// The database refused.
    pub async fn shown_within(&self, mailbox: &Address, window: Window) -> Result<Vec<ItemId>, StoreError> {
        let rows = sqlx::query(
            "SELECT item FROM shown WHERE mailbox = $1 AND item <> '' AND starts_at < $2 AND ends_at >= $3
             ORDER BY item",
        )
        .bind(mailbox.as_str())
        .bind(window.to.timestamp_millis())
        .bind(window.from.timestamp_millis())
        .fetch_all(&mut *self.reader().await?)
        .await?;
        rows.iter().map(|row| item_id(&row.try_get::<String, _>(0)?)).collect()
    }

    /// Keeps what became of records, all or nothing. What was wanted meanwhile stays due.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when somebody else has the mailbox by now.
    pub async fn keep_shown(
        &self,
        lease: &Lease,
        looked: &[LookedAt],
        now_ms: i64,
    ) -> Result<(), StoreError> {
        self.before("keep_shown", Some(lease)).await?;
        let mut transaction = self.begin().await?;
        fenced(&mut transaction, lease).await?;
        for one in looked {
            tell(&mut transaction, &lease.mailbox, one, now_ms).await?;
            keep(&mut transaction, &lease.mailbox, one).await?;
        }
        transaction.commit().await?;
        self.after("keep_shown", Some(lease)).await
    }
}

/// Items of records that are not as they were left: their records are due.
pub(super) async fn touched(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    items: &[ItemId],
    now_ms: i64,
) -> Result<(), StoreError> {
    for item in items {
        sqlx::query("UPDATE shown SET due_at = $3 WHERE mailbox = $1 AND item = $2 AND due_at > $3")
            .bind(mailbox.as_str())
            .bind(item.as_str())
            .bind(now_ms)
            .execute(&mut **transaction)
            .await?;
    }
    Ok(())
}

async fn keep(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    one: &LookedAt,
) -> Result<(), StoreError> {
    // Whatever was asked about the item is settled.
    sqlx::query(
        "DELETE FROM holds WHERE mailbox = $1 AND item IN
         (SELECT item FROM shown WHERE mailbox = $1 AND record = $2 AND item <> '')",
    )
    .bind(mailbox.as_str())
    .bind(one.record.as_str())
    .execute(&mut **transaction)
    .await?;
    let (standing, made) = match &one.stands {
        Stands::Kept { standing, made } => (standing.as_ref(), *made),
        Stands::Forgotten => {
            let gone = sqlx::query("DELETE FROM shown WHERE mailbox = $1 AND record = $2 AND revision = $3")
                .bind(mailbox.as_str())
                .bind(one.record.as_str())
                .bind(one.revision)
                .execute(&mut **transaction)
                .await?;
            if gone.rows_affected() == 1 {
                return Ok(());
            }
            (None, 0)
        }
    };
    let (item, says) = match standing {
        Some(Standing { item, says }) => (item.as_str(), written(says)?),
        None => ("", String::new()),
    };
    // An item that was made is never made under its name again.
    sqlx::query(
        "UPDATE shown SET item = $3, says = $4, made = CASE WHEN made < $5 THEN $5 ELSE made END,
         due_at = CASE WHEN revision = $6 THEN $7 ELSE due_at END WHERE mailbox = $1 AND record = $2",
    )
    .bind(mailbox.as_str())
    .bind(one.record.as_str())
    .bind(item)
    .bind(says)
    .bind(made)
    .bind(one.revision)
    .bind(one.again_at.map_or(NEVER, |at| at.timestamp_millis()))
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// Tells what is the matter with a record, by its item where it has one, and settles what was told of it before.
async fn tell(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    one: &LookedAt,
    now_ms: i64,
) -> Result<(), StoreError> {
    let about = match &one.stands {
        Stands::Kept { standing: Some(standing), .. } => standing.item.clone(),
        Stands::Kept { standing: None, .. } | Stands::Forgotten => item_id(one.record.as_str())?,
    };
    let kept = if one.issue.is_some() { about.as_str() } else { "" };
    sqlx::query(
        "DELETE FROM issues WHERE mailbox = $1 AND item <> $3 AND (item = $2 OR item IN
         (SELECT item FROM shown WHERE mailbox = $1 AND record = $2 AND item <> ''))",
    )
    .bind(mailbox.as_str())
    .bind(one.record.as_str())
    .bind(kept)
    .execute(&mut **transaction)
    .await?;
    if one.issue.is_none() {
        return Ok(());
    }
    let issue = EventIssue { about, event: one.record.clone(), issue: one.issue.clone() };
    told::put(transaction, mailbox, &issue, now_ms).await
}

fn due(row: &AnyRow) -> Result<DueRecord, StoreError> {
    let (item, says): (String, String) = (row.try_get(3)?, row.try_get(4)?);
    let standing =
        if item.is_empty() { None } else { Some(Standing { item: item_id(&item)?, says: read(&says)? }) };
    Ok(DueRecord {
        record: record_id(row, 0)?,
        wanted: read::<Wanted>(&row.try_get::<String, _>(1)?)?,
        revision: row.try_get(2)?,
        standing,
        made: row.try_get(5)?,
        ruling: ruling_of(&row.try_get::<String, _>(6)?)?,
    })
}

pub(super) fn record_id(row: &AnyRow, column: usize) -> Result<RecordId, StoreError> {
    record(&row.try_get::<String, _>(column)?)
}

/// What is kept as text.
pub(super) fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|bad| StoreError::Unreadable(bad.to_string()))
}

/// Something as the text it is kept as.
pub(super) fn written(what: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(what).map_err(|bad| StoreError::Unreadable(bad.to_string()))
}
