//! The org's objects and fields: the vendor's standard ones and what the world adds.

mod load;
mod view;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value};

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Id,
    Reference,
    String,
    Textarea,
    Combobox,
    Picklist,
    MultiPicklist,
    Boolean,
    Int,
    Double,
    Currency,
    Percent,
    Date,
    Datetime,
    Phone,
    Email,
    Url,
    Address,
    /// The bytes of a file, shown as the address they are read at.
    Base64,
    #[serde(rename = "JunctionIdList")]
    JunctionIdList,
}

impl Kind {
    /// The type's name in a describe.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Reference => "reference",
            Self::String => "string",
            Self::Textarea => "textarea",
            Self::Combobox => "combobox",
            Self::Picklist => "picklist",
            Self::MultiPicklist => "multipicklist",
            Self::Boolean => "boolean",
            Self::Int => "int",
            Self::Double => "double",
            Self::Currency => "currency",
            Self::Percent => "percent",
            Self::Date => "date",
            Self::Datetime => "datetime",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Url => "url",
            Self::Address => "address",
            Self::Base64 => "base64",
            Self::JunctionIdList => "JunctionIdList",
        }
    }

    /// The SOAP type a describe also names.
    pub(crate) fn soap_name(self) -> &'static str {
        match self {
            Self::Id | Self::Reference | Self::JunctionIdList => "tns:ID",
            Self::String
            | Self::Textarea
            | Self::Combobox
            | Self::Picklist
            | Self::MultiPicklist
            | Self::Phone
            | Self::Email
            | Self::Url => "xsd:string",
            Self::Boolean => "xsd:boolean",
            Self::Int => "xsd:int",
            Self::Double | Self::Currency | Self::Percent => "xsd:double",
            Self::Date => "xsd:date",
            Self::Datetime => "xsd:dateTime",
            Self::Address => "urn:address",
            Self::Base64 => "xsd:base64Binary",
        }
    }

    /// Whether its values are text, compared without regard to case.
    pub(crate) fn is_text(self) -> bool {
        self.soap_name() == "xsd:string"
    }
}

/// One value of a picklist.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    pub value: String,
    pub label: String,
    pub default: bool,
}

/// One field of an object.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub name: String,
    pub label: String,
    pub kind: Kind,
    pub length: Option<usize>,
    pub access: Access,
    pub choices: Vec<Choice>,
    pub targets: Vec<String>,
    pub relationship: Option<String>,
    /// What the records it points at call the records that point (`Events`).
    pub children: Option<String>,
    pub custom: bool,
}

/// What may be done with a field, as describe says it.
#[expect(clippy::struct_excessive_bools, reason = "the flags of the vendor's describe, one to one")]
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Access {
    pub nillable: bool,
    pub createable: bool,
    pub updateable: bool,
    pub filterable: bool,
    pub sortable: bool,
    pub groupable: bool,
    pub defaulted_on_create: bool,
    pub restricted_picklist: bool,
    pub external_id: bool,
    pub unique: bool,
    pub name_field: bool,
    pub auto_number: bool,
}

impl Default for Access {
    fn default() -> Self {
        Self {
            nillable: false,
            createable: false,
            updateable: false,
            filterable: true,
            sortable: true,
            groupable: false,
            defaulted_on_create: false,
            restricted_picklist: false,
            external_id: false,
            unique: false,
            name_field: false,
            auto_number: false,
        }
    }
}

impl Field {
    /// Whether a create without it is refused.
    pub(crate) fn required(&self) -> bool {
        self.access.createable
            && !self.access.nillable
            && !self.access.defaulted_on_create
            && self.kind != Kind::Boolean
    }

    /// The value of a picklist that applies when none is given.
    pub(crate) fn default_choice(&self) -> Option<&str> {
        self.choices.iter().find(|choice| choice.default).map(|choice| choice.value.as_str())
    }
}

/// What may be done with the records of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Rights {
    #[serde(rename = "createable")]
    pub create: bool,
    #[serde(rename = "updateable")]
    pub update: bool,
    #[serde(rename = "deletable")]
    pub delete: bool,
}

impl Default for Rights {
    fn default() -> Self {
        Self { create: true, update: true, delete: true }
    }
}

/// Rows picked from another object's, read only.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct RowView {
    /// The object that holds them.
    pub of: String,
    /// The values that pick them.
    #[serde(rename = "where")]
    pub picks: Map<String, Value>,
}

/// One of the kinds an administrator divides an object's records into.
#[derive(Clone, Debug)]
pub(crate) struct RecordType {
    pub id: String,
    pub name: String,
    pub developer_name: String,
    pub active: bool,
    /// Whether the user may choose it.
    pub available: bool,
    /// Whether a record gets it when none is named.
    pub default: bool,
    /// The fields of its layout; empty means all.
    pub layout: Vec<String>,
}

/// A reference from another object, as the object it points at sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ChildRelationship<'a> {
    pub object: &'a Object,
    pub field: &'a Field,
}

