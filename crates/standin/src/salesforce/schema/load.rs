//! Reads objects and fields: the standard ones of the embedded data, the world's own beside them.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::{Access, Choice, Field, Kind, Object, Schema};

const STANDARD: &str = include_str!("../../../data/objects.json");
const TIMEZONES: &str = include_str!("../../../data/sf_timezones.txt");

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
    /// The org feature with which it may be written.
    writable_with: Option<String>,
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
            for field in text.fields.iter_mut().filter(|field| field.writable_with.is_some()) {
                let writable = on(&field.writable_with);
                (field.access.createable, field.access.updateable) = (writable, writable);
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
