//! SOSL: `FIND {…}` over the text of records. Words are looked for whole, as the vendor's index does; `*` and `?` in
//! the middle or at the end of a word stand for others.

mod find;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::org::{Org, Record};
use super::refusal::Refusal;
use super::schema::{Kind, Object, Schema};
use super::search::object_limit;
use super::soql::{self, Returning, Tail};
pub(crate) use find::Find;

/// The most rows of a search.
const OVERALL_LIMIT: usize = 2_000;

/// A checked search.
#[derive(Clone, Debug)]
pub(crate) struct Search {
    find: Find,
    tail: Tail,
}

impl Search {
    /// Reads a search.
    pub(crate) fn read(schema: &Schema, text: &str, now: DateTime<Utc>) -> Result<Self, Refusal> {
        let (find, after) = Find::read(text)?;
        let mut tail = soql::tail(schema, text, after, now)?;
        if tail.returning.is_empty() {
            let searched = schema.objects().filter(|object| object.name != Org::RECENTLY_VIEWED);
            let each = searched.map(|object| object.name.as_str()).collect::<Vec<_>>().join(", ");
            tail.returning = soql::tail(schema, &format!("RETURNING {each}"), 0, now)?.returning;
        }
        Ok(Self { find, tail })
    }

    /// The rows it finds, object by object.
    pub(crate) fn rows(&self, org: &Org, version: u32) -> Vec<Value> {
        let overall = self.tail.limit.unwrap_or(OVERALL_LIMIT).min(OVERALL_LIMIT);
        let each = self.tail.returning.iter().flat_map(|returning| {
            let found = self.found(org, returning).into_iter();
            found.map(|record| soql::shown(org, record, &returning.columns, version))
        });
        each.take(overall).collect()
    }

    fn found<'a>(&self, org: &'a Org, returning: &Returning) -> Vec<&'a Record> {
        let Some(object) = org.schema.object(&returning.object) else { return Vec::new() };
        let fields = searched(object, &self.tail.scope);
        let holds = |record: &Record| {
            let texts = fields.iter().map(|field| record.text(field));
            self.find.holds(&texts.filter(|text| !text.is_empty()).map(find::words).collect::<Vec<_>>())
        };
        let found = org.rows(&object.name).filter(|record| !record.deleted && holds(record));
        let mut found: Vec<&Record> = found
            .filter(|record| {
                returning.condition.as_ref().is_none_or(|condition| soql::holds(org, record, condition))
            })
            .collect();
        found.sort_by_cached_key(|record| record.text(object.name_field()).to_lowercase());
        let narrowed = returning.condition.is_some() || !returning.order.is_empty();
        let limit = object_limit(self.tail.returning.len(), narrowed, returning.limit);
        soql::sorted(org, &returning.order, found).into_iter().skip(returning.offset).take(limit).collect()
    }
}

/// The fields a scope looks at.
pub(crate) fn searched<'a>(object: &'a Object, scope: &str) -> Vec<&'a str> {
    let name = object.name_field();
    let fields = object.fields.iter().filter(|field| match scope.to_ascii_uppercase().as_str() {
        "NAME" => field.name == name,
        "EMAIL" => field.kind == Kind::Email,
        "PHONE" => field.kind == Kind::Phone,
        "SIDEBAR" => field.name == name || matches!(field.kind, Kind::Email | Kind::Phone),
        _ => field.kind.is_text(),
    });
    fields.map(|field| field.name.as_str()).collect()
}
