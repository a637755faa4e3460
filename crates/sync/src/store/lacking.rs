//! What the org does not have, for admins: what settings ask of it (OBJ-1, GRP-2), and the field for the keys of Events (DUP-1,
//! DUP-2).

use calbridge_rules::codes::{
    CALENDAR_LACKING, KEY_FIELD_GONE, KEY_FIELD_LACKING, KEYS_IN_CLIENT_IDS, KEYS_KEPT_HERE, OBJECT_LACKING,
};
use sqlx::{Any, Row, Transaction};

use super::{Store, StoreError, Watch, news::watching};

/// What is lacking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LackOf {
    /// An object whose records are to come down (OBJ-1).
    Object,
    /// A public calendar (GRP-2).
    Calendar,
    /// A field for the keys of Events, of which none is kept yet (DUP-2).
    KeyField,
    /// The same, and keys of Events are kept here (DUP-2).
    KeyFieldOfLinked,
    /// The same, and keys are in the field for clients' ids (DUP-1).
    OwnKeyField,
    /// The field that held the keys (DUP-1).
    KeyFieldGone,
}

/// Every kind.
const ALL: [LackOf; 6] = [
    LackOf::Object,
    LackOf::Calendar,
    LackOf::KeyField,
    LackOf::KeyFieldOfLinked,
    LackOf::OwnKeyField,
    LackOf::KeyFieldGone,
];

impl LackOf {
    /// Its public code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Object => OBJECT_LACKING,
            Self::Calendar => CALENDAR_LACKING,
            Self::KeyField => KEY_FIELD_LACKING,
            Self::KeyFieldOfLinked => KEYS_KEPT_HERE,
            Self::OwnKeyField => KEYS_IN_CLIENT_IDS,
            Self::KeyFieldGone => KEY_FIELD_GONE,
        }
    }

    /// Whether it is about the keys of Events, and not asked for by a setting.
    pub fn is_of_keys(self) -> bool {
        match self {
            Self::Object | Self::Calendar => false,
            Self::KeyField | Self::KeyFieldOfLinked | Self::OwnKeyField | Self::KeyFieldGone => true,
        }
    }

    fn of(code: &str) -> Result<Self, StoreError> {
        ALL.into_iter()
            .find(|lack| lack.code() == code)
            .ok_or_else(|| StoreError::Unreadable(format!("nothing lacks by the code {code}")))
    }
}

/// Something that the org does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lack {
    /// What.
    pub of: LackOf,
    /// As the setting, or Event, names it.
    pub name: String,
    /// Why, in a few words; of the field for keys a sentence without its end.
    pub why: String,
    /// Since when, in milliseconds.
    pub since_ms: i64,
}

impl Store {
    /// Everything that is lacking, objects first. Whether keys are kept here by now is asked anew each time: the first save
    /// changes what there is to do.
    ///
    /// # Errors
    /// The database refused, or a row cannot be read.
    pub async fn lacking(&self) -> Result<Vec<Lack>, StoreError> {
        let rows = sqlx::query("SELECT code, name, why, since_at FROM lacking ORDER BY code, name")
            .fetch_all(&mut *self.reader().await?)
            .await?;
        let mut lacking = Vec::with_capacity(rows.len());
        for row in &rows {
            let mut of = LackOf::of(&row.try_get::<String, _>(0)?)?;
            if of == LackOf::KeyField && self.has_links().await? {
                of = LackOf::KeyFieldOfLinked;
            }
            let (name, why) = (row.try_get(1)?, row.try_get(2)?);
            lacking.push(Lack { of, name, why, since_ms: row.try_get(3)? });
        }
        Ok(lacking)
    }

    /// Makes this all that is said of the field for keys; what was said before keeps since when. Whoever
    /// described the org last is right, so no watch is held for it.
    ///
    /// # Errors
    /// The database refused, or a row cannot be read.
    pub async fn keep_key_lack(&self, lack: Option<&Lack>) -> Result<(), StoreError> {
        let rows =
            sqlx::query("SELECT code, name, why FROM lacking").fetch_all(&mut *self.reader().await?).await?;
        let mut stands = false;
        let mut over = Vec::new();
        for row in &rows {
            let (code, name, why): (String, String, String) =
                (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
            match lack.filter(|lack| lack.of.code() == code && lack.name == name) {
                Some(lack) => stands = lack.why == why,
                None if LackOf::of(&code)?.is_of_keys() => over.push((code, name)),
                None => {}
            }
        }
        let news = lack.filter(|_| !stands);
        if news.is_none() && over.is_empty() {
            return Ok(());
        }
        let mut transaction = self.begin().await?;
        for (code, name) in over {
            take(&mut transaction, &code, &name).await?;
        }
        if let Some(lack) = news {
            put(&mut transaction, lack.of, (&lack.name, &lack.why), lack.since_ms).await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Makes these, by name and why, all that is lacking of one kind; what was lacking before keeps since when.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] when somebody else has the watch by now.
    pub async fn keep_lacking(
        &self,
        watch: &Watch,
        of: LackOf,
        lacks: &[(String, String)],
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let before = self.lacking().await?;
        let before: Vec<&Lack> = before.iter().filter(|lack| lack.of == of).collect();
        let is_kept =
            |(name, why): &(String, String)| before.iter().any(|lack| (&lack.name, &lack.why) == (name, why));
        if before.len() == lacks.len() && lacks.iter().all(is_kept) {
            return Ok(());
        }
        let mut transaction = self.begin().await?;
        watching(&mut transaction, watch).await?;
        for lack in before.iter().filter(|lack| lacks.iter().all(|(name, _)| *name != lack.name)) {
            take(&mut transaction, of.code(), &lack.name).await?;
        }
        for (name, why) in lacks {
            put(&mut transaction, of, (name, why), now_ms).await?;
        }
        Ok(transaction.commit().await?)
    }
}

/// Keeps that something is lacking, by name and why.
async fn put(
    transaction: &mut Transaction<'static, Any>,
    of: LackOf,
    (name, why): (&str, &str),
    now_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO lacking (code, name, why, since_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (code, name) DO UPDATE SET why = $3",
    )
    .bind(of.code())
    .bind(name)
    .bind(why)
    .bind(now_ms)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// Forgets that something was lacking.
async fn take(transaction: &mut Transaction<'static, Any>, code: &str, name: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM lacking WHERE code = $1 AND name = $2")
        .bind(code)
        .bind(name)
        .execute(&mut **transaction)
        .await?;
    Ok(())
}
