//! What all runs of a process share: the company's definitions, read once, and the service's configuration.

use std::{fs, path::Path, sync::Arc};

use anyhow::{Context, anyhow};
use calbridge_rules::id::ApiName;
use calbridge_standin::{Setup, World};
use calbridge_sync::{
    config::{Config, Graph, OrgSettings, Salesforce, Tls, Worker},
    field_map::FieldMap,
};
use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::{
    company::{company, twisted},
    script::Script,
    twist::Twist,
};

/// The add-in's id in the demo.
const ADDIN: &str = "7c1e2f64-9b1d-4e57-8d2c-3a5f0e6b9d41";
/// The field of the sync key in the demo.
const KEY_FIELD: &str = "Calbridge_Sync_Key__c";

/// Where the org has a place for the keys of Events (DUP-1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keys {
    /// In the field that an admin deployed.
    #[default]
    OwnField,
    /// In that of clients' ids, which Salesforce lets them write.
    ClientIds,
    /// Nowhere: the service remembers them (DUP-2).
    Nowhere,
}

impl Keys {
    /// The field of Event that holds them.
    pub fn field(self) -> Option<&'static str> {
        match self {
            Self::OwnField => Some(KEY_FIELD),
            Self::ClientIds => Some("ClientGuid"),
            Self::Nowhere => None,
        }
    }

    /// Makes a company's org one that keeps them so.
    fn lay_out(self, company: &mut Value) -> anyhow::Result<()> {
        if self == Self::OwnField {
            return Ok(());
        }
        let fields = company.pointer_mut("/salesforce/fields/Event").and_then(Value::as_array_mut);
        fields.context("the demo has no fields of its own")?.retain(|field| field["name"] != KEY_FIELD);
        let has_client_ids = self == Self::ClientIds;
        for feature in ["advancedCalendaring", "clientGuidWritable"] {
            company["salesforce"]["features"][feature] = has_client_ids.into();
        }
        Ok(())
    }
}

/// Company and configuration.
#[derive(Debug)]
pub struct Premises {
    /// Where the org has the keys of Events.
    pub keys: Keys,
    plain: Value,
    crowded: Value,
    setup: Setup,
    /// The service's configuration; its database is each run's own.
    pub config: Config,
    _directory: tempfile::TempDir,
}

impl Premises {
    /// Reads them; with Microsoft's types, where set-up made their schema and the caller wants Graph's traffic held against
    /// them.
    ///
    /// # Errors
    /// The demo or the schema is broken, or there is no room for two small files.
    pub fn open(is_strict: bool) -> anyhow::Result<Self> {
        Self::keyed(Keys::default(), is_strict)
    }

    /// The same, where the org has the keys of Events elsewhere.
    ///
    /// # Errors
    /// As [`Self::open`] says.
    pub fn keyed(keys: Keys, is_strict: bool) -> anyhow::Result<Self> {
        let directory = tempfile::tempdir()?;
        let setup = if is_strict { Setup::of_tests().map_err(|bad| anyhow!(bad))? } else { Setup::default() };
        fs::write(directory.path().join("salesforce"), &setup.salesforce_client_secret)?;
        fs::write(directory.path().join("graph"), &setup.graph_client_secret)?;
        let config = config(directory.path(), &setup)?;
        let (mut plain, mut crowded) = (company(false)?, company(true)?);
        keys.lay_out(&mut plain)?;
        keys.lay_out(&mut crowded)?;
        Ok(Self { keys, plain, crowded, setup, config, _directory: directory })
    }

    /// The world of a seed as it begins.
    ///
    /// # Errors
    /// The definition is broken.
    pub fn world(&self, seed: u64, script: &Script, now: DateTime<Utc>) -> anyhow::Result<World> {
        let setup = Arc::new(Setup { seed, ..self.setup.clone() });
        let definition = if script.is_crowded { &self.crowded } else { &self.plain };
        if script.twist == Twist::default() {
            return World::load(definition, setup, now).map_err(|bad| anyhow!(bad));
        }
        World::load(&twisted(definition, &script.twist), setup, now).map_err(|bad| anyhow!(bad))
    }
}

fn config(directory: &Path, setup: &Setup) -> anyhow::Result<Config> {
    Ok(Config {
        listen: "127.0.0.1:0".parse()?,
        tls: Tls { cert: directory.join("cert"), key: directory.join("key") },
        database_url: "sqlite::memory:".to_owned(),
        addin_id: ADDIN.to_owned(),
        admins: Vec::new(),
        pane_origins: Vec::new(),
        extra_root_ca: None,
        sync_enabled_for: Vec::new(),
        salesforce: Salesforce {
            my_domain: setup.salesforce.clone(),
            client_id: "calbridge-service".to_owned(),
            client_secret_file: directory.join("salesforce"),
            sync_key_field: ApiName::parse(KEY_FIELD)?,
            linger_ms: 0,
            budget_floor_percent: 10,
        },
        graph: Graph {
            authority: setup.graph.clone(),
            base: format!("{}/v1.0", setup.graph),
            tenant: "brightwater".to_owned(),
            client_id: "calbridge-service".to_owned(),
            client_secret_file: directory.join("graph"),
            notification_url: None,
            notification_minutes: 10_080,
        },
        // One at a time, so that workers serve different mailboxes side by side.
        worker: Worker { mailboxes_at_once: 1, ..Worker::default() },
        field_map: FieldMap::new(),
        settings: OrgSettings {
            company_domains: vec!["brightwater.example".to_owned()],
            ..OrgSettings::default()
        },
    })
}
