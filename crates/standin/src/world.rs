//! One company in memory: its Salesforce org, its mailboxes and the faults a test asked for.

use chrono::{DateTime, Utc};
use http::{Request, Response};

use crate::{control, graph, host, salesforce};

/// The four servers the stand-in plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Site {
    /// The org's My Domain: sign-in, REST API, record pages.
    Salesforce,
    /// Microsoft Graph and its token endpoint.
    Graph,
    /// The page that plays Outlook on the web.
    Host,
    /// The control API of tests and demos.
    Control,
}

/// A company: one org, many mailboxes.
#[derive(Debug, Default)]
pub struct World {
    /// The Salesforce side.
    pub salesforce: salesforce::Org,
    /// The Exchange side.
    pub graph: graph::Exchange,
    /// What the host page needs to know beside the mailboxes.
    pub host: host::Desk,
}

impl World {
    /// Answers one request as the named site would at the given instant.
    pub fn answer(&mut self, now: DateTime<Utc>, site: Site, request: Request<Vec<u8>>) -> Response<Vec<u8>> {
        match site {
            Site::Salesforce => salesforce::answer(&mut self.salesforce, now, request),
            Site::Graph => graph::answer(&mut self.graph, now, request),
            Site::Host => host::answer(self, now, request),
            Site::Control => control::answer(self, now, request),
        }
    }
}
