//! `GET /users/{mailbox}[/calendars/{id}]/calendarView/delta`: <https://learn.microsoft.com/graph/api/event-delta>
//!
//! A round is read page by page until its last one names where the next round begins. The window is frozen in that address.
//! [`CallError::Stale`]: what Graph remembered of the round is lost, begin anew.

use calbridge_rules::id::{Address, ItemId};
use chrono::{DateTime, Utc};

use super::{
    calendars::in_calendar,
    errors,
    item::{self, GraphItem},
    preferring,
    view::on_base,
};
use crate::{
    call::{CallError, Endpoint},
    json,
    message::{Reply, Request, header, status},
    moment, outgoing,
    value::Value,
};

/// Codes that say that the round is lost, without regard to case. Graph gives them with 410, and now and then with 400.
const LOST: [&str; 4] = ["syncStateNotFound", "resyncRequired", "InvalidDeltaToken", "SyncStateInvalid"];

/// Begins a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BeginDelta {
    /// The mailbox.
    pub mailbox: Address,
    /// The calendar's id; the default one without.
    pub calendar: Option<String>,
    /// The first instant.
    pub start: DateTime<Utc>,
    /// The last instant.
    pub end: DateTime<Utc>,
    /// Items of one page; Graph takes it for a wish.
    pub page_size: usize,
}

/// Reads the next page of a round, or begins the round after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextDelta {
    /// The address that the page before named.
    pub link: String,
    /// Items of one page; Graph takes it for a wish.
    pub page_size: usize,
}

/// One page of a round; it may be empty though another follows.
#[derive(Clone, Debug, PartialEq)]
pub struct DeltaPage {
    /// Items in full: single ones, series and exceptions. What the add-in left on them is not told.
    pub items: Vec<GraphItem>,
    /// Dates of a series, of which no more is told than when they are.
    pub dates: Vec<SeriesDate>,
    /// Items that are gone from the window: deleted, moved out of it, or changed outside of it.
    pub removed: Vec<ItemId>,
    /// Items that could not be read: their ids, as far as known, and what was wrong.
    pub unreadable: Vec<(String, CallError)>,
    /// How the round goes on.
    pub next: Next,
}

/// An unchanged date of a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeriesDate {
    /// Its id.
    pub id: ItemId,
    /// Its series.
    pub series: ItemId,
}

/// How a round goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Another page follows.
    Page(String),
    /// It is over; the next one begins there.
    Round(String),
}

impl Endpoint for BeginDelta {
    type Answer = DeltaPage;

    fn request(&self, base: &str) -> Request {
        let (start, end) = (moment::in_seconds(self.start), moment::in_seconds(self.end));
        let window = outgoing::pairs(&[("startDateTime", &start), ("endDateTime", &end)]);
        let url = format!(
            "{}?{window}",
            in_calendar(base, &self.mailbox, self.calendar.as_deref(), "calendarView/delta")
        );
        paged(outgoing::get(&url), self.page_size)
    }

    fn read(&self, reply: &Reply) -> Result<DeltaPage, CallError> {
        page(reply)
    }
}

impl Endpoint for NextDelta {
    type Answer = DeltaPage;

    fn request(&self, base: &str) -> Request {
        paged(outgoing::get(&on_base(base, &self.link)), self.page_size)
    }

    fn read(&self, reply: &Reply) -> Result<DeltaPage, CallError> {
        page(reply)
    }
}

fn paged(request: Request, page_size: usize) -> Request {
    let mut request = preferring(request);
    for (name, value) in &mut request.headers {
        if *name == header::PREFER {
            value.push_str(", odata.maxpagesize=");
            value.push_str(&page_size.to_string());
        }
    }
    request
}

fn page(reply: &Reply) -> Result<DeltaPage, CallError> {
    if is_lost(reply) {
        return Err(CallError::Stale);
    }
    errors::check(reply)?;
    let body = json::body(reply)?;
    let Some(rows) = json::at(&body, "value").and_then(Value::as_array) else {
        return Err(json::malformed("a round of changes without a value"));
    };
    let link = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    let next = match (link("@odata.nextLink"), link("@odata.deltaLink")) {
        (Some(next), _) => Next::Page(next),
        (None, Some(round)) => Next::Round(round),
        (None, None) => return Err(json::malformed("a round of changes that neither goes on nor ends")),
    };
    let mut page =
        DeltaPage { items: Vec::new(), dates: Vec::new(), removed: Vec::new(), unreadable: Vec::new(), next };
    for row in rows {
        if let Err(error) = page.take_in(row) {
            let id = json::maybe_text(row, "id").unwrap_or_default().to_owned();
            page.unreadable.push((id, error));
        }
    }
    Ok(page)
}

impl DeltaPage {
    fn take_in(&mut self, row: &Value) -> Result<(), CallError> {
        let id = || json::maybe_item_id(row, "id")?.ok_or_else(|| json::malformed("a row without an id"));
        if row.get("@removed").is_some() {
            self.removed.push(id()?);
        } else if json::maybe_text(row, "type") == Some("occurrence") {
            let series = json::maybe_item_id(row, "seriesMasterId")?;
            let series = series.ok_or_else(|| json::malformed("an occurrence without its series"))?;
            self.dates.push(SeriesDate { id: id()?, series });
        } else {
            self.items.push(item::read_item(row, "")?);
        }
        Ok(())
    }
}

fn is_lost(reply: &Reply) -> bool {
    match reply.status {
        status::GONE => true,
        status::BAD_REQUEST => {
            let body = json::body(reply).unwrap_or_default();
            let code = json::maybe_text(&body, "error.code").unwrap_or_default();
            LOST.iter().any(|lost| lost.eq_ignore_ascii_case(code))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
