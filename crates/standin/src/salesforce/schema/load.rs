//! Reads objects and fields: the standard ones of the embedded data, the world's own beside them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{Access, Choice, Field, Kind, Object, RecordType, Rights, RowView, Schema};
use crate::salesforce::ids;

const STANDARD: &str = include_str!("../../../data/objects.json");
const TIMEZONES: &str = include_str!("../../../data/sf_timezones.txt");
/// The shorter list of older orgs.
const LEGACY_TIMEZONES: &str = include_str!("../../../data/sf_timezones_legacy99.txt");

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ObjectText {
    label: String,
    label_plural: String,
    key_prefix: String,
    #[serde(default)]
    activities: bool,
    #[serde(flatten)]
    rights: Rights,
    view: Option<RowView>,
    /// The org feature that brings the object.
    feature: Option<String>,
    fields: Vec<FieldText>,
}

fn yes() -> bool {
    true
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
    child_relationship: Option<String>,
    /// The org feature that brings the field.
    feature: Option<String>,
    /// The org feature with which it may be written.
    writable_with: Option<String>,
}

/// One record type of a world.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RecordTypeText {
    object: String,
    name: String,
    developer_name: String,
    #[serde(default = "yes")]
    active: bool,
    #[serde(default = "yes")]
    available: bool,
    #[serde(default)]
    default: bool,
    #[serde(default)]
    layout: Vec<String>,
}

impl Schema {
    /// The standard objects, and the world's own fields and objects, as far as the org's features bring them.
    pub(crate) fn load(salesforce: &Value) -> Result<Self, String> {
        let standard: BTreeMap<String, ObjectText> =
            serde_json::from_str(STANDARD).map_err(|error| format!("standard objects: {error}"))?;
        let own: BTreeMap<String, ObjectText> = section(salesforce, "objects")?;
        let mut fields: BTreeMap<String, Vec<FieldText>> = section(salesforce, "fields")?;
        let mut record_types = record_types(salesforce)?;
        let on = |feature: &Option<String>| {
            feature.as_ref().is_none_or(|name| salesforce["features"][name] == Value::Bool(true))
        };
        let lists = Lists::of(salesforce);
        let with_activities: Vec<String> =
            own.iter().filter(|(_, object)| object.activities).map(|(name, _)| name.clone()).collect();

        let mut objects = Vec::new();
        for (name, mut text) in standard.into_iter().chain(own).filter(|(_, text)| on(&text.feature)) {
            text.fields.extend(fields.remove(&name).unwrap_or_default());
            if name.ends_with("__c") {
                text.fields.splice(0..0, system_fields()?);
            }
            for field in text.fields.iter_mut().filter(|field| field.writable_with.is_some()) {
                let writable = on(&field.writable_with);
                (field.access.createable, field.access.updateable) = (writable, writable);
            }
            let record_types = record_types.remove(&name).unwrap_or_default();
            if !record_types.is_empty() {
                text.fields.insert(1, record_type_field()?);
            }
            text.fields.retain(|field| on(&field.feature));
            let mut object = object(name, text, record_types, &lists);
            point_at(&mut object, &with_activities, salesforce);
            objects.push(object);
        }
        let unknown = fields.keys().map(|name| ("fields", name)).next();
        match unknown.or(record_types.keys().map(|name| ("recordTypes", name)).next()) {
            Some((part, unknown)) => Err(format!("salesforce.{part} names the unknown object {unknown}")),
            None => Ok(Self::of(objects.into_iter())),
        }
    }
}

/// The picklists a world chooses.
struct Lists {
    timezones: &'static str,
    currencies: Vec<Choice>,
}

impl Lists {
    fn of(salesforce: &Value) -> Self {
        let legacy = salesforce["features"]["legacyTimezones"] == Value::Bool(true);
        let currencies = salesforce["currencies"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let mut currencies: Vec<&str> = currencies.collect();
        if currencies.is_empty() {
            currencies.extend(["EUR", "USD"]);
        }
        let currency = |(place, code): (usize, &&str)| Choice {
            value: (*code).to_owned(),
            label: (*code).to_owned(),
            default: place == 0,
        };
        Self {
            timezones: if legacy { LEGACY_TIMEZONES } else { TIMEZONES },
            currencies: currencies.iter().enumerate().map(currency).collect(),
        }
    }
}

fn object(name: String, text: ObjectText, record_types: Vec<RecordType>, lists: &Lists) -> Object {
    let fields: Vec<Field> = text.fields.into_iter().map(|text| field(text, lists)).collect();
    Object {
        custom: name.ends_with("__c"),
        label: text.label,
        label_plural: text.label_plural,
        key_prefix: text.key_prefix,
        rights: text.rights,
        view: text.view,
        record_types,
        by_name: super::places(&fields),
        fields,
        name,
    }
}

/// Lets polymorphic references point at the world's own objects with activities, and relations at whatever an Event
/// may be about.
fn point_at(object: &mut Object, with_activities: &[String], salesforce: &Value) {
    let shared = salesforce["features"]["sharedActivities"] == Value::Bool(true);
    let standard_whats =
        ["Account", "Asset", "Campaign", "Case", "Contract", "Opportunity", "Order", "Product2", "Solution"];
    let event_relation = object.name == "EventRelation";
    for field in &mut object.fields {
        let any_record = matches!(
            field.name.as_str(),
            "WhatId" | "ParentId" | "LinkedEntityId" | "FirstPublishLocationId"
        ) && field.targets.len() > 2;
        if any_record || (event_relation && shared && field.name == "RelationId") {
            field.targets.extend(with_activities.iter().cloned());
        }
        if event_relation && shared && field.name == "RelationId" {
            field.targets.extend(standard_whats.map(str::to_owned));
        }
    }
}

/// The record types of a world by their object; ids follow their order.
fn record_types(salesforce: &Value) -> Result<BTreeMap<String, Vec<RecordType>>, String> {
    let texts: Vec<RecordTypeText> = section(salesforce, "recordTypes")?;
    let mut types: BTreeMap<String, Vec<RecordType>> = BTreeMap::new();
    for (number, text) in (1..).zip(texts) {
        types.entry(text.object).or_default().push(RecordType {
            id: ids::numbered("012", number),
            name: text.name,
            developer_name: text.developer_name,
            active: text.active,
            available: text.available,
            default: text.default,
            layout: text.layout,
        });
    }
    Ok(types)
}

fn record_type_field() -> Result<FieldText, String> {
    let text = r#"{"name": "RecordTypeId", "label": "Record Type ID", "type": "reference", "length": 18,
      "nillable": true, "createable": true, "updateable": true, "groupable": true, "defaultedOnCreate": true,
      "referenceTo": ["RecordType"], "relationshipName": "RecordType"}"#;
    serde_json::from_str(text).map_err(|error| format!("record type field: {error}"))
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

fn field(text: FieldText, lists: &Lists) -> Field {
    let choices = match text.picklist {
        Value::String(list) if list == "currencies" => lists.currencies.clone(),
        Value::String(_) => {
            lists.timezones.lines().filter(|line| !line.is_empty()).map(zone_choice).collect()
        }
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
        children: text.child_relationship,
    }
}

fn zone_choice(id: &str) -> Choice {
    Choice { value: id.to_owned(), label: format!("({id})"), default: false }
}

fn choice(row: &Value) -> Choice {
    let text = |index: usize| row[index].as_str().unwrap_or_default().to_owned();
    Choice { value: text(0), label: text(1), default: row[2] == Value::Bool(true) }
}
