//! One company in memory: its Salesforce org, its mailboxes and the faults a test asked for.

mod check;
mod dump;
mod generate;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use http::{Method, Request, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{control, graph, host, salesforce};

pub use check::{SCHEMA, check};
pub use generate::generate;

const DEMO: &str = include_str!("../worlds/demo.json");
const DEMO_BASIC: &str = include_str!("../worlds/demo-basic.json");
const DEMO_SERIES: &str = include_str!("../worlds/demo-series.json");
const DEMO_MAILBOXES: &str = include_str!("../worlds/demo.mailboxes.json");

/// The four servers the stand-in plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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

impl Site {
    /// The site's name in the control API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Salesforce => "salesforce",
            Self::Graph => "graph",
            Self::Host => "host",
            Self::Control => "control",
        }
    }
}

/// Where the servers stand and what they share with their clients; none of it is part of a world file.
///
/// Every request handed to a site carries an `Arc<Setup>` among its extensions.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Origin of the host page.
    pub host: String,
    /// Origin of the org's My Domain.
    pub salesforce: String,
    /// Origin of Microsoft Graph and of its token endpoint.
    pub graph: String,
    /// Origin of the control API.
    pub control: String,
    /// Origin that serves the pane.
    pub pane_origin: String,
    /// Secret of the service's client at Salesforce.
    pub salesforce_client_secret: String,
    /// Secret of the service's client at Microsoft.
    pub graph_client_secret: String,
    /// What access tokens and codes are made from.
    pub seed: u64,
    /// Microsoft's published types, against which Graph's answers are held.
    pub graph_schema: Option<Arc<graph::schema::Schema>>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            host: "https://localhost:3001".to_owned(),
            salesforce: "https://localhost:3002".to_owned(),
            graph: "http://localhost:3003".to_owned(),
            control: "http://localhost:3004".to_owned(),
            pane_origin: "https://localhost:3000".to_owned(),
            salesforce_client_secret: "salesforce-secret".to_owned(),
            graph_client_secret: "graph-secret".to_owned(),
            seed: 0,
            graph_schema: None,
        }
    }
}

impl Setup {
    /// The set-up of a test in process: all that is said to Graph and by it is held against Microsoft's types, where
    /// set-up made their schema.
    ///
    /// # Errors
    /// The schema is broken, or missing in CI.
    pub fn of_tests() -> Result<Self, String> {
        Ok(Self { graph_schema: graph::schema::Schema::of_set_up()?, ..Self::default() })
    }
}

/// A company: one org, many mailboxes.
#[derive(Debug, Default)]
pub struct World {
    /// Where the servers stand.
    pub setup: Arc<Setup>,
    /// The Salesforce side.
    pub salesforce: salesforce::Org,
    /// The Exchange side.
    pub graph: graph::Exchange,
    /// What the host page needs to know beside the mailboxes.
    pub host: host::Desk,
    /// Faults a test asked for, and counters of requests.
    pub control: control::Desk,
    /// What it was built from, without records and mailboxes.
    pub(crate) definition: Value,
    /// How many requests may have changed something.
    pub(crate) writes: u64,
}

impl World {
    /// Builds the world of a definition; dates in it are relative to `now`.
    ///
    /// # Errors
    /// Names the part of the definition that cannot be read.
    pub fn load(definition: &Value, setup: Arc<Setup>, now: DateTime<Utc>) -> Result<Self, String> {
        Self::build(definition.clone(), setup, now)
    }

    /// The same from a definition that nobody else needs: each part of it goes as soon as it is read, which is what a
    /// big world needs to be held only once.
    ///
    /// # Errors
    /// Names the part of the definition that cannot be read.
    pub fn build(mut definition: Value, setup: Arc<Setup>, now: DateTime<Utc>) -> Result<Self, String> {
        let mailboxes = definition.get_mut("mailboxes").map(Value::take).unwrap_or_default();
        let records = definition.pointer_mut("/salesforce/records").map(Value::take).unwrap_or_default();
        let kept = definition.clone();
        if let Some(place) = definition.pointer_mut("/salesforce/records") {
            *place = records;
        }
        Ok(Self {
            salesforce: salesforce::Org::build(definition, &setup, now)?,
            graph: graph::Exchange::build(mailboxes, now)?,
            host: host::Desk::default(),
            control: control::Desk::default(),
            definition: kept,
            writes: 0,
            setup,
        })
    }

    /// Builds an embedded world (`demo`, `demo-basic`, `demo-series`).
    ///
    /// # Errors
    /// The name is unknown, or the definition cannot be read.
    pub fn named(name: &str, setup: Arc<Setup>, now: DateTime<Utc>) -> Result<Self, String> {
        Self::build(definition(name)?, setup, now)
    }

