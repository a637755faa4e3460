//! The control side: worlds, the clock, faults and counters, for tests and demos.
//!
//! | request | does |
//! |---|---|
//! | `POST /world` `{"name"}`, `{"world"}`, each with an optional `"overlay"`, or `{"dump"}` | loads a world: an embedded or generated one, one in the body, one that was dumped |
//! | `GET /world` | shows records, mailboxes and the clock, for people and assertions |
//! | `GET /dump` | gives the whole world in a stable order; see [`World::dump`] for what it holds |
//! | `POST /diff` (a dump) | says what differs now: `records`, `items`, `mailboxes`, `switches`, `rest`, and whether it is the `same` |
//! | `GET /clock`, `POST /clock` `{"advance_seconds"}` | tells the time; moves the clock of every site forward |
//! | `POST /faults` (see [`fault`]), `GET`, `DELETE /faults` | adds, shows, drops faults |
//! | `GET /counters`, `DELETE /counters` | requests by site and address, by site and route (ids left out), and by mailbox |
//! | `GET /violations`, `DELETE /violations` | what was said to Graph or by it that the schema of `--graph-schema` does not know; loading a world keeps them |
//! | `POST /sessions/expire` | ends every access token of both vendors; refresh tokens stay |
//! | `GET`, `PATCH`, `DELETE /graph/switches`, `POST /graph/lifecycle`, `/graph/tokens`, `/graph/items`, `GET`, `DELETE /graph/mail` | see `graph/switches.rs` |
//! | `POST /salesforce/records` `{"type", "id"?, "by"?, "fields"}` | writes a record as some user |
//! | `DELETE /salesforce/records/{id}[?purge=true]` | deletes a record, or removes it for good |
//! | `POST /salesforce/undelete` `{"id"}` | takes a record, and what fell with it, out of the recycle bin |
//! | `POST /salesforce/merge` `{"master", "loser"}` | merges a record into another of its object |

mod counters;
mod diff;
pub mod fault;
mod reply;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use http::{Method, Request, Response, StatusCode};
use serde_json::{Value, json};

use crate::graph::schema::Violations;
use crate::{Site, World, world};
use counters::Counters;
pub use fault::{Dropped, Fault, Late};

/// The furthest the clock moves at once, in seconds.
const ADVANCE_LIMIT: i64 = 10 * 366 * 86_400;

/// What the control API holds.
#[derive(Debug, Default)]
pub struct Desk {
    /// What is added to the wall clock.
    pub clock_offset: TimeDelta,
    faults: Vec<Fault>,
    counters: Counters,
}

impl Desk {
    /// No faults and no counts, and a clock that is so much ahead.
    pub(crate) fn ahead_by(clock_offset: TimeDelta) -> Self {
        Self { clock_offset, ..Self::default() }
    }

    /// Counts a request and says which fault it meets.
    pub fn meet(&mut self, site: Site, request: &Request<Vec<u8>>) -> Option<Fault> {
        if site == Site::Control {
            return None;
        }
        self.counters.count(site, request);
        let met =
            self.faults.iter_mut().find_map(|fault| fault.strikes(site, request).then(|| fault.clone()));
        self.faults.retain(|fault| !fault.is_spent());
        met
    }

