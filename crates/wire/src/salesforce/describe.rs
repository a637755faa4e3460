//! `GET /services/data/vXX.X/sobjects/{object}/describe`:
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_describe.htm>
//!
//! What of the org the product depends on (PIC-4). The answer can be kept and checked cheaply: pass what the answer
//! before said in [`ObjectDescribe::last_modified`].

use calbridge_rules::{id::ApiName, map::SmallMap};
use serde::{Deserialize, Serialize};

use super::{data, errors};
use crate::{
    call::{CallError, Endpoint},
    json,
    message::{Reply, Request, header, status},
    outgoing,
    value::Value,
};

/// Describes Event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DescribeEvent {
    /// The API version.
    pub version: String,
    /// [`ObjectDescribe::last_modified`] of what is known already.
    pub if_modified_since: Option<String>,
}

/// Describes any object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DescribeObject {
    /// The API version.
    pub version: String,
    /// The object.
    pub object: ApiName,
    /// [`ObjectDescribe::last_modified`] of what is known already.
    pub if_modified_since: Option<String>,
}

/// Whether there is anything new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Described {
    /// What is known still holds.
    Unchanged,
    /// How it is now.
    Fresh(ObjectDescribe),
}

/// How Event is in this org.
pub type EventDescribe = ObjectDescribe;

/// How an object is in this org.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectDescribe {
    /// The object.
    pub object: ApiName,
    /// Its label.
    pub label: String,
    /// Its fields.
    pub fields: SmallMap<ApiName, Field>,
    /// The field that names its records, where it has one.
    #[serde(default)]
    pub naming: Option<ApiName>,
    /// When it last changed, in the org's own words.
    pub last_modified: Option<String>,
}

/// A field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own in the vendor's describe")]
pub struct Field {
    /// Its label.
    pub label: String,
    /// What it holds.
    pub kind: FieldKind,
    /// The longest text it takes; 0 where that says nothing.
    pub length: u32,
    /// Whether it may be empty.
    pub nillable: bool,
    /// Whether a new record may set it.
    pub createable: bool,
    /// Whether a record may change it.
    pub updateable: bool,
    /// Whether Salesforce fills it by itself.
    pub defaulted: bool,
    /// Whether questions may ask for its values.
    #[serde(default)]
    pub filterable: bool,
    /// Whether it is an External ID.
    pub external_id: bool,
    /// Whether upserts go by it.
    #[serde(default)]
    pub id_lookup: bool,
    /// The values of a picklist that are in use.
    pub picklist: Vec<PicklistValue>,
    /// The objects that a reference may point to.
    pub references: Vec<ApiName>,
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// One line of text.
    Text,
    /// Text of several lines.
    TextArea,
    /// One of several values.
    Picklist,
    /// Some of several values.
    MultiPicklist,
    /// Yes or no.
    Flag,
    /// A whole or a decimal number, money or a percentage.
    Number,
    /// A date.
    Date,
    /// An instant.
    Instant,
    /// Another record.
    Reference,
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
    /// A web address.
    Url,
    /// Anything else, by the vendor's name for it.
    Other(String),
}

/// A value of a picklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PicklistValue {
    /// What is stored.
    pub value: String,
    /// What is shown.
    pub label: String,
    /// Whether it is the default.
    pub is_default: bool,
}

/// The field that is there only when the org shares activities among several people.
const SHARED_ACTIVITIES: &str = "EventWhoIds";
/// The field whose values are the zones that the org knows.
const ZONES: &str = "RecurrenceTimeZoneSidKey";
/// The fields that are there only with advanced calendaring.
const ADVANCED_CALENDARING: [&str; 2] = ["OriginalInstanceDateTime", CLIENT_ID];
/// The field for a client's own ids, which most orgs let nobody write.
const CLIENT_ID: &str = "ClientGuid";
/// The field whose targets are the objects that allow activities.
const RELATED_TO: &str = "WhatId";
/// The stage of an Opportunity.
const STAGE: &str = "StageName";

impl ObjectDescribe {
    /// Whether there is such a field.
    pub fn has(&self, name: &str) -> bool {
        self.field(name).is_some()
    }

    /// A field.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.get(&ApiName::parse(name).ok()?)
    }

    /// Whether an Event may have several people (PIC-3).
    pub fn shared_activities(&self) -> bool {
        self.has(SHARED_ACTIVITIES)
    }

    /// The zones that the org knows, by their IANA names (TZN-3).
    pub fn time_zones(&self) -> impl Iterator<Item = &str> {
        let zones = self.field(ZONES).map(|field| field.picklist.as_slice()).unwrap_or_default();
        zones.iter().map(|zone| zone.value.as_str())
    }

    /// Whether occurrences tell when they were to begin, and Events take a client's own ids (SER-1).
    pub fn tells_original_start(&self) -> bool {
        ADVANCED_CALENDARING.iter().all(|name| self.has(name))
    }

    /// The field for a client's own ids, where the org lets a client write it and ask for it, and whether upserts go by it
    /// (DUP-1).
    pub fn client_id(&self) -> Option<(ApiName, bool)> {
        let name = ApiName::parse(CLIENT_ID).ok()?;
        let field = self.fields.get(&name)?;
        let is_usable = field.createable && field.updateable && field.filterable;
        is_usable.then_some((name, field.external_id || field.id_lookup))
    }

    /// The stage that an Opportunity begins in: the default, else the first one.
    pub fn first_stage(&self) -> Option<&str> {
        let stages = self.field(STAGE).map(|field| field.picklist.as_slice()).unwrap_or_default();
        let first = stages.iter().find(|stage| stage.is_default).or_else(|| stages.first())?;
        Some(&first.value)
    }

    /// The objects that Related To may point to, custom ones too (PIC-2).
    pub fn business_objects(&self) -> &[ApiName] {
        self.field(RELATED_TO).map(|field| field.references.as_slice()).unwrap_or_default()
    }

    /// Every e-mail field (PIC-1).
    pub fn email_fields(&self) -> Vec<ApiName> {
        let emails = self.fields.iter().filter(|(_, field)| field.kind == FieldKind::Email);
        emails.map(|(name, _)| name.clone()).collect()
    }
}

