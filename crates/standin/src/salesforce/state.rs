//! The org as a dump holds it: its records and what numbers and stamps the next ones. What the world file defines is built
//! anew; sign-ins, cursors and open transactions end with a restart.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::org::Org;
use super::recent::Seen;
use super::record::Values;
use crate::Setup;

/// What a restart keeps beside the definition.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct State {
    /// Rows by object.
    pub records: BTreeMap<String, Vec<Values>>,
    /// The last running number by key prefix.
    pub numbers: BTreeMap<String, u64>,
    /// The last change stamp.
    pub stamped: Option<DateTime<Utc>>,
    /// What each user looked at last.
    pub recent: BTreeMap<String, Vec<Seen>>,
    /// Requests of the rolling day, and when it began.
    pub used: (u64, Option<DateTime<Utc>>),
    /// Since when the schema is as it is.
    pub schema_since: Option<DateTime<Utc>>,
    /// Whether the rows of relations were made that follow from Events.
    pub related: bool,
}

impl Org {
    /// Ids of the world file's records by the names it gives them.
    pub(crate) fn refs(&self) -> &BTreeMap<String, String> {
        &self.refs
    }

    /// All that a restart keeps.
    ///
    /// # Errors
    /// Something in it has no form in JSON.
    pub(crate) fn state(&self) -> Result<Value, String> {
        serde_json::to_value(self.kept()).map_err(|error| error.to_string())
    }

    /// The org of a definition without records, with the records and numbers of a dump.
    ///
    /// # Errors
    /// Names the part that cannot be read.
    pub(crate) fn of_state(
        definition: Value,
        state: &Value,
        setup: &Setup,
        now: DateTime<Utc>,
    ) -> Result<Self, String> {
        let state = State::deserialize(state).map_err(|error| format!("salesforce: {error}"))?;
        let mut org = Self::build(definition, setup, now)?;
        org.keep(state)?;
        Ok(org)
    }
}
