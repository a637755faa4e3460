//! What settings ask of the org and it does not have (OBJ-1, GRP-2), for admins.

use calbridge_rules::codes::{CALENDAR_LACKING, OBJECT_LACKING};
use sqlx::Row;

use super::{Store, StoreError, Watch, news::watching};

/// What is lacking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LackOf {
    /// An object whose records are to come down (OBJ-1).
    Object,
    /// A public calendar (GRP-2).
    Calendar,
}

impl LackOf {
    /// Its public code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Object => OBJECT_LACKING,
            Self::Calendar => CALENDAR_LACKING,
        }
    }

    fn of(code: &str) -> Result<Self, StoreError> {
        [Self::Object, Self::Calendar]
            .into_iter()
            .find(|lack| lack.code() == code)
            .ok_or_else(|| StoreError::Unreadable(format!("nothing lacks by the code {code}")))
    }
}

/// Something that settings name and the org does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lack {
    /// What.
    pub of: LackOf,
    /// As the setting names it.
    pub name: String,
    /// Why, in a few words.
    pub why: String,
    /// Since when, in milliseconds.
    pub since_ms: i64,
}

impl Store {
    /// Everything that is lacking, objects first.
    ///
    /// # Errors
    /// The database refused, or a row cannot be read.
    pub async fn lacking(&self) -> Result<Vec<Lack>, StoreError> {
        let rows = sqlx::query("SELECT code, name, why, since_at FROM lacking ORDER BY code, name")
            .fetch_all(&mut *self.reader().await?)
            .await?;
        rows.iter()
            .map(|row| {
                Ok(Lack {
                    of: LackOf::of(&row.try_get::<String, _>(0)?)?,
                    name: row.try_get(1)?,
                    why: row.try_get(2)?,
                    since_ms: row.try_get(3)?,
                })
            })
            .collect()
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
            sqlx::query("DELETE FROM lacking WHERE code = $1 AND name = $2")
                .bind(of.code())
                .bind(&lack.name)
                .execute(&mut *transaction)
                .await?;
        }
        for (name, why) in lacks {
            sqlx::query(
                "INSERT INTO lacking (code, name, why, since_at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (code, name) DO UPDATE SET why = $3",
            )
            .bind(of.code())
            .bind(name)
            .bind(why)
            .bind(now_ms)
            .execute(&mut *transaction)
            .await?;
        }
        Ok(transaction.commit().await?)
    }
}
