//! The page that plays Outlook on the web: a calendar that frames the pane and speaks office.js's web-host protocol.
//!
//! The page is plain files; it talks to `/api/…` here, which acts on the same mailboxes as the Graph side. What it shows
//! is said in the page's address:
//!
//! | parameter | meaning |
//! |---|---|
//! | `user=mara` | who is signed in: short name or address |
//! | `shared=ines` | whose calendar is open, when it is not the user's own |
//! | `item=…` | the open item: any written form of its id, its key in the world file (`key`, `key@2026-11-20`, `key@next` for an occurrence), `new` for one never saved, `none` for no item |
//! | `mode=read`, `mode=compose` | the form; without it the organizer composes and everybody else reads |
//! | `permission=1`, `3`, `2` | `ReadItem`, `ReadWriteItem` (as the manifest asks), `ReadWriteMailbox` |
//! | `sets=1.8` | highest Mailbox requirement set; 1.14 without it |
//! | `categories=refuse` | adding and removing categories through office.js fails with 5000, as some clients do |
//! | `hang=157,37` | calls that are never answered, by dispatch id; `1` is the initial data, `context` the very first call |
//! | `slow=800` | every call is answered that many milliseconds late |
//! | `fail=37:5001` | calls that fail, dispatch id and error code |
//! | `theme=dark`, `theme=light` | colours of the page around the pane; the system's without it |
//! | `pane=/test.html` | another page of the pane's origin |

mod api;
mod office;
mod repeat;

use chrono::{DateTime, Utc};
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use serde_json::{Value, json};

use crate::World;

const FILES: [(&str, &str, &str); 9] = [
    ("/", "text/html; charset=utf-8", include_str!("../assets/host/index.html")),
    ("/host.css", "text/css; charset=utf-8", include_str!("../assets/host/host.css")),
    ("/calendar.js", "text/javascript; charset=utf-8", include_str!("../assets/host/calendar.js")),
    ("/colours.js", "text/javascript; charset=utf-8", include_str!("../assets/host/colours.js")),
    ("/form.js", "text/javascript; charset=utf-8", include_str!("../assets/host/form.js")),
    ("/pane.js", "text/javascript; charset=utf-8", include_str!("../assets/host/pane.js")),
    ("/calls.js", "text/javascript; charset=utf-8", include_str!("../assets/host/calls.js")),
    ("/text.js", "text/javascript; charset=utf-8", include_str!("../assets/host/text.js")),
    ("/server.js", "text/javascript; charset=utf-8", include_str!("../assets/host/server.js")),
];

/// What the host page knows beside the mailboxes: nothing yet, the pages hold their own state.
#[derive(Debug, Default)]
pub struct Desk {}

/// What the page asked for could not be done; the number is an office.js error code where it has one.
#[derive(Debug)]
struct Refused {
    status: StatusCode,
    code: u32,
    message: String,
}

impl Refused {
    fn office(code: u32, message: &str) -> Self {
        Self { status: StatusCode::OK, code, message: message.to_owned() }
    }

    fn bad(message: &str) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code: 5001, message: message.to_owned() }
    }

    fn missing() -> Self {
        Self { status: StatusCode::NOT_FOUND, code: 9049, message: "there is no such item".to_owned() }
    }
}

/// Answers one request.
pub fn answer(world: &mut World, now: DateTime<Utc>, request: Request<Vec<u8>>) -> Response<Vec<u8>> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path();
    if let Some((_, kind, text)) = FILES.iter().find(|(name, _, _)| *name == path) {
        return response(StatusCode::OK, kind, text.as_bytes().to_vec());
    }
    let query: Vec<(String, String)> =
        url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    let asked = api::Asked {
        get: parts.method == Method::GET,
        query,
        body: serde_json::from_slice(&body).unwrap_or(Value::Null),
        now,
    };
    let done = api::answer(world, path, &asked);
    world.graph.announce(now);
    match done {
        Ok(body) => written(StatusCode::OK, &body),
        Err(refused) => {
            written(refused.status, &json!({ "error": refused.code, "message": refused.message }))
        }
    }
}

fn written(status: StatusCode, body: &Value) -> Response<Vec<u8>> {
    response(status, "application/json", body.to_string().into_bytes())
}

fn response(status: StatusCode, kind: &str, body: Vec<u8>) -> Response<Vec<u8>> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    if let Ok(kind) = HeaderValue::from_str(kind) {
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests;
