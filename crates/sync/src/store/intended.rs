//! Pairs that come of Events which are about to be created, from before they are: whatever ends the session between the create
//! and its record, the next one goes on from here.

use std::collections::BTreeMap;

use calbridge_engine::{pair::Agreed, ports::Intended};
use calbridge_rules::{
    id::{Address, ItemId},
    identity::SyncKey,
};
use sqlx::{Any, AssertSqlSafe, Row, Transaction, any::AnyRow};

use super::{
    Store, StoreError,
    paired::{fields_text, holding_text},
    pairs::{fields, holding, item_id},
    rows::{portions, rows},
    rulings::ruled,
};

/// Values that all rows share, and those of each.
const COLUMNS: (usize, usize) = (2, 6);

impl Store {
    /// What was about to be created for items of a mailbox, where no session kept what became of it.
    ///
    /// # Errors
    /// The database refused, or a row cannot be read.
    pub async fn intended(&self, mailbox: &Address) -> Result<Vec<Intended>, StoreError> {
        let rows = sqlx::query(
            "SELECT intended.item, sync_key, by_hand, holding, base, item_base, COALESCE(what, ''), COALESCE(held, ''),
             COALESCE(ruling, '') FROM intended
             LEFT JOIN holds ON holds.mailbox = intended.mailbox AND holds.item = intended.item
             WHERE intended.mailbox = $1",
        )
        .bind(mailbox.as_str())
        .fetch_all(&mut *self.reader().await?)
        .await?;
        rows.iter().map(intended).collect()
    }
}

/// Keeps what is about to be created; what was kept of the same item before gives way.
pub(super) async fn put<'i>(
    transaction: &mut Transaction<'static, Any>,
    mailbox: &Address,
    all: impl Iterator<Item = &'i Intended>,
    now_ms: i64,
) -> Result<(), StoreError> {
    // A statement may change a row once only.
    let all: BTreeMap<&ItemId, &Intended> = all.map(|one| (&one.item, one)).collect();
    let all: Vec<&Intended> = all.into_values().collect();
    for portion in portions(&all) {
        let sql = format!(
            "INSERT INTO intended (mailbox, written_at, item, sync_key, by_hand, holding, base, item_base)
             VALUES {} ON CONFLICT (mailbox, item) DO UPDATE SET sync_key = excluded.sync_key,
             by_hand = excluded.by_hand, holding = excluded.holding, base = excluded.base,
             item_base = excluded.item_base, written_at = excluded.written_at",
            rows(portion.len(), COLUMNS.0, COLUMNS.1)
        );
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(mailbox.as_str()).bind(now_ms);
        for one in portion {
            query = query
                .bind(one.item.as_str())
                .bind(one.key.as_str())
                .bind(i64::from(one.is_by_hand))
                .bind(holding_text(one.holding))
                .bind(fields_text(&one.agreed.event)?)
                .bind(fields_text(&one.agreed.item)?);
        }
        query.execute(&mut **transaction).await?;
    }
    Ok(())
}

fn intended(row: &AnyRow) -> Result<Intended, StoreError> {
    let key: String = row.try_get(1)?;
    let (what, held, ruling): (String, String, String) = (row.try_get(6)?, row.try_get(7)?, row.try_get(8)?);
    Ok(Intended {
        item: item_id(&row.try_get::<String, _>(0)?)?,
        key: SyncKey::parse(&key).map_err(|bad| StoreError::Unreadable(bad.to_string()))?,
        is_by_hand: row.try_get::<i64, _>(2)? == 1,
        holding: holding(&row.try_get::<String, _>(3)?)?,
        agreed: Agreed {
            event: fields(&row.try_get::<String, _>(4)?)?,
            item: fields(&row.try_get::<String, _>(5)?)?,
        },
        ruled: ruled(&what, &held, &ruling)?,
    })
}
