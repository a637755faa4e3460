//! What tests of exchanges need: answers made of fixtures, requests as text.

use std::fmt::Write;

use http::{HeaderName, HeaderValue, Request, Response};

use crate::call::Reply;

/// An answer.
pub(crate) fn reply(status: u16, body: &str) -> Reply {
    Response::builder().status(status).body(body.as_bytes().to_vec()).unwrap()
}

/// The answer with a header more.
pub(crate) fn with(mut reply: Reply, name: &'static str, value: &str) -> Reply {
    reply.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
    reply
}

/// A request as text: first line, headers beside `accept`, body.
pub(crate) fn shown(request: &Request<Vec<u8>>) -> String {
    let mut text = format!("{} {}", request.method(), request.uri());
    for (name, value) in request.headers() {
        if name != "accept" {
            write!(text, "\n{name}: {}", String::from_utf8_lossy(value.as_bytes())).unwrap();
        }
    }
    if !request.body().is_empty() {
        write!(text, "\n\n{}", String::from_utf8_lossy(request.body())).unwrap();
    }
    text
}

/// The text of a fixture.
macro_rules! fixture {
    ($path:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/", $path))
    };
}
pub(crate) use fixture;
