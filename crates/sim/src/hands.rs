//! What people do with their own Outlook and their own Salesforce, past the service and past every fault.

use anyhow::{Context, anyhow, bail};
use calbridge_standin::{
    Site, World, graph,
    graph::ids::{Form, read_any},
};
use chrono::{DateTime, Utc};
use http::{Request, Response, StatusCode};
use serde_json::{Value, json};

use crate::company::{address, stem_of};

/// People at work in a world, at an instant.
pub struct Hands<'a> {
    /// The world.
    pub world: &'a mut World,
    /// When.
    pub now: DateTime<Utc>,
}

impl Hands<'_> {
    /// An item as its mailbox holds it; nothing where it is gone.
    pub fn item(&self, person: &str, stem: &str) -> Option<Value> {
        items(self.world, person).into_iter().find(|item| is_of(item, stem))
    }

    /// Changes an item as its person's Outlook does.
    ///
    /// # Errors
    /// Graph refuses.
    pub fn change_item(&mut self, person: &str, id: &str, values: &Value) -> anyhow::Result<()> {
        self.graph("PATCH", person, &Self::event_path(id), values).map(drop)
    }

    /// What a person's Outlook asks of Graph, under a path of their mailbox.
    ///
    /// # Errors
    /// Graph refuses.
    pub fn graph(&mut self, method: &str, person: &str, path: &str, body: &Value) -> anyhow::Result<Value> {
        let token = self.graph_token()?;
        let uri = format!("{}/v1.0/users/{}/{path}", self.world.setup.graph, address(person));
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let mut request = Request::builder()
            .method(method)
            .uri(uri)
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json")
            .header("prefer", "IdType=\"ImmutableId\"")
            .body(body)?;
        request.extensions_mut().insert(std::sync::Arc::clone(&self.world.setup));
        checked(&graph::answer(&mut self.world.graph, self.now, request))
    }

    /// Where an item or a date of a series is within its mailbox.
    pub fn event_path(id: &str) -> String {
        format!("events/{}", encoded(id))
    }

    /// Moves, deletes or restores an item.
    ///
    /// # Errors
    /// There is none to do it with.
    pub fn handle(&mut self, person: &str, item: &str, what: &str) -> anyhow::Result<()> {
        let body = json!({ "mailbox": person, "item": item, "do": what });
        self.control("POST", "/graph/items", &body).map(drop)
    }

    /// Moves an item to a calendar of its mailbox, the default one where it has no name.
    ///
    /// # Errors
    /// There is no such item or calendar.
    pub fn move_item(&mut self, person: &str, item: &str, calendar: &str) -> anyhow::Result<()> {
        let body = json!({ "mailbox": person, "item": item, "do": "move", "calendar": calendar });
        self.control("POST", "/graph/items", &body).map(drop)
    }

    /// Makes a person's Salesforce user active or inactive.
    ///
    /// # Errors
    /// There is none.
    pub fn employ(&mut self, person: &str, is_active: bool) -> anyhow::Result<()> {
        let id = record(self.world, "User", "Email", &address(person))?;
        let body = json!({ "type": "User", "id": id, "fields": { "IsActive": is_active } });
        self.control("POST", "/salesforce/records", &body).map(drop)
    }

    /// Merges one record into another of its object.
    ///
    /// # Errors
    /// They cannot be merged.
    pub fn merge_records(&mut self, loser: &str, master: &str) -> anyhow::Result<()> {
        self.control("POST", "/salesforce/merge", &json!({ "loser": loser, "master": master })).map(drop)
    }

    /// Writes a record in Salesforce as one of its users; answers its id.
    ///
    /// # Errors
    /// Salesforce refuses.
    pub fn write_record(&mut self, person: &str, id: Option<&str>, fields: &Value) -> anyhow::Result<String> {
        let mut body = json!({ "by": address(person), "type": "Event", "fields": fields });
        if let Some(id) = id {
            body["id"] = id.into();
        }
        let written = self.control("POST", "/salesforce/records", &body)?;
        Ok(written["id"].as_str().unwrap_or_default().to_owned())
    }

    /// Puts an Event into Salesforce's bin.
    ///
    /// # Errors
    /// There is none.
    pub fn delete_record(&mut self, id: &str) -> anyhow::Result<()> {
        self.control("DELETE", &format!("/salesforce/records/{id}"), &Value::Null).map(drop)
    }

    /// Takes an Event out of the bin.
    ///
    /// # Errors
    /// It is not there.
    pub fn undelete_record(&mut self, id: &str) -> anyhow::Result<()> {
        self.control("POST", "/salesforce/undelete", &json!({ "id": id })).map(drop)
    }

    /// What only the stand-in's control side does.
    ///
    /// # Errors
    /// It refuses.
    pub fn control(&mut self, method: &str, path: &str, body: &Value) -> anyhow::Result<Value> {
        let uri = format!("{}{path}", self.world.setup.control);
        let bytes = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        let request = Request::builder().method(method).uri(uri).body(bytes)?;
        checked(&self.world.answer(self.now, Site::Control, request))
    }

    fn graph_token(&mut self) -> anyhow::Result<String> {
        let secret = self.world.setup.graph_client_secret.clone();
        let form = format!(
            "grant_type=client_credentials&client_id=calbridge-service&client_secret={secret}\
             &scope=https%3A%2F%2Fgraph.microsoft.com%2F.default"
        );
        let mut request = Request::builder()
            .method("POST")
            .uri(format!("{}/brightwater/oauth2/v2.0/token", self.world.setup.graph))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.into_bytes())?;
        request.extensions_mut().insert(std::sync::Arc::clone(&self.world.setup));
        let answer = checked(&graph::answer(&mut self.world.graph, self.now, request))?;
        answer["access_token"].as_str().map(str::to_owned).context("no token")
    }
}

