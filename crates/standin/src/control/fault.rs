//! Faults: what goes wrong, for which requests, how often.
//!
//! | member | means |
//! |---|---|
//! | `site` | `salesforce`, `graph` or `host` |
//! | `method`, `path`, `mailbox` | which requests: a verb, any part of the address, a mailbox of Graph (address or short name; also of parts of a batch); any when absent |
//! | `count` | how many requests it still strikes; without end when absent |
//! | `every` | only every so many-th of those requests |
//! | `rate`, `seed` | only this share of them, drawn from the seed: the same requests strike again with the same seed |
//! | `side` | `before` (as when absent): the request is not carried out; `after`: it is, and its answer replaced |
//! | `kind` | `{"status": 503, "body"?: …, "headers"?: {…}}` · `{"delay_ms": 2000}` · `{"drop": "before" or "after"}` (the connection breaks instead of an answer) · `"session_expired"` (401) · `"limit_exceeded"` (403) · `{"throttled_seconds": 10}` (429 with Retry-After) |

use std::time::Duration;

use http::header::{CONTENT_TYPE, HeaderName, RETRY_AFTER};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::counters::mailboxes;
use crate::Site;

/// Marks an answer that never arrives: the server shell aborts the connection instead of sending it.
#[derive(Clone, Copy, Debug)]
pub struct Dropped;

/// Marks an answer the server shell holds back.
#[derive(Clone, Copy, Debug)]
pub struct Late(pub Duration);

/// One trouble a test asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Where it strikes.
    pub site: Site,
    /// The verb it strikes; any when absent.
    #[serde(default)]
    pub method: Option<String>,
    /// A part of the addresses it strikes; any when absent.
    #[serde(default)]
    pub path: Option<String>,
    /// The mailbox it strikes; any when absent.
    #[serde(default)]
    pub mailbox: Option<String>,
    /// How many requests it still strikes; without end when absent.
    #[serde(default)]
    pub count: Option<u32>,
    /// Only every so many-th matching request is struck.
    #[serde(default)]
    pub every: Option<u32>,
    /// Only this share of matching requests is struck.
    #[serde(default)]
    pub rate: Option<f64>,
    /// What the share is drawn from.
    #[serde(default)]
    pub seed: u64,
    /// Whether the request is carried out all the same.
    #[serde(default)]
    pub side: Side,
    /// What goes wrong.
    pub kind: Kind,
    /// Matching requests so far, struck or not.
    #[serde(skip)]
    met: u64,
}

/// What goes wrong.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The request is carried out, the answer comes late.
    DelayMs(u64),
    /// The answer never arrives.
    Drop(Side),
    /// The access token is said to have ended.
    SessionExpired,
    /// The org's daily allocation is said to be used up.
    LimitExceeded,
    /// Too many requests, with the seconds to wait.
    ThrottledSeconds(u32),
    /// Another answer is given, and the request not carried out.
    #[serde(untagged)]
    Answer {
        /// The status of that answer.
        status: u16,
        /// Its body: JSON, or a text as it is.
        #[serde(default)]
        body: Value,
        /// Its headers.
        #[serde(default)]
        headers: Map<String, Value>,
    },
}

/// On which side of the write a fault strikes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Nothing was applied.
    #[default]
    Before,
    /// Everything was applied.
    After,
}

impl Fault {
    /// Reads a fault of the control API.
    pub(crate) fn read(body: &Value) -> Result<Self, String> {
        let fault = Self::deserialize(body).map_err(|error| error.to_string())?;
        if fault.rate.is_some_and(|rate| !(0.0..=1.0).contains(&rate)) {
            return Err("rate is a share between 0 and 1".to_owned());
        }
        if fault.every == Some(0) {
            return Err("every is at least 1".to_owned());
        }
        Ok(fault)
    }

