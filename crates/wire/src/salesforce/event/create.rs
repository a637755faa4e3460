//! `POST /services/data/vXX.X/sobjects/Event`:
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_sobject_create.htm>

use calbridge_rules::{event::EventFields, id::RecordId};

use super::fields;
use crate::{
    call::{CallError, Endpoint},
    json,
    message::{Method, Reply, Request},
    outgoing,
    salesforce::{data, errors},
    value::Value,
};

/// Creates an Event without a key: for orgs that have none (DUP-2). Everything else goes through
/// [`super::UpsertEvent`], which can be repeated.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateEvent {
    /// The API version.
    pub version: String,
    /// Its fields.
    pub fields: EventFields,
}

impl Endpoint for CreateEvent {
    type Answer = RecordId;

    fn request(&self, base: &str) -> Request {
        let body = Value::Object(fields::written(&self.fields));
        outgoing::json(Method::Post, &data(base, &self.version, "sobjects/Event"), &body)
    }

    fn read(&self, reply: &Reply) -> Result<RecordId, CallError> {
        errors::check(reply)?;
        json::record(&json::body(reply)?, "id")
    }
}
