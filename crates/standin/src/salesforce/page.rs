//! Pages a person looks at: the user picker, a record, the org's start page. No scripts.

use std::fmt::Write as _;

use serde_json::Value;

use super::moment;
use super::org::{Org, Record};
use super::reply::escaped;
use super::schema::{Field, Kind, Object};

const STYLE: &str = include_str!("../../data/page.css");
/// What a person looks for first on an Event.
const EVENT_ORDER: [&str; 13] = [
    "Subject",
    "WhoId",
    "WhatId",
    "AccountId",
    "OwnerId",
    "StartDateTime",
    "EndDateTime",
    "IsAllDayEvent",
    "Location",
    "ShowAs",
    "IsPrivate",
    "EventWhoIds",
    "Description",
];
/// Rows of the start page.
const LATEST: usize = 50;

fn page(title: &str, body: &str) -> String {
    let title = escaped(title);
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title>\
         <style>{STYLE}</style></head><body><header><a href=\"/\">Stand-in CRM</a></header>\
         <main>{body}</main></body></html>"
    )
}

/// Asks who signs in; the request's own parameters travel along in the form.
pub(crate) fn user_picker(org: &Org, asked: &[(String, String)]) -> String {
    let mut body =
        String::from("<h1>Sign in</h1><p>Calbridge asks to use your Salesforce data. Who are you?</p>");
    body.push_str("<form method=\"post\" action=\"/services/oauth2/authorize\">");
    for (name, value) in asked.iter().filter(|(name, _)| name != "user" && name != "deny") {
        let _ =
            write!(body, "<input type=\"hidden\" name=\"{}\" value=\"{}\">", escaped(name), escaped(value));
    }
    let people = org.rows("User").filter(|user| {
        user.value("IsActive") == &Value::Bool(true) && user.text("Username") != org.integration_user
    });
    for user in people {
        let (name, email) = (escaped(user.text("Name")), escaped(user.text("Email")));
        let _ = write!(
            body,
            "<button class=\"user\" name=\"user\" value=\"{}\">{name} <small>{email}</small></button>",
            user.id
        );
    }
    body.push_str("<button class=\"quiet\" name=\"deny\" value=\"1\">Deny</button></form>");
    page("Sign in", &body)
}

/// Says why a sign-in cannot even begin.
pub(crate) fn oauth_error(message: &str) -> String {
    page("Sign-in problem", &format!("<h1>Sign-in problem</h1><p role=\"alert\">{}</p>", escaped(message)))
}

/// Says that a record is not there.
pub(crate) fn missing(why: &str) -> String {
    page("Record not found", &format!("<h1>Record not found</h1><p role=\"alert\">{}</p>", escaped(why)))
}

/// The org's start page: its latest Events.
pub(crate) fn start(org: &Org) -> String {
    let mut events: Vec<&Record> = org.rows("Event").filter(|event| !event.deleted).collect();
    events.sort_by(|one, other| other.text("SystemModstamp").cmp(one.text("SystemModstamp")));
    let mut body = format!("<h1>{}</h1><h2>Latest events</h2><ul>", escaped(&org.name));
    for event in events.into_iter().take(LATEST) {
        let _ = write!(
            body,
            "<li>{} <small>{}</small></li>",
            link(org, &event.id),
            escaped(&shown_instant(org, event.text("StartDateTime")))
        );
    }
    body.push_str("</ul>");
    page(&org.name, &body)
}

/// One record: what a person looks for first, then the rest; with links to what it points at.
pub(crate) fn record(org: &Org, record: &Record) -> String {
    let Some(object) = org.schema.object(&record.object) else { return missing("unknown object") };
    let title = title(org, record);
    let filled = object.fields.iter().filter(|field| {
        let value = record.value(&field.name);
        !(value.is_null() || value == &Value::Bool(false) || value == "")
    });
    let (mut first, rest): (Vec<&Field>, Vec<&Field>) = filled.partition(|field| is_foremost(object, field));
    first.sort_by_key(|field| EVENT_ORDER.iter().position(|name| *name == field.name).unwrap_or(usize::MAX));
    let body = format!(
        "<p class=\"kind\">{}</p><h1>{}</h1>{}<h2>Details</h2>{}",
        escaped(&object.label),
        escaped(&title),
        fields(org, record, &first),
        fields(org, record, &rest),
    );
    page(&title, &body)
}

/// Whether a field stands in the upper part of the page.
fn is_foremost(object: &Object, field: &Field) -> bool {
    if object.name == "Event" {
        return EVENT_ORDER.contains(&field.name.as_str()) || field.custom;
    }
    field.access.updateable
}

fn fields(org: &Org, record: &Record, shown_fields: &[&Field]) -> String {
    let day_only = record.value("IsAllDayEvent") == &Value::Bool(true);
    let mut list = String::from("<dl>");
    for field in shown_fields {
        let label = field.label.strip_suffix(" ID").unwrap_or(&field.label);
        let day = day_only && matches!(field.name.as_str(), "StartDateTime" | "EndDateTime");
        let value = match record.value(&field.name).as_str().filter(|_| day) {
            Some(text) => escaped(text.get(..10).unwrap_or(text)),
            None => shown(org, field, record.value(&field.name)),
        };
        let _ = write!(list, "<dt>{}</dt><dd data-field=\"{}\">{value}</dd>", escaped(label), field.name);
    }
    list.push_str("</dl>");
    list
}

fn title(org: &Org, record: &Record) -> String {
    let name = org.schema.object(&record.object).map_or("Id", |object| object.name_field());
    match record.text(name) {
        "" => record.id.clone(),
        text => text.to_owned(),
    }
}

fn shown(org: &Org, field: &Field, value: &Value) -> String {
    match (field.kind, value) {
        (Kind::Reference, Value::String(id)) => link(org, id),
        (Kind::JunctionIdList, Value::Array(ids)) => {
            let links: Vec<String> = ids.iter().filter_map(Value::as_str).map(|id| link(org, id)).collect();
            links.join(", ")
        }
        (Kind::Datetime, Value::String(text)) => escaped(&shown_instant(org, text)),
        (_, Value::String(text)) => escaped(text),
        (_, Value::Bool(true)) => "Yes".to_owned(),
        (_, other) => escaped(&other.to_string()),
    }
}

fn link(org: &Org, id: &str) -> String {
    match org.live(id) {
        Some(record) => format!("<a href=\"/{id}\">{}</a>", escaped(&title(org, record))),
        None => escaped(id),
    }
}

/// An instant in the company's zone.
fn shown_instant(org: &Org, text: &str) -> String {
    let Some(instant) = moment::instant(text) else { return text.to_owned() };
    let local = instant.with_timezone(&org.zone);
    format!("{} ({})", local.format("%Y-%m-%d %H:%M"), org.zone)
}
