//! Which path does what.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::ids::{self, Target};
use super::item::{Answer, Content, Item, Stamp};
use super::mailbox::{Category, Kind, Mailbox, Seen};
use super::odata::{Asked, Filter};
use super::reply::{Outcome, Reply, accepted, bad_request, created, etag, no_content, not_found, ok, refuse};
use super::{Exchange, batch, event, id_translation, reply, token, write};

/// Answers a request, whatever became of it.
pub(super) fn answer(exchange: &mut Exchange, asked: &Asked) -> Reply {
    route(exchange, asked).unwrap_or_else(|refusal| refusal)
}

fn route(exchange: &mut Exchange, asked: &Asked) -> Outcome {
    let segments: Vec<&str> = asked.segments.iter().map(String::as_str).collect();
    if let [tenant, "oauth2", "v2.0", "token"] = segments[..] {
        return token::issue(exchange, asked, tenant);
    }
    let ["v1.0", rest @ ..] = &segments[..] else { return Err(unknown_path(asked)) };
    token::check(exchange, asked)?;
    if asked.prefer.zone.is_none() {
        let message = "A valid TimeZone value must be specified.";
        return Err(bad_request("TimeZoneNotSupportedException", message));
    }
    match rest {
        ["$batch"] => batch::answer(exchange, asked),
        ["users", who, rest @ ..] => {
            let mailbox = exchange.mailbox(who).ok_or_else(|| unknown_user(who))?;
            if !mailbox.open_to_graph {
                let message = "Access is denied. Check credentials and try again.";
                return Err(refuse(StatusCode::FORBIDDEN, "ErrorAccessDenied", message));
            }
            let number = mailbox.number;
            in_mailbox(exchange, asked, number, rest)
        }
        ["me", ..] => {
            let message = "/me request is only valid with delegated authentication flow.";
            Err(bad_request("BadRequest", message))
        }
        _ => Err(unknown_path(asked)),
    }
}

fn in_mailbox(exchange: &mut Exchange, asked: &Asked, number: u32, path: &[&str]) -> Outcome {
    let Some(at) = exchange.mailboxes.iter().position(|mailbox| mailbox.number == number) else {
        return Err(not_found());
    };
    let mailbox = &exchange.mailboxes[at];
    // The default calendar is the only one: paths through it mean the same.
    let path = match path {
        ["calendar", rest @ ..] | ["calendars", _, rest @ ..] if !rest.is_empty() => rest,
        path => path,
    };
    match (asked.method.as_str(), path) {
        ("GET", []) => Ok(ok(person(mailbox))),
        ("GET", ["mailboxSettings"]) => Ok(ok(settings(mailbox))),
        ("GET", ["calendar"]) => Ok(ok(calendar(mailbox))),
        ("GET", ["calendars"]) => Ok(ok(json!({ "value": [calendar(mailbox)] }))),
        ("GET", ["calendarView"]) => calendar_view(mailbox, asked),
        ("GET", ["events"]) => events(mailbox, asked),
        ("POST", ["events"]) => create(exchange, asked, at),
        ("GET", ["events", id]) => Ok(ok(event::write(mailbox, &find(mailbox, id)?, asked))),
        ("PATCH", ["events", id]) => patch(exchange, asked, at, id),
        ("DELETE", ["events", id]) => delete(exchange, asked, at, id),
        ("GET", ["events", id, "instances"]) => instances(mailbox, asked, id),
        ("POST", ["events", id, answer @ ("accept" | "tentativelyAccept" | "decline" | "cancel")]) => {
            act(exchange, asked, at, id, answer)
        }
        ("POST", ["translateExchangeIds"]) => id_translation::answer(asked),
        ("GET", ["outlook", "masterCategories"]) => {
            Ok(ok(json!({ "value": mailbox.categories.iter().map(category).collect::<Vec<_>>() })))
        }
        ("POST", ["outlook", "masterCategories"]) => add_category(&mut exchange.mailboxes[at], asked),
        ("PATCH" | "DELETE", ["outlook", "masterCategories", id]) => {
            edit_category(&mut exchange.mailboxes[at], asked, id)
        }
        _ => Err(unknown_path(asked)),
    }
}

