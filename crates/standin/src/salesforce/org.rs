//! The records of the org and what surrounds them: ids, change stamps, key lookups.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value};

use super::limits::Usage;
use super::query::Cursors;
use super::schema::{Object, Schema};
use super::session::Sessions;
use super::soql::Condition;
use super::{ids, moment};

/// The fields of a record by their API names; absent means null.
pub(crate) type Values = Map<String, Value>;

/// One row.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub id: String,
    /// The API name of its object.
    pub object: String,
    pub values: Values,
    /// In the recycle bin.
    pub deleted: bool,
}

impl Record {
    /// A field's value, null when it has none.
    pub(crate) fn value(&self, field: &str) -> &Value {
        self.values.get(field).unwrap_or(&Value::Null)
    }

    /// A field's text, empty when it has none.
    pub(crate) fn text(&self, field: &str) -> &str {
        self.value(field).as_str().unwrap_or_default()
    }

    /// When it last changed.
    pub(crate) fn changed(&self) -> Option<DateTime<Utc>> {
        moment::instant(self.text("SystemModstamp"))
    }
}

/// A rule an administrator wrote: a record that meets the condition is refused.
#[derive(Clone, Debug)]
pub(crate) struct ValidationRule {
    pub object: String,
    pub condition: Condition,
    pub message: String,
    pub field: Option<String>,
}

/// The org: users, records, sessions, limits.
#[derive(Debug, Default)]
pub struct Org {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) my_domain: String,
    /// The zone record pages show times in.
    pub(crate) zone: chrono_tz::Tz,
    pub(crate) features: BTreeSet<String>,
    pub(crate) schema: Schema,
    pub(crate) rules: Vec<ValidationRule>,
    pub(crate) sessions: Sessions,
    pub(crate) usage: Usage,
    pub(crate) cursors: Cursors,
    /// What each user looked at last, latest first.
    pub(crate) recent: BTreeMap<String, Vec<String>>,
    /// Username of the user the client-credentials flow runs as.
    pub(crate) integration_user: String,
    /// Origins that may call from a browser.
    pub(crate) origins: Vec<String>,
    /// When the schema came to be, for conditional describes.
    pub(crate) schema_since: Option<DateTime<Utc>>,
    tables: BTreeMap<String, BTreeMap<String, Record>>,
    keys: BTreeMap<(String, String, String), BTreeSet<String>>,
    numbers: BTreeMap<String, u64>,
    last_stamp: Option<DateTime<Utc>>,
    /// What the records of an open transaction were before it.
    undo: Option<Vec<(String, Option<Record>)>>,
}

impl Org {
    /// Whether the org has a feature.
    pub(crate) fn has(&self, feature: &str) -> bool {
        self.features.contains(feature)
    }

    /// The record with this 18-character id, deleted or not.
    pub(crate) fn record(&self, id: &str) -> Option<&Record> {
        let object = self.schema.object_of(id)?;
        self.tables.get(&object.name)?.get(id)
    }

    /// The record with this 18-character id unless it is deleted.
    pub(crate) fn live(&self, id: &str) -> Option<&Record> {
        self.record(id).filter(|record| !record.deleted)
    }

    /// Every record of an object, by id, deleted ones included.
    pub(crate) fn rows(&self, object: &str) -> impl Iterator<Item = &Record> {
        self.tables.get(object).into_iter().flat_map(BTreeMap::values)
    }

    /// The live records whose external id field holds the value.
    pub(crate) fn by_key(&self, object: &str, field: &str, value: &str) -> Vec<&Record> {
        let mut found = self.every_by_key(object, field, value);
        found.retain(|record| !record.deleted);
        found
    }

    /// The same, deleted ones included.
    pub(crate) fn every_by_key(&self, object: &str, field: &str, value: &str) -> Vec<&Record> {
        let key = (object.to_owned(), field.to_owned(), value.to_lowercase());
        let ids = self.keys.get(&key).into_iter().flatten();
        ids.filter_map(|id| self.record(id)).collect()
    }

    /// Stores a record in place of its former self.
    pub(crate) fn put(&mut self, record: Record) {
        let before = self.take(&record.id);
        if let Some(undo) = &mut self.undo {
            undo.push((record.id.clone(), before));
        }
        for place in self.key_places(&record) {
            self.keys.entry(place).or_default().insert(record.id.clone());
        }
        self.tables.entry(record.object.clone()).or_default().insert(record.id.clone(), record);
    }

    /// Takes a record out altogether, as if the recycle bin had been emptied.
    pub(crate) fn purge(&mut self, id: &str) {
        self.take(id);
    }

    fn take(&mut self, id: &str) -> Option<Record> {
        let object = self.schema.object_of(id)?;
        let record = self.tables.get_mut(&object.name)?.remove(id)?;
        for place in self.key_places(&record) {
            if let Some(ids) = self.keys.get_mut(&place) {
                ids.remove(id);
            }
        }
        Some(record)
    }

    /// Where the record stands in the lookup by external ids.
    fn key_places(&self, record: &Record) -> Vec<(String, String, String)> {
        let Some(object) = self.schema.object(&record.object) else { return Vec::new() };
        let keyed = object.fields.iter().filter(|field| field.access.external_id);
        keyed
            .map(|field| (field, record.text(&field.name)))
            .filter(|(_, value)| !value.is_empty())
            .map(|(field, value)| (object.name.clone(), field.name.clone(), value.to_lowercase()))
            .collect()
    }

    /// A fresh id of the object.
    pub(crate) fn new_id(&mut self, object: &Object) -> String {
        let number = self.numbers.entry(object.key_prefix.clone()).or_default();
        *number += 1;
        ids::numbered(&object.key_prefix, *number)
    }

    /// The next change stamp: the present in milliseconds, yet always later than the one before.
    pub(crate) fn stamp(&mut self, now: DateTime<Utc>) -> String {
        let next = match self.last_stamp {
            Some(last) if now.timestamp_millis() <= last.timestamp_millis() => {
                last + TimeDelta::milliseconds(1)
            }
            Some(_) | None => now,
        };
        self.last_stamp = Some(next);
        moment::wire(next)
    }

    /// Notes that a user looked at a record.
    pub(crate) fn viewed(&mut self, user: &str, id: &str) {
        let seen = self.recent.entry(user.to_owned()).or_default();
        seen.retain(|known| known != id);
        seen.insert(0, id.to_owned());
        seen.truncate(200);
    }

    /// The user who signs in by this name, address or id.
    pub(crate) fn user(&self, name: &str) -> Option<&Record> {
        self.rows("User").find(|user| {
            user.id == name
                || user.text("Username").eq_ignore_ascii_case(name)
                || user.text("Email").eq_ignore_ascii_case(name)
        })
    }
}

impl Org {
    /// Begins a transaction: from here on, what records were is remembered.
    pub(crate) fn begin(&mut self) {
        self.undo = Some(Vec::new());
    }

    /// Keeps what was written since.
    pub(crate) fn commit(&mut self) {
        self.undo = None;
    }

    /// Undoes what was written since.
    pub(crate) fn roll_back(&mut self) {
        for (id, before) in self.undo.take().unwrap_or_default().into_iter().rev() {
            match before {
                Some(record) => self.put(record),
                None => self.purge(&id),
            }
        }
    }
}
