//! One request as the REST API reads it: decoded path segments, parameters, who asks.

use chrono::{DateTime, Utc};
use http::{Method, Request};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::refusal::Refusal;

/// A request of a signed-in user.
#[derive(Debug)]
pub(crate) struct Call {
    pub method: Method,
    /// Path segments after `/services/data/vNN.0`, decoded one by one, so that an encoded slash stays inside.
    pub path: Vec<String>,
    pub parameters: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub headers: http::HeaderMap,
    /// The 18-character id of the user.
    pub user: String,
    pub now: DateTime<Utc>,
    /// The API version in the path.
    pub version: u32,
}

impl Call {
    /// A parameter of the address.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let found = self.parameters.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Whether a word occurs in the address or the body, in any case.
    pub(crate) fn mentions(&self, word: &str) -> bool {
        let occurs =
            |text: &[u8]| text.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()));
        let path = self.path.iter().chain(self.parameters.iter().map(|(_, value)| value));
        path.map(String::as_bytes).any(occurs) || occurs(&self.body)
    }

    /// A header's text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as a JSON value.
    pub(crate) fn json(&self) -> Result<Value, Refusal> {
        serde_json::from_slice(&self.body).map_err(|error| {
            let whole = error.to_string();
            let why = whole.split(" at line ").next().unwrap_or_default();
            Refusal::unreadable(format!("{why} at [line:{}, column:{}]", error.line(), error.column()))
        })
    }

    /// The body as a JSON object.
    pub(crate) fn object(&self) -> Result<Map<String, Value>, Refusal> {
        match self.json()? {
            Value::Object(object) => Ok(object),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                Err(Refusal::unreadable("The request body must be an object at [line:1, column:1]"))
            }
        }
    }

    /// The address of a resource of the same API version.
    pub(crate) fn address(&self, rest: &str) -> String {
        format!("/services/data/v{}.0{rest}", self.version)
    }
}

/// The decoded segments of a path; doubled and trailing slashes leave none.
pub(crate) fn segments(path: &str) -> Vec<String> {
    let raw = path.split('/').filter(|segment| !segment.is_empty());
    raw.map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned()).collect()
}

/// The parameters of an address or a posted form.
pub(crate) fn pairs(text: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text).into_owned().collect()
}

/// The parameters of a request's address.
pub(crate) fn parameters(request: &Request<Vec<u8>>) -> Vec<(String, String)> {
    pairs(request.uri().query().unwrap_or_default().as_bytes())
}
