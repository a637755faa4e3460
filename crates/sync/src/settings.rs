//! What holds for a user (SET): the configuration file's first values, what admins set over them, what the user set.

use calbridge_rules::{
    id::RecordId,
    settings::{
        self, Effective, Hold, NotChanged, OrgLayer, Setting, SettingValue, TABLE, UserLayer, may_change,
    },
};

use crate::{
    app::App,
    store::{Change, OrgValue, StoreError},
};

/// Who set what, as far as it concerns one user.
#[derive(Clone, Debug, Default)]
pub struct Layers {
    /// The org's, the configuration file's first values included.
    pub org: OrgLayer,
    /// The user's own.
    pub user: UserLayer,
}

impl Layers {
    /// Every setting as it holds. Mapped fields, which the org's describe decides, are not among them.
    pub fn effective(&self) -> Effective {
        settings::effective(&self.org, &self.user)
    }
}

impl App {
    /// Every setting as it holds for a user, without mapped fields: which of those the org has, [`crate::org::Org::mapped`]
    /// says.
    ///
    /// # Errors
    /// The store failed.
    pub async fn effective(&self, user: &RecordId) -> Result<Effective, StoreError> {
        Ok(self.layers(user).await?.effective())
    }

    /// What the org and a user set.
    ///
    /// # Errors
    /// The store failed.
    pub async fn layers(&self, user: &RecordId) -> Result<Layers, StoreError> {
        Ok(Layers { org: self.org_layer().await?, user: self.store.user_settings(user).await? })
    }

    /// What the org set.
    ///
    /// # Errors
    /// The store failed.
    pub async fn org_layer(&self) -> Result<OrgLayer, StoreError> {
        // Read once at start, where a file with an impossible value was refused.
        self.store.org_settings(self.config.org_layer().unwrap_or_default()).await
    }

    /// Salesforce refused an Event for its length: no Multiday Events, where nobody had said (PIC-4).
    ///
    /// # Errors
    /// The store failed.
    pub async fn multiday_refused(&self) -> Result<(), StoreError> {
        let setting = Setting::MultidayEvents;
        if settings::holds(setting, &self.org_layer().await?, &UserLayer::default()).0 != "unknown" {
            return Ok(());
        }
        tracing::warn!("Salesforce refuses Events over 24 hours: MultidayEvents is off from now on");
        let off = OrgValue { value: "off".to_owned(), hold: Hold::Allowing };
        self.store.change_org_settings(&[Change::Set(setting, off)], self.now_ms()).await
    }
}

/// What makes a user's settings be `wanted` and nothing else. What an admin forces is not theirs to change, and stays as it
/// was kept.
///
/// # Errors
/// A setting does not exist, does not take its value, or is not the user's to change.
pub fn user_changes<'w>(
    wanted: impl IntoIterator<Item = (&'w str, &'w str)>,
    org: &OrgLayer,
) -> Result<Vec<Change<String>>, NotChanged> {
    let mut layer = UserLayer::default();
    for (name, text) in wanted {
        layer.set(name, text, org)?;
    }
    let own = |name: &str| layer.entries().find(|(set, _)| *set == name).map(|(_, value)| value.to_owned());
    let theirs = TABLE.iter().filter(|row| may_change(row.setting, org).is_ok());
    Ok(theirs.map(|row| change(row.setting, own(row.name))).collect())
}

impl Layers {
    /// The same after a user's changes.
    #[must_use]
    pub fn with_user(mut self, changes: &[Change<String>]) -> Self {
        for change in changes {
            match change {
                // Read and allowed before.
                Change::Set(setting, value) => drop(self.user.set(setting.row().name, value, &self.org)),
                Change::Unset(setting) => self.user.unset(*setting),
            }
        }
        self
    }

    /// The same after an admin's changes, over the configuration file's first values.
    #[must_use]
    pub fn with_org(mut self, first: OrgLayer, changes: &[Change<OrgValue>]) -> Self {
        self.org = first;
        for change in changes {
            match change {
                // Read before.
                Change::Set(setting, OrgValue { value, hold }) => {
                    drop(self.org.set(setting.row().name, value, *hold));
                }
                Change::Unset(_) => {}
            }
        }
        self
    }
}

/// What makes the org's settings be `wanted` and nothing else; what the configuration file says holds again where nothing is
/// wanted.
///
/// # Errors
/// A setting does not exist or does not take its value.
pub fn org_changes<'w>(
    wanted: impl IntoIterator<Item = (&'w str, &'w str, Hold)>,
) -> Result<Vec<Change<OrgValue>>, NotChanged> {
    let mut set: Vec<(Setting, OrgValue)> = Vec::new();
    for (name, text, hold) in wanted {
        let setting = Setting::by_name(name).ok_or_else(|| NotChanged::Unknown(name.to_owned()))?;
        let value = SettingValue::read(setting, text)?.as_str().to_owned();
        set.push((setting, OrgValue { value, hold }));
    }
    let own = |setting| set.iter().find(|(of, _)| *of == setting).map(|(_, value)| value.clone());
    Ok(TABLE.iter().map(|row| change(row.setting, own(row.setting))).collect())
}

fn change<T>(setting: Setting, value: Option<T>) -> Change<T> {
    value.map_or(Change::Unset(setting), |value| Change::Set(setting, value))
}