fn find<'a>(mailbox: &'a Mailbox, id: &str) -> Result<Seen<'a>, Reply> {
    let target =
        ids::read_any(id).ok_or_else(|| bad_request("ErrorInvalidIdMalformed", "Id is malformed."))?;
    mailbox.see(target).ok_or_else(not_found)
}

fn calendar_view(mailbox: &Mailbox, asked: &Asked) -> Outcome {
    let bound = |name: &str| {
        let text = asked.option(name).ok_or_else(|| {
            bad_request(
                "ErrorInvalidParameter",
                "This request requires a time window specified by the query string.",
            )
        })?;
        let zoned = text.parse::<chrono::DateTime<chrono::Utc>>();
        let plain = |_| text.parse::<chrono::NaiveDateTime>().map(|local| local.and_utc());
        zoned
            .or_else(plain)
            .map_err(|_| bad_request("ErrorInvalidParameter", "The time window cannot be read."))
    };
    let (from, to) = (bound("startDateTime")?, bound("endDateTime")?);
    page(mailbox, asked, mailbox.view(from, to))
}

fn events(mailbox: &Mailbox, asked: &Asked) -> Outcome {
    let seen = mailbox
        .items
        .keys()
        .filter_map(|item| mailbox.see(Target { mailbox: mailbox.number, item: *item, occurrence: None }))
        .collect();
    page(mailbox, asked, seen)
}

fn instances(mailbox: &Mailbox, asked: &Asked, id: &str) -> Outcome {
    let master = find(mailbox, id)?;
    if master.kind != Kind::Master {
        return Err(bad_request("ErrorInvalidOperation", "The event is not a series."));
    }
    let bound =
        |name: &str| asked.option(name).and_then(|text| text.parse::<chrono::DateTime<chrono::Utc>>().ok());
    let (Some(from), Some(to)) = (bound("startDateTime"), bound("endDateTime")) else {
        return Err(bad_request("ErrorInvalidParameter", "This request requires a time window."));
    };
    let mut seen = mailbox.view(from, to);
    seen.retain(|seen| seen.target.master() == master.target);
    page(mailbox, asked, seen)
}

fn page(mailbox: &Mailbox, asked: &Asked, mut seen: Vec<Seen<'_>>) -> Outcome {
    if let Some(text) = asked.option("$filter") {
        let filter = Filter::read(text).ok_or_else(|| bad_request("BadRequest", "Invalid filter clause."))?;
        seen.retain(|seen| filter.meets(seen));
    }
    let (skip, size) = asked.page();
    let rows: Vec<Value> =
        seen.iter().skip(skip).take(size).map(|seen| event::write(mailbox, seen, asked)).collect();
    let mut body = json!({ "value": rows });
    if seen.len() > skip + size {
        body["@odata.nextLink"] = asked.next_link(skip + size).into();
    }
    Ok(ok(body))
}

fn create(exchange: &mut Exchange, asked: &Asked, at: usize) -> Outcome {
    let body =
        asked.json().ok_or_else(|| bad_request("BadRequest", "Unable to read JSON request payload."))?;
    let members = body.as_object().ok_or_else(|| bad_request("BadRequest", "An event is an object."))?;
    let mailbox = &exchange.mailboxes[at];
    let transaction = members.get("transactionId").and_then(Value::as_str);
    if let Some(known) = transaction.and_then(|id| made_by(mailbox, id)) {
        let seen = mailbox.see(known).ok_or_else(not_found)?;
        return Ok(created(event::write(mailbox, &seen, asked)));
    }
    if !members.contains_key("start") || !members.contains_key("end") {
        return Err(bad_request(
            "ErrorPropertyValidationFailure",
            "At least one property failed validation.",
        ));
    }
    let mut content = write::blank(&mailbox.owner, "UTC", asked.now);
    members["start"]["timeZone"].as_str().unwrap_or("UTC").clone_into(&mut content.zone);
    write::apply(&mut content, members)?;
    let target = exchange.add(at, content, asked.now, transaction.map(str::to_owned));
    let mailbox = &exchange.mailboxes[at];
    let seen = mailbox.see(target).ok_or_else(not_found)?;
    Ok(created(event::write(mailbox, &seen, asked)))
}

