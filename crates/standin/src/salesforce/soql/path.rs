//! Field paths (`Subject`, `Who.Name`), checked against the schema.

use serde_json::Value;

use crate::salesforce::org::{Org, Record};
use crate::salesforce::refusal::Refusal;
use crate::salesforce::schema::{Field, Kind, Object, Schema};

/// The longest path: five parents.
const PARENT_LIMIT: usize = 5;

/// What every object a polymorphic reference may point at can be asked for.
const NAME_FIELDS: [&str; 11] = [
    "Id",
    "Name",
    "Type",
    "FirstName",
    "LastName",
    "Title",
    "Phone",
    "Email",
    "Username",
    "Alias",
    "IsActive",
];

/// A checked path from a record to one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Path {
    /// Relationship names on the way (`Who`), with the reference field behind each (`WhoId`).
    pub parents: Vec<(String, String)>,
    /// The API name at the end.
    pub field: String,
    pub kind: Kind,
    pub filterable: bool,
    pub sortable: bool,
    /// Ends at whatever a polymorphic reference points at, of which only the common names are known.
    pub by_name: bool,
}

impl Path {
    /// Checks the written path of an object.
    pub(crate) fn check(schema: &Schema, object: &Object, written: &str) -> Result<Self, Refusal> {
        let mut steps: Vec<&str> = written.split('.').collect();
        if steps.first().is_some_and(|first| steps.len() > 1 && first.eq_ignore_ascii_case(&object.name)) {
            steps.remove(0);
        }
        let Some((name, relationships)) = steps.split_last() else {
            return Err(Refusal::no_column(written, &object.name));
        };
        let mut parents = Vec::new();
        let mut place = Some(object);
        for relationship in relationships.iter().take(PARENT_LIMIT) {
            let reference = place.and_then(|object| object.relationship(relationship));
            let Some(reference) = reference else { return Err(no_relationship(relationship)) };
            let name = reference.relationship.clone().unwrap_or_default();
            parents.push((name, reference.name.clone()));
            place = target(schema, reference);
        }
        let Some(place) = place else { return name_field(parents, name) };
        let field = place.field(name).ok_or_else(|| Refusal::no_column(name, &place.name))?;
        Ok(Self {
            parents,
            field: field.name.clone(),
            kind: field.kind,
            filterable: field.access.filterable,
            sortable: field.access.sortable,
            by_name: false,
        })
    }

    /// The path of a field of the object itself.
    pub(crate) fn own(field: &Field) -> Self {
        Self {
            parents: Vec::new(),
            field: field.name.clone(),
            kind: field.kind,
            filterable: field.access.filterable,
            sortable: field.access.sortable,
            by_name: false,
        }
    }

    /// The value the path leads to; null when a parent is missing.
    pub(crate) fn value(&self, org: &Org, record: &Record) -> Value {
        let mut place = record;
        for (_, reference) in &self.parents {
            let Some(next) = org.live(place.text(reference)) else { return Value::Null };
            place = next;
        }
        self.end(org, place)
    }

    /// The value at the end of the path; `Type` and `Name` mean the object's where any object may stand.
    pub(crate) fn end(&self, org: &Org, record: &Record) -> Value {
        match self.field.as_str() {
            "Type" if self.by_name => Value::String(record.object.clone()),
            "Name" if self.by_name => {
                let object = org.schema.object(&record.object);
                object.map_or(Value::Null, |object| record.value(object.name_field()).clone())
            }
            field => record.value(field).clone(),
        }
    }
}

/// The object behind a reference, unless it may be of several.
fn target<'a>(schema: &'a Schema, reference: &Field) -> Option<&'a Object> {
    match reference.targets.as_slice() {
        [one] => schema.object(one).map(AsRef::as_ref),
        _ => None,
    }
}

fn name_field(parents: Vec<(String, String)>, name: &str) -> Result<Path, Refusal> {
    let known = NAME_FIELDS.iter().find(|known| known.eq_ignore_ascii_case(name));
    let field = known.ok_or_else(|| Refusal::no_column(name, "Name"))?;
    let kind = match *field {
        "Id" => Kind::Id,
        "IsActive" => Kind::Boolean,
        _ => Kind::String,
    };
    Ok(Path { parents, field: (*field).to_owned(), kind, filterable: true, sortable: true, by_name: true })
}

fn no_relationship(name: &str) -> Refusal {
    let message = format!(
        "Didn't understand relationship '{name}' in field path. If you are attempting to use a custom relationship, \
         be sure to append the '__r' after the custom relationship name."
    );
    Refusal::new(400, "INVALID_FIELD", message)
}
