//! Events by their sync keys, many in one query (DUP-3).

use calbridge_rules::{event::Event, id::ApiName};

use super::fields;
use crate::{
    call::CallError,
    salesforce::{query::Row, soql},
};

/// Events by key: statements to run with [`crate::salesforce::query::Query`], and a reader of their rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByKey {
    /// The field of the keys.
    pub key_field: ApiName,
    /// The keys.
    pub keys: Vec<String>,
    /// Further fields to read.
    pub extra: Vec<ApiName>,
}

impl ByKey {
    /// The statements, none without keys.
    pub fn statements(&self) -> Vec<String> {
        let keys: Vec<&str> = self.keys.iter().map(String::as_str).collect();
        let columns = fields::columns(self.extra.iter().chain([&self.key_field])).join(", ");
        let statement = |portion: Vec<&str>| {
            let list = soql::list(portion);
            // Invitees' copies are never pairs (PPL-4).
            format!(
                "SELECT {columns} FROM Event WHERE {} IN {list} AND IsChild = false ORDER BY CreatedDate, Id",
                self.key_field
            )
        };
        soql::portions(&keys, 1).into_iter().map(statement).collect()
    }

    /// The Events in the rows, each with its key; a key may come several times.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn read(&self, rows: &[Row]) -> Result<Vec<(String, Event)>, CallError> {
        let keyed = |row: &Row| {
            let event = fields::event(&row.0, &self.extra)?;
            Ok((row.text(self.key_field.as_str()).to_owned(), event))
        };
        rows.iter().map(keyed).collect()
    }
}
