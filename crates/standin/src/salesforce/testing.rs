//! What the tests of the org share: an org to talk to and short ways to say a request.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use http::{Request, Response};
use serde_json::{Value, json};

use super::{Org, answer};
use crate::{Setup, world};

/// The instant the tests stand at.
pub(crate) fn noon() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 2, 12, 0, 0).unwrap()
}

/// An org, the clock, and a signed-in user.
pub(crate) struct Client {
    pub(crate) org: Org,
    pub(crate) now: DateTime<Utc>,
    pub(crate) token: String,
    pub(crate) version: u32,
}

/// An answer with its JSON body (null when there is none).
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
    pub(crate) response: Response<Vec<u8>>,
}

impl Answer {
    /// The code and the fields of the first error.
    pub(crate) fn error(&self) -> (String, Vec<String>) {
        let fields = self.body[0]["fields"].as_array().into_iter().flatten();
        let fields = fields.filter_map(Value::as_str).map(str::to_owned).collect();
        (self.body[0]["errorCode"].as_str().unwrap_or_default().to_owned(), fields)
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.response.headers().get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
}

impl Client {
    /// The demo org with the given features on top.
    pub(crate) fn with(features: &Value) -> Self {
        let mut definition = world::definition("demo").unwrap();
        world::overlay(&mut definition, json!({ "salesforce": { "features": features } }));
        Self::of(&definition)
    }

    /// The demo org.
    pub(crate) fn demo() -> Self {
        Self::with(&json!({}))
    }

    pub(crate) fn of(definition: &Value) -> Self {
        let org = Org::load(definition, &Setup::default(), noon()).unwrap();
        let mut client = Self { org, now: noon(), token: String::new(), version: 67 };
        client.sign_in_as("integration@brightwater.example");
        client
    }

    /// Continues as another user.
    pub(crate) fn sign_in_as(&mut self, name: &str) {
        let user = self.org.user(name).unwrap().id.clone();
        self.token = self.org.sessions.open("test", &user, "api", self.now).access;
    }

    pub(crate) fn wait(&mut self, by: TimeDelta) {
        self.now += by;
    }

    /// Any request, as it stands.
    pub(crate) fn send(&mut self, mut request: Request<Vec<u8>>) -> Answer {
        request.extensions_mut().insert(Arc::new(Setup::default()));
        let response = answer(&mut self.org, self.now, request);
        let body = serde_json::from_slice(response.body()).unwrap_or_default();
        Answer { status: response.status().as_u16(), body, response }
    }

    /// A request of the REST API with headers of its own.
    pub(crate) fn call_with(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/services/data/v{}.0{path}", self.version))
            .header("authorization", format!("Bearer {}", self.token));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let bytes = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        self.send(request.body(bytes).unwrap())
    }

    /// A request of the REST API.
    pub(crate) fn call(&mut self, method: &str, path: &str, body: &Value) -> Answer {
        self.call_with(method, path, &[], body)
    }

    pub(crate) fn get(&mut self, path: &str) -> Answer {
        self.call("GET", path, &Value::Null)
    }

    /// Runs a statement.
    pub(crate) fn query(&mut self, statement: &str) -> Answer {
        let q: String = url::form_urlencoded::byte_serialize(statement.as_bytes()).collect();
        self.get(&format!("/query?q={q}"))
    }

    /// The values of one field a statement finds.
    pub(crate) fn found(&mut self, statement: &str, field: &str) -> Vec<String> {
        let answer = self.query(statement);
        assert_eq!(answer.status, 200, "{statement}: {}", answer.body);
        let rows = answer.body["records"].as_array().unwrap().clone();
        rows.iter().map(|row| row[field].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// The id of the one record a filter finds.
    pub(crate) fn id(&mut self, object: &str, condition: &str) -> String {
        let ids = self.found(&format!("SELECT Id FROM {object} WHERE {condition}"), "Id");
        assert_eq!(ids.len(), 1, "{object} {condition}");
        ids[0].clone()
    }

    pub(crate) fn contact(&mut self) -> String {
        self.id("Contact", "Email = 'dana@acme.example'")
    }

    pub(crate) fn account(&mut self) -> String {
        self.id("Account", "Name = 'Acme Industrial'")
    }

    pub(crate) fn lead(&mut self) -> String {
        self.id("Lead", "Email = 'luis@moreno.example'")
    }

    /// Creates an Event.
    pub(crate) fn create(&mut self, fields: &Value) -> Answer {
        self.call("POST", "/sobjects/Event", fields)
    }

    /// Creates an Event that must be accepted, and reads it back.
    pub(crate) fn created(&mut self, fields: &Value) -> Value {
        let answer = self.create(fields);
        assert_eq!(answer.status, 201, "{fields}: {}", answer.body);
        self.event(answer.body["id"].as_str().unwrap())
    }

    pub(crate) fn event(&mut self, id: &str) -> Value {
        let answer = self.get(&format!("/sobjects/Event/{id}"));
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    }

    /// Changes an Event.
    pub(crate) fn update(&mut self, id: &str, fields: &Value) -> Answer {
        self.call("PATCH", &format!("/sobjects/Event/{id}"), fields)
    }
}

/// An hour in the morning, with more fields.
pub(crate) fn meeting(more: &Value) -> Value {
    let mut fields = json!({
        "Subject": "Review",
        "StartDateTime": "2026-03-03T09:00:00Z",
        "EndDateTime": "2026-03-03T10:00:00Z",
    });
    for (name, value) in more.as_object().unwrap() {
        fields[name] = value.clone();
    }
    fields
}
