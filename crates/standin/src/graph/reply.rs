//! Answers and refusals in Graph's shapes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderValue, Response, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::item::Stamp;
use super::odata::Asked;
use super::subscriptions::Handshake;

/// An answer before it is written.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) body: Option<Value>,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) extra: Option<Box<Extra>>,
}

/// What few answers have.
#[derive(Clone, Debug)]
pub(super) enum Extra {
    /// Content that is not JSON, with its type.
    Raw(String, Vec<u8>),
    /// The subscription whose handshakes decide over this answer.
    Handshake(String),
}

/// A refusal ends the work on a request.
pub(super) type Outcome = Result<Reply, Reply>;

pub(super) fn ok(body: Value) -> Reply {
    Reply { status: StatusCode::OK, body: Some(body), headers: Vec::new(), extra: None }
}

pub(super) fn created(body: Value) -> Reply {
    Reply { status: StatusCode::CREATED, ..ok(body) }
}

pub(super) fn no_content() -> Reply {
    Reply { status: StatusCode::NO_CONTENT, body: None, headers: Vec::new(), extra: None }
}

pub(super) fn accepted() -> Reply {
    Reply { status: StatusCode::ACCEPTED, ..no_content() }
}

/// A refusal; date and request ids are added when it is written.
pub(super) fn refuse(status: StatusCode, code: &str, message: &str) -> Reply {
    Reply {
        status,
        body: Some(json!({ "error": { "code": code, "message": message } })),
        headers: Vec::new(),
        extra: None,
    }
}

pub(super) fn bad_request(code: &str, message: &str) -> Reply {
    refuse(StatusCode::BAD_REQUEST, code, message)
}

pub(super) fn not_found() -> Reply {
    refuse(
        StatusCode::NOT_FOUND,
        "ErrorItemNotFound",
        "The specified object was not found in the store., The process failed to get the correct properties.",
    )
}

impl Reply {
    /// Completes a refusal with the moment and the ids of the request.
    pub(super) fn completed(mut self, asked: &Asked) -> Self {
        let request_id = request_id(asked);
        if let Some(error) =
            self.body.as_mut().and_then(|body| body.get_mut("error")).filter(|e| e.is_object())
        {
            error["innerError"] = json!({
                "date": asked.now.format("%Y-%m-%dT%H:%M:%S").to_string(),
                "request-id": request_id,
                "client-request-id": asked.client_request_id.as_deref().unwrap_or(&request_id),
            });
        }
        self
    }

    pub(super) fn into_response(self, asked: &Asked) -> Response<Vec<u8>> {
        let completed = self.completed(asked);
        let (mut kind, mut bytes, mut handshake) = (String::new(), Vec::new(), None);
        match completed.extra.map(|extra| *extra) {
            Some(Extra::Raw(of, content)) => (kind, bytes) = (of, content),
            Some(Extra::Handshake(id)) => handshake = Some(Handshake(id)),
            None => {}
        }
        let body = completed.body.as_ref().map_or(bytes, |body| body.to_string().into_bytes());
        let mut response = Response::new(body);
        *response.status_mut() = completed.status;
        let mut set = |name: &'static str, value: String| {
            if let Ok(value) = HeaderValue::try_from(value) {
                response.headers_mut().insert(name, value);
            }
        };
        if completed.body.is_some() {
            set("content-type", "application/json;odata.metadata=minimal;charset=utf-8".to_owned());
        } else if !kind.is_empty() {
            set("content-type", kind);
        }
        set("request-id", request_id(asked));
        set("date", asked.now.format("%a, %d %b %Y %H:%M:%S GMT").to_string());
        set("cache-control", "private".to_owned());
        for (name, value) in completed.headers {
            set(name, value);
        }
        if let Some(handshake) = handshake {
            response.extensions_mut().insert(handshake);
        }
        response
    }
}

/// A write's mark as `changeKey`.
pub(super) fn change_key(stamp: Stamp) -> String {
    let filling = Sha256::digest(stamp.change.to_be_bytes());
    STANDARD.encode([stamp.change.to_be_bytes().as_slice(), &filling[..10]].concat())
}

/// A write's mark as a weak etag.
pub(super) fn etag(stamp: Stamp) -> String {
    format!("W/\"{}\"", change_key(stamp))
}

/// An id in the look of a GUID, the same for the same request at the same time.
fn request_id(asked: &Asked) -> String {
    let seed = format!("{} {} {}", asked.method, asked.path, asked.now.timestamp_micros());
    guid(seed.as_bytes())
}

/// A GUID made from some bytes.
pub(super) fn guid(seed: &[u8]) -> String {
    let hex = Sha256::digest(seed)[..16].iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..32])
}