impl Endpoint for DescribeEvent {
    type Answer = Described;

    fn request(&self, base: &str) -> Request {
        request(base, &self.version, "Event", self.if_modified_since.as_deref())
    }

    fn read(&self, reply: &Reply) -> Result<Described, CallError> {
        read(reply)
    }
}

impl Endpoint for DescribeObject {
    type Answer = Described;

    fn request(&self, base: &str) -> Request {
        request(base, &self.version, self.object.as_str(), self.if_modified_since.as_deref())
    }

    fn read(&self, reply: &Reply) -> Result<Described, CallError> {
        read(reply)
    }
}

fn request(base: &str, version: &str, object: &str, since: Option<&str>) -> Request {
    let request = outgoing::get(&data(base, version, &format!("sobjects/{object}/describe")));
    match since {
        Some(since) => outgoing::with(request, header::IF_MODIFIED_SINCE, since),
        None => request,
    }
}

fn read(reply: &Reply) -> Result<Described, CallError> {
    if reply.status == status::NOT_MODIFIED {
        return Ok(Described::Unchanged);
    }
    errors::check(reply)?;
    let body = json::body(reply)?;
    let name = |text: &str| ApiName::parse(text).map_err(|error| json::malformed(error.to_string()));
    let (mut fields, mut naming) = (SmallMap::new(), None);
    for row in json::rows(&body, "fields") {
        let name = name(json::text(row, "name")?)?;
        if json::flag(row, "nameField") {
            naming = Some(name.clone());
        }
        fields.insert(name, field(row));
    }
    if fields.is_empty() {
        return Err(json::malformed("a describe without fields"));
    }
    let last_modified = reply.header(header::LAST_MODIFIED);
    Ok(Described::Fresh(ObjectDescribe {
        object: name(json::text(&body, "name")?)?,
        label: json::maybe_text(&body, "label").unwrap_or_default().to_owned(),
        fields,
        naming,
        last_modified: last_modified.map(str::to_owned),
    }))
}

fn field(row: &Value) -> Field {
    let targets = json::rows(row, "referenceTo").iter().filter_map(Value::as_str);
    let length = json::at(row, "length").and_then(Value::as_u64).unwrap_or_default();
    Field {
        label: json::maybe_text(row, "label").unwrap_or_default().to_owned(),
        kind: kind(json::maybe_text(row, "type").unwrap_or_default()),
        length: u32::try_from(length).unwrap_or(u32::MAX),
        nillable: json::flag(row, "nillable"),
        createable: json::flag(row, "createable"),
        updateable: json::flag(row, "updateable"),
        defaulted: json::flag(row, "defaultedOnCreate"),
        filterable: json::flag(row, "filterable"),
        external_id: json::flag(row, "externalId"),
        id_lookup: json::flag(row, "idLookup"),
        picklist: json::rows(row, "picklistValues").iter().filter_map(picklist_value).collect(),
        references: targets.filter_map(|target| ApiName::parse(target).ok()).collect(),
    }
}

fn picklist_value(row: &Value) -> Option<PicklistValue> {
    let value = json::maybe_text(row, "value").filter(|_| json::flag(row, "active"))?;
    Some(PicklistValue {
        value: value.to_owned(),
        label: json::maybe_text(row, "label").unwrap_or(value).to_owned(),
        is_default: json::flag(row, "defaultValue"),
    })
}

fn kind(vendor: &str) -> FieldKind {
    match vendor {
        "string" | "combobox" | "encryptedstring" | "id" => FieldKind::Text,
        "textarea" => FieldKind::TextArea,
        "picklist" => FieldKind::Picklist,
        "multipicklist" => FieldKind::MultiPicklist,
        "boolean" => FieldKind::Flag,
        "int" | "long" | "double" | "currency" | "percent" => FieldKind::Number,
        "date" => FieldKind::Date,
        "datetime" => FieldKind::Instant,
        "reference" => FieldKind::Reference,
        "email" => FieldKind::Email,
        "phone" => FieldKind::Phone,
        "url" => FieldKind::Url,
        other => FieldKind::Other(other.to_owned()),
    }
}

#[cfg(test)]
mod tests;
