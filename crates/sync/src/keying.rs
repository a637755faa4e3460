//! How the org keeps the keys of Events: in a field of its own, in the one for clients' ids, or in none, so that the service
//! keeps them (DUP-1, DUP-2). Decided from describe and from what was there before: a field that was hidden since is missed, and
//! nothing takes its place, for whoever goes on without it makes every meeting's Event anew.

use std::sync::Arc;

use calbridge_engine::ports::Trouble;
use calbridge_rules::id::ApiName;
use calbridge_wire::{CallError, salesforce::describe::EventDescribe};

use crate::{
    org::Org,
    store::{KeyFieldHad, Lack, LackOf, StoreError},
};

/// Where the keys of Events are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keying {
    /// In a field of Event.
    Field {
        /// The field.
        name: ApiName,
        /// Whether the org creates and changes Events by it; else they are looked for first.
        upserts: bool,
    },
    /// In the service's own table.
    Links,
    /// They were in this field, which is gone or hidden: nothing is saved until it is back.
    Missing(ApiName),
}

impl Keying {
    /// How an org keeps keys: `configured` is the field that an admin deploys, `had` what is known of before, `has_links`
    /// whether keys are kept here already.
    pub fn decide(
        event: &EventDescribe,
        configured: &ApiName,
        had: Option<&KeyFieldHad>,
        has_links: bool,
    ) -> Self {
        let is_configured = |had: &&KeyFieldHad| had.name.as_ref().is_none_or(|name| name == configured);
        let own = event.field(configured.as_str());
        let client = event.client_id();
        match had {
            // Keys that are kept here would not be found there.
            None if has_links => Self::Links,
            Some(had)
                if !is_configured(&had) && client.as_ref().map(|(name, _)| name) == had.name.as_ref() =>
            {
                Self::of_client(client)
            }
            Some(_) | None if own.is_some() => {
                Self::Field { name: configured.clone(), upserts: own.is_some_and(|field| field.external_id) }
            }
            Some(had) => Self::Missing(had.name.clone().unwrap_or_else(|| configured.clone())),
            None => Self::of_client(client),
        }
    }

    fn of_client(client: Option<(ApiName, bool)>) -> Self {
        client.map_or(Self::Links, |(name, upserts)| Self::Field { name, upserts })
    }

    /// The field, if one holds the keys.
    pub fn field(&self) -> Option<&ApiName> {
        match self {
            Self::Field { name, .. } => Some(name),
            Self::Links | Self::Missing(_) => None,
        }
    }

    /// What admins are told, at `now_ms`, of the field `configured`: nothing where the keys are in it.
    pub(crate) fn lack(&self, configured: &ApiName, now_ms: i64) -> Option<Lack> {
        let (of, name, why) = match self {
            Self::Field { name, .. } if name == configured => return None,
            Self::Field { name, .. } => (
                LackOf::OwnKeyField,
                name,
                format!(
                    "The org had no field {configured} on Event, so that the keys of Events are in {name}"
                ),
            ),
            Self::Links => (
                LackOf::KeyField,
                configured,
                format!(
                    "The keys of Events are not in {configured}: the service keeps them in its own database, and saves no \
                     series"
                ),
            ),
            Self::Missing(name) => (
                LackOf::KeyFieldGone,
                name,
                format!(
                    "The org has no field {name} on Event any more, or hides it from the service: nothing is saved"
                ),
            ),
        };
        Some(Lack { of, name: name.to_string(), why, since_ms: now_ms })
    }

    /// Refuses everything where the field is missed that held the keys.
    pub(crate) fn stands(&self) -> Result<(), Trouble> {
        match self {
            Self::Field { .. } | Self::Links => Ok(()),
            Self::Missing(name) => Err(Trouble::Stopped(missing(name))),
        }
    }
}

fn missing(name: &ApiName) -> String {
    format!(
        "the org has no field {name} on Event any more, or hides it from the service: deploy it again, or let the \
         service's user see it, and resume"
    )
}

impl Org {
    /// Where the keys of Events are in this org.
    ///
    /// # Errors
    /// The org does not say.
    pub(crate) async fn keying(&self) -> Result<Arc<Keying>, CallError> {
        if let Some(known) = self.known_keying() {
            return Ok(known);
        }
        // What was there last is there until a describe says otherwise: a process that starts asks nothing more for it.
        if let Some(KeyFieldHad { name: Some(name), upserts }) = self.key_field_had().await?
            && name == *self.configured_key_field()
        {
            return Ok(self.learn_keying(Keying::Field { name, upserts }));
        }
        Ok(Arc::clone(&self.shape().await?.keying))
    }

    /// What a describe of Event says about it, kept for whoever describes the org next.
    pub(crate) async fn keying_of(&self, event: &EventDescribe) -> Result<Arc<Keying>, CallError> {
        let had = self.key_field_had().await?;
        let has_links = had.is_none() && self.store().has_links().await.map_err(silent)?;
        let keying = Keying::decide(event, self.configured_key_field(), had.as_ref(), has_links);
        match &keying {
            Keying::Field { name, upserts } => {
                let has = KeyFieldHad { name: Some(name.clone()), upserts: *upserts };
                if had.as_ref() != Some(&has) {
                    self.store().put_key_field(&has).await.map_err(silent)?;
                }
            }
            Keying::Links if self.known_keying().is_none() => {
                let field = self.configured_key_field();
                tracing::warn!(%field, "the org keeps no keys on Event: the service keeps them alone");
            }
            Keying::Links => {}
            Keying::Missing(field) => tracing::error!(%field, "the field of the keys is gone"),
        }
        let lack = keying.lack(self.configured_key_field(), self.now_ms());
        self.store().keep_key_lack(lack.as_ref()).await.map_err(silent)?;
        Ok(self.learn_keying(keying))
    }

    /// Looks at the org again where admins read that the field of the keys is gone: it has just answered a question that names
    /// it, or so it seems.
    pub(crate) async fn look_for_key_field(&self) -> Result<(), CallError> {
        let lacking = self.store().lacking().await.map_err(silent)?;
        if lacking.iter().any(|lack| lack.of == LackOf::KeyFieldGone) {
            self.shape().await?;
        }
        Ok(())
    }

    /// Whether another process found a field for the keys since this one knew of none. An Event that is made without its key
    /// would never be found there.
    pub(crate) async fn has_found_a_field(&self) -> Result<bool, CallError> {
        let Some(KeyFieldHad { name: Some(name), upserts }) = self.key_field_had().await? else {
            return Ok(false);
        };
        self.learn_keying(Keying::Field { name, upserts });
        Ok(true)
    }

    async fn key_field_had(&self) -> Result<Option<KeyFieldHad>, CallError> {
        self.store().key_field_had().await.map_err(silent)
    }
}

/// The store did not answer: whatever needs it is tried again.
#[expect(clippy::needless_pass_by_value, reason = "it ends here")]
pub(crate) fn silent(error: StoreError) -> CallError {
    tracing::error!(%error, "the store failed");
    CallError::Offline { side: "the service's database".to_owned() }
}

#[cfg(test)]
mod tests;