/// One object of the org.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub name: String,
    pub label: String,
    pub label_plural: String,
    pub key_prefix: String,
    pub custom: bool,
    pub rights: Rights,
    /// What its rows are picked from, if they are rows of another object.
    pub view: Option<RowView>,
    pub record_types: Vec<RecordType>,
    pub fields: Vec<Field>,
    by_name: HashMap<String, usize>,
}

impl Object {
    /// The field of that name, case-insensitively.
    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        let place = self.by_name.get(name).or_else(|| self.by_name.get(&name.to_ascii_lowercase()));
        place.map(|place| &self.fields[*place])
    }

    /// The reference field behind a relationship name (`Who` → `WhoId`).
    pub(crate) fn relationship(&self, name: &str) -> Option<&Field> {
        self.fields
            .iter()
            .find(|field| field.relationship.as_ref().is_some_and(|known| known.eq_ignore_ascii_case(name)))
    }

    /// The field that names a record; Events have a subject instead of a name.
    pub(crate) fn name_field(&self) -> &str {
        let named = self.fields.iter().find(|field| field.access.name_field);
        named.map_or(if matches!(self.name.as_str(), "Event" | "Task") { "Subject" } else { "Id" }, |field| {
            field.name.as_str()
        })
    }
}

/// Every object of the org, in a stable order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Schema {
    objects: BTreeMap<String, Arc<Object>>,
    /// The objects by their names as they are spelled and in lower case.
    by_name: HashMap<String, Arc<Object>>,
    /// The first object by name of each key prefix.
    by_prefix: HashMap<String, Arc<Object>>,
}

/// Where each field is, by its name as it is spelled and in lower case: most callers spell it as the schema does.
fn places(fields: &[Field]) -> HashMap<String, usize> {
    let places = fields.iter().enumerate();
    places
        .flat_map(|(place, field)| [(field.name.clone(), place), (field.name.to_ascii_lowercase(), place)])
        .collect()
}

impl Schema {
    /// The schema of some objects.
    fn of(objects: impl Iterator<Item = Object>) -> Self {
        let objects = objects.map(|object| (object.name.to_ascii_lowercase(), Arc::new(object)));
        let mut schema = Self { objects: objects.collect(), ..Self::default() };
        for (lower, object) in &schema.objects {
            schema.by_name.insert(lower.clone(), Arc::clone(object));
            schema.by_name.insert(object.name.clone(), Arc::clone(object));
            schema.by_prefix.entry(object.key_prefix.clone()).or_insert_with(|| Arc::clone(object));
        }
        schema
    }

    /// The object of that name, case-insensitively.
    pub(crate) fn object(&self, name: &str) -> Option<&Arc<Object>> {
        self.by_name.get(name).or_else(|| self.by_name.get(&name.to_ascii_lowercase()))
    }

    /// Every object by name.
    pub(crate) fn objects(&self) -> impl Iterator<Item = &Arc<Object>> {
        self.objects.values()
    }

    /// The object whose records carry this id.
    pub(crate) fn object_of(&self, id: &str) -> Option<&Arc<Object>> {
        self.by_prefix.get(id.get(..3)?)
    }

    /// Every reference that points at the object, in a stable order.
    pub(crate) fn children(&self, object: &Object) -> Vec<ChildRelationship<'_>> {
        let pointing = self.objects.values().flat_map(|child| {
            let fields = child.fields.iter().filter(|field| field.kind == Kind::Reference);
            fields.map(|field| ChildRelationship { object: child, field })
        });
        pointing.filter(|child| child.field.targets.contains(&object.name)).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn schema(features: &Value) -> Schema {
        Schema::load(&json!({ "features": features })).unwrap()
    }

    #[test]
    fn facts_1_1_fields_of_an_org_feature_are_absent_while_it_is_off() {
        let bare = schema(&json!({}));
        let event = bare.object("event").unwrap();
        assert!(event.field("EventWhoIds").is_none() && event.field("ClientGuid").is_none());
        let rich = schema(&json!({ "sharedActivities": true, "advancedCalendaring": true }));
        let event = rich.object("EVENT").unwrap();
        assert!(event.field("eventwhoids").is_some() && event.field("clientguid").is_some());
    }

    #[test]
    fn facts_1_1_the_create_only_fields_cannot_be_updated() {
        let schema = schema(&json!({}));
        let event = schema.object("Event").unwrap();
        let create_only: Vec<&str> = event
            .fields
            .iter()
            .filter(|field| field.access.createable && !field.access.updateable)
            .map(|field| field.name.as_str())
            .collect();
        assert_eq!(create_only, ["IsRecurrence", "EventSubtype", "Recurrence2PatternText"]);
    }

    #[test]
    fn facts_4_the_zone_picklist_has_gmt_but_neither_utc_nor_tehran() {
        let schema = schema(&json!({}));
        let zones = &schema.object("Event").unwrap().field("RecurrenceTimeZoneSidKey").unwrap().choices;
        let has = |id: &str| zones.iter().any(|choice| choice.value == id);
        assert_eq!(zones.len(), 424);
        assert!(has("GMT") && has("Europe/Berlin") && !has("UTC") && !has("Asia/Tehran"));
    }
}
