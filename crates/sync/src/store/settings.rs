//! Settings of the org and of users (SET), as they were set: what holds of them the rules say.

use calbridge_rules::{
    id::RecordId,
    settings::{Hold, OrgLayer, Setting, UserLayer},
};
use sqlx::{Any, Row, Transaction};

use super::{Mailbox, Store, StoreError, work::want_in};

/// A setting that is set, or left to whatever holds without it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change<T> {
    /// It has this value from now on.
    Set(Setting, T),
    /// It has none any more.
    Unset(Setting),
}

/// A value that an admin sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrgValue {
    /// The value, read before.
    pub value: String,
    /// How it stands to those of users.
    pub hold: Hold,
}

impl Store {
    /// What admins set, over what holds without them. A row that this build cannot read is left out, and logged.
    ///
    /// # Errors
    /// The database refused.
    pub async fn org_settings(&self, mut first: OrgLayer) -> Result<OrgLayer, StoreError> {
        let rows = sqlx::query("SELECT setting, value, forced FROM org_settings ORDER BY setting")
            .fetch_all(&mut *self.reader().await?)
            .await?;
        for row in rows {
            let (name, value): (String, String) = (row.try_get(0)?, row.try_get(1)?);
            let hold = if row.try_get::<i64, _>(2)? == 1 { Hold::Forced } else { Hold::Allowing };
            if let Err(error) = first.set(&name, &value, hold) {
                tracing::warn!(%error, "a setting of the org is left out");
            }
        }
        Ok(first)
    }

    /// What a user set. What an admin forces meanwhile is among it, and does not hold.
    ///
    /// # Errors
    /// The database refused.
    pub async fn user_settings(&self, user: &RecordId) -> Result<UserLayer, StoreError> {
        let rows =
            sqlx::query("SELECT setting, value FROM user_settings WHERE user_id = $1 ORDER BY setting")
                .bind(user.as_str())
                .fetch_all(&mut *self.reader().await?)
                .await?;
        let mut layer = UserLayer::default();
        for row in rows {
            let (name, value): (String, String) = (row.try_get(0)?, row.try_get(1)?);
            if let Err(error) = layer.set(&name, &value, &OrgLayer::default()) {
                tracing::warn!(%error, "a setting of a user is left out");
            }
        }
        Ok(layer)
    }

    /// Changes settings of the org, all or none. Each mailbox looks at everything in its window again with its next session.
    ///
    /// # Errors
    /// The database refused.
    pub async fn change_org_settings(
        &self,
        changes: &[Change<OrgValue>],
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        for change in changes {
            match change {
                Change::Set(setting, OrgValue { value, hold }) => {
                    sqlx::query(
                        "INSERT INTO org_settings (setting, value, forced) VALUES ($1, $2, $3)
                         ON CONFLICT (setting) DO UPDATE SET value = $2, forced = $3",
                    )
                    .bind(setting.row().name)
                    .bind(value)
                    .bind(i64::from(*hold == Hold::Forced))
                    .execute(&mut *transaction)
                    .await?;
                }
                Change::Unset(setting) => {
                    sqlx::query("DELETE FROM org_settings WHERE setting = $1")
                        .bind(setting.row().name)
                        .execute(&mut *transaction)
                        .await?;
                }
            }
        }
        changed(&mut transaction, "", now_ms).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Changes settings of a mailbox's user, all or none, and makes it due: everything in its window is looked at again.
    ///
    /// # Errors
    /// The database refused.
    pub async fn change_user_settings(
        &self,
        mailbox: &Mailbox,
        changes: &[Change<String>],
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let user = &mailbox.user;
        let mut transaction = self.begin().await?;
        want_in(&mut transaction, &mailbox.address, now_ms).await?;
        for change in changes {
            match change {
                Change::Set(setting, value) => {
                    sqlx::query(
                        "INSERT INTO user_settings (user_id, setting, value) VALUES ($1, $2, $3)
                         ON CONFLICT (user_id, setting) DO UPDATE SET value = $3",
                    )
                    .bind(user.as_str())
                    .bind(setting.row().name)
                    .bind(value)
                    .execute(&mut *transaction)
                    .await?;
                }
                Change::Unset(setting) => {
                    sqlx::query("DELETE FROM user_settings WHERE user_id = $1 AND setting = $2")
                        .bind(user.as_str())
                        .bind(setting.row().name)
                        .execute(&mut *transaction)
                        .await?;
                }
            }
        }
        changed(&mut transaction, user.as_str(), now_ms).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// Notes when settings changed, whose they are: '' stands for the org.
async fn changed(
    transaction: &mut Transaction<'static, Any>,
    owner: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO settings_changed (owner, changed_at) VALUES ($1, $2)
         ON CONFLICT (owner) DO UPDATE SET changed_at = $2",
    )
    .bind(owner)
    .bind(now_ms)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}
