//! What the org says about itself: versions, resources, objects, fields, layouts.

use http::Response;
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::exchange::Call;
use super::org::Org;
use super::refusal::Refusal;
use super::schema::{ChildRelationship, Field, Kind, Object, RecordType, Schema};
use super::{conditional, oauth, record_types, reply};

/// Versions the path may name.
pub(crate) const OLDEST: u32 = 31;
/// The version described.
pub(crate) const NEWEST: u32 = 67;

/// `GET /services/data`.
pub(crate) fn versions() -> Value {
    let seasons = ["Spring", "Summer", "Winter"];
    let each = (OLDEST..=NEWEST).map(|version| {
        // v67 is Summer '26; three releases a year, the Winter one named after the next year.
        let steps = version + 3 * 40 - (NEWEST - 1);
        let (year, season) = (26 + steps / 3 - 40, seasons[usize::try_from(steps % 3).unwrap_or_default()]);
        let year = if season == "Winter" { year + 1 } else { year };
        json!({ "label": format!("{season} '{year}"), "url": format!("/services/data/v{version}.0"), "version": format!("{version}.0") })
    });
    Value::Array(each.collect())
}

/// `GET /services/data/vNN.0`.
pub(crate) fn resources(org: &Org, call: &Call) -> Value {
    let mut resources = Map::new();
    let names = [
        "tabs",
        "query",
        "queryAll",
        "search",
        "parameterizedSearch",
        "recent",
        "limits",
        "sobjects",
        "composite",
        "theme",
        "quickActions",
    ];
    for name in names {
        resources.insert(name.to_owned(), json!(call.address(&format!("/{name}"))));
    }
    resources.insert("identity".to_owned(), json!(oauth::identity_url(org, &call.user)));
    Value::Object(resources)
}

/// `GET /sobjects`; 304 when nothing changed since the caller's last look.
pub(crate) fn global(org: &Org, call: &Call) -> Result<Response<Vec<u8>>, Refusal> {
    if conditional::unchanged(call, org.schema_since)? {
        return Ok(reply::status_only(StatusCode::NOT_MODIFIED));
    }
    let objects: Vec<Value> = org.schema.objects().map(|object| head(object, call)).collect();
    let whole = json!({ "encoding": "UTF-8", "maxBatchSize": 200, "sobjects": objects });
    Ok(dated(org, &whole))
}

/// A description, and since when it has been so.
fn dated(org: &Org, whole: &Value) -> Response<Vec<u8>> {
    let mut answer = reply::ok(whole);
    if let Some(since) = org.schema_since {
        conditional::last_modified(&mut answer, since);
    }
    answer
}

/// What global describe and describe share.
pub(crate) fn head(object: &Object, call: &Call) -> Value {
    let base = call.address(&format!("/sobjects/{}", object.name));
    let own_prefix = (!object.key_prefix.is_empty()).then_some(&object.key_prefix);
    json!({
        "activateable": false,
        "associateEntityType": null,
        "associateParentEntity": null,
        "createable": object.rights.create,
        "custom": object.custom,
        "customSetting": false,
        "deepCloneable": false,
        "deletable": object.rights.delete,
        "deprecatedAndHidden": false,
        "feedEnabled": object.name != "User",
        "hasSubtypes": false,
        "isInterface": false,
        "isSubtype": false,
        "keyPrefix": own_prefix,
        "label": object.label,
        "labelPlural": object.label_plural,
        "layoutable": true,
        "mergeable": matches!(object.name.as_str(), "Account" | "Contact" | "Lead"),
        "mruEnabled": object.name != "Event",
        "name": object.name,
        "queryable": true,
        "replicateable": true,
        "retrieveable": true,
        "searchable": true,
        "triggerable": true,
        "undeletable": object.rights.delete,
        "updateable": object.rights.update,
        "urls": {
            "sobject": base,
            "describe": format!("{base}/describe"),
            "layouts": format!("{base}/describe/layouts"),
            "compactLayouts": format!("{base}/describe/compactLayouts"),
            "rowTemplate": format!("{base}/{{ID}}"),
            "uiDetailTemplate": format!("/{{ID}}"),
        },
    })
}