fn made_by(mailbox: &Mailbox, transaction: &str) -> Option<Target> {
    let made = mailbox.items.iter().find(|(_, item)| item.transaction_id.as_deref() == Some(transaction))?;
    Some(Target { mailbox: mailbox.number, item: *made.0, occurrence: None })
}

impl Exchange {
    /// Puts a new item into a mailbox, and invitations into those of the company's people it invites.
    pub(crate) fn add(
        &mut self,
        at: usize,
        mut content: Content,
        now: chrono::DateTime<chrono::Utc>,
        transaction_id: Option<String>,
    ) -> Target {
        if !content.attendees.is_empty() {
            content.answer = Answer::Organizer;
        }
        let seed = format!("made {}", self.numbers + 1);
        let global_id = super::global_id(&seed, None, now);
        let invited: Vec<usize> = (0..self.mailboxes.len())
            .filter(|other| *other != at && !content.draft)
            .filter(|other| {
                let address = &self.mailboxes[*other].owner.address;
                content.attendees.iter().any(|attendee| attendee.person.is(address))
            })
            .collect();
        let mut copy = content.clone();
        copy.answer = Answer::NotResponded;
        copy.categories.clear();
        copy.properties.clear();
        for other in invited {
            self.store(other, copy.clone(), &global_id, now, None);
        }
        self.store(at, content, &global_id, now, transaction_id)
    }

    fn store(
        &mut self,
        at: usize,
        content: Content,
        global_id: &str,
        now: chrono::DateTime<chrono::Utc>,
        transaction_id: Option<String>,
    ) -> Target {
        let stamp = self.stamp(now);
        let item = self.next_number();
        let mailbox = &mut self.mailboxes[at];
        mailbox.items.insert(
            item,
            Item {
                key: String::new(),
                global_id: global_id.to_owned(),
                content,
                recurrence: None,
                exceptions: std::collections::BTreeMap::new(),
                created: now,
                stamp,
                transaction_id,
            },
        );
        Target { mailbox: mailbox.number, item, occurrence: None }
    }
}

/// Refuses a write made for another state of the item.
fn check_match(asked: &Asked, stamp: Stamp) -> Result<(), Reply> {
    match &asked.if_match {
        Some(wanted) if wanted != "*" && *wanted != etag(stamp) => {
            let message = "The send or update operation could not be performed because the change key passed in the \
                           request does not match the current change key for the item.";
            Err(refuse(StatusCode::PRECONDITION_FAILED, "ErrorIrresolvableConflict", message))
        }
        _ => Ok(()),
    }
}

fn patch(exchange: &mut Exchange, asked: &Asked, at: usize, id: &str) -> Outcome {
    let body =
        asked.json().ok_or_else(|| bad_request("BadRequest", "Unable to read JSON request payload."))?;
    let members = body.as_object().ok_or_else(|| bad_request("BadRequest", "An event is an object."))?;
    let seen = find(&exchange.mailboxes[at], id)?;
    check_match(asked, seen.stamp)?;
    let (target, mut content) = (seen.target, seen.content.clone());
    write::apply(&mut content, members)?;
    let stamp = exchange.stamp(asked.now);
    exchange.mailboxes[at].change(target, stamp, |held| *held = content);
    let carried = ["subject", "body", "location", "attendees", "start", "end", "isAllDay"];
    if carried.iter().any(|name| members.contains_key(*name)) {
        exchange.spread(target, asked.now);
    }
    let mailbox = &exchange.mailboxes[at];
    let seen = mailbox.see(target).ok_or_else(not_found)?;
    Ok(ok(event::write(mailbox, &seen, asked)))
}

