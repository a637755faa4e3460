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
#[expect(clippy::struct_excessive_bools, reason = "the flags of the vendor's describe, one to one")]
pub(crate) struct Path {
    /// Relationship names on the way (`Who`), with the reference field behind each (`WhoId`).
    pub parents: Vec<(String, String)>,
    /// The API name at the end.
    pub field: String,
    pub kind: Kind,
    pub filterable: bool,
    pub sortable: bool,
    pub groupable: bool,
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
            return Err(no_column(written, &object.name));
        };
        if relationships.len() > PARENT_LIMIT {
            let message =
                format!("SOQL relationships may not go up more than {PARENT_LIMIT} levels: {written}");
            return Err(Refusal::new(400, "MALFORMED_QUERY", message));
        }
        let mut parents = Vec::new();
        let mut place = Some(object);
        for relationship in relationships {
            let reference = place.and_then(|object| object.relationship(relationship));
            let Some(reference) = reference else { return Err(no_relationship(relationship)) };
            let name = reference.relationship.clone().unwrap_or_default();
            parents.push((name, reference.name.clone()));
            place = target(schema, reference);
        }
        let Some(place) = place else { return name_field(parents, name) };
        let field = place.field(name).ok_or_else(|| no_column(name, &place.name))?;
        Ok(Self { parents, ..Self::own(field) })
    }

    /// The path of a field of whatever a polymorphic reference points at.
    pub(crate) fn of_any(written: &str) -> Result<Self, Refusal> {
        name_field(Vec::new(), written)
    }

    /// The path of a reference field of the object itself.
    pub(crate) fn reference(field: &str) -> Self {
        Self {
            parents: Vec::new(),
            field: field.to_owned(),
            kind: Kind::Reference,
            filterable: true,
            sortable: true,
            groupable: true,
            by_name: false,
        }
    }

    /// The path of a field of the object itself.
    pub(crate) fn own(field: &Field) -> Self {
        Self {
            parents: Vec::new(),
            field: field.name.clone(),
            kind: field.kind,
            filterable: field.access.filterable,
            sortable: field.access.sortable,
            groupable: field.access.groupable,
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
    let field = known.ok_or_else(|| no_column(name, "Name"))?;
    let kind = match *field {
        "Id" => Kind::Id,
        "IsActive" => Kind::Boolean,
        _ => Kind::String,
    };
    let path = Path::reference(field);
    Ok(Path { parents, kind, by_name: true, ..path })
}

/// A name that is no field; queries say so in words of their own.
fn no_column(name: &str, object: &str) -> Refusal {
    let message = format!(
        "No such column '{name}' on entity '{object}'. If you are attempting to use a custom field, be sure to append \
         the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate \
         names."
    );
    Refusal::new(400, "INVALID_FIELD", message)
}

fn no_relationship(name: &str) -> Refusal {
    let message = format!(
        "Didn't understand relationship '{name}' in field path. If you are attempting to use a custom relationship, \
         be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call \
         for the appropriate names."
    );
    Refusal::new(400, "INVALID_FIELD", message)
}