    /// Adds a fault.
    pub fn add_fault(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// Drops every fault.
    pub fn clear_faults(&mut self) {
        self.faults.clear();
    }

    /// Requests counted at a site.
    pub fn requests(&self, site: Site) -> u64 {
        self.counters.at(site)
    }
}

/// Answers one request.
pub fn answer(world: &mut World, now: DateTime<Utc>, request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
    let path: Vec<&str> = request.uri().path().split('/').filter(|part| !part.is_empty()).collect();
    let body = if request.body().is_empty() {
        Value::Null
    } else {
        match serde_json::from_slice(request.body()) {
            Ok(body) => body,
            Err(error) => return reply::refused(&error.to_string()),
        }
    };
    if path.first() == Some(&"graph") {
        return crate::graph::switches::answer(&mut world.graph, now, request);
    }
    let done = match (request.method(), path.as_slice()) {
        (&Method::GET, ["world"]) => Ok(look(world, now)),
        (&Method::GET, ["dump"]) => whole(world),
        (&Method::POST, ["diff"]) => whole(world).map(|present| diff::diff(&body, &present)),
        (&Method::POST, ["world"]) => load(world, now, &body),
        (&Method::POST, ["clock"]) => advance(world, now, &body),
        (&Method::GET, ["clock"]) => Ok(json!({ "now": now.to_rfc3339() })),
        (&Method::GET, ["faults"]) => {
            Ok(json!({ "faults": world.control.faults.iter().map(Fault::shown).collect::<Vec<_>>() }))
        }
        (&Method::POST, ["faults"]) => Fault::read(&body).map(|fault| {
            world.control.add_fault(fault);
            json!({ "faults": world.control.faults.len() })
        }),
        (&Method::DELETE, ["faults"]) => {
            world.control.clear_faults();
            Ok(json!({ "faults": 0 }))
        }
        (&Method::GET, ["counters"]) => Ok(world.control.counters.shown()),
        (&Method::DELETE, ["counters"]) => {
            world.control.counters = Counters::default();
            Ok(world.control.counters.shown())
        }
        (&Method::GET, ["violations"]) => Ok(json!({ "violations": world.graph.violations.all() })),
        (&Method::DELETE, ["violations"]) => {
            world.graph.violations = Violations::default();
            Ok(json!({ "violations": [] }))
        }
        (&Method::POST, ["sessions", "expire"]) => {
            world.graph.expire_tokens();
            Ok(json!({ "expired": world.salesforce.expire_sessions() }))
        }
        (&Method::POST, ["salesforce", "records"]) => world.salesforce.write_as(now, &body),
        (&Method::POST, ["salesforce", "undelete"]) => world.salesforce.undelete(now, &body),
        (&Method::POST, ["salesforce", "merge"]) => world.salesforce.merge(now, &body),
        (&Method::DELETE, ["salesforce", "records", id]) => {
            let purge = request.uri().query().is_some_and(|query| query.contains("purge=true"));
            world.salesforce.remove(now, id, purge)
        }
        _ => return reply::json(StatusCode::NOT_FOUND, &json!({ "error": "no such control" })),
    };
    match done {
        Ok(value) => reply::json(StatusCode::OK, &value),
        Err(error) => reply::refused(&error),
    }
}

/// A dump of the world with the rows that follow from Events, so that asking for them is no difference between two dumps.
fn whole(world: &mut World) -> Result<Value, String> {
    world.salesforce.relate();
    world.dump()
}

/// Everything there is, as tests read it back.
fn look(world: &World, now: DateTime<Utc>) -> Value {
    json!({
        "now": now.to_rfc3339(),
        "clock_offset_seconds": world.control.clock_offset.num_seconds(),
        "salesforce": world.salesforce.dump(),
        "mailboxes": world.graph.dump(),
    })
}

/// Loads a world in place of the present one; faults and counters start afresh, and the clock too unless a dump says more.
fn load(world: &mut World, now: DateTime<Utc>, body: &Value) -> Result<Value, String> {
    let now = now - world.control.clock_offset;
    // Another seed, so that tokens of the former world are worth nothing.
    let mut setup = (*world.setup).clone();
    setup.seed = setup.seed.wrapping_add(1);
    let setup = Arc::new(setup);
    let (violations, writes) = (world.graph.violations.clone(), world.writes);
    *world = if body["dump"].is_object() {
        World::of_dump(&body["dump"], setup, now)?
    } else {
        World::build(definition(body)?, setup, now)?
    };
    (world.graph.violations, world.writes) = (violations, writes);
    Ok(json!({ "loaded": body["name"] }))
}

fn definition(body: &Value) -> Result<Value, String> {
    let mut definition = match (&body["name"], &body["world"]) {
        (Value::String(name), _) => world::definition(name)?,
        (_, inline @ Value::Object(_)) => inline.clone(),
        _ => return Err("a world needs a name, or stands in the body as world or dump".to_owned()),
    };
    world::overlay(&mut definition, body["overlay"].clone());
    // What the stand-in made by itself is right, and may be big.
    if body["world"].is_object() || body["overlay"].is_object() {
        world::check(&definition)?;
    }
    Ok(definition)
}

fn advance(world: &mut World, now: DateTime<Utc>, body: &Value) -> Result<Value, String> {
    let seconds = body["advance_seconds"].as_i64().ok_or("advance_seconds must be a whole number")?;
    if !(0..=ADVANCE_LIMIT).contains(&seconds) {
        return Err(format!("advance_seconds must be between 0 and {ADVANCE_LIMIT}"));
    }
    let by = TimeDelta::seconds(seconds);
    world.advance(by);
    Ok(json!({ "now": (now + by).to_rfc3339() }))
}
