//! Where rows are found without looking at each of them: their ids by object, indexed field and value.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::ids::Key;
use super::org::Record;
use super::schema::{Field, Kind, Object};

/// The ids of rows by the values of a field in lower case.
type Values = HashMap<String, BTreeSet<Key>>;

/// The rows of every object by their indexed fields.
#[derive(Debug, Default)]
pub(super) struct Index {
    objects: BTreeMap<String, BTreeMap<String, Values>>,
}

impl Index {
    /// The keys of the rows of an object whose field holds the value, in order.
    pub(super) fn find(&self, object: &str, field: &str, value: &str) -> impl Iterator<Item = &Key> {
        let values = self.objects.get(object).and_then(|fields| fields.get(field));
        values.and_then(|values| values.get(&value.to_lowercase())).into_iter().flatten()
    }

    /// Adds a row.
    pub(super) fn add(&mut self, object: &Object, key: Key, record: &Record) {
        if !self.objects.contains_key(&object.name) {
            self.objects.insert(object.name.clone(), BTreeMap::new());
        }
        let Some(fields) = self.objects.get_mut(&object.name) else { return };
        for (field, value) in keyed(object, record) {
            if !fields.contains_key(field) {
                fields.insert(field.to_owned(), HashMap::new());
            }
            if let Some(values) = fields.get_mut(field) {
                values.entry(value).or_default().insert(key);
            }
        }
    }

    /// Takes a row out.
    pub(super) fn remove(&mut self, object: &Object, key: Key, record: &Record) {
        let Some(fields) = self.objects.get_mut(&object.name) else { return };
        for (field, value) in keyed(object, record) {
            let Some(values) = fields.get_mut(field) else { continue };
            if let Some(keys) = values.get_mut(&value) {
                keys.remove(&key);
                if keys.is_empty() {
                    values.remove(&value);
                }
            }
        }
    }

    /// Forgets every row of an object.
    pub(super) fn forget(&mut self, object: &str) {
        self.objects.remove(object);
    }
}

/// Whether records are found by this field without looking at each of them: as at the vendor, external ids, lookups and
/// addresses.
pub(crate) fn indexed(field: &Field) -> bool {
    let written =
        field.access.createable || matches!(field.name.as_str(), "AccountId" | "RecurrenceActivityId");
    field.access.external_id || field.kind == Kind::Email || (field.kind == Kind::Reference && written)
}

/// The indexed fields of a record with their values in lower case.
fn keyed<'a>(object: &'a Object, record: &'a Record) -> impl Iterator<Item = (&'a str, String)> {
    let fields = object.fields.iter().filter(|field| indexed(field));
    fields
        .map(|field| (field.name.as_str(), record.text(&field.name)))
        .filter(|(_, value)| !value.is_empty())
        .map(|(field, value)| (field, value.to_lowercase()))
}
