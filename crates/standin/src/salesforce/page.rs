//! Pages a person looks at: the user picker, a record, the org's start page. No scripts.

use std::fmt::Write as _;

use serde_json::Value;

use super::moment;
use super::org::{Org, Record};
use super::reply::escaped;
use super::schema::{Field, Kind};

const STYLE: &str = include_str!("../../data/page.css");
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
            escaped(&shown_instant(event.text("StartDateTime")))
        );
    }
    body.push_str("</ul>");
    page(&org.name, &body)
}

/// One record: its fields, with links to what they point at.
pub(crate) fn record(org: &Org, record: &Record) -> String {
    let Some(object) = org.schema.object(&record.object) else { return missing("unknown object") };
    let title = title(org, record);
    let mut body =
        format!("<p class=\"kind\">{}</p><h1>{}</h1><dl>", escaped(&object.label), escaped(&title));
    let filled = object.fields.iter().filter(|field| {
        let value = record.value(&field.name);
        !(value.is_null() || value == &Value::Bool(false) || value == "")
    });
    for field in filled {
        let label = field.label.strip_suffix(" ID").unwrap_or(&field.label);
        let value = shown(org, field, record.value(&field.name));
        let _ = write!(body, "<dt>{}</dt><dd data-field=\"{}\">{value}</dd>", escaped(label), field.name);
    }
    body.push_str("</dl>");
    page(&title, &body)
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
        (Kind::Datetime, Value::String(text)) => escaped(&shown_instant(text)),
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

fn shown_instant(text: &str) -> String {
    moment::instant(text)
        .map_or_else(|| text.to_owned(), |instant| instant.format("%Y-%m-%d %H:%M UTC").to_string())
}
