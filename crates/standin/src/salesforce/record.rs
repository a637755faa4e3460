//! One row of an object, kept small: a big org has a hundred thousand of them, and they say much alike.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::moment;

/// The fields of a record by their API names; absent means null.
pub(crate) type Values = Map<String, Value>;

/// One row.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub id: String,
    /// The API name of its object.
    pub object: String,
    /// In the recycle bin.
    pub deleted: bool,
    names: Arc<[String]>,
    /// A value for each name.
    cells: Box<[Arc<Value>]>,
}

impl Record {
    /// A field's value, null when it has none.
    pub(crate) fn value(&self, field: &str) -> &Value {
        let at = self.names.iter().position(|name| name == field);
        at.and_then(|at| self.cells.get(at)).map_or(&Value::Null, AsRef::as_ref)
    }

    /// A field's text, empty when it has none.
    pub(crate) fn text(&self, field: &str) -> &str {
        self.value(field).as_str().unwrap_or_default()
    }

    /// When it last changed.
    pub(crate) fn changed(&self) -> Option<DateTime<Utc>> {
        moment::instant(self.text("SystemModstamp"))
    }

    /// All its fields, to be shown or changed.
    pub(crate) fn values(&self) -> Values {
        self.names.iter().zip(&self.cells).map(|(name, cell)| (name.clone(), (**cell).clone())).collect()
    }
}

/// What rows share: lists of field names, and the plainest values.
#[derive(Debug)]
pub(crate) struct Shelf {
    names: BTreeSet<Arc<[String]>>,
    null: Arc<Value>,
    no: Arc<Value>,
    yes: Arc<Value>,
}

impl Default for Shelf {
    fn default() -> Self {
        Self {
            names: BTreeSet::new(),
            null: Arc::new(Value::Null),
            no: Arc::new(Value::Bool(false)),
            yes: Arc::new(Value::Bool(true)),
        }
    }
}

impl Shelf {
    /// Makes a row.
    pub(crate) fn record(&mut self, id: &str, object: &str, values: Values) -> Record {
        let mut names = Vec::with_capacity(values.len());
        let mut cells: Vec<Arc<Value>> = Vec::with_capacity(values.len());
        for (name, value) in values {
            names.push(name);
            let cell = match &value {
                Value::Null => Arc::clone(&self.null),
                Value::Bool(false) => Arc::clone(&self.no),
                Value::Bool(true) => Arc::clone(&self.yes),
                Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
                    // A row names the same people, records and instants several times.
                    let same = cells.iter().find(|cell| ***cell == value);
                    same.cloned().unwrap_or_else(|| Arc::new(value))
                }
            };
            cells.push(cell);
        }
        let deleted = cells.iter().zip(&names).any(|(cell, name)| name == "IsDeleted" && **cell == true);
        let (id, object) = (id.to_owned(), object.to_owned());
        Record { id, object, deleted, names: self.names_of(names), cells: cells.into() }
    }

    fn names_of(&mut self, names: Vec<String>) -> Arc<[String]> {
        if let Some(known) = self.names.get(names.as_slice()) {
            return Arc::clone(known);
        }
        let names: Arc<[String]> = names.into();
        self.names.insert(Arc::clone(&names));
        names
    }
}
