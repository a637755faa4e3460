//! `/sobjects/{type}/updated` and `/deleted`: ids of what changed in a window, by change stamp.

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use http::Response;
use serde_json::{Value, json};

use super::exchange::Call;
use super::org::{Org, Record};
use super::refusal::Refusal;
use super::schema::Object;
use super::{moment, reply};

/// How far back updates are told.
const UPDATED_REACH: TimeDelta = TimeDelta::days(30);
/// How far back deletions are told.
const DELETED_REACH: TimeDelta = TimeDelta::days(15);

/// `GET /sobjects/{type}/updated?start=&end=`.
pub(crate) fn updated(org: &Org, call: &Call, object: &Object) -> Result<Response<Vec<u8>>, Refusal> {
    let window = Window::read(call, UPDATED_REACH)?;
    let ids: Vec<&str> =
        window.records(org, object, false).into_iter().map(|record| record.id.as_str()).collect();
    Ok(reply::ok(&json!({ "ids": ids, "latestDateCovered": moment::wire(window.covered(call.now)) })))
}

/// `GET /sobjects/{type}/deleted?start=&end=`.
pub(crate) fn deleted(org: &Org, call: &Call, object: &Object) -> Result<Response<Vec<u8>>, Refusal> {
    let window = Window::read(call, DELETED_REACH)?;
    let rows: Vec<Value> = window
        .records(org, object, true)
        .into_iter()
        .map(|record| json!({ "id": record.id, "deletedDate": record.value("SystemModstamp") }))
        .collect();
    Ok(reply::ok(&json!({
        "deletedRecords": rows,
        "earliestDateAvailable": moment::wire(call.now - DELETED_REACH),
        "latestDateCovered": moment::wire(window.covered(call.now)),
    })))
}

/// The instants asked for; seconds do not count.
struct Window {
    start: DateTime<Utc>,
    end: DateTime<Utc>,
}

impl Window {
    fn read(call: &Call, reach: TimeDelta) -> Result<Self, Refusal> {
        let (start, end) = (instant(call, "start")?, instant(call, "end")?);
        let bad = |why: &str| Err(Refusal::new(400, "INVALID_REPLICATION_DATE", why));
        if start > call.now {
            return bad("startDate cannot be in the future");
        }
        if call.now - start > reach {
            return bad(&format!("startDate cannot be more than {} days ago", reach.num_days()));
        }
        let window = Self { start: minute(start), end: minute(end) };
        if window.end - window.start < TimeDelta::minutes(1) {
            return bad("endDate must be at least one minute greater than startDate");
        }
        Ok(window)
    }

    fn records<'a>(&self, org: &'a Org, object: &Object, deleted: bool) -> Vec<&'a Record> {
        let within = |changed: DateTime<Utc>| self.start <= changed && changed < self.end;
        let found = org.rows(&object.name).filter(|record| record.deleted == deleted);
        found.filter(|record| record.changed().is_some_and(within)).collect()
    }

    /// Up to when the answer is complete.
    fn covered(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.end.min(minute(now))
    }
}

fn instant(call: &Call, name: &str) -> Result<DateTime<Utc>, Refusal> {
    let text = call.parameter(name).unwrap_or_default();
    moment::instant(text).ok_or_else(|| {
        let message = format!("{name}: '{text}' is not a valid value for the type xsd:dateTime");
        Refusal::new(400, "ILLEGAL_QUERY_PARAMETER_VALUE", message)
    })
}

fn minute(instant: DateTime<Utc>) -> DateTime<Utc> {
    instant.with_second(0).and_then(|instant| instant.with_nanosecond(0)).unwrap_or(instant)
}