    pub(crate) fn shown(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// Whether it strikes a request; one that it is meant for counts even if it is spared.
    pub(crate) fn strikes(&mut self, site: Site, request: &Request<Vec<u8>>) -> bool {
        if !self.is_for(site, request) {
            return false;
        }
        self.met += 1;
        let turn = self.every.is_none_or(|every| self.met.is_multiple_of(u64::from(every.max(1))));
        let strikes = turn && self.rate.is_none_or(|rate| self.draw(rate));
        if strikes {
            self.count = self.count.map(|left| left.saturating_sub(1));
        }
        strikes
    }

    fn draw(&self, rate: f64) -> bool {
        // A number for each draw: how many others were drawn in between, for other faults, does not matter.
        let mut random = SmallRng::seed_from_u64(self.seed.rotate_left(32) ^ self.met);
        random.random_bool(rate.clamp(0.0, 1.0))
    }

    fn is_for(&self, site: Site, request: &Request<Vec<u8>>) -> bool {
        let verb = |wanted: &String| wanted.eq_ignore_ascii_case(request.method().as_str());
        let address = |part: &String| request.uri().to_string().contains(part.as_str());
        let owner = |wanted: &String| {
            let wanted = wanted.to_lowercase();
            let names = mailboxes(site, request);
            names.iter().any(|name| *name == wanted || name.split('@').next() == Some(wanted.as_str()))
        };
        // A browser's preflight is not the call a test means.
        request.method() != Method::OPTIONS
            && self.site == site
            && !self.is_spent()
            && self.method.as_ref().is_none_or(verb)
            && self.path.as_ref().is_none_or(address)
            && self.mailbox.as_ref().is_none_or(owner)
    }

    pub(crate) fn is_spent(&self) -> bool {
        self.count == Some(0)
    }

    /// The answer given without asking the site.
    pub(crate) fn instead(&self) -> Option<Response<Vec<u8>>> {
        match (&self.kind, self.side) {
            (Kind::Drop(Side::Before), _) => Some(dropped(Response::new(Vec::new()))),
            (_, Side::Before) => self.refusal(),
            (_, Side::After) => None,
        }
    }

    /// The answer given in place of the site's, after the site was asked.
    pub(crate) fn replacement(&self) -> Option<Response<Vec<u8>>> {
        match self.side {
            Side::Before => None,
            Side::After => self.refusal(),
        }
    }

    /// The answer that stands for the site's own, where the kind has one.
    fn refusal(&self) -> Option<Response<Vec<u8>>> {
        match &self.kind {
            Kind::Answer { status, body, headers } => Some(answer(*status, body, headers)),
            Kind::SessionExpired => Some(match self.site {
                Site::Graph => graph_error(401, "InvalidAuthenticationToken", "Access token has expired."),
                Site::Salesforce | Site::Host | Site::Control => {
                    salesforce_error(401, "INVALID_SESSION_ID", "Session expired or invalid")
                }
            }),
            Kind::LimitExceeded => Some(match self.site {
                Site::Graph => graph_error(403, "ErrorAccessDenied", "Access is denied."),
                Site::Salesforce | Site::Host | Site::Control => {
                    salesforce_error(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
                }
            }),
            Kind::ThrottledSeconds(seconds) => {
                let mut refusal = graph_error(429, "TooManyRequests", "Too many requests.");
                refusal.headers_mut().insert(RETRY_AFTER, HeaderValue::from(*seconds));
                Some(refusal)
            }
            Kind::DelayMs(_) | Kind::Drop(_) => None,
        }
    }

    /// What becomes of the site's answer.
    pub(crate) fn afterwards(&self, mut answer: Response<Vec<u8>>) -> Response<Vec<u8>> {
        if let Kind::Drop(Side::After) = self.kind {
            return dropped(answer);
        }
        if let Kind::DelayMs(wait) = self.kind {
            answer.extensions_mut().insert(Late(Duration::from_millis(wait)));
        }
        answer
    }
}

fn dropped(mut answer: Response<Vec<u8>>) -> Response<Vec<u8>> {
    // The simulation has no connection to break: it sees an answer that says nothing.
    answer.body_mut().clear();
    answer.headers_mut().clear();
    *answer.status_mut() = StatusCode::GATEWAY_TIMEOUT;
    answer.extensions_mut().insert(Dropped);
    answer
}

fn answer(status: u16, body: &Value, headers: &Map<String, Value>) -> Response<Vec<u8>> {
    let bytes = match body {
        Value::Null => Vec::new(),
        Value::String(text) => text.clone().into_bytes(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            body.to_string().into_bytes()
        }
    };
    let mut answer = Response::new(bytes);
    *answer.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json;charset=UTF-8"));
    for (name, value) in headers {
        let name = HeaderName::try_from(name.as_str());
        let value = value.as_str().map(HeaderValue::from_str);
        if let (Ok(name), Some(Ok(value))) = (name, value) {
            answer.headers_mut().insert(name, value);
        }
    }
    answer
}

fn salesforce_error(status: u16, code: &str, message: &str) -> Response<Vec<u8>> {
    answer(status, &json!([{ "message": message, "errorCode": code }]), &Map::new())
}

fn graph_error(status: u16, code: &str, message: &str) -> Response<Vec<u8>> {
    answer(status, &json!({ "error": { "code": code, "message": message } }), &Map::new())
}
