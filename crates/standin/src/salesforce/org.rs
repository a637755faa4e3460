//! The records of the org and what surrounds them: ids, change stamps, key lookups.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::duplicates::DuplicateRule;
use super::ids::Key;
use super::index::Index;
use super::journal::{Before, Journal};
use super::limits::Usage;
use super::profiles::{Caller, Profiles, Sharing};
use super::query::Cursors;
use super::recent::Seen;
use super::record::Shelf;
pub(crate) use super::record::{Record, Values};
use super::schema::{Object, RowView, Schema};
use super::session::Sessions;
use super::soql::Condition;
use super::state::State;
use super::{ids, moment};

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
    /// The objects and fields whoever is served just now may see.
    pub(crate) schema: Arc<Schema>,
    /// All objects and fields.
    pub(crate) whole: Arc<Schema>,
    /// Who is served just now.
    pub(crate) caller: Caller,
    pub(crate) profiles: Profiles,
    /// Objects whose records are not everybody's.
    pub(crate) sharing: BTreeMap<String, Sharing>,
    pub(crate) rules: Vec<ValidationRule>,
    pub(crate) duplicate_rules: Vec<DuplicateRule>,
    /// Whether the rows of `EventRelation` were made that follow from Events; see [`Self::relate`].
    pub(crate) related: bool,
    pub(crate) sessions: Sessions,
    pub(crate) usage: Usage,
    pub(crate) cursors: Cursors,
    /// What each user looked at last, latest first.
    pub(crate) recent: BTreeMap<String, Vec<Seen>>,
    /// When the request that is being answered arrived.
    pub(crate) asked: DateTime<Utc>,
    /// Username of the user the client-credentials flow runs as.
    pub(crate) integration_user: String,
    /// Ids of the world file's records by the names it gives them.
    pub(crate) refs: BTreeMap<String, String>,
    /// Origins that may call from a browser.
    pub(crate) origins: Vec<String>,
    /// When the schema came to be, for conditional describes.
    pub(crate) schema_since: Option<DateTime<Utc>>,
    tables: BTreeMap<String, BTreeMap<Key, Record>>,
    shelf: Shelf,
    index: Index,
    numbers: BTreeMap<String, u64>,
    last_stamp: Option<DateTime<Utc>>,
    pub(super) journal: Journal,
}

impl Org {
    /// Whether the org has a feature.
    pub(crate) fn has(&self, feature: &str) -> bool {
        self.features.contains(feature)
    }

    /// The record with this 18-character id, deleted or not, if the caller may see it.
    pub(crate) fn record(&self, id: &str) -> Option<&Record> {
        self.stored(id).filter(|record| self.sees(record))
    }

    /// The record with this 18-character id, whoever asks.
    pub(crate) fn stored(&self, id: &str) -> Option<&Record> {
        let object = self.whole.object_of(id)?;
        self.tables.get(&object.name)?.get(&Key::of(id)?)
    }

    /// The record with this 18-character id unless it is deleted.
    pub(crate) fn live(&self, id: &str) -> Option<&Record> {
        self.record(id).filter(|record| !record.deleted)
    }

    /// Every record of an object that the caller may see, by id, deleted ones included.
    pub(crate) fn rows(&self, object: &str) -> impl Iterator<Item = &Record> {
        self.every_row(object).filter(|record| self.sees(record))
    }

    /// Every record of an object, whoever asks.
    pub(crate) fn every_row(&self, object: &str) -> impl Iterator<Item = &Record> {
        let view = self.view(object);
        let table = self.tables.get(view.map_or(object, |view| view.of.as_str()));
        let rows = table.into_iter().flat_map(BTreeMap::values);
        rows.filter(move |record| view.is_none_or(|view| view.holds(record)))
    }

    /// Whether a record is a row of the object, its own or one it is a view of.
    pub(crate) fn is_row_of(&self, record: &Record, object: &str) -> bool {
        match self.view(object) {
            Some(view) => record.object == view.of && view.holds(record),
            None => record.object == object,
        }
    }

    fn view(&self, object: &str) -> Option<&RowView> {
        self.whole.object(object)?.view.as_ref()
    }

    /// The live records the caller may see whose external id field holds the value.
    pub(crate) fn by_key(&self, object: &str, field: &str, value: &str) -> Vec<&Record> {
        let mut found = self.every_by_key(object, field, value);
        found.retain(|record| !record.deleted);
        found
    }

