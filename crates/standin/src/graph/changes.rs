//! Writes on events: creation, change, deletion, answers to invitations.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, Utc};
use http::StatusCode;
use serde_json::{Map, Value};

use super::ids::Target;
use super::item::{Answer, Content, Item, Stamp, When};
use super::mailbox::{Mailbox, Seen};
use super::odata::Asked;
use super::reply::{Outcome, Reply, bad_request, created, etag, no_content, not_found, ok, refuse};
use super::routes::find;
use super::series::Recurrence;
use super::spread::Edit;
use super::switches::Switches;
use super::{Exchange, event, pattern, write, zones};

/// Members that concern the owner's copy alone: a change of nothing else mails nobody.
const PERSONAL: [&str; 7] = [
    "categories",
    "isReminderOn",
    "reminderMinutesBeforeStart",
    "singleValueExtendedProperties",
    "transactionId",
    "@odata.etag",
    "@odata.type",
];

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
    let recurrence = match members.get("recurrence") {
        None | Some(Value::Null) => None,
        Some(value) => Some(pattern::read(value, content.when, &content.zone)?),
    };
    let draft = Draft { recurrence, calendar, transaction_id: transaction.map(str::to_owned) };
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
            alias: None,
            previous: None,
            orphan: None,
        };
        let target = self.file(at, item);
        self.spread_new(target, now);
        target
    }

    /// Takes an item out of a calendar; when its owner organizes it, the other copies are cancelled.
    pub(crate) fn cancel(&mut self, at: usize, target: Target, now: DateTime<Utc>) {
        let mailbox = &self.mailboxes[at];
        let Some(seen) = mailbox.see(target) else { return };
        let (kept, organizes) = (seen.item.clone(), mailbox.organizes(&seen.content));
        if organizes {
            let stamp = self.stamp(now);
            self.mailboxes[at].change(target, stamp, |content| content.cancelled = true);
            self.spread_end(target, now);
        } else if self.switches.deletions_decline {
            self.send_answer(at, target, Answer::Declined, now);
        }
        let stamp = self.stamp(now);
        self.mailboxes[at].remove(target, stamp);
        if let Some(held) = self.mailboxes[at].bin.get_mut(&target.item) {
            *held = kept;
        }
    }
}

/// Refuses a write made for another state of the item, and now and then one that was not.
fn check_match(asked: &Asked, stamp: Stamp, switches: &mut Switches) -> Result<(), Reply> {
    let Some(wanted) = &asked.if_match else { return Ok(()) };
    if Switches::take(&mut switches.spurious_conflicts) || (wanted != "*" && *wanted != etag(stamp)) {
        let message = "The send or update operation could not be performed because the change key passed in the \
                       request does not match the current change key for the item.";
        return Err(refuse(StatusCode::PRECONDITION_FAILED, "ErrorIrresolvableConflict", message));
    }
    Ok(())
}

pub(super) fn patch(exchange: &mut Exchange, asked: &Asked, at: usize, id: &str) -> Outcome {
    let body =
        asked.json().ok_or_else(|| bad_request("BadRequest", "Unable to read JSON request payload."))?;
    let members = body.as_object().ok_or_else(|| bad_request("BadRequest", "An event is an object."))?;
    let seen = find(&exchange.mailboxes[at], id)?;
    check_match(asked, seen.stamp, &mut exchange.switches)?;
    let (target, before) = (seen.target, seen.content.clone());
    let mut content = before.clone();
    write::apply(&mut content, members)?;
    if members.contains_key("start") {
        check_neighbours(&exchange.mailboxes[at], &seen, &content)?;
    }
    let shape = Shape::read(&seen, &content, members)?;
    let moved = content.when != before.when || matches!(shape, Shape::New(_));
    if moved && exchange.mailboxes[at].organizes(&content) && !exchange.switches.answers_survive_moves {
        for guest in content.attendees.iter_mut().filter(|guest| guest.answer != Answer::Organizer) {
            guest.answer = Answer::None;
        }
    }
    let stamp = exchange.stamp(asked.now);
    exchange.mailboxes[at].change(target, stamp, |held| *held = content);
    let reshaped = match shape {
        Shape::Kept => false,
        Shape::New(recurrence) => {
            if let Some(item) = exchange.mailboxes[at].items.get_mut(&target.item) {
                item.recurrence = recurrence;
                item.exceptions.clear();
            }
            true
        }
    };
    let carried: Vec<&String> = members.keys().filter(|name| !PERSONAL.contains(&name.as_str())).collect();
    if !carried.is_empty() {
        let edit = Edit { before: &before, guests_alone: carried == ["attendees"], reshaped };
        exchange.spread_edit(target, edit, asked.now);
    } else if exchange.switches.personal_changes_mail {
        exchange.spread(target, asked.now);
    }
    let mailbox = &exchange.mailboxes[at];
    let seen = mailbox.see(target).ok_or_else(not_found)?;
    Ok(ok(event::write(mailbox, &seen, asked)))
}

