//! `POST /$batch`: <https://learn.microsoft.com/graph/json-batching>
//!
//! Parts run side by side, each judged by itself: put at most three of one mailbox into one batch.

use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use serde_json::{Map, Value, json as value};

use super::errors;
use crate::{
    call::{CallError, Endpoint, Reply},
    json, outgoing,
};

/// Parts of one batch at most.
pub const BATCH_LIMIT: usize = 20;

/// Several exchanges of one kind in one call, at most [`BATCH_LIMIT`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch<E> {
    /// The exchanges.
    pub parts: Vec<E>,
}

impl<E: Endpoint> Endpoint for Batch<E> {
    /// One result for each part, in their order.
    type Answer = Vec<Result<E::Answer, CallError>>;

    fn request(&self, base: &str) -> Request<Vec<u8>> {
        let parts: Vec<Value> =
            self.parts.iter().enumerate().map(|(place, part)| written(place, part)).collect();
        outgoing::json(Method::POST, &format!("{base}/$batch"), &value!({ "requests": parts }))
    }

    fn read(&self, reply: &Reply) -> Result<Self::Answer, CallError> {
        errors::check(reply)?;
        let body = json::body(reply)?;
        let replies = json::rows(&body, "responses");
        let answer = |(place, part): (usize, &E)| {
            let id = place.to_string();
            let reply = replies.iter().find(|reply| json::maybe_text(reply, "id") == Some(&id));
            part.read(&reply_of(
                reply.ok_or_else(|| json::malformed("a part of the batch was not answered"))?,
            )?)
        };
        Ok(self.parts.iter().enumerate().map(answer).collect())
    }
}

fn written(place: usize, part: &impl Endpoint) -> Value {
    let request = part.request("");
    let headers: Map<String, Value> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), Value::from(String::from_utf8_lossy(value.as_bytes()))))
        .collect();
    let mut written = value!({
        "id": place.to_string(),
        "method": request.method().as_str(),
        "url": request.uri().to_string(),
        "headers": headers,
    });
    if let Ok(body) = serde_json::from_slice::<Value>(request.body()) {
        written["body"] = body;
    }
    written
}

fn reply_of(part: &Value) -> Result<Reply, CallError> {
    let status =
        json::at(part, "status").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok());
    let status = status.and_then(|status| StatusCode::from_u16(status).ok());
    let body = json::at(part, "body").map(Value::to_string).unwrap_or_default();
    let mut reply = Response::new(body.into_bytes());
    *reply.status_mut() = status.ok_or_else(|| json::malformed("a part of the batch has no status"))?;
    for (name, value) in json::at(part, "headers").and_then(Value::as_object).into_iter().flatten() {
        let name = HeaderName::from_bytes(name.as_bytes()).ok();
        let value = value.as_str().and_then(|value| HeaderValue::from_str(value).ok());
        if let (Some(name), Some(value)) = (name, value) {
            reply.headers_mut().insert(name, value);
        }
    }
    Ok(reply)
}

#[cfg(test)]
mod tests;
