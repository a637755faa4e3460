//! `/query`, `/queryAll` and the pages after the first.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use http::Response;
use serde_json::{Value, json};

use super::exchange::Call;
use super::org::{Org, Record};
use super::refusal::Refusal;
use super::reply;
use super::soql::{self, Column, Grouping, Purpose, Query, Selection};

/// Rows of a page unless the caller asks for another size.
const PAGE: usize = 2_000;
const SMALLEST_PAGE: usize = 200;
/// How long a locator lives.
const LOCATOR_LIFE: TimeDelta = TimeDelta::days(2);
/// The most open locators of a user.
const LOCATOR_LIMIT: usize = 10;
/// The first version that knows TYPEOF.
const TYPEOF_SINCE: u32 = 46;

/// Queries whose later pages were not fetched yet.
#[derive(Debug, Default)]
pub(crate) struct Cursors {
    open: BTreeMap<String, Cursor>,
    count: u64,
}

#[derive(Debug)]
struct Cursor {
    user: String,
    object: String,
    ids: Vec<String>,
    columns: Vec<Column>,
    page: usize,
    since: DateTime<Utc>,
}

impl Cursors {
    fn add(&mut self, cursor: Cursor) -> String {
        self.count += 1;
        self.open.retain(|_, other| cursor.since - other.since <= LOCATOR_LIFE);
        let own = self.open.iter().filter(|(_, other)| other.user == cursor.user);
        let own: Vec<String> = own.map(|(name, _)| name.clone()).collect();
        // Names rise, so the first is the oldest.
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

/// `GET /query?q=` or `/queryAll?q=`, with deleted rows in the latter; `explain=` tells how it would be done.
pub(crate) fn run(org: &mut Org, call: &Call, with_deleted: bool) -> Result<Response<Vec<u8>>, Refusal> {
    if let Some(statement) = call.parameter("explain") {
        let query = soql::query(&org.schema, statement, call.now)?;
        return Ok(reply::ok(&plan(org, &query, statement)));
    }
    let Some(statement) = call.parameter("q") else {
        return Err(Refusal::new(400, "MALFORMED_QUERY", "A query must be given in the parameter q"));
    };
    let query = soql::query(&org.schema, statement, call.now)?;
    if query.object == Org::RECENTLY_VIEWED {
        org.lay_out_recent(&call.user);
    }
    let answer = match &query.selection {
        Selection::Count => {
            let total = soql::rows(org, &query, with_deleted).len();
            Ok(json!({ "totalSize": total, "done": true, "records": [] }))
        }
        Selection::Groups(grouping) => grouped(org, &query, grouping, with_deleted),
        Selection::Columns(columns) => first_page(org, call, &query, columns, with_deleted),
    };
    org.clear_recent();
    answer.map(|answer| reply::ok(&answer))
}

fn grouped(org: &Org, query: &Query, grouping: &Grouping, with_deleted: bool) -> Result<Value, Refusal> {
    let rows = soql::groups(org, query, grouping, with_deleted);
    if rows.len() > PAGE {
        let message = "Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single \
                       batch";
        return Err(Refusal::new(400, "EXCEEDED_ID_LIMIT", message));
    }
    Ok(json!({ "totalSize": rows.len(), "done": true, "records": rows }))
}

fn first_page(
    org: &mut Org,
    call: &Call,
    query: &Query,
    columns: &[Column],
    with_deleted: bool,
) -> Result<Value, Refusal> {
    if call.version < TYPEOF_SINCE && columns.iter().any(|column| matches!(column, Column::TypeOf(_))) {
        let message = format!("TYPEOF is supported from version {TYPEOF_SINCE}.0 on");
        return Err(Refusal::new(400, "MALFORMED_QUERY", message));
    }
    let found = soql::rows(org, query, with_deleted);
    let total = found.len();
    let page = page_size(call);
    let shown = |record: &&Record| soql::shown_as(&query.object, org, record, columns, call.version);
    let records: Vec<Value> = found.iter().take(page).map(shown).collect();
    let ids: Vec<String> = found.iter().map(|record: &&Record| record.id.clone()).collect();
    for purpose in &query.purposes {
        for id in ids.iter().take(page).rev() {
            match purpose {
                Purpose::View => org.viewed(&call.user, id),
                Purpose::Reference => org.referenced(&call.user, id),
            }
        }
    }
    let mut answer = json!({ "totalSize": total, "done": total <= page });
    // Moved in: `json!` would copy every row.
    answer["records"] = Value::Array(records);
    if total > page {
        let columns = columns.to_vec();
        let (user, object) = (call.user.clone(), query.object.clone());
        let cursor = Cursor { user, object, ids, columns, page, since: call.now };
        let locator = org.cursors.add(cursor);
        answer["nextRecordsUrl"] = json!(call.address(&format!("/query/{locator}-{page}")));
    }
    Ok(answer)
}

fn page_size(call: &Call) -> usize {
    let options = call.header("sforce-query-options").unwrap_or_default();
    let mut pairs = options.split([',', ';']).filter_map(|option| option.split_once('='));
    let wanted = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("batchSize"));
    let wanted = wanted.and_then(|(_, size)| size.trim().parse().ok());
    wanted.map_or(PAGE, |size: usize| size.clamp(SMALLEST_PAGE, PAGE))
}

/// How a query would be done: by an index where the filter names one, else by looking at every row.
fn plan(org: &Org, query: &Query, statement: &str) -> Value {
    let all = org.rows(&query.object).count();
    let named = query.condition.as_ref().and_then(|condition| soql::named(org, &query.object, condition));
    let (kind, looked_at) = match &named {
        Some(rows) => ("Index", rows.len()),
        None => ("TableScan", all),
    };
    let relative = if named.is_some() { 0.1 } else { 1.0 };
    json!({
        "plans": [{
            "cardinality": looked_at, "fields": [], "leadingOperationType": kind, "notes": [],
            "relativeCost": relative, "sobjectCardinality": all, "sobjectType": query.object,
        }],
        "sourceQuery": statement,
    })
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
        .map(|record| soql::shown_as(&cursor.object, org, record, &cursor.columns, call.version))
        .collect();
    let mut answer = json!({ "totalSize": cursor.ids.len(), "done": rest.len() <= cursor.page });
    answer["records"] = Value::Array(records);
    if rest.len() > cursor.page {
        answer["nextRecordsUrl"] = json!(call.address(&format!("/query/{locator}-{}", first + cursor.page)));
    }
    Ok(reply::ok(&answer))
}