    /// Answers one request as the named site would; `now` is the wall clock, to which the control API may add.
    pub fn answer(
        &mut self,
        now: DateTime<Utc>,
        site: Site,
        mut request: Request<Vec<u8>>,
    ) -> Response<Vec<u8>> {
        let now = now + self.control.clock_offset;
        if ![Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method()) {
            self.writes += 1;
        }
        request.extensions_mut().insert(Arc::clone(&self.setup));
        let fault = self.control.meet(site, &request);
        // The vendor lets an allowed page read refusals too; a page of another origin learns nothing it should not.
        let origin =
            request.headers().get(http::header::ORIGIN).cloned().filter(|_| site == Site::Salesforce);
        if let Some(answer) = fault.as_ref().and_then(control::Fault::instead) {
            return salesforce::shared(answer, origin);
        }
        let answer = match site {
            Site::Salesforce => salesforce::answer(&mut self.salesforce, now, request),
            Site::Graph => graph::answer(&mut self.graph, now, request),
            Site::Host => host::answer(self, now, request),
            Site::Control => control::answer(self, now, &request),
        };
        let Some(fault) = fault else { return answer };
        match fault.replacement() {
            Some(replaced) => salesforce::shared(replaced, origin),
            None => fault.afterwards(answer),
        }
    }

    /// Begins a request: the server shell asks before it hands the request over, and ends the ticket when the answer
    /// was sent; `now` is the wall clock.
    ///
    /// # Errors
    /// The refusal of one request too many at the same time.
    pub fn admit(
        &mut self,
        now: DateTime<Utc>,
        site: Site,
        request: &Request<Vec<u8>>,
    ) -> Result<graph::traffic::Ticket, Box<Response<Vec<u8>>>> {
        match site {
            Site::Graph => self.graph.enter(now + self.control.clock_offset, request),
            Site::Salesforce | Site::Host | Site::Control => Ok(graph::traffic::Ticket::default()),
        }
    }

    /// What is due to be sent to subscribers; `now` is the wall clock.
    pub fn outgoing(&mut self, now: DateTime<Utc>) -> Vec<graph::subscriptions::Parcel> {
        let now = now + self.control.clock_offset;
        self.graph.deliver(now);
        self.graph.announce(now);
        self.graph.outbox(now)
    }

    /// Hears what became of a parcel; `now` is the wall clock.
    pub fn delivered(
        &mut self,
        now: DateTime<Utc>,
        parcel: graph::subscriptions::Parcel,
        answer: Option<&Response<Vec<u8>>>,
    ) {
        self.graph.delivered(now + self.control.clock_offset, parcel, answer);
    }

    /// Another one after every change; it may be another one without a change.
    pub(crate) fn state(&self) -> (u64, u64) {
        (self.writes, self.graph.writes())
    }

    /// Moves the clock of every site forward.
    pub fn advance(&mut self, by: TimeDelta) {
        self.control.clock_offset += by;
    }
}

/// The definition of an embedded world.
///
/// # Errors
/// The name is unknown.
pub fn definition(name: &str) -> Result<Value, String> {
    if let Some(size) = name.strip_prefix("generated-") {
        let (mailboxes, seed) = size.split_once('-').unwrap_or((size, "1"));
        let wrong =
            |_| format!("a generated world is named generated-MAILBOXES or generated-MAILBOXES-SEED: {name}");
        return Ok(generate(mailboxes.parse().map_err(wrong)?, seed.parse().map_err(wrong)?));
    }
    let read =
        |text: &str| serde_json::from_str::<Value>(text).map_err(|error| format!("world {name}: {error}"));
    let mut demo = read(DEMO)?;
    demo["mailboxes"] = read(DEMO_MAILBOXES)?;
    match name {
        "demo" => Ok(demo),
        "demo-basic" => {
            overlay(&mut demo, read(DEMO_BASIC)?);
            Ok(demo)
        }
        "demo-series" => {
            let records = demo.pointer_mut("/salesforce/records").and_then(Value::as_array_mut);
            if let (Some(records), Value::Array(series)) = (records, read(DEMO_SERIES)?) {
                records.extend(series);
            }
            Ok(demo)
        }
        unknown => Err(format!("there is no world named {unknown}")),
    }
}

/// Lays one definition over another: objects are merged key by key, everything else is replaced.
pub(crate) fn overlay(base: &mut Value, over: Value) {
    match (base, over) {
        (Value::Object(base), Value::Object(over)) => {
            for (key, value) in over {
                overlay(base.entry(key).or_insert(Value::Null), value);
            }
        }
        (_, Value::Null) => {}
        (base, over) => *base = over,
    }
}