/// The items of a mailbox.
pub fn items(world: &World, person: &str) -> Vec<Value> {
    let all = world.graph.dump();
    all[address(person)].as_array().cloned().unwrap_or_default()
}

/// Every Event, deleted ones too.
pub fn events(world: &World) -> Vec<Value> {
    world.salesforce.dump()["records"]["Event"].as_array().cloned().unwrap_or_default()
}

/// Whether an item or an Event is of a stem.
pub fn is_of(row: &Value, stem: &str) -> bool {
    let subject = row["subject"].as_str().or_else(|| row["Subject"].as_str());
    subject.is_some_and(|subject| stem_of(subject) == stem)
}

/// Whether an Event is in the bin.
pub fn is_deleted(event: &Value) -> bool {
    event["IsDeleted"] == true
}

/// The id of a record of an object, by one of its fields.
///
/// # Errors
/// There is none.
pub fn record(world: &World, object: &str, field: &str, value: &str) -> anyhow::Result<String> {
    let dump = world.salesforce.dump();
    let rows = dump["records"][object].as_array().cloned().unwrap_or_default();
    let found =
        rows.iter().find(|row| row[field] == value).with_context(|| format!("no {object} {value}"))?;
    Ok(found["Id"].as_str().unwrap_or_default().to_owned())
}

/// An item's id as desktop Outlook gives it: another one after each move.
///
/// # Errors
/// It is none.
pub fn ews_id(world: &World, person: &str, item: &Value) -> anyhow::Result<String> {
    let target = read_any(item["id"].as_str().unwrap_or_default()).context("an item's id")?;
    Ok(world.graph.mailbox(person).context("a mailbox")?.id(target, Form::Ews))
}

fn encoded(id: &str) -> String {
    id.replace('%', "%25").replace('/', "%2F").replace('+', "%2B").replace('=', "%3D")
}

fn checked(answer: &Response<Vec<u8>>) -> anyhow::Result<Value> {
    let body: Value = serde_json::from_slice(answer.body()).unwrap_or(Value::Null);
    if answer.status() >= StatusCode::BAD_REQUEST {
        bail!("{}: {body}", answer.status());
    }
    if answer.status().is_success() { Ok(body) } else { Err(anyhow!("{}", answer.status())) }
}
