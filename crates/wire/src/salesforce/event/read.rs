//! `GET /services/data/vXX.X/sobjects/Event/{id}?fields=…` and `…/Event/{key field}/{key}?fields=…`:
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_retrieve.htm>

use calbridge_rules::{
    event::Event,
    id::{ApiName, RecordId},
};

use super::fields;
use crate::{
    call::{CallError, Endpoint},
    json,
    message::{Reply, Request},
    outgoing,
    salesforce::{data, errors},
};

/// Reads an Event's mapped fields. [`CallError::Gone`]: it was deleted, or never was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadEvent {
    /// The API version.
    pub version: String,
    /// The Event.
    pub id: RecordId,
    /// Further fields to read.
    pub extra: Vec<ApiName>,
}

/// Reads an Event by its sync key. [`CallError::Gone`]: no Event has it. [`CallError::Ambiguous`]: several have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadEventByKey {
    /// The API version.
    pub version: String,
    /// The field of the key.
    pub key_field: ApiName,
    /// The key.
    pub key: String,
    /// Further fields to read.
    pub extra: Vec<ApiName>,
}

impl Endpoint for ReadEvent {
    type Answer = Event;

    fn request(&self, base: &str) -> Request {
        outgoing::get(&address(base, &self.version, self.id.as_str(), &self.extra))
    }

    fn read(&self, reply: &Reply) -> Result<Event, CallError> {
        read(reply, &self.extra)
    }
}

impl Endpoint for ReadEventByKey {
    type Answer = Event;

    fn request(&self, base: &str) -> Request {
        let path = format!("{}/{}", self.key_field, outgoing::encoded(&self.key));
        outgoing::get(&address(base, &self.version, &path, &self.extra))
    }

    fn read(&self, reply: &Reply) -> Result<Event, CallError> {
        read(reply, &self.extra)
    }
}

fn address(base: &str, version: &str, path: &str, extra: &[ApiName]) -> String {
    // Commas stay plain: they part the names, which need no encoding themselves.
    let columns = fields::columns(extra).join(",");
    format!("{}?fields={columns}", data(base, version, &format!("sobjects/Event/{path}")))
}

fn read(reply: &Reply, extra: &[ApiName]) -> Result<Event, CallError> {
    errors::check(reply)?;
    fields::event(&json::body(reply)?, extra)
}
