//! What must hold once everything has come to rest, whatever happened before.

use std::collections::BTreeMap;

use calbridge_rules::id::RecordId;
use serde_json::Value;

use crate::{
    script::{Act, SAVABLE, UNSAVABLE},
    stage::{MAILBOX, Stage},
};

/// What the acts of a run lead one to expect.
#[derive(Debug)]
pub struct Expected {
    /// The last press for each item: who, and whether with the Account.
    pressed: BTreeMap<&'static str, (&'static str, bool)>,
    /// Events that were there before, by id.
    before: BTreeMap<String, Value>,
}

impl Expected {
    /// Before anything happened.
    pub fn new(stage: &Stage) -> Self {
        let id = |row: &Value| row["Id"].as_str().unwrap_or_default().to_owned();
        let before = stage.rows("Event").into_iter().map(|row| (id(&row), row)).collect();
        Self { pressed: BTreeMap::new(), before }
    }

    /// Takes note of an act.
    pub fn learn(&mut self, act: &Act) {
        match act {
            Act::Press { item, who, with_account } => {
                self.pressed.insert(item, (who, *with_account));
            }
            Act::PressAgain { .. }
            | Act::Categorize { .. }
            | Act::Uncategorize { .. }
            | Act::Fault(_)
            | Act::Crash { .. }
            | Act::Pass { .. }
            | Act::Run => {}
        }
    }

    /// Everything that is not as it must be.
    ///
    /// # Errors
    /// The store failed.
    pub async fn broken(&self, stage: &Stage) -> anyhow::Result<Vec<String>> {
        let mut broken = stage.violations();
        self.foreign_events(stage, &mut broken);
        for item in SAVABLE {
            self.savable(stage, item, &mut broken).await?;
        }
        for item in UNSAVABLE {
            let count = self.events_of(stage, item)?.len();
            if count > 0 {
                broken.push(format!("{item}: {count} Events of an item that cannot be saved"));
            }
        }
        Ok(broken)
    }

    /// Nothing that sync did not make is changed or deleted.
    fn foreign_events(&self, stage: &Stage, broken: &mut Vec<String>) {
        let now = stage.rows("Event");
        for (id, before) in &self.before {
            if !now.contains(before) {
                broken.push(format!("{id}: an Event of somebody else was changed"));
            }
        }
    }

    /// One item, at most one Event; a pressed one exactly one, with what was chosen last, and the item points to it.
    async fn savable(&self, stage: &Stage, item: &str, broken: &mut Vec<String>) -> anyhow::Result<()> {
        let events = self.events_of(stage, item)?;
        if events.len() > 1 {
            broken.push(format!("{item}: {} Events", events.len()));
        }
        let Some((who, with_account)) = self.pressed.get(item) else { return Ok(()) };
        let Some(event) = events.first() else {
            broken.push(format!("{item}: its save was lost"));
            return Ok(());
        };
        if event["WhoId"] != stage.record("Contact", who)?.as_str() {
            broken.push(format!("{item}: somebody else than was picked last"));
        }
        let account = stage.account()?;
        let what = if *with_account { Value::from(account.as_str()) } else { Value::Null };
        if event["WhatId"] != what {
            broken.push(format!("{item}: {} instead of {what} in Related To", event["WhatId"]));
        }
        if event["OwnerId"] != stage.record("User", MAILBOX)?.as_str() {
            broken.push(format!("{item}: the Event belongs to somebody else"));
        }
        let known = stage.paired(item).await?;
        if known.as_ref().map(RecordId::as_str) != event["Id"].as_str() {
            broken.push(format!("{item}: the service knows another Event"));
        }
        let properties = stage.stored(item)?["properties"].to_string();
        if !properties.contains(event["Id"].as_str().unwrap_or("no id")) {
            broken.push(format!("{item}: the item does not point to its Event"));
        }
        Ok(())
    }

    /// The Events that sync made of an item, by its subject, which is unlike every other in the demo.
    fn events_of(&self, stage: &Stage, item: &str) -> anyhow::Result<Vec<Value>> {
        let subject = stage.stored(item)?["subject"].clone();
        let is_new = |row: &Value| !self.before.contains_key(row["Id"].as_str().unwrap_or_default());
        Ok(stage.rows("Event").into_iter().filter(|row| row["Subject"] == subject && is_new(row)).collect())
    }
}
