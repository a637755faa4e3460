//! `/composite…`: several requests in one, which may build on one another's answers.

mod batch;
mod graph;
mod references;
mod tree;

use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};
use serde_json::{Map, Value, json};

use super::exchange::{Call, pairs, segments};
use super::org::Org;
use super::refusal::Refusal;
use super::{api_version, collections, reply, route};
use references::Answers;

/// The most requests within one.
const REQUEST_LIMIT: usize = 25;
/// The most queries and collections among them.
const HEAVY_LIMIT: usize = 5;
/// Said of requests that stood until another one of the same transaction failed.
const ROLLED_BACK: &str =
    "The transaction was rolled back since another operation in the same transaction failed.";

/// Any resource below `/composite`.
pub(crate) fn answer(org: &mut Org, call: &Call) -> Result<Response<Vec<u8>>, Refusal> {
    let path: Vec<&str> = call.path.iter().skip(1).map(String::as_str).collect();
    match (path.as_slice(), &call.method) {
        (["sobjects", ..], _) => collections::answer(org, call, &call.path[2..]),
        ([], &Method::GET | &Method::HEAD) => Ok(reply::ok(&resources(call))),
        ([], &Method::POST) => several(org, call),
        (["graph"], &Method::POST) => graph::answer(org, call),
        (["batch"], &Method::POST) => batch::answer(org, call),
        (["tree", object], &Method::POST) => tree::answer(org, call, object),
        ([], other) => Err(Refusal::wrong_method(other, "HEAD,GET,POST")),
        (["graph" | "batch"] | ["tree", _], other) => Err(Refusal::wrong_method(other, "POST")),
        _ => Err(Refusal::not_found()),
    }
}

fn resources(call: &Call) -> Value {
    let each = ["tree", "batch", "sobjects", "graph"]
        .map(|name| (name.to_owned(), Value::String(call.address(&format!("/composite/{name}")))));
    Value::Object(each.into_iter().collect())
}

/// One request within another.
#[derive(Clone, Debug)]
struct Part {
    method: Method,
    url: String,
    reference: String,
    headers: Value,
    body: Value,
}

impl Part {
    /// The parts of a composite request or of one graph.
    fn list(value: &Value) -> Result<Vec<Self>, Refusal> {
        let parts =
            value.as_array().ok_or_else(|| Refusal::unreadable("compositeRequest must be an array"))?;
        let parts: Vec<Self> = parts.iter().map(Self::read).collect::<Result<_, _>>()?;
        for (place, part) in parts.iter().enumerate() {
            if parts[..place].iter().any(|other| other.reference == part.reference) {
                let message = format!("Duplicate ReferenceId provided in the request: {}", part.reference);
                return Err(Refusal::new(400, "INVALID_INPUT", message));
            }
        }
        Ok(parts)
    }

    fn read(value: &Value) -> Result<Self, Refusal> {
        let text = |name: &str| {
            let text = value[name].as_str().filter(|text| !text.is_empty());
            text.ok_or_else(|| Refusal::unreadable(format!("{name} is missing in a subrequest")))
        };
        let reference = text("referenceId")?.to_owned();
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if !reference.chars().all(plain) || reference.starts_with('_') {
            let message = format!(
                "Provided referenceId ('{reference}') must start with a letter or a number, and it can contain only \
                 letters, numbers and underscores ('_')."
            );
            return Err(Refusal::new(400, "INVALID_INPUT", message));
        }
        Ok(Self {
            method: method(text("method")?)?,
            url: text("url")?.to_owned(),
            reference,
            headers: value["httpHeaders"].clone(),
            body: value["body"].clone(),
        })
    }

    /// The path below the version, without parameters.
    fn resource(&self) -> Vec<String> {
        let path = self.url.split('?').next().unwrap_or_default();
        segments(path).into_iter().skip(3).collect()
    }

    /// Queries and collections weigh more than rows.
    fn is_heavy(&self) -> bool {
        let path = self.resource();
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        matches!(path.as_slice(), ["query" | "queryAll", ..] | ["composite", "sobjects", ..])
    }
}

fn method(text: &str) -> Result<Method, Refusal> {
    let known = [Method::GET, Method::POST, Method::PATCH, Method::DELETE, Method::PUT, Method::HEAD];
    let found = known.into_iter().find(|method| method.as_str() == text);
    found.ok_or_else(|| Refusal::new(400, "INVALID_INPUT", format!("unknown method {text}")))
}

/// `POST /composite`: one after another, each with the answers of those before.
fn several(org: &mut Org, call: &Call) -> Result<Response<Vec<u8>>, Refusal> {
    let body = call.json()?;
    let parts = Part::list(&body["compositeRequest"])?;
    if parts.len() > REQUEST_LIMIT {
        return Err(too_many("subrequests", REQUEST_LIMIT));
    }
    if parts.iter().filter(|part| part.is_heavy()).count() > HEAVY_LIMIT {
        return Err(too_many("query and collection subrequests", HEAVY_LIMIT));
    }
    let results = if body["allOrNone"] == Value::Bool(true) {
        together(org, call, &parts, &may_be_composed).0
    } else {
        let mut answers = Answers::default();
        parts.iter().map(|part| one(org, call, part, &mut answers, &may_be_composed)).collect()
    };
    Ok(reply::ok(&json!({ "compositeResponse": results })))
}

