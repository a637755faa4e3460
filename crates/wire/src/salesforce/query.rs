//! `GET /services/data/vXX.X/query?q=…`, `/queryAll?q=…` and the pages that follow:
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_query.htm>

use calbridge_rules::id::RecordId;
use chrono::{DateTime, NaiveDate, Utc};

use super::{data, errors};
use crate::{
    call::{CallError, Endpoint},
    json,
    message::{Reply, Request},
    outgoing,
    value::Value,
};

/// Runs a SOQL statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The API version.
    pub version: String,
    /// The statement.
    pub soql: String,
}

/// Runs a SOQL statement over deleted and archived rows too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryAll {
    /// The API version.
    pub version: String,
    /// The statement.
    pub soql: String,
}

/// Reads the next page of a query. [`CallError::Gone`]: the page has expired, begin again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryMore {
    /// [`Page::next`] of the page before.
    pub next: String,
}

/// One page of rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The rows.
    pub rows: Vec<Row>,
    /// How many rows the whole answer has.
    pub total: u64,
    /// Where the next page is, if there is one.
    pub next: Option<String>,
}

/// One row. Columns are asked for by their dotted path, such as `Account.Name`.
#[derive(Clone, Debug, PartialEq)]
pub struct Row(pub(crate) Value);

impl Row {
    /// The row's object.
    pub fn object(&self) -> &str {
        self.text("attributes.type")
    }

    /// Text; empty where there is none.
    pub fn text(&self, path: &str) -> &str {
        json::maybe_text(&self.0, path).unwrap_or_default()
    }

    /// Yes or no; no where there is nothing.
    pub fn flag(&self, path: &str) -> bool {
        json::flag(&self.0, path)
    }

    /// An id.
    ///
    /// # Errors
    /// There is none, or it is no id.
    pub fn record(&self, path: &str) -> Result<RecordId, CallError> {
        json::record(&self.0, path)
    }

    /// An id, if there is one.
    ///
    /// # Errors
    /// It is no id.
    pub fn maybe_record(&self, path: &str) -> Result<Option<RecordId>, CallError> {
        json::maybe_record(&self.0, path)
    }

    /// An instant.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub fn instant(&self, path: &str) -> Result<DateTime<Utc>, CallError> {
        json::instant(&self.0, path)
    }

    /// A date.
    ///
    /// # Errors
    /// There is none, or it cannot be read.
    pub fn date(&self, path: &str) -> Result<NaiveDate, CallError> {
        json::date(&self.0, path)
    }
}

impl Endpoint for Query {
    type Answer = Page;

    fn request(&self, base: &str) -> Request {
        outgoing::get(&address(base, &self.version, "query", &self.soql))
    }

    fn read(&self, reply: &Reply) -> Result<Page, CallError> {
        read_page(reply)
    }
}

impl Endpoint for QueryAll {
    type Answer = Page;

    fn request(&self, base: &str) -> Request {
        outgoing::get(&address(base, &self.version, "queryAll", &self.soql))
    }

    fn read(&self, reply: &Reply) -> Result<Page, CallError> {
        read_page(reply)
    }
}

impl Endpoint for QueryMore {
    type Answer = Page;

    fn request(&self, base: &str) -> Request {
        outgoing::get(&format!("{base}{}", self.next))
    }

    fn read(&self, reply: &Reply) -> Result<Page, CallError> {
        read_page(reply)
    }
}

fn address(base: &str, version: &str, resource: &str, soql: &str) -> String {
    format!("{}?{}", data(base, version, resource), outgoing::pairs(&[("q", soql)]))
}

pub(super) fn read_page(reply: &Reply) -> Result<Page, CallError> {
    errors::check(reply)?;
    page_of(json::body(reply)?)
}

/// The page in the body of a good answer.
pub(super) fn page_of(mut body: Value) -> Result<Page, CallError> {
    let rows = match body.take("records") {
        Some(Value::Array(rows)) => rows.into_iter().map(Row).collect(),
        _ => return Err(json::malformed("a query's answer has no records")),
    };
    let next = json::maybe_text(&body, "nextRecordsUrl").map(str::to_owned);
    // The path is put behind the org's own address, so that a token is never sent anywhere else.
    if next.as_ref().is_some_and(|next| !next.starts_with("/services/data/")) {
        return Err(json::malformed("the next page lies outside the org's data"));
    }
    let total = json::at(&body, "totalSize").and_then(Value::as_u64);
    Ok(Page { total: total.unwrap_or_default(), rows, next })
}
