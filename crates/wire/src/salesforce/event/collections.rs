//! `PATCH` and `DELETE /services/data/vXX.X/composite/sobjects[/Event/{key field}]`:
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_composite_sobjects_collections.htm>
//!
//! Each row stands for itself: one that fails leaves the others alone. The answer is 200 even when all fail.

use calbridge_rules::{
    event::EventFields,
    id::{ApiName, RecordId},
};

use super::{fields, upsert::Upserted};
use crate::{
    call::{CallError, Endpoint},
    json,
    message::{Method, Reply, Request},
    outgoing,
    salesforce::{data, errors},
    tree::object,
    value::{Map, Value},
};

/// Rows of one call at most.
pub const COLLECTION_LIMIT: usize = 200;

/// Creates or changes Events by their keys, at most [`COLLECTION_LIMIT`], each key once.
#[derive(Clone, Debug, PartialEq)]
pub struct UpsertEvents {
    /// The API version.
    pub version: String,
    /// The field of the keys.
    pub key_field: ApiName,
    /// Keys and what to write.
    pub rows: Vec<(String, EventFields)>,
}

/// Whether fields make an Event a series, which goes alone: with any trigger on Event in the org, Salesforce refuses several
/// of them in one call.
pub fn makes_a_series(fields: &EventFields) -> bool {
    let tells = |name: &str| name.starts_with("IsRecurrence") || name.starts_with("Recurrence");
    fields::names(fields).any(tells)
}

/// Changes Events by their ids, at most [`COLLECTION_LIMIT`].
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateEvents {
    /// The API version.
    pub version: String,
    /// Ids and what to write.
    pub rows: Vec<(RecordId, EventFields)>,
}

/// Deletes Events, at most [`COLLECTION_LIMIT`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeleteEvents {
    /// The API version.
    pub version: String,
    /// Their ids.
    pub ids: Vec<RecordId>,
}

impl Endpoint for UpsertEvents {
    /// One result for each row, in their order.
    type Answer = Vec<Result<Upserted, CallError>>;

    fn request(&self, base: &str) -> Request {
        let row =
            |(key, fields): &(String, EventFields)| record(fields, Some((self.key_field.as_str(), key)));
        let path = format!("composite/sobjects/Event/{}", self.key_field);
        request(Method::Patch, base, &self.version, &path, &self.rows.iter().map(row).collect::<Vec<_>>())
    }

    fn read(&self, reply: &Reply) -> Result<Self::Answer, CallError> {
        let upserted = |result: &Value| {
            succeeded(result, false)?;
            Ok(Upserted { id: json::maybe_record(result, "id")?, created: json::flag(result, "created") })
        };
        Ok(results(reply, self.rows.len())?.iter().map(upserted).collect())
    }
}

impl Endpoint for UpdateEvents {
    /// One result for each row, in their order.
    type Answer = Vec<Result<(), CallError>>;

    fn request(&self, base: &str) -> Request {
        let row = |(id, fields): &(RecordId, EventFields)| record(fields, Some(("id", id.as_str())));
        request(
            Method::Patch,
            base,
            &self.version,
            "composite/sobjects",
            &self.rows.iter().map(row).collect::<Vec<_>>(),
        )
    }

    fn read(&self, reply: &Reply) -> Result<Self::Answer, CallError> {
        Ok(results(reply, self.rows.len())?.iter().map(|result| succeeded(result, true)).collect())
    }
}

impl Endpoint for DeleteEvents {
    /// One result for each Event, in their order.
    type Answer = Vec<Result<(), CallError>>;

    fn request(&self, base: &str) -> Request {
        let ids: Vec<&str> = self.ids.iter().map(RecordId::as_str).collect();
        let parameters = outgoing::pairs(&[("ids", &ids.join(",")), ("allOrNone", "false")]);
        let url = data(base, &self.version, "composite/sobjects");
        outgoing::bare(Method::Delete, &format!("{url}?{parameters}"))
    }

    fn read(&self, reply: &Reply) -> Result<Self::Answer, CallError> {
        Ok(results(reply, self.ids.len())?.iter().map(|result| succeeded(result, true)).collect())
    }
}

/// A row, named where it has a name.
pub(super) fn record(fields: &EventFields, name: Option<(&str, &str)>) -> Value {
    let mut record = Map::new();
    record.insert("attributes", object([("type", Value::from("Event"))]));
    record.extend(fields::written(fields));
    if let Some((field, value)) = name {
        record.insert(field, Value::from(value));
    }
    Value::Object(record)
}

/// Rows of which each stands for itself.
pub(super) fn request(method: Method, base: &str, version: &str, path: &str, records: &[Value]) -> Request {
    let body = object([("allOrNone", Value::Bool(false)), ("records", Value::Array(records.to_vec()))]);
    outgoing::json(method, &data(base, version, path), &body)
}

/// The results, which must be as many as the rows: one that is missing could hide a write.
pub(super) fn results(reply: &Reply, rows: usize) -> Result<Vec<Value>, CallError> {
    errors::check(reply)?;
    let results = json::list(reply)?;
    if results.len() == rows {
        Ok(results)
    } else {
        Err(json::malformed(format!("{} results for {rows} rows", results.len())))
    }
}

pub(super) fn succeeded(result: &Value, addressed_by_id: bool) -> Result<(), CallError> {
    if json::flag(result, "success") { Ok(()) } else { Err(errors::row(result, addressed_by_id)) }
}
