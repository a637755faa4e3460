//! Change tracking: `GET …/calendarView/delta`.
//! <https://learn.microsoft.com/graph/api/event-delta>
//!
//! The window stands in the token, a series is never split across pages (so pages grow over their size), occurrences
//! are bare, and an event outside the window is told like a deleted one.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use http::StatusCode;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::ids::{Form, Target};
use super::mailbox::{Deed, Kind, Mailbox, Seen};
use super::odata::Asked;
use super::reply::{Outcome, Reply, bad_request, ok, refuse};
use super::switches::{Switches, TokenLoss};
use super::{Exchange, event, routes};

/// Options that change tracking of a calendar view refuses.
const UNSUPPORTED: [&str; 5] = ["$orderby", "$filter", "$select", "$expand", "$search"];

/// Where a round stands: everything that a link holds.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Token {
    mailbox: u64,
    /// Calendar and one, or 0 for the whole mailbox's default.
    calendar: u64,
    from: i64,
    to: i64,
    /// The write after which changes count and one, or 0 in a first round.
    since: u64,
    /// The last write before this round began.
    mark: u64,
    /// The last item told.
    after: u64,
    generation: u64,
    /// How many pages came before.
    page: u64,
}

impl Token {
    fn write(&self) -> String {
        let text = [
            self.mailbox.to_string(),
            self.calendar.to_string(),
            self.from.to_string(),
            self.to.to_string(),
            self.since.to_string(),
            self.mark.to_string(),
            self.after.to_string(),
            self.generation.to_string(),
            self.page.to_string(),
        ]
        .join(".");
        let sum = Sha256::digest(&text);
        URL_SAFE_NO_PAD.encode([&sum[..12], text.as_bytes()].concat())
    }

    fn read(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (sum, text) = bytes.split_at_checked(12)?;
        if Sha256::digest(text)[..12] != *sum {
            return None;
        }
        let parts: Vec<i64> = std::str::from_utf8(text)
            .ok()?
            .split('.')
            .map(|part| part.parse().ok())
            .collect::<Option<_>>()?;
        let [mailbox, calendar, from, to, since, mark, after, generation, page] = parts[..] else {
            return None;
        };
        let count = |number: i64| u64::try_from(number).ok();
        Some(Self {
            mailbox: count(mailbox)?,
            calendar: count(calendar)?,
            from,
            to,
            since: count(since)?,
            mark: count(mark)?,
            after: count(after)?,
            generation: count(generation)?,
            page: count(page)?,
        })
    }

    fn window(&self) -> (DateTime<Utc>, DateTime<Utc>) {
        let instant = |ms| DateTime::from_timestamp_millis(ms).unwrap_or_default();
        (instant(self.from), instant(self.to))
    }
}

/// Answers one page of a round.
pub(super) fn answer(exchange: &mut Exchange, asked: &Asked, at: usize, calendar: usize) -> Outcome {
    if let Some(option) = UNSUPPORTED.iter().find(|option| asked.option(option).is_some()) {
        let message = format!(
            "The following parameters are not supported with change tracking over the 'CalendarView' resource: \
             '{option}'."
        );
        return Err(bad_request("ErrorInvalidUrlQuery", &message));
    }
    let mut token = opened(exchange, asked, at, calendar)?;
    if asked.option("$skiptoken").is_some() {
        troubles(&mut exchange.switches, asked)?;
    }
    let switches = exchange.switches.clone();
    let mailbox = &exchange.mailboxes[at];
    // An empty page between two: told by an odd page number.
    let empty = switches.empty_pages && token.page % 2 == 1;
    let (mut rows, last) = if empty {
        (Vec::new(), Some(token.after))
    } else {
        page(mailbox, &token, asked, calendar, &switches)
    };
    if switches.duplicate_rows
        && let Some(first) = rows.first().cloned()
    {
        rows.push(first);
    }
    if switches.reorder_rows {
        rows.reverse();
    }
    let mut body =
        json!({ "@odata.context": format!("{}/v1.0/$metadata#Collection(event)", asked.setup.graph) });
    body["value"] = Value::Array(rows);
    let base = format!("{}{}", asked.setup.graph, asked.path);
    if switches.endless_rounds || last.is_some() {
        token.page += 1;
        if !switches.endless_rounds {
            token.after = last.unwrap_or(token.after);
        }
        body["@odata.nextLink"] = format!("{base}?$skiptoken={}", token.write()).into();
    } else {
        // The next round begins where this one began: what happened meanwhile is told again.
        let next = Token { since: token.mark + 1, after: 0, page: 0, ..token };
        body["@odata.deltaLink"] = format!("{base}?$deltatoken={}", next.write()).into();
    }
    Ok(ok(body))
}

