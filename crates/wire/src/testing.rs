//! What tests of exchanges need: answers made of fixtures, requests as text.

use std::fmt::Write;

use serde_json::Value;

use crate::message::{Reply, Request};

/// An answer.
pub(crate) fn reply(status: u16, body: &str) -> Reply {
    Reply { status, headers: Vec::new(), body: body.as_bytes().to_vec() }
}

/// The answer with a header more.
pub(crate) fn with(mut reply: Reply, name: &'static str, value: &str) -> Reply {
    reply.headers.push((name.to_owned(), value.to_owned()));
    reply
}

/// A request as text: first line, headers beside `accept`, body.
pub(crate) fn shown(request: &Request) -> String {
    let mut text = format!("{} {}", request.method.as_str(), request.url);
    for (name, value) in &request.headers {
        if *name != "accept" {
            write!(text, "\n{name}: {value}").unwrap();
        }
    }
    if !request.body.is_empty() {
        let body = String::from_utf8_lossy(&request.body);
        let json: Option<Value> = serde_json::from_str(&body).ok();
        write!(text, "\n\n{}", json.map_or_else(|| body.into_owned(), |json| sorted(&json))).unwrap();
    }
    text
}

/// A tree of ours out of one that tests write down.
pub(crate) fn tree(known: &Value) -> crate::value::Value {
    crate::value::parse(known.to_string().as_bytes()).unwrap()
}

/// JSON with sorted keys: in builds with other crates `serde_json` may keep the order in which they were written.
pub(crate) fn sorted(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let mut members: Vec<(&String, &Value)> = map.iter().collect();
            members.sort_by_key(|(key, _)| *key);
            let members: Vec<String> = members
                .iter()
                .map(|(key, value)| format!("{}:{}", Value::from(key.as_str()), sorted(value)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(values) => {
            let values: Vec<String> = values.iter().map(sorted).collect();
            format!("[{}]", values.join(","))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}

/// The text of a fixture.
macro_rules! fixture {
    ($path:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/", $path))
    };
}
pub(crate) use fixture;
