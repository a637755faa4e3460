//! What the org wants shown of its records (OBJ-1, GRP-2), as the watch over it says: for whom, since when, and where it comes
//! from.

use std::collections::{BTreeMap, BTreeSet};

use calbridge_engine::ports::{Wanted, Window};
use calbridge_rules::{
    id::{Address, RecordId},
    settings::{OrgLayer, Setting, UserLayer},
};
use calbridge_wire::salesforce::records::RecordsOf;
use serde::{Deserialize, Serialize};
use sqlx::{Any, AssertSqlSafe, Row, Transaction, any::AnyRow};

use super::{
    NEVER, Store, StoreError, Watch,
    news::watching,
    pairs::{named, places},
    rows::questions,
    shown::{read, record_id, written},
    work::dirty_in,
};

/// Records of one transaction at most.
const NEWS_LIMIT: usize = 200;

/// What records come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceIs {
    /// An object.
    Object(RecordsOf),
    /// A public calendar, by its name.
    Calendar(String),
}

/// What is known of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownSource {
    /// Its name: an object's, or a public calendar's id.
    pub source: String,
    /// What it is.
    pub is: SourceIs,
    /// How it was to be shown, and for whom, when it was last looked at as a whole.
    pub told: String,
    /// Up to when changes were seen, in milliseconds.
    pub seen_to_ms: i64,
    /// When it was last looked at as a whole, in milliseconds.
    pub whole_at_ms: i64,
}

/// A record as it stands, for those who are to see it.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordNews {
    /// The record.
    pub record: RecordId,
    /// What it comes from.
    pub source: String,
    /// When it changed as the org says, in milliseconds; nothing where the org does not know it any more.
    pub stamp_ms: Option<i64>,
    /// What each of them is to see. Whoever else sees it is to see nothing of it.
    pub wanted: Vec<(Address, Wanted)>,
    /// Whether those who do not see it yet are to.
    pub is_near: bool,
}

impl Store {
    /// Everything that records come from.
    ///
    /// # Errors
    /// The database refused.
    pub async fn shown_sources(&self) -> Result<Vec<KnownSource>, StoreError> {
        let rows =
            sqlx::query("SELECT source, what, told, seen_to, whole_at FROM shown_sources ORDER BY source")
                .fetch_all(&mut *self.reader().await?)
                .await?;
        rows.iter().map(source).collect()
    }

    /// Every mailbox, with its user.
    ///
    /// # Errors
    /// The database refused.
    pub async fn users(&self) -> Result<Vec<(Address, RecordId)>, StoreError> {
        let rows = sqlx::query("SELECT mailbox, user_id FROM mailboxes ORDER BY mailbox")
            .fetch_all(&mut *self.reader().await?)
            .await?;
        rows.iter().map(|row| Ok((address(row, 0)?, record_id(row, 1)?))).collect()
    }

    /// What users set of one setting, each by themselves.
    ///
    /// # Errors
    /// The database refused.
    pub async fn users_with(&self, setting: Setting) -> Result<BTreeMap<RecordId, UserLayer>, StoreError> {
        let name = setting.row().name;
        let rows =
            sqlx::query("SELECT user_id, value FROM user_settings WHERE setting = $1 ORDER BY user_id")
                .bind(name)
                .fetch_all(&mut *self.reader().await?)
                .await?;
        let mut users = BTreeMap::new();
        for row in &rows {
            let mut layer = UserLayer::default();
            if let Err(error) = layer.set(name, &row.try_get::<String, _>(1)?, &OrgLayer::default()) {
                tracing::warn!(%error, "a setting of a user is left out");
                continue;
            }
            users.insert(record_id(row, 0)?, layer);
        }
        Ok(users)
    }

    /// Those of the records that somebody sees.
    ///
    /// # Errors
    /// The database refused.
    pub async fn seen_records(&self, records: &[RecordId]) -> Result<BTreeMap<RecordId, String>, StoreError> {
        let mut seen = BTreeMap::new();
        let records: Vec<&str> = records.iter().map(RecordId::as_str).collect();
        for chunk in questions(&records) {
            let sql = format!(
                "SELECT DISTINCT record, source FROM shown WHERE record IN ({})",
                places(1, chunk.len())
            );
            for row in
                named(sqlx::query(AssertSqlSafe(sql)), &chunk).fetch_all(&mut *self.reader().await?).await?
            {
                seen.insert(record_id(&row, 0)?, row.try_get(1)?);
            }
        }
        Ok(seen)
    }

