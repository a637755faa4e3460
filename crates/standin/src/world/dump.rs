//! A whole world as one JSON document, and a world from such a document.
//!
//! Kept are records, mailboxes with everything in them, subscriptions, what is on its way, switches, running numbers and
//! the clock's lead. Not kept are sign-ins and tokens, later pages of queries, faults and counters.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{Setup, World};
use crate::{control, graph, host, salesforce};

/// What a dump says it is; another number would mean another shape.
const FORMAT: &str = "calbridge-standin 1";

impl World {
    /// The whole world; the same world gives the same document.
    ///
    /// # Errors
    /// Something in it has no form in JSON.
    pub fn dump(&self) -> Result<Value, String> {
        let mut definition = self.definition.clone();
        if let Some(part) = definition.get_mut("salesforce").and_then(Value::as_object_mut) {
            part.remove("records");
            part.insert("refs".to_owned(), json!(self.salesforce.refs()));
        }
        Ok(json!({
            "format": FORMAT,
            "clock_offset_seconds": self.control.clock_offset.num_seconds(),
            "definition": definition,
            "salesforce": self.salesforce.state()?,
            "graph": self.graph.state()?,
        }))
    }

    /// The world of a dump; `now` is the wall clock.
    ///
    /// # Errors
    /// Says what of the document is no dump of this version.
    pub fn of_dump(dump: &Value, setup: Arc<Setup>, now: DateTime<Utc>) -> Result<Self, String> {
        if dump["format"] != FORMAT {
            return Err(format!("format: a dump says \"{FORMAT}\" there; take one with GET /dump"));
        }
        let lead = dump["clock_offset_seconds"].as_i64().and_then(TimeDelta::try_seconds);
        let lead = lead.ok_or("clock_offset_seconds: must be a whole number")?;
        let definition = dump["definition"].clone();
        let org = salesforce::Org::of_state(definition.clone(), &dump["salesforce"], &setup, now + lead)?;
        Ok(Self {
            salesforce: org,
            graph: graph::Exchange::of_state(&dump["graph"])?,
            host: host::Desk::default(),
            control: control::Desk::ahead_by(lead),
            definition,
            writes: 0,
            setup,
        })
    }
}
