//! `/query`, `/queryAll` and the pages after the first.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use http::Response;
use serde_json::{Value, json};

use super::exchange::Call;
use super::org::Org;
use super::refusal::Refusal;
use super::reply;
use super::soql::{self, Path, Selection};

/// Rows of a page unless the caller asks for another size.
const PAGE: usize = 2_000;
const SMALLEST_PAGE: usize = 200;
/// The longest statement, in characters.
const STATEMENT_LIMIT: usize = 100_000;
/// How long a locator lives.
const LOCATOR_LIFE: TimeDelta = TimeDelta::days(2);
/// The most open locators of a user.
const LOCATOR_LIMIT: usize = 10;

/// Queries whose later pages were not fetched yet.
#[derive(Debug, Default)]
pub(crate) struct Cursors {
    open: BTreeMap<String, Cursor>,
    count: u64,
}

#[derive(Debug)]
struct Cursor {
    user: String,
    ids: Vec<String>,
    paths: Vec<Path>,
    page: usize,
    since: DateTime<Utc>,
}

impl Cursors {
    fn add(&mut self, cursor: Cursor) -> String {
        self.count += 1;
        let own: Vec<String> = self
            .open
            .iter()
            .filter(|(_, other)| other.user == cursor.user)
            .map(|(name, _)| name.clone())
            .collect();
        if own.len() >= LOCATOR_LIMIT
            && let Some(oldest) = own.first()
        {
            self.open.remove(oldest);
        }
        let name = format!("01g5g0{:012}", self.count);
        self.open.insert(name.clone(), cursor);
        name
    }
}

/// `GET /query?q=` or `/queryAll?q=`, with deleted rows in the latter.
pub(crate) fn run(org: &mut Org, call: &Call, with_deleted: bool) -> Result<Response<Vec<u8>>, Refusal> {
    let Some(statement) = call.parameter("q") else {
        return Err(Refusal::new(400, "MALFORMED_QUERY", "A query must be given in the parameter q"));
    };
    if statement.chars().count() > STATEMENT_LIMIT {
        let message = format!("SOQL statements cannot be longer than {STATEMENT_LIMIT} characters");
        return Err(Refusal::new(400, "QUERY_TOO_COMPLICATED", message));
    }
    let query = soql::query(&org.schema, statement, call.now)?;
    let found = soql::rows(org, &query, with_deleted);
    let total = found.len();
    let paths = match query.selection {
        Selection::Count => {
            return Ok(reply::ok(&json!({ "totalSize": total, "done": true, "records": [] })));
        }
        Selection::Fields(paths) => paths,
    };
    let page = page_size(call);
    let records: Vec<Value> =
        found.iter().take(page).map(|record| soql::shown(org, record, &paths, call.version)).collect();
    let mut answer = json!({ "totalSize": total, "done": total <= page, "records": records });
    if total > page {
        let ids = found.iter().map(|record| record.id.clone()).collect();
        let cursor = Cursor { user: call.user.clone(), ids, paths, page, since: call.now };
        let locator = org.cursors.add(cursor);
        answer["nextRecordsUrl"] = json!(call.address(&format!("/query/{locator}-{page}")));
    }
    Ok(reply::ok(&answer))
}

fn page_size(call: &Call) -> usize {
    let options = call.header("sforce-query-options").unwrap_or_default();
    let wanted = options.split(',').find_map(|option| option.trim().strip_prefix("batchSize=")?.parse().ok());
    wanted.map_or(PAGE, |size: usize| size.clamp(SMALLEST_PAGE, PAGE))
}

/// `GET /query/{locator}-{first row}`.
pub(crate) fn more(org: &Org, call: &Call, place: &str) -> Result<Response<Vec<u8>>, Refusal> {
    let gone = || Refusal::new(400, "INVALID_QUERY_LOCATOR", "invalid query locator");
    let (locator, first) = place.split_once('-').ok_or_else(gone)?;
    let first: usize = first.parse().map_err(|_| gone())?;
    let cursor = org.cursors.open.get(locator).ok_or_else(gone)?;
    if cursor.user != call.user || call.now - cursor.since > LOCATOR_LIFE || first > cursor.ids.len() {
        return Err(gone());
    }
    let rest = &cursor.ids[first..];
    let records: Vec<Value> = rest
        .iter()
        .take(cursor.page)
        .filter_map(|id| org.record(id))
        .map(|record| soql::shown(org, record, &cursor.paths, call.version))
        .collect();
    let mut answer =
        json!({ "totalSize": cursor.ids.len(), "done": rest.len() <= cursor.page, "records": records });
    if rest.len() > cursor.page {
        answer["nextRecordsUrl"] = json!(call.address(&format!("/query/{locator}-{}", first + cursor.page)));
    }
    Ok(reply::ok(&answer))
}
