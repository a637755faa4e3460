//! How much one mailbox bears: 10,000 requests in ten minutes, and on wish four at the same time.
//! <https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits>

use chrono::{DateTime, TimeDelta, Utc};
use http::{Request, Response, StatusCode};
use percent_encoding::percent_decode_str;

use super::Exchange;
use super::reply::{Reply, refuse};

/// The span in which requests are counted, in minutes.
const SPAN_MINUTES: i64 = 10;

/// A request under way at one mailbox, or at none.
#[derive(Debug, Default)]
pub struct Ticket(Option<usize>);

impl Exchange {
    /// Counts a request at a mailbox, and refuses it when there were too many.
    pub(super) fn count(&mut self, at: usize, now: DateTime<Utc>) -> Result<(), Reply> {
        let Some(limit) = self.switches.request_limit else { return Ok(()) };
        let span = TimeDelta::minutes(SPAN_MINUTES);
        let (began, count) = self.traffic.entry(at).or_insert((now, 0));
        if now >= *began + span {
            (*began, *count) = (now, 0);
        }
        *count += 1;
        if *count <= limit {
            return Ok(());
        }
        let wait = (*began + span).signed_duration_since(now).num_seconds().max(1);
        Err(self.too_many(
            "Application is over its MailboxRequest limit.",
            StatusCode::TOO_MANY_REQUESTS,
            wait,
        ))
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

    /// Begins a request, before it is answered.
    ///
    /// # Errors
    /// The refusal, when the mailbox has as many requests as it bears.
    pub fn enter(&mut self, request: &Request<Vec<u8>>) -> Result<Ticket, Box<Response<Vec<u8>>>> {
        let Some(at) = self.switches.concurrency_limit.and_then(|_| self.asked_mailbox(request)) else {
            return Ok(Ticket(None));
        };
        let busy = self.busy.entry(at).or_default();
        if self.switches.concurrency_limit.is_some_and(|limit| *busy >= limit) {
            let refusal = self.crowded();
            let mut answer =
                Response::new(refusal.body.map_or_else(Vec::new, |body| body.to_string().into_bytes()));
            *answer.status_mut() = refusal.status;
            for (name, value) in refusal.headers {
                if let Ok(value) = http::HeaderValue::try_from(value) {
                    answer.headers_mut().insert(name, value);
                }
            }
            return Err(Box::new(answer));
        }
        *busy += 1;
        Ok(Ticket(Some(at)))
    }

    /// Ends a request, after its answer was sent.
    #[expect(clippy::needless_pass_by_value, reason = "a ticket is good for one ending")]
    pub fn leave(&mut self, ticket: Ticket) {
        if let Some(busy) = ticket.0.and_then(|at| self.busy.get_mut(&at)) {
            *busy = busy.saturating_sub(1);
        }
    }

    fn asked_mailbox(&self, request: &Request<Vec<u8>>) -> Option<usize> {
        let mut parts = request.uri().path().split('/').filter(|part| !part.is_empty());
        let who = (parts.next()? == "v1.0" && parts.next()? == "users").then(|| parts.next())??;
        self.at_name(&percent_decode_str(who).decode_utf8_lossy())
    }
}
