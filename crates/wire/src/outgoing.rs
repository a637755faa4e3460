//! Requests put together the same way everywhere: addresses encoded, bodies with their type.

use http::{HeaderName, HeaderValue, Method, Request, Uri, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// Everything but RFC 3986's unreserved characters is encoded.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Text as one path segment, or one key or value of a query.
pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// Keys and values as a query or a form.
pub(crate) fn pairs(pairs: &[(&str, &str)]) -> String {
    let parts: Vec<String> =
        pairs.iter().map(|(key, value)| format!("{}={}", encoded(key), encoded(value))).collect();
    parts.join("&")
}

/// `GET` of an address.
pub(crate) fn get(url: &str) -> Request<Vec<u8>> {
    request(Method::GET, url, Vec::new())
}

/// A request with a JSON body.
pub(crate) fn json(method: Method, url: &str, body: &Value) -> Request<Vec<u8>> {
    let request = request(method, url, body.to_string().into_bytes());
    with(request, header::CONTENT_TYPE, "application/json")
}

/// A request without a body.
pub(crate) fn bare(method: Method, url: &str) -> Request<Vec<u8>> {
    request(method, url, Vec::new())
}

/// `POST` of a form.
pub(crate) fn form(url: &str, fields: &[(&str, &str)]) -> Request<Vec<u8>> {
    let request = request(Method::POST, url, pairs(fields).into_bytes());
    with(request, header::CONTENT_TYPE, "application/x-www-form-urlencoded")
}

/// The request with a header more.
pub(crate) fn with(mut request: Request<Vec<u8>>, name: HeaderName, value: &str) -> Request<Vec<u8>> {
    // Without control characters every text is a header value, so a precondition is never dropped.
    let clean: String = value.chars().filter(|letter| !letter.is_control()).collect();
    let value = HeaderValue::from_bytes(clean.as_bytes()).unwrap_or(HeaderValue::from_static(""));
    request.headers_mut().append(name, value);
    request
}

fn request(method: Method, url: &str, body: Vec<u8>) -> Request<Vec<u8>> {
    let mut request = Request::new(body);
    *request.method_mut() = method;
    // The path is encoded by us; a base that is no address yields "/", which no sender can reach.
    *request.uri_mut() = url.parse().unwrap_or_else(|_| Uri::from_static("/"));
    with(request, header::ACCEPT, "application/json")
}
