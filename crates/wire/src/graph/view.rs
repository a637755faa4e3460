//! `GET /users/{mailbox}[/calendars/{id}]/calendarView`: <https://learn.microsoft.com/graph/api/user-list-calendarview>

use calbridge_rules::id::Address;
use chrono::{DateTime, Utc};

use super::{calendars::in_calendar, errors, item, item::GraphItem, preferring};
use crate::{
    call::{CallError, Endpoint},
    json,
    message::{Reply, Request},
    moment, outgoing,
    value::Value,
};

/// Items of one page at most. Graph takes it for a wish and may send more.
pub const PAGE_LIMIT: usize = 50;

/// Reads the items between two instants: single ones and occurrences, no series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarView {
    /// The mailbox.
    pub mailbox: Address,
    /// The calendar's id; the default one without.
    pub calendar: Option<String>,
    /// The first instant.
    pub start: DateTime<Utc>,
    /// The last instant.
    pub end: DateTime<Utc>,
    /// The add-in's id.
    pub addin_id: String,
}

/// Reads the next page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextView {
    /// [`ViewPage::next`] of the page before.
    pub next: String,
    /// The add-in's id.
    pub addin_id: String,
}

/// One page of items; it may be empty though another follows.
#[derive(Clone, Debug, PartialEq)]
pub struct ViewPage {
    /// The items.
    pub items: Vec<GraphItem>,
    /// Items that could not be read: their ids, as far as known, and what was wrong.
    pub unreadable: Vec<(String, CallError)>,
    /// Where the next page is, if there is one.
    pub next: Option<String>,
}

impl Endpoint for CalendarView {
    type Answer = ViewPage;

    fn request(&self, base: &str) -> Request {
        let (start, end) = (instant(self.start), instant(self.end));
        let window = outgoing::pairs(&[
            ("startDateTime", &start),
            ("endDateTime", &end),
            ("$top", &PAGE_LIMIT.to_string()),
        ]);
        let selection = item::selection(&self.addin_id);
        preferring(outgoing::get(&format!(
            "{}?{window}&{selection}",
            in_calendar(base, &self.mailbox, self.calendar.as_deref(), "calendarView")
        )))
    }

    fn read(&self, reply: &Reply) -> Result<ViewPage, CallError> {
        read(reply, &self.addin_id)
    }
}

impl Endpoint for NextView {
    type Answer = ViewPage;

    fn request(&self, base: &str) -> Request {
        preferring(outgoing::get(&on_base(base, &self.next)))
    }

    fn read(&self, reply: &Reply) -> Result<ViewPage, CallError> {
        read(reply, &self.addin_id)
    }
}

fn instant(instant: DateTime<Utc>) -> String {
    moment::in_seconds(instant)
}

/// The next page's address, on our own base whatever host it names: a token is never sent anywhere else.
pub(super) fn on_base(base: &str, next: &str) -> String {
    let (next, version) = (path(next), path(base));
    format!("{base}{}", next.strip_prefix(version.trim_end_matches('/')).unwrap_or(next))
}

/// An address without its scheme and host.
fn path(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.find('/').and_then(|start| rest.get(start..)).unwrap_or_default()
}

pub(super) fn read(reply: &Reply, addin_id: &str) -> Result<ViewPage, CallError> {
    errors::check(reply)?;
    let body = json::body(reply)?;
    let Some(rows) = json::at(&body, "value").and_then(Value::as_array) else {
        return Err(json::malformed("a calendar view without a value"));
    };
    let next = body.get("@odata.nextLink").and_then(Value::as_str).map(str::to_owned);
    let mut page = ViewPage { items: Vec::with_capacity(rows.len()), unreadable: Vec::new(), next };
    for row in rows {
        match item::read_item(row, addin_id) {
            Ok(item) => page.items.push(item),
            Err(error) => {
                let id = json::maybe_text(row, "id").unwrap_or_default().to_owned();
                page.unreadable.push((id, error));
            }
        }
    }
    Ok(page)
}

#[cfg(test)]
mod tests;