fn too_many(what: &str, limit: usize) -> Refusal {
    Refusal::new(400, "LIMIT_EXCEEDED", format!("The number of {what} exceeds the limit of {limit}"))
}

/// Resources that may be part of a composite request.
fn may_be_composed(part: &Part) -> bool {
    let path = part.resource();
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    matches!(path.as_slice(), ["sobjects" | "query" | "queryAll", ..] | ["composite", "sobjects", ..])
}

/// Does all parts or none, and says whether it did.
fn together(
    org: &mut Org,
    call: &Call,
    parts: &[Part],
    allowed: &dyn Fn(&Part) -> bool,
) -> (Vec<Value>, bool) {
    let mut answers = Answers::default();
    let mut results: Vec<Value> = Vec::new();
    org.begin();
    let mut whole = true;
    for part in parts {
        let result = one(org, call, part, &mut answers, allowed);
        whole = result["httpStatusCode"].as_u64().is_some_and(|status| status < 400);
        results.push(result);
        if !whole {
            break;
        }
    }
    if whole {
        org.commit();
        return (results, true);
    }
    org.roll_back();
    let failed = results.len().saturating_sub(1);
    let halted = |part: &Part| shown(&halted(ROLLED_BACK), &part.reference);
    let results = parts
        .iter()
        .enumerate()
        .map(|(place, part)| if place == failed { results[failed].clone() } else { halted(part) });
    (results.collect(), false)
}

fn halted(message: &str) -> Response<Vec<u8>> {
    Refusal::new(400, "PROCESSING_HALTED", message).answer()
}

/// Does one part, with what it refers to put in.
fn one(
    org: &mut Org,
    call: &Call,
    part: &Part,
    answers: &mut Answers,
    allowed: &dyn Fn(&Part) -> bool,
) -> Value {
    let answer = match answers.fill(part) {
        Err(refusal) => refusal.answer(),
        Ok(filled) if !allowed(&filled) => {
            let message = format!("The resource {} cannot be part of this request", filled.url);
            Refusal::new(400, "INVALID_INPUT", message).answer()
        }
        Ok(filled) => {
            let (path, query) = filled.url.split_once('?').unwrap_or((&filled.url, ""));
            within(org, call, &filled, path, query)
        }
    };
    if answer.status().as_u16() < 400 {
        answers.add(&part.reference, serde_json::from_slice(answer.body()).unwrap_or_default());
    }
    shown(&answer, &part.reference)
}

/// The answer as a part of another one.
fn shown(answer: &Response<Vec<u8>>, reference: &str) -> Value {
    let mut headers = Map::new();
    for (name, shown) in [("location", "Location"), ("last-modified", "Last-Modified"), ("etag", "ETag")] {
        if let Some(value) = answer.headers().get(name).and_then(|value| value.to_str().ok()) {
            headers.insert(shown.to_owned(), json!(value));
        }
    }
    let body: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
    json!({
        "body": body,
        "httpHeaders": headers,
        "httpStatusCode": answer.status().as_u16(),
        "referenceId": reference,
    })
}

/// Does a request of the same user within the present one; `path` begins with `/services/data`.
fn within(org: &mut Org, call: &Call, part: &Part, path: &str, query: &str) -> Response<Vec<u8>> {
    let path = segments(path);
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let ["services", "data", version, rest @ ..] = path.as_slice() else {
        return Refusal::not_found().answer();
    };
    let Some(version) = api_version(version) else { return Refusal::not_found().answer() };
    let body = if part.body.is_null() { Vec::new() } else { part.body.to_string().into_bytes() };
    let inner = Call {
        method: part.method.clone(),
        path: rest.iter().map(|&segment| segment.to_owned()).collect(),
        parameters: pairs(query.as_bytes()),
        body,
        headers: headers(&part.headers),
        user: call.user.clone(),
        now: call.now,
        version,
    };
    route(org, &inner).unwrap_or_else(|refusal| refusal.answer())
}

/// A part's own headers; those of the whole request do not count for it.
fn headers(value: &Value) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in value.as_object().into_iter().flatten() {
        let name = HeaderName::from_bytes(name.as_bytes());
        let value = value.as_str().map(HeaderValue::from_str);
        if let (Ok(name), Some(Ok(value))) = (name, value) {
            headers.insert(name, value);
        }
    }
    headers
}

/// Whether an answer says that something went wrong.
fn failed(status: StatusCode) -> bool {
    status.is_client_error() || status.is_server_error()
}
