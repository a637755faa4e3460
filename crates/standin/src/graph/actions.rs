//! `POST /users/{id}/events/{id}/…`: what one does with an event as a whole.
//! <https://learn.microsoft.com/graph/api/event-accept>
//! <https://learn.microsoft.com/graph/api/event-cancel>
//! <https://learn.microsoft.com/graph/api/event-forward>
//! <https://learn.microsoft.com/graph/api/event-snoozereminder>
//! <https://learn.microsoft.com/graph/api/event-permanentdelete>

use http::Method;
use serde_json::Value;

use super::ids::Target;
use super::item::{Answer, Person};
use super::mailbox::Kind;
use super::odata::Asked;
use super::reply::{Outcome, accepted, bad_request, no_content, ok};
use super::routes::find;
use super::{Exchange, changes, write, zones};

/// An action by its segment in the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Answer(Answer),
    Cancel,
    Forward,
    Snooze,
    Dismiss,
    PermanentDelete,
}

impl Action {
    pub(super) fn read(method: &Method, segment: &str) -> Option<Self> {
        if *method != Method::POST {
            return None;
        }
        match segment {
            "accept" => Some(Self::Answer(Answer::Accepted)),
            "tentativelyAccept" => Some(Self::Answer(Answer::Tentative)),
            "decline" => Some(Self::Answer(Answer::Declined)),
            "cancel" => Some(Self::Cancel),
            "forward" => Some(Self::Forward),
            "snoozeReminder" => Some(Self::Snooze),
            "dismissReminder" => Some(Self::Dismiss),
            "permanentDelete" => Some(Self::PermanentDelete),
            _ => None,
        }
    }
}

pub(super) fn answer(exchange: &mut Exchange, asked: &Asked, at: usize, id: &str, action: Action) -> Outcome {
    if exchange.mailboxes[at].group.is_some() && !matches!(action, Action::Cancel | Action::Forward) {
        let message = "Events of group calendars are neither answered nor reminded of.";
        return Err(bad_request("ErrorInvalidRequest", message));
    }
    let target = find(&exchange.mailboxes[at], id)?.target;
    match action {
        Action::Answer(answer) => respond(exchange, asked, (at, target), answer),
        Action::Cancel => cancel(exchange, asked, (at, target), id),
        Action::Forward => forward(exchange, asked, (at, target)),
        Action::Snooze => snooze(exchange, asked, (at, target)),
        Action::Dismiss => Ok(dismiss(exchange, asked, (at, target))),
        Action::PermanentDelete => {
            changes::delete(exchange, asked, at, id)?;
            exchange.mailboxes[at].bin.remove(&target.item);
            Ok(no_content())
        }
    }
}

fn denied() -> super::reply::Reply {
    let message = "Your request can't be completed. You need to be an organizer to cancel a meeting, and an \
                   attendee to answer it.";
    bad_request("ErrorAccessDenied", message)
}

fn organizes(exchange: &Exchange, (at, target): (usize, Target)) -> bool {
    let mailbox = &exchange.mailboxes[at];
    mailbox.see(target).is_some_and(|seen| mailbox.organizes(&seen.content))
}

fn respond(exchange: &mut Exchange, asked: &Asked, place: (usize, Target), answer: Answer) -> Outcome {
    if organizes(exchange, place) {
        return Err(denied());
    }
    let body = asked.json().unwrap_or_default();
    let seen = exchange.mailboxes[place.0].see(place.1);
    let forbidden = seen.is_some_and(|seen| seen.content.terms.forbids_proposals);
    if forbidden && !body["proposedNewTime"].is_null() {
        let message = "The organizer does not allow proposals of a new time.";
        return Err(bad_request("ErrorInvalidRequest", message));
    }
    if body["sendResponse"] == false {
        exchange.respond_quietly(place.0, place.1, answer, asked.now);
    } else {
        exchange.respond(place.0, place.1, answer, asked.now);
    }
    Ok(accepted())
}

fn cancel(exchange: &mut Exchange, asked: &Asked, place: (usize, Target), id: &str) -> Outcome {
    if !organizes(exchange, place) {
        return Err(denied());
    }
    changes::delete(exchange, asked, place.0, id).map(|_| accepted())
}

fn forward(exchange: &mut Exchange, asked: &Asked, (at, target): (usize, Target)) -> Outcome {
    let body =
        asked.json().ok_or_else(|| bad_request("BadRequest", "Unable to read JSON request payload."))?;
    let rows = body["toRecipients"].as_array().or_else(|| body["ToRecipients"].as_array());
    let people: Vec<Person> = rows
        .into_iter()
        .flatten()
        .filter_map(|row| {
            let address = row["emailAddress"]["address"].as_str().filter(|address| address.contains('@'))?;
            let name = row["emailAddress"]["name"].as_str().unwrap_or(address);
            Some(Person { name: name.to_owned(), address: address.to_owned() })
        })
        .collect();
    if people.is_empty() {
        return Err(bad_request("ErrorInvalidRecipients", "At least one recipient is not valid."));
    }
    exchange.forward(at, target, people, asked.now);
    Ok(accepted())
}

fn snooze(exchange: &mut Exchange, asked: &Asked, (at, target): (usize, Target)) -> Outcome {
    let body =
        asked.json().ok_or_else(|| bad_request("BadRequest", "Unable to read JSON request payload."))?;
    let (local, zone) = write::moment(&body["newReminderTime"])?;
    let stamp = exchange.stamp(asked.now);
    exchange.mailboxes[at].change(target, stamp, |content| {
        content.terms.snoozed = Some(zones::instant(local, zone));
    });
    let mut done = ok(Value::Null);
    done.body = None;
    Ok(done)
}

/// Ends the reminder of an item; that of a series goes on with its next date.
fn dismiss(exchange: &mut Exchange, asked: &Asked, (at, target): (usize, Target)) -> super::reply::Reply {
    let kind = exchange.mailboxes[at].see(target).map(|seen| seen.kind);
    let stamp = exchange.stamp(asked.now);
    exchange.mailboxes[at].change(target, stamp, |content| {
        content.terms.snoozed = None;
        if kind == Some(Kind::Single) {
            content.reminder = None;
        }
    });
    let mut done = ok(Value::Null);
    done.body = None;
    done
}
