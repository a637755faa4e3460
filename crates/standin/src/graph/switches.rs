//! What Graph does now and then, at the wish of a test or a world file: `mailboxes.switches`, or `/graph/switches` of
//! the control API (`GET` shows them, `PATCH` changes the named ones, `DELETE` sets them back).
//!
//! Beside them stand `GET` and `DELETE /graph/mail` (see `mail.rs`), `POST /graph/items`
//! (see `moves.rs`), `POST /graph/lifecycle` `{"mailbox", "event"}`, which sends a lifecycle notice, and
//! `POST /graph/tokens` `{"user"}`, which gives a person's own (delegated) access token.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use http::{Method, Request, Response, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Exchange;
use super::sharing::Caller;
use crate::Setup;

/// Bytes that one mailbox takes in five minutes.
const UPLOAD_LIMIT: u64 = 150 * 1024 * 1024;

/// How a delta token that is no longer known is refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenLoss {
    /// 410 with `syncStateNotFound`.
    #[default]
    Gone,
    /// 410 with `resyncRequired`.
    Resync,
    /// 400 with `syncStateNotFound`.
    BadState,
    /// 400 with `InvalidDeltaToken`.
    BadToken,
}

/// Behaviour that is documented or was observed, but not at every time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "each switch is a thing that a test turns on by itself")]
pub struct Switches {
    /// Events tell `uid` and `occurrenceId`, which the published type does not have.
    pub undeclared_members: bool,
    /// Rounds of change tracking show some entities twice.
    pub duplicate_rows: bool,
    /// Rounds of change tracking show the rows of a page in reverse.
    pub reorder_rows: bool,
    /// Each page of a round is followed by an empty one.
    pub empty_pages: bool,
    /// A first round lists deletions too.
    pub early_removals: bool,
    /// A deleted occurrence is told by a row of its own, besides its absence from the series.
    pub occurrence_tombstones: bool,
    /// Rounds never end: the next link changes, the page stays.
    pub endless_rounds: bool,
    /// Rounds show a changed single item also as it was before.
    pub stale_rows: bool,
    /// So many later pages of rounds are answered with 504.
    pub round_timeouts: u32,
    /// So many later pages of rounds are answered with 503.
    pub round_outages: u32,
    /// So many later pages of rounds find their token lost.
    pub round_losses: u32,
    /// Tokens issued before this was set or raised are lost.
    pub token_generation: u32,
    /// How lost tokens are refused.
    pub token_loss: TokenLoss,
    /// So many writes with `If-Match` are refused with 412 although nothing changed.
    pub spurious_conflicts: u32,
    /// Attendees' answers stay when a meeting moves.
    pub answers_survive_moves: bool,
    /// A declined meeting leaves the calendar of who declines.
    pub declined_leave: bool,
    /// An attendee who deletes a meeting declines it.
    pub deletions_decline: bool,
    /// A change of categories, reminder or properties by the organizer mails the attendees too.
    pub personal_changes_mail: bool,
    /// Seconds that invitations, updates and answers travel.
    pub delivery_seconds: u32,
    /// Requests to one mailbox in ten minutes; no limit when null.
    pub request_limit: Option<u32>,
    /// Requests of the application in ten seconds, over all mailboxes; no limit when null.
    pub app_limit: Option<u32>,
    /// Bytes sent to one mailbox in five minutes; no limit when null.
    pub upload_limit: Option<u64>,
    /// Requests to one mailbox at the same time; no limit when null.
    pub concurrency_limit: Option<u32>,
    /// A batch with more parallel parts for one mailbox than that is refused the rest, instead of letting them wait.
    pub batch_throttles_itself: bool,
    /// The concurrency refusal is 503 instead of 429.
    pub concurrency_unavailable: bool,
    /// Refusals of too many requests carry `Retry-After`.
    pub retry_after: bool,
    /// Milliseconds every answer takes.
    pub latency_ms: u64,
    /// Every so many-th change notification is lost.
    pub drop_notifications: Option<u32>,
    /// Each change notification is sent twice.
    pub duplicate_notifications: bool,
    /// Change notifications that wait together are sent latest first.
    pub reorder_notifications: bool,
    /// Seconds that change notifications wait.
    pub notification_seconds: u32,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            undeclared_members: false,
            duplicate_rows: false,
            reorder_rows: false,
            empty_pages: false,
            early_removals: false,
            occurrence_tombstones: false,
            endless_rounds: false,
            stale_rows: false,
            round_timeouts: 0,
            round_outages: 0,
            round_losses: 0,
            token_generation: 0,
            token_loss: TokenLoss::Gone,
            spurious_conflicts: 0,
            answers_survive_moves: false,
            declined_leave: false,
            deletions_decline: false,
            personal_changes_mail: false,
            delivery_seconds: 0,
            request_limit: Some(10_000),
            app_limit: None,
            upload_limit: Some(UPLOAD_LIMIT),
            concurrency_limit: Some(4),
            batch_throttles_itself: false,
            concurrency_unavailable: false,
            retry_after: true,
            latency_ms: 0,
            drop_notifications: None,
            duplicate_notifications: false,
            reorder_notifications: false,
            notification_seconds: 0,
        }
    }
}

