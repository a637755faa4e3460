//! Which path does what.

use chrono::{DateTime, Utc};
use http::StatusCode;
use serde_json::{Value, json};

use super::actions::Action;
use super::filter::{self, Filter};
use super::ids::{self, Target};
use super::mailbox::{Kind, Mailbox, Seen};
use super::odata::Asked;
use super::reply::{Outcome, Reply, bad_request, not_found, ok, refuse};
use super::sharing::Caller;
use super::{
    Exchange, actions, attachments, batch, calendars, changes, delta, event, extensions, id_translation,
    master_list, reply, schema, sharing, subscriptions, token,
};

/// Answers a request, whatever became of it.
pub(super) fn answer(exchange: &mut Exchange, asked: &Asked) -> Reply {
    let reply = route(exchange, asked).unwrap_or_else(|refusal| refusal);
    // A test that switches these members on wants answers the types do not know.
    let judged = !exchange.switches.undeclared_members;
    let Some(violation) = violation(asked, &reply).filter(|_| judged) else { return reply };
    tracing::error!(violation);
    exchange.violations.note(&violation);
    refuse(StatusCode::INTERNAL_SERVER_ERROR, "StandinSchemaViolation", &violation)
}

/// What Microsoft's types do not know in the answer, or in the request unless it was refused as a bad one anyway.
fn violation(asked: &Asked, reply: &Reply) -> Option<String> {
    let schema = asked.setup.graph_schema.as_ref()?;
    let sent = asked.json().filter(|_| reply.status != StatusCode::BAD_REQUEST).unwrap_or_default();
    let judged = schema::check_request(schema, &asked.method, &asked.path, &sent)
        .and_then(|()| reply.body.as_ref().map_or(Ok(()), |body| schema::check(schema, &asked.path, body)));
    judged.err()
}

fn route(exchange: &mut Exchange, asked: &Asked) -> Outcome {
    let segments: Vec<&str> = asked.segments.iter().map(String::as_str).collect();
    if let [tenant, "oauth2", "v2.0", "token"] = segments[..] {
        return token::issue(exchange, asked, tenant);
    }
    if let ["api", "v2.0", "AttachmentSessions", session] = segments[..] {
        return attachments::upload(exchange, asked, session);
    }
    let ["v1.0", rest @ ..] = &segments[..] else { return Err(unknown_path(asked)) };
    let caller = token::check(exchange, asked)?;
    exchange.count_all(asked.now)?;
    if asked.prefer.zone.is_none() {
        let message = "A valid TimeZone value must be specified.";
        return Err(bad_request("TimeZoneNotSupportedException", message));
    }
    match (rest, caller) {
        (["$batch"], _) => batch::answer(exchange, asked),
        (["subscriptions", rest @ ..], _) => subscriptions::answer(exchange, asked, rest),
        (["users", who, rest @ ..], _) => {
            let at = exchange.at_name(who).filter(|at| exchange.mailboxes[*at].group.is_none());
            let at = at.ok_or_else(|| unknown_user(who))?;
            in_somebodys(exchange, asked, (caller, at), rest)
        }
        (["me", rest @ ..], Caller::Person(at)) => in_somebodys(exchange, asked, (caller, at), rest),
        (["me", ..], Caller::App) => {
            let message = "/me request is only valid with delegated authentication flow.";
            Err(bad_request("BadRequest", message))
        }
        (["groups", who, rest @ ..], _) => in_group(exchange, asked, (caller, who), rest),
        _ => Err(unknown_path(asked)),
    }
}