    /// The same, deleted ones included.
    pub(crate) fn every_by_key(&self, object: &str, field: &str, value: &str) -> Vec<&Record> {
        let mut found = self.stored_by_key(object, field, value);
        found.retain(|record| self.sees(record));
        found
    }

    /// The records, deleted or not, whose indexed field holds the value, whoever asks.
    pub(crate) fn stored_by_key(&self, object: &str, field: &str, value: &str) -> Vec<&Record> {
        let view = self.view(object);
        let holder = view.map_or(object, |view| view.of.as_str());
        let Some(table) = self.tables.get(holder) else { return Vec::new() };
        let records = self.index.find(holder, field, value).filter_map(|key| table.get(key));
        records.filter(|record| view.is_none_or(|view| view.holds(record))).collect()
    }

    /// Stores a record in place of its former self.
    pub(crate) fn put(&mut self, record: Record) {
        let before = self.take(&record.id);
        self.journal.note(|| Before::Row(record.id.clone(), before));
        self.place(record);
    }

    pub(super) fn place(&mut self, record: Record) {
        // Every id is read or made in its 18-character form before a row gets it.
        let Some(key) = Key::of(&record.id) else { return };
        if let Some(object) = self.whole.object(&record.object) {
            self.index.add(object, key, &record);
        }
        match self.tables.get_mut(&record.object) {
            Some(table) => table.insert(key, record),
            None => self.tables.entry(record.object.clone()).or_default().insert(key, record),
        };
    }

    /// Drops every row of an object.
    pub(super) fn forget_table(&mut self, object: &str) {
        self.tables.remove(object);
        self.index.forget(object);
    }

    /// Puts a row back as it was, or takes it out when there was none.
    pub(super) fn restore(&mut self, id: &str, row: Option<Record>) {
        self.take(id);
        if let Some(row) = row {
            self.place(row);
        }
    }

    /// Takes a record out altogether, as if the recycle bin had been emptied.
    pub(crate) fn purge(&mut self, id: &str) {
        let before = self.take(id);
        self.journal.note(|| Before::Row(id.to_owned(), before));
    }

    fn take(&mut self, id: &str) -> Option<Record> {
        let object = self.whole.object_of(id)?;
        let key = Key::of(id)?;
        let record = self.tables.get_mut(&object.name)?.remove(&key)?;
        self.index.remove(object, key, &record);
        Some(record)
    }

    /// Makes a record that is not stored yet.
    pub(crate) fn record_of(&mut self, id: &str, object: &str, values: Values) -> Record {
        self.shelf.record(id, object, values)
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
    /// What a restart keeps. A new member of the org decides here whether it is kept, built or forgotten.
    pub(super) fn kept(&self) -> State {
        #[rustfmt::skip]
        let Self {
            tables, numbers, last_stamp, recent, usage, schema_since, related,
            // Built from the definition.
            id: _, name: _, my_domain: _, zone: _, features: _, schema: _, whole: _, profiles: _, sharing: _, rules: _,
            duplicate_rules: _, integration_user: _, refs: _, origins: _, index: _,
            // Of the moment.
            sessions: _, cursors: _, caller: _, asked: _, shelf: _, journal: _,
        } = self;
        let rows = |rows: &BTreeMap<Key, Record>| rows.values().map(Record::values).collect();
        State {
            records: tables.iter().map(|(name, held)| (name.clone(), rows(held))).collect(),
            numbers: numbers.clone(),
            stamped: *last_stamp,
            recent: recent.clone(),
            used: usage.counted(),
            schema_since: *schema_since,
            related: *related,
        }
    }

    /// Takes in what a restart kept.
    ///
    /// # Errors
    /// Names the record that belongs to no object.
    pub(super) fn keep(&mut self, state: State) -> Result<(), String> {
        for (object, rows) in state.records {
            if self.whole.object(&object).is_none() {
                return Err(format!("salesforce.records: the definition has no object {object}"));
            }
            for values in rows {
                let id = values.get("Id").and_then(Value::as_str).and_then(ids::full);
                let id = id.ok_or_else(|| format!("salesforce.records.{object}: a record without an Id"))?;
                let record = self.record_of(&id, &object, values);
                self.put(record);
            }
        }
        (self.numbers, self.last_stamp) = (state.numbers, state.stamped);
        (self.recent, self.schema_since) = (state.recent, state.schema_since);
        self.related = state.related;
        self.usage.resume(state.used);
        Ok(())
    }
}
