//! `POST /$batch`: <https://learn.microsoft.com/graph/json-batching>
//!
//! Parts run one after the other, so that a batch takes one of the four requests that a mailbox has at a time. One that fails
//! ends the batch: those behind it are not carried out, and say so ([`is_left_out`]).

use super::errors;
use crate::{
    call::{CallError, Endpoint},
    json,
    message::{Method, Reply, Request, status},
    outgoing,
    tree::object,
    value::{Map, Value, parse_parts},
};

/// Parts of one batch at most.
pub const BATCH_LIMIT: usize = 20;

/// Whether a part was not carried out because one before it failed.
pub fn is_left_out(error: &CallError) -> bool {
    matches!(error, CallError::Unavailable { status: status::FAILED_DEPENDENCY, .. })
}

/// Several exchanges of one kind in one call, at most [`BATCH_LIMIT`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch<E> {
    /// The exchanges.
    pub parts: Vec<E>,
}

impl<E: Endpoint> Endpoint for Batch<E> {
    /// One result for each part, in their order.
    type Answer = Vec<Result<E::Answer, CallError>>;

    fn request(&self, base: &str) -> Request {
        let parts: Vec<String> =
            self.parts.iter().enumerate().map(|(place, part)| written(place, part)).collect();
        let body = format!("{{\"requests\":[{}]}}", parts.join(","));
        outgoing::json_text(Method::Post, &format!("{base}/$batch"), body)
    }

    fn read(&self, reply: &Reply) -> Result<Self::Answer, CallError> {
        errors::check(reply)?;
        let parts = parse_parts(&reply.body, "responses", "body");
        let parts = parts.ok_or_else(|| json::malformed("the body is no JSON"))?;
        let answer = |(place, part): (usize, &E)| {
            let id = place.to_string();
            let is_its = |named: &Map| named.get("id").and_then(Value::as_str) == Some(&id);
            let reply = parts.iter().find(|(named, _)| is_its(named));
            let (named, body) =
                reply.ok_or_else(|| json::malformed("a part of the batch was not answered"))?;
            part.read(&reply_of(named, *body)?)
        };
        Ok(self.parts.iter().enumerate().map(answer).collect())
    }
}

/// A part as it stands in the batch, its body as its exchange wrote it.
fn written(place: usize, part: &impl Endpoint) -> String {
    let request = part.request("");
    let header = |(name, value): &(&str, String)| ((*name).to_owned(), Value::from(value.as_str()));
    let headers: Map = request.headers.iter().map(header).collect();
    let mut members = vec![
        ("id", Value::from(place.to_string())),
        ("method", Value::from(request.method.as_str())),
        ("url", Value::from(request.url)),
        ("headers", Value::Object(headers)),
    ];
    if let Some(before) = place.checked_sub(1) {
        members.push(("dependsOn", Value::Array(vec![Value::from(before.to_string())])));
    }
    let mut text = object(members).to_string();
    if let Some(body) = str::from_utf8(&request.body).ok().filter(|body| !body.is_empty()) {
        // In front of what closes the object.
        text.truncate(text.len() - 1);
        text.extend([",\"body\":", body, "}"]);
    }
    text
}

fn reply_of(named: &Map, body: Option<&str>) -> Result<Reply, CallError> {
    let status = named.get("status").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok());
    let status = status.ok_or_else(|| json::malformed("a part of the batch has no status"))?;
    // As it is written: it is read once, by whom it is for.
    let body = body.filter(|body| *body != "null").unwrap_or_default().as_bytes().to_vec();
    let headers = named.get("headers").and_then(Value::as_object).into_iter().flat_map(Map::iter);
    let header = |(name, value): (&String, &Value)| Some((name.clone(), value.as_str()?.to_owned()));
    Ok(Reply { status, headers: headers.filter_map(header).collect(), body })
}

#[cfg(test)]
mod tests;