/// What a change makes of a series.
enum Shape {
    /// Its dates stay.
    Kept,
    /// It has other dates, or none any more; what single dates had of their own is gone.
    New(Option<Recurrence>),
}

impl Shape {
    fn read(seen: &Seen<'_>, content: &Content, members: &Map<String, Value>) -> Result<Self, Reply> {
        if let Some(value) = members.get("recurrence") {
            if seen.target.occurrence.is_some() {
                let message = "The recurrence of a single occurrence cannot be set.";
                return Err(bad_request("ErrorInvalidPropertySet", message));
            }
            if value.is_null() {
                return Ok(if seen.item.recurrence.is_some() { Self::New(None) } else { Self::Kept });
            }
            let wanted = pattern::read(value, content.when, &content.zone)?;
            let same = seen.item.recurrence.as_ref() == Some(&wanted) && content.when == seen.content.when;
            return Ok(if same { Self::Kept } else { Self::New(Some(wanted)) });
        }
        let Some(held) = seen.item.recurrence.as_ref().filter(|_| seen.target.occurrence.is_none()) else {
            return Ok(Self::Kept);
        };
        if content.when == seen.content.when {
            return Ok(Self::Kept);
        }
        let zone = zones::find(&held.zone).unwrap_or(chrono_tz::Tz::UTC);
        let first = match content.when {
            When::AllDay { first, .. } => first,
            When::Timed { start, .. } => zones::local(start, zone).date(),
        };
        Ok(Self::New(Some(Recurrence { first, ..held.clone() })))
    }
}

/// Refuses to move an occurrence to or over the day of a neighbour.
fn check_neighbours(mailbox: &Mailbox, seen: &Seen<'_>, content: &Content) -> Result<(), Reply> {
    let (Some(date), Some(recurrence)) = (seen.target.occurrence, &seen.item.recurrence) else {
        return Ok(());
    };
    let zone = zones::find(&recurrence.zone).unwrap_or_else(|| mailbox.tz());
    let day = |content: &Content| zones::local(content.when.instants(zone).0, zone).date();
    let held = |date: NaiveDate| {
        let target = Target { occurrence: Some(date), ..seen.target };
        mailbox.see(target).map(|seen| day(&seen.content))
    };
    let horizon = date.checked_add_days(Days::new(366 * 10)).unwrap_or(date);
    let dates = recurrence.dates_until(horizon);
    let before = dates.iter().rev().filter(|other| **other < date).find_map(|other| held(*other));
    let after = dates.iter().filter(|other| **other > date).find_map(|other| held(*other));
    let wanted = day(content);
    if before.is_some_and(|before| wanted <= before) || after.is_some_and(|after| wanted >= after) {
        let message = "Modified occurrence is crossing or overlapping adjacent occurrence.";
        return Err(bad_request("ErrorOccurrenceCrossingBoundary", message));
    }
    Ok(())
}

pub(super) fn delete(exchange: &mut Exchange, asked: &Asked, at: usize, id: &str) -> Outcome {
    let seen = find(&exchange.mailboxes[at], id)?;
    check_match(asked, seen.stamp, &mut exchange.switches)?;
    let target = seen.target;
    exchange.cancel(at, target, asked.now);
    Ok(no_content())
}