fn delete(exchange: &mut Exchange, asked: &Asked, at: usize, id: &str) -> Outcome {
    let seen = find(&exchange.mailboxes[at], id)?;
    check_match(asked, seen.stamp)?;
    let target = seen.target;
    let stamp = exchange.stamp(asked.now);
    exchange.mailboxes[at].change(target, stamp, |content| content.cancelled = true);
    exchange.spread(target, asked.now);
    exchange.mailboxes[at].remove(target, stamp);
    Ok(no_content())
}

fn act(exchange: &mut Exchange, asked: &Asked, at: usize, id: &str, action: &str) -> Outcome {
    let seen = find(&exchange.mailboxes[at], id)?;
    let organizes = exchange.mailboxes[at].organizes(&seen.content);
    if organizes != (action == "cancel") {
        let message = "Your request can't be completed. You need to be an organizer to cancel a meeting, and an \
                       attendee to answer it.";
        return Err(bad_request("ErrorAccessDenied", message));
    }
    if action == "cancel" {
        return delete(exchange, asked, at, id).map(|_| accepted());
    }
    let target = seen.target;
    let stamp = exchange.stamp(asked.now);
    exchange.mailboxes[at].change(target, stamp, |content| {
        content.answer = match action {
            "accept" => Answer::Accepted,
            "decline" => Answer::Declined,
            _ => Answer::Tentative,
        };
    });
    Ok(accepted())
}

fn add_category(mailbox: &mut Mailbox, asked: &Asked) -> Outcome {
    let body =
        asked.json().ok_or_else(|| bad_request("BadRequest", "Unable to read JSON request payload."))?;
    let name = body["displayName"].as_str().filter(|name| !name.is_empty() && name.chars().count() <= 255);
    let name = name.ok_or_else(|| bad_request("ErrorInvalidRequest", "displayName is missing."))?;
    if mailbox.categories.iter().any(|known| known.name.eq_ignore_ascii_case(name)) {
        let message = "The category name is in use.";
        return Err(refuse(StatusCode::CONFLICT, "CategoryNameDuplicate", message));
    }
    let colour = colour(&body)?;
    let made = Category { name: name.to_owned(), colour };
    let row = category(&made);
    mailbox.categories.push(made);
    Ok(created(row))
}

fn edit_category(mailbox: &mut Mailbox, asked: &Asked, id: &str) -> Outcome {
    let position =
        mailbox.categories.iter().position(|known| category(known)["id"] == id).ok_or_else(not_found)?;
    if asked.method == Method::DELETE {
        mailbox.categories.remove(position);
        return Ok(no_content());
    }
    let body =
        asked.json().ok_or_else(|| bad_request("BadRequest", "Unable to read JSON request payload."))?;
    mailbox.categories[position].colour = colour(&body)?;
    Ok(ok(category(&mailbox.categories[position])))
}

fn colour(body: &Value) -> Result<String, Reply> {
    let word = body["color"].as_str().unwrap_or("none");
    let preset = word.strip_prefix("preset").and_then(|number| number.parse::<u8>().ok());
    if word == "none" || preset.is_some_and(|number| number <= 24) {
        return Ok(word.to_owned());
    }
    Err(bad_request("ErrorInvalidRequest", "The colour is not understood."))
}

fn category(category: &Category) -> Value {
    json!({ "id": reply::guid(category.name.as_bytes()), "displayName": category.name, "color": category.colour })
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

fn calendar(mailbox: &Mailbox) -> Value {
    json!({
        "id": reply::guid(format!("calendar of {}", mailbox.owner.address).as_bytes()),
        "name": "Calendar",
        "isDefaultCalendar": true,
        "canEdit": true,
        "owner": { "name": mailbox.owner.name, "address": mailbox.owner.address },
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
