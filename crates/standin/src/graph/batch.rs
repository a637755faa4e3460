//! `POST /$batch`: up to twenty requests in one.
//! <https://learn.microsoft.com/graph/json-batching>

use std::collections::BTreeMap;

use http::{Method, Request, StatusCode};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::odata::Asked;
use super::reply::{Outcome, Reply, bad_request, ok, refuse};
use super::{Exchange, routes};

/// The most requests a batch takes.
const REQUEST_LIMIT: usize = 20;

pub(super) fn answer(exchange: &mut Exchange, asked: &Asked) -> Outcome {
    let body =
        asked.json().ok_or_else(|| bad_request("BadRequest", "Unable to read JSON request payload."))?;
    let requests =
        body["requests"].as_array().ok_or_else(|| bad_request("BadRequest", "requests is missing."))?;
    if requests.len() > REQUEST_LIMIT {
        let message = "Number of batch request steps exceeds the maximum value of 20.";
        return Err(bad_request("MaxBatchSizeExceeded", message));
    }
    let mut statuses: BTreeMap<String, u16> = BTreeMap::new();
    let mut responses = Vec::new();
    for request in requests {
        let id = request["id"].as_str().unwrap_or_default().to_owned();
        if id.is_empty() || statuses.contains_key(&id) {
            return Err(bad_request("BadRequest", "Each batch request needs an id of its own."));
        }
        let reply = if is_crowded(exchange, requests, request) {
            exchange.crowded()
        } else if went_well(request, &statuses) {
            part(exchange, asked, request)
        } else {
            let message = "A request this one depends on failed.";
            refuse(StatusCode::FAILED_DEPENDENCY, "FailedDependency", message)
        };
        statuses.insert(id.clone(), reply.status.as_u16());
        let mut headers = json!({ "Content-Type": "application/json" });
        for (name, value) in &reply.headers {
            headers[*name] = value.clone().into();
        }
        responses.push(json!({
            "id": id,
            "status": reply.status.as_u16(),
            "headers": headers,
            "body": reply.body,
        }));
    }
    Ok(ok(json!({ "responses": responses })))
}

/// The mailbox that a part of a batch is for, as it is named.
pub(super) fn mailbox_of(request: &Value) -> Option<String> {
    let url = request["url"].as_str()?;
    let mut parts = url.trim_start_matches('/').split(['/', '?']);
    let who = (parts.next()?.eq_ignore_ascii_case("users")).then(|| parts.next())??;
    Some(percent_decode_str(who).decode_utf8_lossy().to_lowercase())
}

/// Whether a part finds too many others at its mailbox: requests beside the batch, or, by switch, the parts before it.
///
/// Four parts run at a time and the rest wait, unless the batch is to throttle itself, as it was seen to.
fn is_crowded(exchange: &Exchange, requests: &[Value], request: &Value) -> bool {
    let Some(limit) = exchange.switches.concurrency_limit else { return false };
    let own = mailbox_of(request);
    if own.as_ref().and_then(|who| exchange.at_name(who)).is_some_and(|at| exchange.is_full_for_batch(at)) {
        return true;
    }
    let waits = |request: &Value| request["dependsOn"].as_array().is_some_and(|needs| !needs.is_empty());
    if !exchange.switches.batch_throttles_itself || own.is_none() || waits(request) {
        return false;
    }
    let before = requests.iter().take_while(|other| other["id"] != request["id"]);
    let crowd = before.filter(|other| !waits(other) && mailbox_of(other) == own).count();
    u32::try_from(crowd).unwrap_or(u32::MAX) >= limit
}

/// Whether everything a request waits for went well.
fn went_well(request: &Value, statuses: &BTreeMap<String, u16>) -> bool {
    let needs = request["dependsOn"].as_array().map_or(&[][..], Vec::as_slice);
    needs.iter().all(|need| {
        let status = need.as_str().and_then(|id| statuses.get(id));
        status.is_some_and(|status| *status < 400)
    })
}

fn part(exchange: &mut Exchange, asked: &Asked, request: &Value) -> Reply {
    let path = request["url"].as_str().unwrap_or_default();
    let mut building = Request::builder()
        .method(request["method"].as_str().and_then(|name| name.parse().ok()).unwrap_or(Method::GET))
        .uri(format!("{}/v1.0/{}", asked.setup.graph, path.trim_start_matches('/')));
    for (name, value) in request["headers"].as_object().into_iter().flatten() {
        building = building.header(name, value.as_str().unwrap_or_default());
    }
    let body = if request["body"].is_null() { Vec::new() } else { request["body"].to_string().into_bytes() };
    let Ok(request) = building.body(body) else {
        return bad_request("BadRequest", "The request of a batch cannot be read.");
    };
    let mut inner = Asked::read(request, &asked.setup, asked.now);
    inner.bearer = inner.bearer.or_else(|| asked.bearer.clone());
    if inner.segments.last().is_some_and(|last| last == "$batch") {
        return bad_request("BadRequest", "A batch cannot hold a batch.");
    }
    routes::answer(exchange, &inner).completed(&inner)
}