/// `GET /sobjects/{type}/describe`; 304 when nothing changed since the caller's last look.
pub(crate) fn describe(org: &Org, call: &Call, object: &Object) -> Result<Response<Vec<u8>>, Refusal> {
    if conditional::unchanged(call, org.schema_since)? {
        return Ok(reply::status_only(StatusCode::NOT_MODIFIED));
    }
    let mut whole = head(object, call);
    whole["actionOverrides"] = json!([]);
    whole["childRelationships"] = Value::Array(children(&org.schema, object));
    whole["compactLayoutable"] = json!(true);
    whole["fields"] = Value::Array(object.fields.iter().map(field).collect());
    whole["namedLayoutInfos"] = json!([]);
    whole["networkScopeFieldName"] = Value::Null;
    whole["recordTypeInfos"] = record_types::infos(call, object);
    whole["searchLayoutable"] = json!(true);
    whole["sobjectDescribeOption"] = json!("FULL");
    whole["supportedScopes"] = json!([{ "label": format!("All {}", object.label_plural), "name": "everything" },
               { "label": format!("My {}", object.label_plural), "name": "mine" }]);
    Ok(dated(org, &whole))
}

/// The fields of which an object says that their records fall with it.
const FALLING: [&str; 3] = ["EventId", "ParentId", "ContentDocumentId"];

fn children(schema: &Schema, object: &Object) -> Vec<Value> {
    let show = |child: &ChildRelationship<'_>| {
        let people = child.object.name == "EventWhoRelation" && object.name == "Event";
        // Who is under another of its kind outlives it.
        let is_part = !child.object.custom && child.object.name != object.name;
        json!({
            "cascadeDelete": is_part && FALLING.contains(&child.field.name.as_str()),
            "childSObject": child.object.name,
            "deprecatedAndHidden": false,
            "field": child.field.name,
            "junctionIdListNames": if people { json!(["EventWhoIds"]) } else { json!([]) },
            "junctionReferenceTo": if people { json!(["Contact", "Lead"]) } else { json!([]) },
            "relationshipName": child_relationship(child.object, child.field),
            "restrictedDelete": false,
        })
    };
    schema.children(object).iter().map(show).collect()
}

/// What a record calls the rows whose field points at it; an Event's Account is derived and has no name of its own.
pub(crate) fn child_relationship(child: &Object, field: &Field) -> Option<String> {
    if field.children.is_some() {
        return field.children.clone();
    }
    let plural = child.label_plural.replace(' ', "");
    if field.custom {
        return Some(format!("{plural}__r"));
    }
    let own = match field.name.as_str() {
        "WhoId" | "WhatId" | "ContactId" => true,
        "AccountId" => child.field("WhatId").is_none() && child.field("RelationId").is_none(),
        _ => false,
    };
    own.then_some(plural)
}

/// A field as describe shows it.
pub(crate) fn field(field: &Field) -> Value {
    let choices: Vec<Value> = field
        .choices
        .iter()
        .map(|choice| {
            json!({ "active": true, "defaultValue": choice.default, "label": choice.label, "validFor": null, "value": choice.value })
        })
        .collect();
    let access = &field.access;
    let length = field.length.unwrap_or(0);
    let mut shown = json!({
        "aggregatable": access.filterable && field.kind != Kind::Boolean,
        "aiPredictionField": false,
        "autoNumber": access.auto_number,
        "byteLength": if matches!(field.kind, Kind::Id | Kind::Reference) { length } else { length * 3 },
        "calculated": false,
        "calculatedFormula": null,
        "cascadeDelete": false,
        "caseSensitive": false,
        "compoundFieldName": null,
        "controllerName": null,
        "createable": access.createable,
        "custom": field.custom,
        "defaultValue": if field.kind == Kind::Boolean { json!(false) } else { Value::Null },
        "defaultValueFormula": null,
        "defaultedOnCreate": access.defaulted_on_create || field.kind == Kind::Boolean,
        "dependentPicklist": false,
        "deprecatedAndHidden": false,
        "digits": if field.kind == Kind::Int { 8 } else { 0 },
        "displayLocationInDecimal": false,
        "encrypted": false,
        "externalId": access.external_id,
        "extraTypeInfo": if field.kind == Kind::Textarea { json!("plaintextarea") } else { Value::Null },
        "filterable": access.filterable,
        "filteredLookupInfo": null,
        "formulaTreatNullNumberAsZero": false,
        "groupable": access.groupable,
        "highScaleNumber": false,
        "htmlFormatted": false,
        "idLookup": field.kind == Kind::Id || access.external_id,
        "inlineHelpText": null,
        "label": field.label,
        "length": length,
        "mask": null,
        "maskType": null,
        "name": field.name,
        "nameField": access.name_field,
    });
    let rest = json!({
        "namePointing": field.targets.len() > 1,
        "nillable": access.nillable,
        "permissionable": access.nillable && access.createable,
        "picklistValues": choices,
        "polymorphicForeignKey": field.targets.len() > 1,
        "precision": if matches!(field.kind, Kind::Double | Kind::Currency | Kind::Percent) { 18 } else { 0 },
        "queryByDistance": false,
        "referenceTargetField": null,
        "referenceTo": field.targets,
        "relationshipName": field.relationship,
        "relationshipOrder": null,
        "restrictedDelete": false,
        "restrictedPicklist": access.restricted_picklist,
        "scale": if field.kind == Kind::Currency { 2 } else { 0 },
        "searchPrefilterable": field.kind == Kind::Reference,
        "soapType": field.kind.soap_name(),
        "sortable": access.sortable,
        "type": field.kind.name(),
        "unique": access.unique,
        "updateable": access.updateable,
        "writeRequiresMasterRead": false,
    });
    if let (Value::Object(shown), Value::Object(rest)) = (&mut shown, rest) {
        shown.extend(rest);
    }
    shown
}