/// What may happen to a later page.
fn troubles(switches: &mut Switches, asked: &Asked) -> Result<(), Reply> {
    if Switches::take(&mut switches.round_timeouts) {
        return Err(refuse(StatusCode::GATEWAY_TIMEOUT, "UnknownError", "The operation has timed out."));
    }
    if Switches::take(&mut switches.round_outages) {
        let message = "The service is unavailable.";
        return Err(refuse(StatusCode::SERVICE_UNAVAILABLE, "serviceNotAvailable", message));
    }
    if Switches::take(&mut switches.round_losses) {
        return Err(lost(switches.token_loss, asked));
    }
    Ok(())
}

/// Where this page stands, from its link or from the window of a first round.
fn opened(exchange: &Exchange, asked: &Asked, at: usize, calendar: usize) -> Result<Token, Reply> {
    let mailbox = &exchange.mailboxes[at];
    let generation = u64::from(exchange.switches.token_generation);
    let place = (u64::from(mailbox.number), calendar as u64);
    let held = asked.option("$skiptoken").or_else(|| asked.option("$deltatoken"));
    let Some(text) = held else {
        let (from, to) = routes::window(asked)?;
        return Ok(Token {
            mailbox: place.0,
            calendar: place.1,
            from: from.timestamp_millis(),
            to: to.timestamp_millis(),
            since: 0,
            mark: exchange.writes,
            after: 0,
            generation,
            page: 0,
        });
    };
    let token = Token::read(text)
        .filter(|token| (token.mailbox, token.calendar) == place)
        .ok_or_else(|| bad_request("BadRequest", "Badly formed token."))?;
    if token.generation != generation || (token.since > 0 && token.since - 1 < mailbox.forgotten) {
        return Err(lost(exchange.switches.token_loss, asked));
    }
    let fresh = asked.option("$deltatoken").is_some();
    Ok(if fresh { Token { mark: exchange.writes, ..token } } else { token })
}

fn lost(how: TokenLoss, asked: &Asked) -> Reply {
    let message = "The sync state generation is not found; replace your delta token.";
    let (status, code) = match how {
        TokenLoss::Gone => (StatusCode::GONE, "syncStateNotFound"),
        TokenLoss::Resync => (StatusCode::GONE, "resyncRequired"),
        TokenLoss::BadState => (StatusCode::BAD_REQUEST, "syncStateNotFound"),
        TokenLoss::BadToken => (StatusCode::BAD_REQUEST, "InvalidDeltaToken"),
    };
    let mut refusal = refuse(status, code, message);
    if status == StatusCode::GONE {
        refusal.headers.push(("location", format!("{}{}?$deltatoken=", asked.setup.graph, asked.path)));
    }
    refusal
}

/// The rows of a page, and the item after which the next one begins when there is more.
fn page(
    mailbox: &Mailbox,
    token: &Token,
    asked: &Asked,
    calendar: usize,
    switches: &Switches,
) -> (Vec<Value>, Option<u64>) {
    let (_, size) = asked.page();
    let changed = changed_since(mailbox, token, calendar, switches);
    let mut rows = Vec::new();
    for number in changed {
        let told = rows_of(mailbox, token, asked, (number, calendar));
        if switches.stale_rows && told.iter().any(|row| row.get("@removed").is_none()) {
            rows.extend(stale_row(mailbox, token, asked, number));
        }
        rows.extend(told);
        if switches.occurrence_tombstones {
            rows.extend(cancelled_rows(mailbox, token, asked, number));
        }
        if rows.len() >= size {
            return (rows, Some(number));
        }
    }
    (rows, None)
}