impl Switches {
    /// Changes the switches that an object names.
    ///
    /// # Errors
    /// Names a switch that does not exist or a value it cannot have.
    pub fn change(&mut self, wanted: &Value) -> Result<(), String> {
        let mut all = serde_json::to_value(&*self).map_err(|error| error.to_string())?;
        for (name, value) in wanted.as_object().ok_or("switches are an object")? {
            let held = all.get_mut(name).ok_or_else(|| format!("there is no switch {name}"))?;
            *held = value.clone();
        }
        *self = serde_json::from_value(all).map_err(|error| error.to_string())?;
        Ok(())
    }

    /// Uses up one of so many troubles; answers whether there was one.
    pub(super) fn take(count: &mut u32) -> bool {
        let there = *count > 0;
        *count = count.saturating_sub(1);
        there
    }
}

/// Answers a request of the control API for an address under `/graph/`.
pub fn answer(exchange: &mut Exchange, now: DateTime<Utc>, request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
    let body: Value = serde_json::from_slice(request.body()).unwrap_or(Value::Null);
    let path: Vec<&str> = request.uri().path().split('/').filter(|part| !part.is_empty()).collect();
    let done = match (request.method(), path.as_slice()) {
        (&Method::GET, ["graph", "switches"]) => Ok(json!(exchange.switches)),
        (&Method::PATCH | &Method::POST, ["graph", "switches"]) => {
            exchange.switches.change(&body).map(|()| json!(exchange.switches))
        }
        (&Method::DELETE, ["graph", "switches"]) => {
            exchange.switches = Switches::default();
            Ok(json!(exchange.switches))
        }
        (&Method::GET, ["graph", "mail"]) => {
            let query = request.uri().query().unwrap_or_default();
            let since = query.strip_prefix("since=").and_then(|number| number.parse().ok());
            Ok(exchange.show_mails(since.unwrap_or(0)))
        }
        (&Method::DELETE, ["graph", "mail"]) => Ok(exchange.forget_mails()),
        (&Method::POST, ["graph", "items"]) => exchange.move_items(now, &body),
        (&Method::POST, ["graph", "lifecycle"]) => {
            let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
            exchange.lifecycle(now, &text("mailbox"), &text("event"))
        }
        (&Method::POST, ["graph", "tokens"]) => {
            let user = exchange.at_name(body["user"].as_str().unwrap_or_default());
            let seed = request.extensions().get::<Arc<Setup>>().map_or(0, |setup| setup.seed);
            user.map(|at| json!({ "access_token": exchange.grant(Caller::Person(at), seed, now) }))
                .ok_or_else(|| "there is no such user".to_owned())
        }
        _ => Err("there is no such control".to_owned()),
    };
    exchange.deliver(now);
    exchange.announce(now);
    let (status, body) = match done {
        Ok(body) => (StatusCode::OK, body),
        Err(error) => (StatusCode::BAD_REQUEST, json!({ "error": error })),
    };
    let mut response = Response::new(body.to_string().into_bytes());
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
    response
}
