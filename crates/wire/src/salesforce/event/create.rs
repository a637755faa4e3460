//! `POST /services/data/vXX.X/composite/sobjects`:
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections_create.htm>

use calbridge_rules::{
    event::EventFields,
    id::{ApiName, RecordId},
};

use super::collections::{record, request, results, succeeded};
use crate::{
    call::{CallError, Endpoint},
    json,
    message::{Method, Reply, Request},
};

/// Creates Events whose keys nothing goes by, at most [`super::COLLECTION_LIMIT`]: a repetition makes others. Where the org
/// has an External ID for the keys, [`super::UpsertEvents`] creates, and can be repeated.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateEvents {
    /// The API version.
    pub version: String,
    /// The field of the keys, where the org has one.
    pub key_field: Option<ApiName>,
    /// Keys and what to write.
    pub rows: Vec<(String, EventFields)>,
}

impl Endpoint for CreateEvents {
    /// One result for each row, in their order.
    type Answer = Vec<Result<RecordId, CallError>>;

    fn request(&self, base: &str) -> Request {
        let row = |(key, fields): &(String, EventFields)| {
            record(fields, self.key_field.as_ref().map(|field| (field.as_str(), key.as_str())))
        };
        let rows: Vec<_> = self.rows.iter().map(row).collect();
        request(Method::Post, base, &self.version, "composite/sobjects", &rows)
    }

    fn read(&self, reply: &Reply) -> Result<Self::Answer, CallError> {
        let created = |result: &_| {
            succeeded(result, false)?;
            json::record(result, "id")
        };
        Ok(results(reply, self.rows.len())?.iter().map(created).collect())
    }
}