/// `GET /sobjects/{type}/describe/layouts`, or one layout for a record type.
pub(crate) fn layouts(call: &Call, object: &Object, record_type: Option<&str>) -> Result<Value, Refusal> {
    if let Some(id) = record_type {
        let kind = record_types::with_layout(object, id).ok_or_else(Refusal::not_found)?;
        return Ok(layout(object, &kind));
    }
    let kinds = record_types::with_layouts(object);
    let selector = object.record_types.iter().filter(|kind| kind.active && kind.available).count() > 1;
    Ok(json!({
        "layouts": kinds.iter().map(|kind| layout(object, kind)).collect::<Vec<_>>(),
        "recordTypeMappings": record_types::mappings(call, object),
        "recordTypeSelectorRequired": [selector],
    }))
}

fn layout(object: &Object, kind: &RecordType) -> Value {
    let shown: Vec<&Field> = object
        .fields
        .iter()
        .filter(|field| field.access.createable && !super::HIDDEN_ON_LAYOUT.contains(&field.name.as_str()))
        .filter(|field| kind.layout.is_empty() || field.required() || kind.layout.contains(&field.name))
        .collect();
    let rows: Vec<Value> = shown
        .iter()
        .enumerate()
        .map(|(place, shown)| {
            let required = shown.required() || (object.name == "Event" && super::ASKED_OF_EVENTS.contains(&shown.name.as_str()));
            json!({ "numItems": 1, "layoutItems": [{
                "editableForNew": shown.access.createable,
                "editableForUpdate": shown.access.updateable,
                "label": shown.label.strip_suffix(" ID").unwrap_or(&shown.label),
                "layoutComponents": [{
                    "details": field(shown), "displayLines": 1, "tabOrder": place + 1, "type": "Field", "value": shown.name,
                }],
                "placeholder": false,
                "required": required,
            }] })
        })
        .collect();
    let section = json!([{
        "collapsed": false, "columns": 1, "heading": format!("{} Information", object.label),
        "layoutRows": rows, "parentLayoutId": "00h5g000000Layout1", "rows": rows.len(),
        "tabOrder": "TopToBottom", "useCollapsibleSection": false, "useHeading": true,
    }]);
    json!({
        "id": record_types::layout_id(object, &kind.id),
        "buttonLayoutSection": { "detailButtons": [] },
        "detailLayoutSections": section,
        "editLayoutSections": section,
        "feedView": null,
        "highlightsPanelLayoutSection": null,
        "multirowEditLayoutSections": [],
        "offlineLinks": [],
        "quickActionList": { "quickActionListItems": [] },
        "relatedContent": null,
        "relatedLists": [],
        "saveOptions": [],
    })
}

/// `GET /sobjects/{type}/describe/compactLayouts`.
pub(crate) fn compact_layouts(object: &Object) -> Value {
    let wanted = [
        object.name_field(),
        "Title",
        "Company",
        "Email",
        "Phone",
        "Website",
        "StageName",
        "CloseDate",
        "Status",
    ];
    let items: Vec<Value> = wanted
        .iter()
        .filter_map(|name| object.field(name))
        .map(|shown| {
            json!({ "editableForNew": false, "editableForUpdate": false, "label": shown.label, "placeholder": false,
                    "required": false, "layoutComponents": [{ "details": field(shown), "displayLines": 1,
                    "tabOrder": 1, "type": "Field", "value": shown.name }] })
        })
        .collect();
    json!({
        "compactLayouts": [{ "actions": [], "fieldItems": items, "id": null, "imageItems": [], "label": "System Default",
                             "name": "SYSTEM", "objectType": object.name }],
        "defaultCompactLayoutId": null,
        "recordTypeCompactLayoutMappings": [{ "available": true, "compactLayoutId": null, "compactLayoutName": "SYSTEM",
                                              "recordTypeId": record_types::MASTER, "recordTypeName": "Master", "urls": {} }],
        "urls": {},
    })
}
