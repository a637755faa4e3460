//! `PATCH /services/data/vXX.X/sobjects/Event/{key field}/{key}`:
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/dome_upsert.htm>

use calbridge_rules::{
    event::EventFields,
    id::{ApiName, RecordId},
};

use super::fields;
use crate::{
    call::{CallError, Endpoint},
    json,
    message::{Method, Reply, Request, status},
    outgoing,
    salesforce::{data, errors},
    value::Value,
};

/// Creates the Event with a key, or changes the one that has it (DUP-3). [`CallError::Ambiguous`]: several have.
#[derive(Clone, Debug, PartialEq)]
pub struct UpsertEvent {
    /// The API version.
    pub version: String,
    /// The field of the key.
    pub key_field: ApiName,
    /// The key.
    pub key: String,
    /// What to write.
    pub fields: EventFields,
}

/// How an upsert ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upserted {
    /// The Event; absent where an older org tells nothing about a change: read it by its key.
    pub id: Option<RecordId>,
    /// Whether it is new.
    pub created: bool,
}

impl Endpoint for UpsertEvent {
    type Answer = Upserted;

    fn request(&self, base: &str) -> Request {
        let path = format!("sobjects/Event/{}/{}", self.key_field, outgoing::encoded(&self.key));
        let mut body = fields::written(&self.fields);
        // Salesforce refuses a key that stands in the address and in the body.
        body.remove(self.key_field.as_str());
        outgoing::json(Method::Patch, &data(base, &self.version, &path), &Value::Object(body))
    }

    fn read(&self, reply: &Reply) -> Result<Upserted, CallError> {
        errors::check(reply)?;
        let created = reply.status == status::CREATED;
        if reply.status == status::NO_CONTENT || reply.body.is_empty() {
            return Ok(Upserted { id: None, created });
        }
        let body = json::body(reply)?;
        Ok(Upserted { id: json::maybe_record(&body, "id")?, created })
    }
}
