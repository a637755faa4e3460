//! How much one mailbox bears from the application: 10,000 requests in ten minutes, four at the same time, and 150 MB
//! sent to it in five minutes.
//! <https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits>

use chrono::{DateTime, TimeDelta, Utc};
use http::{Request, Response, StatusCode};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::odata::Asked;
use super::reply::{Reply, refuse};
use super::{Exchange, batch};
use crate::Setup;

/// The span in which requests are counted, in minutes.
const SPAN_MINUTES: i64 = 10;

/// The span in which uploaded bytes are counted, in minutes.
const UPLOAD_SPAN_MINUTES: i64 = 5;
/// The span in which all requests of the application are counted, in seconds.
const APP_SPAN_SECONDS: i64 = 10;

/// A request under way, by the mailboxes where it is.
#[derive(Debug, Default)]
pub struct Ticket(Vec<usize>);

/// What was counted since when.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Count {
    began: DateTime<Utc>,
    sum: u64,
}

impl Count {
    /// Adds to what the present span has; answers how long to wait when that is too much.
    fn add(&mut self, more: u64, limit: u64, span: TimeDelta, now: DateTime<Utc>) -> Result<(), i64> {
        if now >= self.began + span || now < self.began {
            *self = Self { began: now, sum: 0 };
        }
        self.sum += more;
        if self.sum <= limit {
            return Ok(());
        }
        Err((self.began + span).signed_duration_since(now).num_seconds().max(1))
    }
}

impl Exchange {
    /// Counts a request of the application, and refuses it when there were too many over all mailboxes.
    pub(super) fn count_all(&mut self, now: DateTime<Utc>) -> Result<(), Reply> {
        let Some(limit) = self.switches.app_limit else { return Ok(()) };
        let span = TimeDelta::seconds(APP_SPAN_SECONDS);
        let counted = self.traffic_of_all.add(1, u64::from(limit), span, now);
        counted.map_err(|wait| {
            self.too_many("Application is over its request limit.", StatusCode::TOO_MANY_REQUESTS, wait)
        })
    }

    /// Counts a request at a mailbox and what it brings, and refuses it when there was too much.
    pub(super) fn count(&mut self, at: usize, bytes: usize, now: DateTime<Utc>) -> Result<(), Reply> {
        if let Some(limit) = self.switches.request_limit {
            let span = TimeDelta::minutes(SPAN_MINUTES);
            let counted = self.traffic.entry(at).or_default().add(1, u64::from(limit), span, now);
            counted.map_err(|wait| {
                let message = "Application is over its MailboxRequest limit.";
                self.too_many(message, StatusCode::TOO_MANY_REQUESTS, wait)
            })?;
        }
        if let Some(limit) = self.switches.upload_limit {
            let (span, bytes) = (TimeDelta::minutes(UPLOAD_SPAN_MINUTES), u64::try_from(bytes).unwrap_or(0));
            let counted = self.uploaded.entry(at).or_default().add(bytes, limit, span, now);
            counted.map_err(|wait| {
                let message = "Application is over its IncomingBytes limit.";
                self.too_many(message, StatusCode::TOO_MANY_REQUESTS, wait)
            })?;
        }
        Ok(())
    }

    fn too_many(&self, message: &str, status: StatusCode, wait: i64) -> Reply {
        let mut refusal = refuse(status, "ApplicationThrottled", message);
        if self.switches.retry_after {
            refusal.headers.push(("retry-after", wait.to_string()));
        }
        refusal
    }

    /// The refusal of one request too many at the same time.
    pub(super) fn crowded(&self) -> Reply {
        let status = if self.switches.concurrency_unavailable {
            StatusCode::SERVICE_UNAVAILABLE
        } else {
            StatusCode::TOO_MANY_REQUESTS
        };
        self.too_many("Application is over its MailboxConcurrency limit.", status, 1)
    }

    /// Begins a request, before it is answered. A batch is never refused as a whole: its parts are judged one by one.
    ///
    /// # Errors
    /// The refusal, when the mailbox has as many requests as it bears.
    pub fn enter(
        &mut self,
        now: DateTime<Utc>,
        request: &Request<Vec<u8>>,
    ) -> Result<Ticket, Box<Response<Vec<u8>>>> {
        let Some(limit) = self.switches.concurrency_limit else { return Ok(Ticket::default()) };
        let mut path = request.uri().path().split('/').filter(|part| !part.is_empty());
        if path.next() != Some("v1.0") {
            return Ok(Ticket::default());
        }
        let places: Vec<usize> = match (path.next(), path.next()) {
            (Some("users"), Some(who)) => {
                self.at_name(&percent_decode_str(who).decode_utf8_lossy()).into_iter().collect()
            }
            (Some("me"), _) => self.at_token(request).into_iter().collect(),
            (Some("$batch"), None) => self.batched(request.body()),
            _ => Vec::new(),
        };
        let batch = request.uri().path().ends_with("$batch");
        let full = |at: &usize| self.busy.get(at).is_some_and(|busy| *busy >= limit);
        if !batch && places.iter().any(full) {
            let asked = Asked::read(request.clone(), &Setup::default(), now);
            return Err(Box::new(self.crowded().into_response(&asked)));
        }
        for at in &places {
            *self.busy.entry(*at).or_default() += 1;
        }
        Ok(Ticket(places))
    }

    /// Ends a request, after its answer was sent.
    pub fn leave(&mut self, ticket: Ticket) {
        for at in ticket.0 {
            if let Some(busy) = self.busy.get_mut(&at) {
                *busy = busy.saturating_sub(1);
            }
        }
    }

    /// Whether a mailbox has as many other requests as it bears while a batch is at work on it.
    pub(super) fn is_full_for_batch(&self, at: usize) -> bool {
        let others = self.busy.get(&at).map_or(0, |busy| busy.saturating_sub(1));
        self.switches.concurrency_limit.is_some_and(|limit| others >= limit)
    }

    /// The mailboxes that the parts of a batch are for, each once.
    fn batched(&self, body: &[u8]) -> Vec<usize> {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let parts = body["requests"].as_array().into_iter().flatten();
        let mut places: Vec<usize> =
            parts.filter_map(batch::mailbox_of).filter_map(|who| self.at_name(&who)).collect();
        places.sort_unstable();
        places.dedup();
        places
    }
}