    /// Records that items of a mailbox show, each with what it comes from.
    ///
    /// # Errors
    /// The database refused.
    pub async fn standing_records(&self, mailbox: &Address) -> Result<Vec<(RecordId, String)>, StoreError> {
        let rows =
            sqlx::query("SELECT record, source FROM shown WHERE mailbox = $1 AND item <> '' ORDER BY record")
                .bind(mailbox.as_str())
                .fetch_all(&mut *self.reader().await?)
                .await?;
        rows.iter().map(|row| Ok((record_id(row, 0)?, row.try_get(1)?))).collect()
    }

    /// Records of a source that somebody is to see and that are not over before an instant.
    ///
    /// # Errors
    /// The database refused.
    pub async fn wanted_records(&self, source: &str, from_ms: i64) -> Result<BTreeSet<RecordId>, StoreError> {
        let rows = sqlx::query(
            "SELECT DISTINCT record FROM shown WHERE source = $1 AND ends_at >= $2 AND wanted <> $3",
        )
        .bind(source)
        .bind(from_ms)
        .bind(written(&Wanted::Nothing)?)
        .fetch_all(&mut *self.reader().await?)
        .await?;
        rows.iter().map(|row| record_id(row, 0)).collect()
    }

    /// Tells what is wanted of records, and makes the mailboxes due for which that is new; answers how many those are.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when somebody else has the watch by now.
    pub async fn tell_wanted(
        &self,
        watch: &Watch,
        news: &[RecordNews],
        now_ms: i64,
    ) -> Result<usize, StoreError> {
        let mut told: BTreeSet<Address> = BTreeSet::new();
        for news in news.chunks(NEWS_LIMIT) {
            self.before("tell_wanted", None).await?;
            let mut transaction = self.begin().await?;
            watching(&mut transaction, watch).await?;
            let mut new: BTreeSet<Address> = BTreeSet::new();
            for one in news {
                new.extend(tell_one(&mut transaction, one, now_ms).await?);
            }
            for mailbox in &new {
                dirty_in(&mut transaction, mailbox, now_ms).await?;
            }
            transaction.commit().await?;
            self.after("tell_wanted", None).await?;
            told.extend(new);
        }
        Ok(told.len())
    }

    /// Keeps what is known of a source.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when somebody else has the watch by now.
    pub async fn keep_source(&self, watch: &Watch, known: &KnownSource) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        watching(&mut transaction, watch).await?;
        sqlx::query(
            "INSERT INTO shown_sources (source, what, told, seen_to, whole_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (source) DO UPDATE SET what = $2, told = $3, seen_to = $4, whole_at = $5",
        )
        .bind(&known.source)
        .bind(written(&known.is)?)
        .bind(&known.told)
        .bind(known.seen_to_ms)
        .bind(known.whole_at_ms)
        .execute(&mut *transaction)
        .await?;
        Ok(transaction.commit().await?)
    }

    /// Nobody is to see anything of a source any more, of which nothing is known from now on.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when somebody else has the watch by now.
    pub async fn drop_source(&self, watch: &Watch, source: &str, now_ms: i64) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        watching(&mut transaction, watch).await?;
        unwant(&mut transaction, source, None, now_ms).await?;
        sqlx::query("DELETE FROM shown_sources WHERE source = $1")
            .bind(source)
            .execute(&mut *transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Nobody but these mailboxes is to see anything of a source any more.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when somebody else has the watch by now.
    pub async fn keep_to(
        &self,
        watch: &Watch,
        source: &str,
        mailboxes: &BTreeSet<Address>,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let rows = sqlx::query("SELECT DISTINCT mailbox FROM shown WHERE source = $1 ORDER BY mailbox")
            .bind(source)
            .fetch_all(&mut *self.reader().await?)
            .await?;
        let mut transaction = self.begin().await?;
        watching(&mut transaction, watch).await?;
        for row in &rows {
            let mailbox = address(row, 0)?;
            if !mailboxes.contains(&mailbox) {
                unwant(&mut transaction, source, Some(&mailbox), now_ms).await?;
            }
        }
        Ok(transaction.commit().await?)
    }
}

/// Nothing of a source is wanted any more, of one mailbox or of all.
async fn unwant(
    transaction: &mut Transaction<'static, Any>,
    source: &str,
    mailbox: Option<&Address>,
    now_ms: i64,
) -> Result<(), StoreError> {
    let rows = sqlx::query(
        "UPDATE shown SET wanted = $3, revision = revision + 1, due_at = $4
         WHERE source = $1 AND ($2 = '' OR mailbox = $2) AND wanted <> $3 RETURNING mailbox",
    )
    .bind(source)
    .bind(mailbox.map_or("", Address::as_str))
    .bind(written(&Wanted::Nothing)?)
    .bind(now_ms)
    .fetch_all(&mut **transaction)
    .await?;
    let mailboxes: Result<BTreeSet<Address>, StoreError> = rows.iter().map(|row| address(row, 0)).collect();
    for mailbox in mailboxes? {
        dirty_in(transaction, &mailbox, now_ms).await?;
    }
    Ok(())
}