/// The items a round still has to tell, in the order of their numbers.
fn changed_since(mailbox: &Mailbox, token: &Token, calendar: usize, switches: &Switches) -> BTreeSet<u64> {
    let here = |number: &u64| *number > token.after;
    let logged = |least: u64, deletions: bool| {
        mailbox
            .log
            .iter()
            .filter(move |change| change.number >= least && change.calendar == calendar)
            .filter(move |change| {
                !deletions || (change.deed == Deed::Deleted && change.target.occurrence.is_none())
            })
            .map(|change| change.target.item)
    };
    if token.since > 0 {
        return logged(token.since, false).filter(here).collect();
    }
    let held = mailbox.items.iter().filter(|(_, item)| item.calendar == calendar).map(|(number, _)| *number);
    let gone = switches.early_removals.then(|| logged(0, true));
    held.chain(gone.into_iter().flatten()).filter(here).collect()
}

/// A single item as it was before its last change.
fn stale_row(mailbox: &Mailbox, token: &Token, asked: &Asked, number: u64) -> Option<Value> {
    let previous = mailbox.items.get(&number)?.previous.as_deref()?;
    let (from, to) = token.window();
    let (start, end) = previous.content.when.instants(mailbox.tz());
    let within = previous.recurrence.is_none() && start < to && end > from;
    let target = Target { mailbox: mailbox.number, item: number, occurrence: None };
    within.then(|| event::write(mailbox, &Seen::single(previous, target), asked))
}

fn rows_of(mailbox: &Mailbox, token: &Token, asked: &Asked, (number, calendar): (u64, usize)) -> Vec<Value> {
    let master = Target { mailbox: mailbox.number, item: number, occurrence: None };
    let (from, to) = token.window();
    let held = mailbox.items.get(&number).is_some_and(|item| item.calendar == calendar);
    let seen = if held { mailbox.view_item(number, from, to) } else { Vec::new() };
    if seen.is_empty() {
        let told = token.since > 0 || !held;
        // What left tells the id it had here.
        let last = mailbox.log.iter().rev();
        let last = last
            .filter(|_| asked.prefer.form != Form::Immutable)
            .find(|change| change.target == master && change.calendar == calendar);
        let id =
            last.map_or_else(|| mailbox.id(master, asked.prefer.form), |change| change.id(asked.prefer.form));
        return if told { vec![removed(&id)] } else { Vec::new() };
    }
    let mut rows: Vec<Value> = seen
        .iter()
        .map(|seen| match seen.kind {
            Kind::Occurrence => event::bare(seen, asked),
            Kind::Single | Kind::Exception | Kind::Master => event::write(mailbox, seen, asked),
        })
        .collect();
    if seen.iter().all(|seen| seen.target.occurrence.is_some()) {
        // The series itself shows its first dates, wherever the window lies.
        rows.extend(mailbox.see(master).map(|series| event::write(mailbox, &series, asked)));
    }
    rows
}

/// Rows for the dates that were taken out of a series since the last round.
fn cancelled_rows(mailbox: &Mailbox, token: &Token, asked: &Asked, number: u64) -> Vec<Value> {
    mailbox
        .log
        .iter()
        .filter(|change| token.since > 0 && change.number >= token.since && change.target.item == number)
        .filter(|change| change.deed == Deed::Deleted && change.target.occurrence.is_some())
        .map(|change| removed(&change.id(asked.prefer.form)))
        .collect()
}

fn removed(id: &str) -> Value {
    json!({
        "@odata.type": "#microsoft.graph.event",
        "id": id,
        "@removed": { "reason": "deleted" },
    })
}
