//! The control side: worlds, the clock, faults and counters, for tests and demos.
//!
//! | request | does |
//! |---|---|
//! | `POST /world` `{"name"}` or `{"world"}`, each with an optional `"overlay"` | loads a world |
//! | `GET /world` | shows records, mailboxes and the clock |
//! | `POST /clock` `{"advance_seconds"}` | moves the clock of every site forward |
//! | `POST /faults` (see [`fault`]), `GET`, `DELETE /faults` | adds, shows, drops faults |
//! | `GET /counters`, `DELETE /counters` | requests by site, method and path |
//! | `POST /sessions/expire` | ends every access token of both vendors; refresh tokens stay |
//! | `GET`, `PATCH`, `DELETE /graph/switches`, `POST /graph/lifecycle`, `/graph/tokens`, `/graph/items`, `GET`, `DELETE /graph/mail` | see `graph/switches.rs` |
//! | `POST /salesforce/records` `{"type", "id"?, "by"?, "fields"}` | writes a record as some user |
//! | `DELETE /salesforce/records/{id}[?purge=true]` | deletes a record, or removes it for good |
//! | `POST /salesforce/undelete` `{"id"}` | takes a record, and what fell with it, out of the recycle bin |
//! | `POST /salesforce/merge` `{"master", "loser"}` | merges a record into another of its object |

pub mod fault;
mod reply;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use http::{Method, Request, Response, StatusCode};
use serde_json::{Map, Value, json};

use crate::{Site, World, world};
pub use fault::{Dropped, Fault, Late};

/// The most different addresses that are counted.
const COUNTED_LIMIT: usize = 10_000;
/// The furthest the clock moves at once, in seconds.
const ADVANCE_LIMIT: i64 = 10 * 366 * 86_400;

/// What the control API holds.
#[derive(Debug, Default)]
pub struct Desk {
    /// What is added to the wall clock.
    pub clock_offset: TimeDelta,
    faults: Vec<Fault>,
    counters: BTreeMap<(Site, String), u64>,
}

impl Desk {
    /// Counts a request and says which fault it meets.
    pub fn meet(&mut self, site: Site, request: &Request<Vec<u8>>) -> Option<Fault> {
        if site == Site::Control {
            return None;
        }
        let address = format!("{} {}", request.method(), request.uri().path());
        if self.counters.len() < COUNTED_LIMIT || self.counters.contains_key(&(site, address.clone())) {
            *self.counters.entry((site, address)).or_default() += 1;
        }
        let met = self.faults.iter_mut().find(|fault| fault.meets(site, request))?;
        met.spend();
        let met = met.clone();
        self.faults.retain(|fault| !fault.is_spent());
        Some(met)
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
        self.counters.iter().filter(|((counted, _), _)| *counted == site).map(|(_, count)| count).sum()
    }

    fn counted(&self) -> Value {
        let mut sites = Map::new();
        for ((site, address), count) in &self.counters {
            let site = sites.entry(site.name().to_owned()).or_insert_with(|| json!({}));
            site[address] = json!(count);
        }
        json!({ "requests": sites })
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
        (&Method::GET, ["world"]) => Ok(dump(world, now)),
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
        (&Method::GET, ["counters"]) => Ok(world.control.counted()),
        (&Method::DELETE, ["counters"]) => {
            world.control.counters.clear();
            Ok(json!({ "requests": {} }))
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

/// Everything there is, as tests read it back.
fn dump(world: &World, now: DateTime<Utc>) -> Value {
    json!({
        "now": now.to_rfc3339(),
        "clock_offset_seconds": world.control.clock_offset.num_seconds(),
        "salesforce": world.salesforce.dump(),
        "mailboxes": world.graph.dump(),
    })
}

/// Loads a world in place of the present one; the clock, faults and counters start afresh.
fn load(world: &mut World, now: DateTime<Utc>, body: &Value) -> Result<Value, String> {
    let now = now - world.control.clock_offset;
    let mut definition = match (&body["name"], &body["world"]) {
        (Value::String(name), _) => world::definition(name)?,
        (_, inline @ Value::Object(_)) => inline.clone(),
        _ => return Err("a world needs a name, or stands in the body as world".to_owned()),
    };
    world::overlay(&mut definition, body["overlay"].clone());
    // Another seed, so that tokens of the former world are worth nothing.
    let mut setup = (*world.setup).clone();
    setup.seed = setup.seed.wrapping_add(1);
    *world = World::build(definition, Arc::new(setup), now)?;
    Ok(json!({ "loaded": body["name"] }))
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
