//! Records as a query shows them: the selected fields, parents and children nested.

use serde_json::{Map, Value, json};

use super::rows::{matching, sorted};
use super::{Children, Column, Path, Selection, TypeOf};
use crate::salesforce::files;
use crate::salesforce::org::{Org, Record};
use crate::salesforce::schema::Kind;

/// A record as a query shows it.
pub(crate) fn shown(org: &Org, record: &Record, columns: &[Column], version: u32) -> Value {
    shown_as(&record.object, org, record, columns, version)
}

/// The same, of the object it was asked for, which may be a view of its own.
pub(crate) fn shown_as(object: &str, org: &Org, record: &Record, columns: &[Column], version: u32) -> Value {
    let mut shown = Map::with_capacity(columns.len() + 1);
    shown.insert("attributes".to_owned(), attributes(object, record, version));
    for column in columns {
        match column {
            Column::Field(path) => place(org, record, &mut shown, &path.parents, path, version),
            Column::Children(children) => {
                shown.insert(children.relationship.clone(), nested(org, record, children, version));
            }
            Column::TypeOf(type_of) => {
                shown.insert(type_of.relationship.clone(), by_type(org, record, type_of, version));
            }
        }
    }
    Value::Object(shown)
}

fn place(
    org: &Org,
    record: &Record,
    shown: &mut Map<String, Value>,
    parents: &[(String, String)],
    path: &Path,
    version: u32,
) {
    let Some(((name, reference), rest)) = parents.split_first() else {
        let value = if path.kind == Kind::Base64 {
            files::address_of_bytes(record, &path.field, version)
        } else {
            path.end(org, record)
        };
        shown.insert(path.field.clone(), value);
        return;
    };
    let Some(parent) = org.live(record.text(reference)) else {
        shown.insert(name.clone(), Value::Null);
        return;
    };
    let nested = shown.entry(name.as_str()).or_insert_with(|| {
        let attributes = attributes(&parent.object, parent, version);
        Value::Object(Map::from_iter([("attributes".to_owned(), attributes)]))
    });
    if let Value::Object(nested) = nested {
        place(org, parent, nested, rest, path, version);
    }
}

/// A query result of its own, or null where nothing points here.
fn nested(org: &Org, record: &Record, children: &Children, version: u32) -> Value {
    let query = &children.query;
    let Selection::Columns(columns) = &query.selection else { return Value::Null };
    let mut found = matching_children(org, record, children);
    found = sorted(org, &query.order, found);
    let found = found.into_iter().skip(query.offset).take(query.limit.unwrap_or(usize::MAX));
    let records: Vec<Value> =
        found.map(|child| shown_as(&query.object, org, child, columns, version)).collect();
    if records.is_empty() {
        return Value::Null;
    }
    let mut answer = json!({ "totalSize": records.len(), "done": true });
    answer["records"] = Value::Array(records);
    answer
}

fn matching_children<'a>(org: &'a Org, record: &Record, children: &Children) -> Vec<&'a Record> {
    let mut query = (*children.query).clone();
    query.condition =
        Some(super::children::pointing(&children.reference, &record.id, query.condition.take()));
    // Rows in the recycle bin show the children that went with them.
    matching(org, &query, record.deleted)
}

fn by_type(org: &Org, record: &Record, type_of: &TypeOf, version: u32) -> Value {
    let Some(parent) = org.live(record.text(&type_of.reference)) else { return Value::Null };
    let case = type_of.cases.iter().find(|(object, _)| *object == parent.object);
    let paths = case.map_or(&type_of.otherwise, |(_, paths)| paths);
    let mut shown = Map::new();
    shown.insert("attributes".to_owned(), attributes(&parent.object, parent, version));
    for path in paths {
        place(org, parent, &mut shown, &path.parents, path, version);
    }
    Value::Object(shown)
}

/// The `attributes` of a record.
fn attributes(object: &str, record: &Record, version: u32) -> Value {
    let url = format!("/services/data/v{version}.0/sobjects/{object}/{}", record.id);
    let members = [("type", object.to_owned()), ("url", url)];
    Value::Object(members.into_iter().map(|(name, text)| (name.to_owned(), Value::String(text))).collect())
}
