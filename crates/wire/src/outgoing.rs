//! Requests put together the same way everywhere: addresses encoded, bodies with their type.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::message::{Method, Request, header};
use crate::value::Value;

/// Everything but RFC 3986's unreserved characters is encoded.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Text as one path segment, or one key or value of a query.
pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// Keys and values as a query or a form.
pub(crate) fn pairs(pairs: &[(&str, &str)]) -> String {
    let mut query = String::new();
    for (key, value) in pairs {
        if !query.is_empty() {
            query.push('&');
        }
        query.extend(utf8_percent_encode(key, RESERVED));
        query.push('=');
        query.extend(utf8_percent_encode(value, RESERVED));
    }
    query
}

/// `GET` of an address.
pub(crate) fn get(url: &str) -> Request {
    request(Method::Get, url, Vec::new())
}

/// A request with a JSON body.
pub(crate) fn json(method: Method, url: &str, body: &Value) -> Request {
    json_text(method, url, body.to_string())
}

/// The same where the body is text already.
pub(crate) fn json_text(method: Method, url: &str, body: String) -> Request {
    let request = request(method, url, body.into_bytes());
    with(request, header::CONTENT_TYPE, "application/json")
}

/// A request without a body.
pub(crate) fn bare(method: Method, url: &str) -> Request {
    request(method, url, Vec::new())
}

/// `POST` of a form.
pub(crate) fn form(url: &str, fields: &[(&str, &str)]) -> Request {
    let request = request(Method::Post, url, pairs(fields).into_bytes());
    with(request, header::CONTENT_TYPE, "application/x-www-form-urlencoded")
}

/// The request with a header more, without control characters in it.
pub(crate) fn with(mut request: Request, name: &'static str, value: &str) -> Request {
    request.headers.push((name, value.chars().filter(|letter| !letter.is_control()).collect()));
    request
}

fn request(method: Method, url: &str, body: Vec<u8>) -> Request {
    let headers = vec![(header::ACCEPT, "application/json".to_owned())];
    Request { method, url: url.to_owned(), headers, body }
}
