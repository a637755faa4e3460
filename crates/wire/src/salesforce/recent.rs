//! `GET /services/data/vXX.X/recent?limit=…`:
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_recent_items.htm>

use super::{
    data, errors,
    query::Row,
    search::{Found, SearchObject},
};
use crate::{
    call::{CallError, Endpoint},
    json,
    message::{Reply, Request},
    outgoing,
    value::Value,
};

/// Reads what the user last looked at, shown before anything is typed (PIC-2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recent {
    /// The API version.
    pub version: String,
    /// The objects that count; the limit is spent on all objects first.
    pub objects: Vec<SearchObject>,
    /// Records of all objects at most.
    pub limit: u32,
}

impl Endpoint for Recent {
    type Answer = Vec<Found>;

    fn request(&self, base: &str) -> Request {
        outgoing::get(&format!("{}?limit={}", data(base, &self.version, "recent"), self.limit))
    }

    fn read(&self, reply: &Reply) -> Result<Vec<Found>, CallError> {
        errors::check(reply)?;
        let Value::Array(rows) = json::body(reply)? else {
            return Err(json::malformed("recent records are no list"));
        };
        let mut found = Vec::new();
        for row in rows.into_iter().map(Row) {
            if let Some(object) = self.objects.iter().find(|object| object.object.as_str() == row.object()) {
                found.push(object.found(&row)?);
            }
        }
        Ok(found)
    }
}