/// A request at a person's mailbox, as far as the caller may go there.
fn in_somebodys(
    exchange: &mut Exchange,
    asked: &Asked,
    (caller, at): (Caller, usize),
    path: &[&str],
) -> Outcome {
    if !exchange.mailboxes[at].open_to_graph {
        let message = "Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy \
                       settings.";
        return Err(refuse(StatusCode::FORBIDDEN, "ErrorAccessDenied", message));
    }
    let rights = sharing::rights(exchange, caller, at)?;
    exchange.count(at, asked.body.len(), asked.now)?;
    let writes = asked.method != http::Method::GET;
    if writes && !rights.write {
        return Err(sharing::denied());
    }
    if rights.private {
        return in_mailbox(exchange, asked, at, path);
    }
    let touched = path.iter().skip_while(|part| **part != "events").nth(1);
    let seen = touched.and_then(|id| find(&exchange.mailboxes[at], id).ok());
    if writes && seen.is_some_and(|seen| seen.is_private()) {
        return Err(sharing::denied());
    }
    in_mailbox(exchange, &Asked { masks_private: true, ..asked.clone() }, at, path)
}

/// A request at a group's calendar, which an application of its own cannot reach.
fn in_group(exchange: &mut Exchange, asked: &Asked, (caller, who): (Caller, &str), path: &[&str]) -> Outcome {
    let at = exchange.at_name(who).filter(|at| exchange.mailboxes[*at].group.is_some());
    let at = at.ok_or_else(|| unknown_user(who))?;
    let Caller::Person(own) = caller else { return Err(sharing::denied()) };
    let address = &exchange.mailboxes[own].owner.address;
    let members = exchange.mailboxes[at].group.iter().flatten();
    if !members.into_iter().any(|member| member.eq_ignore_ascii_case(address)) {
        return Err(sharing::denied());
    }
    exchange.count(at, asked.body.len(), asked.now)?;
    match path {
        path if path.contains(&"attachments") => {
            Err(bad_request("ErrorInvalidRequest", "Events of group calendars have no attachments."))
        }
        ["events" | "calendarView" | "calendar", ..] if !path.contains(&"delta") => {
            in_mailbox(exchange, asked, at, path)
        }
        _ => Err(unknown_path(asked)),
    }
}

fn in_mailbox(exchange: &mut Exchange, asked: &Asked, at: usize, path: &[&str]) -> Outcome {
    let talkative = exchange.switches.undeclared_members.then(|| Asked { undeclared: true, ..asked.clone() });
    let asked = talkative.as_ref().unwrap_or(asked);
    let mailbox = &exchange.mailboxes[at];
    // A path without a calendar means the default one.
    let (calendar, path) = match path {
        ["calendar", rest @ ..] if !rest.is_empty() => (0, rest),
        ["calendars", id, rest @ ..] if !rest.is_empty() => (calendars::find(mailbox, id)?, rest),
        path => (0, path),
    };
    match (asked.method.as_str(), path) {
        ("GET", []) => Ok(ok(person(mailbox))),
        ("GET", ["mailboxSettings"]) => Ok(ok(settings(mailbox))),
        ("GET", ["calendar"]) => Ok(ok(calendars::write(mailbox, 0))),
        ("GET", ["calendars"]) => Ok(calendars::list(mailbox)),
        ("GET", ["calendars", id]) => Ok(ok(calendars::write(mailbox, calendars::find(mailbox, id)?))),
        (_, ["calendarPermissions", rest @ ..]) => sharing::answer(exchange, asked, at, rest),
        ("GET", ["calendarView" | "events", ..]) if asked.unknown_member().is_some() && !is_part(path) => {
            let name = asked.unknown_member().unwrap_or_default();
            let message =
                format!("Could not find a property named '{name}' on type 'microsoft.graph.event'.");
            Err(bad_request("RequestBroker--ParseUri", &message))
        }
        ("GET", ["calendarView", "delta"]) => delta::answer(exchange, asked, at, calendar),
        ("GET", ["calendarView"]) => calendar_view(mailbox, asked, calendar),
        ("GET", ["events"]) => events(mailbox, asked, calendar),
        ("POST", ["events"]) => changes::create(exchange, asked, at, calendar),
        ("GET", ["events", id]) => Ok(ok(event::write(mailbox, &find(mailbox, id)?, asked))),
        ("PATCH", ["events", id]) => changes::patch(exchange, asked, at, id),
        ("DELETE", ["events", id]) => changes::delete(exchange, asked, at, id),
        ("GET", ["events", id, "instances"]) => instances(mailbox, asked, id),
        (_, ["events", id, part @ ("attachments" | "extensions"), rest @ ..]) => {
            parts(exchange, asked, at, (id, part), rest)
        }
        ("POST", ["translateExchangeIds"]) => id_translation::answer(mailbox, asked),
        ("GET", ["outlook", "masterCategories"]) => Ok(master_list::list(mailbox)),
        ("POST", ["outlook", "masterCategories"]) => master_list::add(&mut exchange.mailboxes[at], asked),
        ("PATCH" | "DELETE", ["outlook", "masterCategories", id]) => {
            master_list::edit(&mut exchange.mailboxes[at], asked, id)
        }
        (_, ["events", id, segment]) => match Action::read(&asked.method, segment) {
            Some(action) => actions::answer(exchange, asked, at, id, action),
            None => Err(unknown_path(asked)),
        },
        _ => Err(unknown_path(asked)),
    }
}

