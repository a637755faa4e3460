//! `GET /services/data/vXX.X/sobjects/Event/describe/layouts`:
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_layouts.htm>

use calbridge_rules::{id::ApiName, saving::RequiredField};
use serde::{Deserialize, Serialize};

use super::{
    data,
    describe::{EventDescribe, Field, FieldKind, PicklistValue},
    errors, event,
};
use crate::{
    call::{CallError, Endpoint},
    json,
    message::{Reply, Request},
    outgoing,
    value::Value,
};

/// Reads the layout that new Events are made with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventLayout {
    /// The API version.
    pub version: String,
}

/// What a layout demands of a new record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// The fields it demands, in the order in which they stand.
    pub required: Vec<ApiName>,
}

/// A field to ask for in the dialog (SAV-9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DialogField {
    /// Its API name.
    pub name: ApiName,
    /// Its label.
    pub label: String,
    /// What it holds.
    pub kind: FieldKind,
    /// The longest text it takes; 0 where that says nothing.
    pub length: u32,
    /// The values to choose from.
    pub picklist: Vec<PicklistValue>,
}

impl DialogField {
    /// The field as the rules know it.
    pub fn required(&self) -> RequiredField {
        RequiredField { name: self.name.clone(), label: self.label.clone() }
    }
}

/// The fields that a user must fill in before the org takes an Event: what the layout demands, then what the object
/// itself demands. What the item or the links fill is left out.
pub fn required_fields(describe: &EventDescribe, layout: &Layout) -> Vec<DialogField> {
    let by_layout = layout.required.iter().filter_map(|name| Some((name, describe.fields.get(name)?)));
    let by_object = describe.fields.iter().filter(|(_, field)| !field.nillable && !field.defaulted);
    let mut required: Vec<DialogField> = Vec::new();
    for (name, field) in by_layout.chain(by_object) {
        let known = required.iter().any(|field| field.name == *name);
        // A checkbox has a value from the start.
        let asked = field.createable && field.kind != FieldKind::Flag && !event::is_mapped(name);
        if asked && !known {
            required.push(dialog_field(name, field));
        }
    }
    required
}

fn dialog_field(name: &ApiName, field: &Field) -> DialogField {
    DialogField {
        name: name.clone(),
        label: field.label.clone(),
        kind: field.kind.clone(),
        length: field.length,
        picklist: field.picklist.clone(),
    }
}

impl Endpoint for EventLayout {
    type Answer = Layout;

    fn request(&self, base: &str) -> Request {
        outgoing::get(&data(base, &self.version, "sobjects/Event/describe/layouts"))
    }

    fn read(&self, reply: &Reply) -> Result<Layout, CallError> {
        errors::check(reply)?;
        let body = json::body(reply)?;
        // An org without record types may answer with the layout itself.
        let layout = default_layout(&body).unwrap_or(&body);
        let mut required = Vec::new();
        for section in json::rows(layout, "editLayoutSections") {
            for row in json::rows(section, "layoutRows") {
                required.extend(json::rows(row, "layoutItems").iter().flat_map(demanded));
            }
        }
        Ok(Layout { required })
    }
}

/// The layout of the default record type, else the first.
fn default_layout(body: &Value) -> Option<&Value> {
    let layouts = json::rows(body, "layouts");
    let mappings = json::rows(body, "recordTypeMappings");
    let default = mappings.iter().find(|mapping| json::flag(mapping, "defaultRecordTypeMapping"));
    let id = default.and_then(|mapping| json::maybe_text(mapping, "layoutId"));
    let named = id.and_then(|id| layouts.iter().find(|layout| json::maybe_text(layout, "id") == Some(id)));
    named.or(layouts.first())
}

fn demanded(item: &Value) -> Vec<ApiName> {
    if !(json::flag(item, "required") && json::flag(item, "editableForNew")) {
        return Vec::new();
    }
    let fields = json::rows(item, "layoutComponents")
        .iter()
        .filter(|part| json::maybe_text(part, "type") == Some("Field"));
    fields.filter_map(|part| ApiName::parse(json::maybe_text(part, "value")?).ok()).collect()
}

#[cfg(test)]
mod tests;
