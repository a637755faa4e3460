//! How the org takes Events, read from describe and layout and kept on this device (SAV-9, PIC-4).

use calbridge_rules::{id::ApiName, saving::RequiredField};
use calbridge_wire::{
    CallError,
    salesforce::{
        describe::{DescribeEvent, DescribeObject, Described, FieldKind, ObjectDescribe},
        layout::{DialogField, EventLayout, Layout, required_fields},
    },
    tree::{Tree, member, object},
    value::Value,
};

use super::org::Org;
use crate::{
    picture::{Control, FieldToFill},
    together::both,
};

/// What the pane keeps of an org's describes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Form {
    /// When Event's describe last changed.
    described: Option<String>,
    layout: Layout,
    /// Fields to ask for, ready to be drawn.
    pub(crate) required: Vec<FieldToFill>,
    /// What Related To may point to.
    pub(crate) objects: Vec<ApiName>,
    /// What the user may change (FLD-3).
    pub(crate) writable: Vec<ApiName>,
    /// Where Contacts have addresses.
    pub(crate) contact_emails: Emails,
    /// Where Leads have addresses.
    pub(crate) lead_emails: Emails,
}

/// The e-mail fields of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Emails {
    /// When its describe last changed.
    described: Option<String>,
    /// The fields.
    pub(crate) names: Vec<ApiName>,
}

/// Text fields longer than this say nothing that a person could run into.
const TEXT_LIMIT: usize = 131_072;

fn field_to_fill(field: &DialogField) -> FieldToFill {
    let limit = usize::try_from(field.length).ok().filter(|length| *length > 0).unwrap_or(TEXT_LIMIT);
    let control = match &field.kind {
        FieldKind::Picklist | FieldKind::MultiPicklist => {
            Control::Pick(field.picklist.iter().map(|one| (one.value.clone(), one.label.clone())).collect())
        }
        FieldKind::Number => Control::Number,
        FieldKind::Date => Control::Date,
        FieldKind::Flag => Control::Flag,
        FieldKind::Text
        | FieldKind::TextArea
        | FieldKind::Instant
        | FieldKind::Reference
        | FieldKind::Email
        | FieldKind::Phone
        | FieldKind::Url
        | FieldKind::Other(_) => Control::Text { limit },
    };
    FieldToFill { field: field.required(), control }
}

fn key(org: &Org) -> String {
    let user = org.session.user().map(|user| user.id.to_string());
    format!("form.{}", user.unwrap_or_default())
}

/// What this device knows.
pub(super) fn kept(org: &Org) -> Option<Form> {
    org.kept.value(&key(org))
}

/// Reads the form from the org, as far as it has changed since it was read before.
pub(super) async fn read(org: &Org, before: Option<&Form>) -> Result<Form, CallError> {
    let version = org.version();
    let event = DescribeEvent {
        version: version.clone(),
        if_modified_since: before.and_then(|form| form.described.clone()),
    };
    let layout = EventLayout { version };
    let of_people = both(
        Box::pin(emails(org, "Contact", before.map(|form| &form.contact_emails))),
        Box::pin(emails(org, "Lead", before.map(|form| &form.lead_emails))),
    );
    let of_event = both(Box::pin(org.call(event)), Box::pin(org.call(layout)));
    let ((event, layout), (contact_emails, lead_emails)) =
        both(Box::pin(of_event), Box::pin(of_people)).await;
    let (event, layout) = (event?, layout?);
    let Asked { required, objects, writable, described } = match (event, before) {
        (Described::Unchanged, Some(before)) if before.layout == layout => Asked {
            required: before.required.clone(),
            objects: before.objects.clone(),
            writable: before.writable.clone(),
            described: before.described.clone(),
        },
        (Described::Fresh(describe), _) => asked(describe, &layout),
        // A new layout over an old describe: which fields it means stands in the describe.
        (Described::Unchanged, _) => asked(whole(org).await?, &layout),
    };
    let form = Form {
        described,
        layout,
        required,
        objects,
        writable,
        contact_emails: contact_emails?,
        lead_emails: lead_emails?,
    };
    // Where the browser keeps nothing it is read again next time.
    let _ = org.kept.put(&key(org), &form);
    Ok(form)
}

