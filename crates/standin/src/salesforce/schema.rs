//! The org's objects and fields: the vendor's standard ones and what the world adds.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

const STANDARD: &str = include_str!("../../data/objects.json");
const TIMEZONES: &str = include_str!("../../data/sf_timezones.txt");

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
            | Self::Phone
            | Self::Email
            | Self::Url => "xsd:string",
            Self::Boolean => "xsd:boolean",
            Self::Int => "xsd:int",
            Self::Double | Self::Currency | Self::Percent => "xsd:double",
            Self::Date => "xsd:date",
            Self::Datetime => "xsd:dateTime",
            Self::Address => "urn:address",
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

/// One object of the org.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub name: String,
    pub label: String,
    pub label_plural: String,
    pub key_prefix: String,
    pub custom: bool,
    pub fields: Vec<Field>,
    by_name: BTreeMap<String, usize>,
}

impl Object {
    /// The field of that name, case-insensitively.
    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        self.by_name.get(&name.to_ascii_lowercase()).map(|index| &self.fields[*index])
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
        named.map_or(if self.name == "Event" { "Subject" } else { "Id" }, |field| field.name.as_str())
    }
}

/// Every object of the org, in a stable order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Schema {
    objects: BTreeMap<String, Arc<Object>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ObjectText {
    label: String,
    label_plural: String,
    key_prefix: String,
    #[serde(default)]
    activities: bool,
    fields: Vec<FieldText>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FieldText {
    name: String,
    label: String,
    #[serde(rename = "type")]
    kind: Kind,
    length: Option<usize>,
    #[serde(flatten)]
    access: Access,
    #[serde(default)]
    picklist: Value,
    #[serde(default)]
    reference_to: Vec<String>,
    relationship_name: Option<String>,
    /// The org feature that brings the field.
    feature: Option<String>,
}

impl Schema {
    /// The standard objects, and the world's own fields and objects, as far as the org's features bring them.
    pub(crate) fn load(salesforce: &Value) -> Result<Self, String> {
        let standard: BTreeMap<String, ObjectText> =
            serde_json::from_str(STANDARD).map_err(|error| format!("standard objects: {error}"))?;
        let own: BTreeMap<String, ObjectText> = section(salesforce, "objects")?;
        let mut fields: BTreeMap<String, Vec<FieldText>> = section(salesforce, "fields")?;
        let on = |feature: &Option<String>| {
            feature.as_ref().is_none_or(|name| salesforce["features"][name] == Value::Bool(true))
        };
        let activity_targets: Vec<String> =
            own.iter().filter(|(_, object)| object.activities).map(|(name, _)| name.clone()).collect();

        let mut objects = BTreeMap::new();
        for (name, mut text) in standard.into_iter().chain(own) {
            text.fields.extend(fields.remove(&name).unwrap_or_default());
            if name.ends_with("__c") {
                text.fields.splice(0..0, system_fields()?);
            }
            let mut built: Vec<Field> =
                text.fields.into_iter().filter(|field| on(&field.feature)).map(field).collect();
            if name == "Event" {
                for what in built.iter_mut().filter(|field| field.name == "WhatId") {
                    what.targets.extend(activity_targets.iter().cloned());
                }
            }
            let by_name = built
                .iter()
                .enumerate()
                .map(|(index, field)| (field.name.to_ascii_lowercase(), index))
                .collect();
            let object = Object {
                custom: name.ends_with("__c"),
                label: text.label,
                label_plural: text.label_plural,
                key_prefix: text.key_prefix,
                fields: built,
                by_name,
                name: name.clone(),
            };
            objects.insert(name.to_ascii_lowercase(), Arc::new(object));
        }
        match fields.keys().next() {
            Some(unknown) => Err(format!("salesforce.fields names the unknown object {unknown}")),
            None => Ok(Self { objects }),
        }
    }

    /// The object of that name, case-insensitively.
    pub(crate) fn object(&self, name: &str) -> Option<&Arc<Object>> {
        self.objects.get(&name.to_ascii_lowercase())
    }

    /// Every object by name.
    pub(crate) fn objects(&self) -> impl Iterator<Item = &Arc<Object>> {
        self.objects.values()
    }

    /// The object whose records carry this id.
    pub(crate) fn object_of(&self, id: &str) -> Option<&Arc<Object>> {
        let prefix = id.get(..3)?;
        self.objects.values().find(|object| object.key_prefix == prefix)
    }
}

fn section<T: for<'a> Deserialize<'a> + Default>(salesforce: &Value, name: &str) -> Result<T, String> {
    let value = &salesforce[name];
    if value.is_null() {
        return Ok(T::default());
    }
    T::deserialize(value).map_err(|error| format!("salesforce.{name}: {error}"))
}

/// The fields every custom object has besides its own.
fn system_fields() -> Result<Vec<FieldText>, String> {
    let text = r#"[
      {"name": "Id", "label": "Record ID", "type": "id", "length": 18, "defaultedOnCreate": true},
      {"name": "OwnerId", "label": "Owner ID", "type": "reference", "length": 18, "createable": true,
       "updateable": true, "defaultedOnCreate": true, "referenceTo": ["User"], "relationshipName": "Owner"},
      {"name": "IsDeleted", "label": "Deleted", "type": "boolean", "defaultedOnCreate": true},
      {"name": "CreatedDate", "label": "Created Date", "type": "datetime", "defaultedOnCreate": true},
      {"name": "CreatedById", "label": "Created By ID", "type": "reference", "length": 18,
       "defaultedOnCreate": true, "referenceTo": ["User"], "relationshipName": "CreatedBy"},
      {"name": "LastModifiedDate", "label": "Last Modified Date", "type": "datetime", "defaultedOnCreate": true},
      {"name": "LastModifiedById", "label": "Last Modified By ID", "type": "reference", "length": 18,
       "defaultedOnCreate": true, "referenceTo": ["User"], "relationshipName": "LastModifiedBy"},
      {"name": "SystemModstamp", "label": "System Modstamp", "type": "datetime", "defaultedOnCreate": true}
    ]"#;
    serde_json::from_str(text).map_err(|error| format!("system fields: {error}"))
}

fn field(text: FieldText) -> Field {
    let choices = match text.picklist {
        Value::String(_) => TIMEZONES.lines().filter(|line| !line.is_empty()).map(zone_choice).collect(),
        Value::Array(rows) => rows.iter().map(choice).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => Vec::new(),
    };
    Field {
        custom: text.name.ends_with("__c"),
        name: text.name,
        label: text.label,
        kind: text.kind,
        length: text.length,
        access: text.access,
        choices,
        targets: text.reference_to,
        relationship: text.relationship_name,
    }
}

fn zone_choice(id: &str) -> Choice {
    Choice { value: id.to_owned(), label: format!("({id})"), default: false }
}

fn choice(row: &Value) -> Choice {
    let text = |index: usize| row[index].as_str().unwrap_or_default().to_owned();
    Choice { value: text(0), label: text(1), default: row[2] == Value::Bool(true) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

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