/// Whether a path names what hangs on an event, which has members of its own.
fn is_part(path: &[&str]) -> bool {
    path.len() > 2 && path[2] != "instances"
}

/// What hangs on an event: files and extensions.
fn parts(
    exchange: &mut Exchange,
    asked: &Asked,
    at: usize,
    (id, part): (&str, &str),
    rest: &[&str],
) -> Outcome {
    let seen = find(&exchange.mailboxes[at], id)?;
    let target = seen.target;
    match (part, asked.method.as_str(), rest) {
        ("attachments", "GET", []) => Ok(attachments::list(&seen, asked)),
        ("attachments", "POST", []) => attachments::add(exchange, asked, at, target),
        ("attachments", "POST", ["createUploadSession"]) => attachments::open(exchange, asked, at, target),
        ("attachments", "GET" | "DELETE", [file]) => {
            attachments::one(exchange, asked, at, target, (file, None))
        }
        ("attachments", "GET", [file, "$value"]) => {
            attachments::one(exchange, asked, at, target, (file, Some("$value")))
        }
        ("extensions", "GET", []) => Ok(ok(json!({ "value": extensions::all(&seen) }))),
        ("extensions", "POST", []) => extensions::add(exchange, asked, at, target),
        ("extensions", "GET" | "PATCH" | "DELETE", [name]) => {
            extensions::one(exchange, asked, at, target, name)
        }
        _ => Err(unknown_path(asked)),
    }
}

pub(super) fn find<'a>(mailbox: &'a Mailbox, id: &str) -> Result<Seen<'a>, Reply> {
    if ids::read_any(id).is_none() {
        return Err(bad_request("ErrorInvalidIdMalformed", "Id is malformed."));
    }
    mailbox.read_id(id).and_then(|target| mailbox.see(target)).ok_or_else(not_found)
}

/// The window that a request names; a bound without an offset is UTC, whatever zone is preferred.
pub(super) fn window(asked: &Asked) -> Result<(DateTime<Utc>, DateTime<Utc>), Reply> {
    let bound = |name: &str| {
        let text = asked.option(name).ok_or_else(|| {
            bad_request(
                "ErrorInvalidParameter",
                "This request requires a time window specified by the query string.",
            )
        })?;
        let zoned = text.parse::<DateTime<Utc>>();
        let plain = |_| text.parse::<chrono::NaiveDateTime>().map(|local| local.and_utc());
        let day =
            |_| text.parse::<chrono::NaiveDate>().map(|day| day.and_time(chrono::NaiveTime::MIN).and_utc());
        zoned
            .or_else(plain)
            .or_else(day)
            .map_err(|_| bad_request("ErrorInvalidParameter", "The time window cannot be read."))
    };
    let (from, to) = (bound("startDateTime")?, bound("endDateTime")?);
    if to < from {
        return Err(bad_request("ErrorInvalidParameter", "The start of the window lies after its end."));
    }
    Ok((from, to))
}

