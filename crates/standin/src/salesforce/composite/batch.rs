//! `POST /composite/batch`: requests that know nothing of one another; each of them counts against the allocation.

use http::Response;
use serde_json::{Value, json};

use super::{Part, REQUEST_LIMIT, failed, method, too_many, within};
use crate::salesforce::exchange::Call;
use crate::salesforce::org::Org;
use crate::salesforce::refusal::Refusal;
use crate::salesforce::reply;

/// Answers the request.
pub(super) fn answer(org: &mut Org, call: &Call) -> Result<Response<Vec<u8>>, Refusal> {
    let body = call.json()?;
    let requests = body["batchRequests"]
        .as_array()
        .ok_or_else(|| Refusal::unreadable("batchRequests must be an array"))?;
    if requests.len() > REQUEST_LIMIT {
        return Err(too_many("subrequests", REQUEST_LIMIT));
    }
    let halts = body["haltOnError"] == Value::Bool(true);
    let mut errors = false;
    let mut results = Vec::new();
    for (place, request) in requests.iter().enumerate() {
        let answer = if errors && halts {
            let message = "Batch processing halted per request";
            Refusal::new(412, "BATCH_PROCESSING_HALTED", message).answer()
        } else {
            // The request itself stands for its first part.
            let within_limit = place == 0 || org.usage.count(call.now);
            part(request)
                .and_then(|part| if within_limit { Ok(part) } else { Err(Refusal::used_up()) })
                .map_or_else(|refusal| refusal.answer(), |part| run(org, call, &part))
        };
        errors |= failed(answer.status());
        let result: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
        results.push(json!({ "statusCode": answer.status().as_u16(), "result": result }));
    }
    Ok(reply::ok(&json!({ "hasErrors": errors, "results": results })))
}

fn part(request: &Value) -> Result<Part, Refusal> {
    let text = |name: &str| {
        let text = request[name].as_str();
        text.ok_or_else(|| Refusal::unreadable(format!("{name} is missing in a subrequest")))
    };
    Ok(Part {
        method: method(text("method")?)?,
        url: text("url")?.to_owned(),
        reference: String::new(),
        headers: Value::Null,
        body: request["richInput"].clone(),
    })
}

/// The address begins with the version, or with the whole path.
fn run(org: &mut Org, call: &Call, part: &Part) -> Response<Vec<u8>> {
    let (path, query) = part.url.split_once('?').unwrap_or((&part.url, ""));
    let path = path.trim_start_matches('/');
    let path = path.strip_prefix("services/data/").unwrap_or(path);
    if path.split('/').nth(1) == Some("composite") && !path.contains("/composite/sobjects") {
        let message = format!("The resource {} cannot be part of this request", part.url);
        return Refusal::new(400, "INVALID_INPUT", message).answer();
    }
    within(org, call, part, &format!("/services/data/{path}"), query)
}