/// What follows from Event's describe.
struct Asked {
    required: Vec<FieldToFill>,
    objects: Vec<ApiName>,
    writable: Vec<ApiName>,
    described: Option<String>,
}

fn asked(describe: ObjectDescribe, layout: &Layout) -> Asked {
    let writable = describe.fields.iter().filter(|(_, field)| field.updateable);
    Asked {
        required: required_fields(&describe, layout).iter().map(field_to_fill).collect(),
        objects: describe.business_objects().to_vec(),
        writable: writable.map(|(name, _)| name.clone()).collect(),
        described: describe.last_modified,
    }
}

async fn whole(org: &Org) -> Result<ObjectDescribe, CallError> {
    match org.call(DescribeEvent { version: org.version(), if_modified_since: None }).await? {
        Described::Fresh(describe) => Ok(describe),
        Described::Unchanged => Err(CallError::Malformed { what: "a describe that nobody had".to_owned() }),
    }
}

async fn emails(org: &Org, object: &str, before: Option<&Emails>) -> Result<Emails, CallError> {
    let object = ApiName::parse(object).map_err(|error| CallError::Malformed { what: error.to_string() })?;
    let since = before.and_then(|emails| emails.described.clone());
    let ask = DescribeObject { version: org.version(), object, if_modified_since: since };
    match (org.call(ask).await?, before) {
        (Described::Fresh(describe), _) => {
            Ok(Emails { names: describe.email_fields(), described: describe.last_modified })
        }
        (Described::Unchanged, Some(before)) => Ok(before.clone()),
        (Described::Unchanged, None) => {
            Err(CallError::Malformed { what: "a describe that nobody had".to_owned() })
        }
    }
}

impl Tree for Form {
    fn write(&self) -> Value {
        object([
            ("described", self.described.write()),
            ("layout", self.layout.required.write()),
            ("required", self.required.write()),
            ("objects", self.objects.write()),
            ("writable", self.writable.write()),
            ("contact_emails", self.contact_emails.write()),
            ("lead_emails", self.lead_emails.write()),
        ])
    }

    fn read(tree: &Value) -> Option<Self> {
        Some(Self {
            described: member(tree, "described")?,
            layout: Layout { required: member(tree, "layout")? },
            required: member(tree, "required")?,
            objects: member(tree, "objects")?,
            writable: member(tree, "writable")?,
            contact_emails: member(tree, "contact_emails")?,
            lead_emails: member(tree, "lead_emails")?,
        })
    }
}

impl Tree for Emails {
    fn write(&self) -> Value {
        object([("described", self.described.write()), ("names", self.names.write())])
    }

    fn read(tree: &Value) -> Option<Self> {
        Some(Self { described: member(tree, "described")?, names: member(tree, "names")? })
    }
}

impl Tree for FieldToFill {
    fn write(&self) -> Value {
        let control = match &self.control {
            Control::Text { limit } => Value::Number(limit.to_string()),
            Control::Pick(choices) => {
                let pair = |(value, label): &(String, String)| vec![value.clone(), label.clone()];
                choices.iter().map(pair).collect::<Vec<_>>().write()
            }
            Control::Number => Value::from("number"),
            Control::Date => Value::from("date"),
            Control::Flag => Value::from("flag"),
        };
        let RequiredField { name, label } = &self.field;
        object([("name", name.write()), ("label", label.write()), ("control", control)])
    }

    fn read(tree: &Value) -> Option<Self> {
        let control = match tree.get("control")? {
            Value::Number(limit) => Control::Text { limit: limit.parse().ok()? },
            Value::Array(choices) => {
                let pair = |choice: &Value| {
                    let [value, label] = <[String; 2]>::try_from(Vec::read(choice)?).ok()?;
                    Some((value, label))
                };
                Control::Pick(choices.iter().map(pair).collect::<Option<_>>()?)
            }
            Value::String(word) => match word.as_str() {
                "number" => Control::Number,
                "date" => Control::Date,
                "flag" => Control::Flag,
                _ => return None,
            },
            Value::Null | Value::Bool(_) | Value::Object(_) => return None,
        };
        let field = RequiredField { name: member(tree, "name")?, label: member(tree, "label")? };
        Some(Self { field, control })
    }
}

#[cfg(test)]
mod tests;