/// Tells what is wanted of one record; answers the mailboxes for which that is new.
async fn tell_one(
    transaction: &mut Transaction<'static, Any>,
    news: &RecordNews,
    now_ms: i64,
) -> Result<Vec<Address>, StoreError> {
    let rows = sqlx::query("SELECT mailbox FROM shown WHERE record = $1 ORDER BY mailbox")
        .bind(news.record.as_str())
        .fetch_all(&mut **transaction)
        .await?;
    let mut new = Vec::new();
    let mut known: BTreeSet<Address> = BTreeSet::new();
    for row in &rows {
        let mailbox = address(row, 0)?;
        let wanted = news.wanted.iter().find(|(whose, _)| *whose == mailbox).map(|(_, wanted)| wanted);
        if change(transaction, news, &mailbox, wanted.unwrap_or(&Wanted::Nothing), now_ms).await? {
            new.push(mailbox.clone());
        }
        known.insert(mailbox);
    }
    let strangers = news.wanted.iter().filter(|(mailbox, _)| news.is_near && !known.contains(mailbox));
    for (mailbox, wanted) in strangers {
        if *wanted != Wanted::Nothing && begin(transaction, news, mailbox, wanted, now_ms).await? {
            new.push(mailbox.clone());
        }
    }
    Ok(new)
}

/// What was told later of a record stands; the org's stamps count whole seconds.
async fn change(
    transaction: &mut Transaction<'static, Any>,
    news: &RecordNews,
    mailbox: &Address,
    wanted: &Wanted,
    now_ms: i64,
) -> Result<bool, StoreError> {
    let (starts_ms, ends_ms) = times(wanted);
    let changed = sqlx::query(
        "UPDATE shown SET wanted = $3, source = $4, stamp = CASE WHEN stamp < $5 THEN $5 ELSE stamp END,
         revision = revision + 1, due_at = $6,
         starts_at = CASE WHEN $8 = 0 THEN starts_at ELSE $7 END, ends_at = CASE WHEN $8 = 0 THEN ends_at ELSE $8 END
         WHERE mailbox = $1 AND record = $2 AND stamp <= $9 AND (wanted <> $3 OR source <> $4)",
    )
    .bind(mailbox.as_str())
    .bind(news.record.as_str())
    .bind(written(wanted)?)
    .bind(&news.source)
    .bind(news.stamp_ms.unwrap_or(0))
    .bind(now_ms)
    .bind(starts_ms)
    .bind(ends_ms)
    .bind(news.stamp_ms.unwrap_or(NEVER))
    .execute(&mut **transaction)
    .await?;
    Ok(changed.rows_affected() == 1)
}

async fn begin(
    transaction: &mut Transaction<'static, Any>,
    news: &RecordNews,
    mailbox: &Address,
    wanted: &Wanted,
    now_ms: i64,
) -> Result<bool, StoreError> {
    let (starts_ms, ends_ms) = times(wanted);
    // The name of the first try is the time, so that it is never that of an earlier life of the record here.
    let begun = sqlx::query(
        "INSERT INTO shown (mailbox, record, source, wanted, stamp, revision, due_at, item, says, made, starts_at, ends_at)
         VALUES ($1, $2, $3, $4, $5, 1, $6, '', '', $6, $7, $8) ON CONFLICT (mailbox, record) DO NOTHING",
    )
    .bind(mailbox.as_str())
    .bind(news.record.as_str())
    .bind(&news.source)
    .bind(written(wanted)?)
    .bind(news.stamp_ms.unwrap_or(0))
    .bind(now_ms)
    .bind(starts_ms)
    .bind(ends_ms)
    .execute(&mut **transaction)
    .await?;
    Ok(begun.rows_affected() == 1)
}

/// When the item of a record is, in milliseconds; never where there is to be none.
fn times(wanted: &Wanted) -> (i64, i64) {
    let span = match wanted {
        Wanted::Item(says) => says.values.span,
        Wanted::Trouble(_) | Wanted::Nothing => None,
    };
    span.map_or((0, 0), Window::milliseconds)
}

fn source(row: &AnyRow) -> Result<KnownSource, StoreError> {
    Ok(KnownSource {
        source: row.try_get(0)?,
        is: read(&row.try_get::<String, _>(1)?)?,
        told: row.try_get(2)?,
        seen_to_ms: row.try_get(3)?,
        whole_at_ms: row.try_get(4)?,
    })
}

fn address(row: &AnyRow, column: usize) -> Result<Address, StoreError> {
    let text: String = row.try_get(column)?;
    Address::parse(&text).map_err(|bad| StoreError::Unreadable(bad.to_string()))
}
