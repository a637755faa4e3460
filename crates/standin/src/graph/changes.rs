//! Writes on events: creation, change, deletion, answers to invitations.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use http::StatusCode;
use serde_json::Value;

use super::ids::Target;
use super::item::{Answer, Content, Item, Stamp};
use super::mailbox::Mailbox;
use super::odata::Asked;
use super::reply::{Outcome, Reply, accepted, bad_request, created, etag, no_content, not_found, ok, refuse};
use super::routes::find;
use super::series::Recurrence;
use super::{Exchange, event, write};

pub(super) fn create(exchange: &mut Exchange, asked: &Asked, at: usize, calendar: usize) -> Outcome {
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
    let draft = Draft { recurrence: None, calendar, transaction_id: transaction.map(str::to_owned) };
    let target = exchange.add_as(at, content, draft, asked.now);
    let mailbox = &exchange.mailboxes[at];
    let seen = mailbox.see(target).ok_or_else(not_found)?;
    Ok(created(event::write(mailbox, &seen, asked)))
}

fn made_by(mailbox: &Mailbox, transaction: &str) -> Option<Target> {
    let made = mailbox.items.iter().find(|(_, item)| item.transaction_id.as_deref() == Some(transaction))?;
    Some(Target { mailbox: mailbox.number, item: *made.0, occurrence: None })
}

/// What a new item is beside its content.
#[derive(Debug, Default)]
struct Draft {
    recurrence: Option<Recurrence>,
    calendar: usize,
    transaction_id: Option<String>,
}

impl Exchange {
    /// Puts a new item into a mailbox, and invitations into those of the company's people it invites.
    pub(crate) fn add(&mut self, at: usize, content: Content, now: DateTime<Utc>) -> Target {
        self.add_as(at, content, Draft::default(), now)
    }

    fn add_as(&mut self, at: usize, mut content: Content, draft: Draft, now: DateTime<Utc>) -> Target {
        if !content.attendees.is_empty() {
            content.answer = Answer::Organizer;
        }
        let number = self.next_number();
        let stamp = self.stamp(now);
        let item = Item {
            key: String::new(),
            global_id: super::global_id(&format!("made {number}"), None, now),
            content,
            recurrence: draft.recurrence,
            exceptions: BTreeMap::new(),
            created: now,
            stamp,
            transaction_id: draft.transaction_id,
            calendar: draft.calendar,
            orphan: None,
        };
        let target = self.file(at, item);
        self.spread(target, now);
        target
    }

    /// Takes an item out of a calendar; when its owner organizes it, the other copies are cancelled.
    pub(crate) fn cancel(&mut self, at: usize, target: Target, now: DateTime<Utc>) {
        let stamp = self.stamp(now);
        self.mailboxes[at].change(target, stamp, |content| content.cancelled = true);
        self.spread(target, now);
        self.mailboxes[at].remove(target, stamp);
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

pub(super) fn patch(exchange: &mut Exchange, asked: &Asked, at: usize, id: &str) -> Outcome {
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

pub(super) fn delete(exchange: &mut Exchange, asked: &Asked, at: usize, id: &str) -> Outcome {
    let seen = find(&exchange.mailboxes[at], id)?;
    check_match(asked, seen.stamp)?;
    let target = seen.target;
    exchange.cancel(at, target, asked.now);
    Ok(no_content())
}

pub(super) fn act(exchange: &mut Exchange, asked: &Asked, at: usize, id: &str, action: &str) -> Outcome {
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
    let answer = match action {
        "accept" => Answer::Accepted,
        "decline" => Answer::Declined,
        _ => Answer::Tentative,
    };
    if asked.json().is_some_and(|body| body["sendResponse"] == false) {
        exchange.respond_quietly(at, target, answer, asked.now);
    } else {
        exchange.respond(at, target, answer, asked.now);
    }
    Ok(accepted())
}