fn calendar_view(mailbox: &Mailbox, asked: &Asked, calendar: usize) -> Outcome {
    let (from, to) = window(asked)?;
    let mut seen = mailbox.view(from, to);
    seen.retain(|seen| seen.item.calendar == calendar);
    page(mailbox, asked, seen)
}

fn events(mailbox: &Mailbox, asked: &Asked, calendar: usize) -> Outcome {
    let seen = mailbox
        .items
        .iter()
        .filter(|(_, item)| item.calendar == calendar)
        .filter_map(|(item, _)| {
            mailbox.see(Target { mailbox: mailbox.number, item: *item, occurrence: None })
        })
        .collect();
    page(mailbox, asked, seen)
}

fn instances(mailbox: &Mailbox, asked: &Asked, id: &str) -> Outcome {
    let master = find(mailbox, id)?;
    if master.kind != Kind::Master {
        return Err(bad_request("ErrorInvalidOperation", "The event is not a series."));
    }
    let (from, to) = window(asked)?;
    let seen = mailbox.view_item(master.target.item, from, to);
    page(mailbox, asked, seen)
}

fn page(mailbox: &Mailbox, asked: &Asked, mut seen: Vec<Seen<'_>>) -> Outcome {
    if asked.option("$search").is_some() {
        let message = "The query parameter '$search' is not supported on events.";
        return Err(bad_request("ErrorInvalidUrlQuery", message));
    }
    if let Some(text) = asked.option("$filter") {
        let filter = Filter::read(text).ok_or_else(|| bad_request("BadRequest", "Invalid filter clause."))?;
        seen.retain(|seen| filter.meets(seen, mailbox));
    }
    if let Some(text) = asked.option("$orderby") {
        let order =
            filter::order(text).ok_or_else(|| bad_request("BadRequest", "Invalid orderby clause."))?;
        filter::sort(&mut seen, &order, mailbox);
    }
    let (skip, size) = asked.page();
    let rows: Vec<Value> =
        seen.iter().skip(skip).take(size).map(|seen| event::write(mailbox, seen, asked)).collect();
    let mut body = json!({});
    body["value"] = Value::Array(rows);
    if asked.option("$count").is_some_and(|wanted| wanted.eq_ignore_ascii_case("true")) {
        body["@odata.count"] = seen.len().into();
    }
    if seen.len() > skip + size {
        body["@odata.nextLink"] = asked.next_link(skip + size).into();
    }
    Ok(ok(body))
}

/// A person's id in the directory.
pub(super) fn directory_id(mailbox: &Mailbox) -> String {
    reply::guid(mailbox.owner.address.as_bytes())
}

fn person(mailbox: &Mailbox) -> Value {
    json!({
        "id": directory_id(mailbox),
        "displayName": mailbox.owner.name,
        "mail": mailbox.owner.address,
        "userPrincipalName": mailbox.owner.address,
    })
}

fn settings(mailbox: &Mailbox) -> Value {
    json!({
        "timeZone": mailbox.zone,
        "language": { "locale": "en-GB", "displayName": "English (United Kingdom)" },
        "dateFormat": "dd/MM/yyyy",
        "timeFormat": "HH:mm",
        "workingHours": {
            "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"],
            "startTime": "08:00:00.0000000",
            "endTime": "17:00:00.0000000",
            "timeZone": { "name": mailbox.zone },
        },
    })
}

fn unknown_user(who: &str) -> Reply {
    let message = format!("The requested user '{who}' is invalid.");
    refuse(StatusCode::NOT_FOUND, "ErrorInvalidUser", &message)
}

fn unknown_path(asked: &Asked) -> Reply {
    let message = format!("Resource not found for the segment '{}'.", asked.path);
    refuse(StatusCode::NOT_FOUND, "ResourceNotFound", &message)
}
