//! `PATCH`, `POST` and `DELETE` of events: what comes down from Salesforce.
//! <https://learn.microsoft.com/graph/api/event-update>, <https://learn.microsoft.com/graph/api/user-post-events>,
//! <https://learn.microsoft.com/graph/api/event-delete>

use calbridge_rules::{
    id::{Address, ItemId},
    item::{Person, Reminder, Sensitivity, ShowAs, Span},
    mapping::ItemValues,
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};

use super::{
    errors,
    item::{self, GraphItem},
    mailbox, preferring, property_id,
    recurrence::{self, Recurrence},
};
use crate::{
    call::{CallError, Endpoint},
    json,
    message::{Method, Reply, Request, header},
    outgoing,
    tree::object,
    value::{Value, texts},
};

/// Writes values on an item; absent ones stay. [`CallError::Stale`]: the item changed since it was read.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangeItem {
    /// The mailbox.
    pub mailbox: Address,
    /// The item.
    pub id: ItemId,
    /// The version that was read.
    pub etag: String,
    /// The values.
    pub values: ItemValues,
}

/// Creates an item; with other people, Graph mails them their invitations. Asked again under the same transaction, Graph answers with what it made before.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateItem {
    /// The mailbox.
    pub mailbox: Address,
    /// The same for every try.
    pub transaction: String,
    /// The values.
    pub values: ItemValues,
    /// Who is invited.
    pub guests: Vec<Person>,
    /// How it repeats, where it is a series.
    pub repeats: Option<Repeats>,
    /// All its categories.
    pub categories: Vec<String>,
    /// The add-in's id.
    pub addin_id: String,
    /// The whole text of the add-in's properties.
    pub property_text: String,
}

/// How a created item repeats. Its first occurrence is told by the clocks of its zone, which it keeps to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeats {
    /// How.
    pub recurrence: Recurrence,
    /// When the first occurrence begins, by the zone's clocks.
    pub start: NaiveDateTime,
    /// When it ends.
    pub end: NaiveDateTime,
}

/// Deletes an item. One with attendees would be cancelled with a mail to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeleteItem {
    /// The mailbox.
    pub mailbox: Address,
    /// The item.
    pub id: ItemId,
}

impl Endpoint for ChangeItem {
    type Answer = ();

    fn request(&self, base: &str) -> Request {
        let url = mailbox(base, &self.mailbox, &format!("events/{}", outgoing::encoded(self.id.as_str())));
        let request = outgoing::json(Method::Patch, &url, &object(members(&self.values)));
        outgoing::with(preferring(request), header::IF_MATCH, &self.etag)
    }

    fn read(&self, reply: &Reply) -> Result<(), CallError> {
        errors::check(reply)
    }
}

impl Endpoint for CreateItem {
    type Answer = GraphItem;

    fn request(&self, base: &str) -> Request {
        let mut body = members(&self.values);
        if let Some(repeats) = &self.repeats {
            body.retain(|(name, _)| !["start", "end"].contains(name));
            let at = |time: NaiveDateTime| in_zone(time, &repeats.recurrence.zone);
            body.extend([
                ("start", at(repeats.start)),
                ("end", at(repeats.end)),
                ("recurrence", recurrence::written(&repeats.recurrence)),
            ]);
        }
        if !self.guests.is_empty() {
            body.push(("attendees", Value::Array(self.guests.iter().filter_map(attendee).collect())));
        }
        let id = Value::from(property_id(&self.addin_id));
        let property = object([("id", id), ("value", Value::from(self.property_text.as_str()))]);
        body.extend([
            ("transactionId", Value::from(self.transaction.as_str())),
            ("categories", texts(&self.categories)),
            ("singleValueExtendedProperties", Value::Array(vec![property])),
        ]);
        preferring(outgoing::json(Method::Post, &mailbox(base, &self.mailbox, "events"), &object(body)))
    }

    fn read(&self, reply: &Reply) -> Result<GraphItem, CallError> {
        errors::check(reply)?;
        // The properties are not part of the answer; what was sent is what stands.
        let mut made = item::read_item(&json::body(reply)?, &self.addin_id)?;
        made.pointer = crate::pointer::Pointer::parse(&self.property_text);
        made.property_text = Some(self.property_text.clone());
        Ok(made)
    }
}

impl Endpoint for DeleteItem {
    type Answer = ();

    fn request(&self, base: &str) -> Request {
        let url = mailbox(base, &self.mailbox, &format!("events/{}", outgoing::encoded(self.id.as_str())));
        preferring(outgoing::bare(Method::Delete, &url))
    }

    fn read(&self, reply: &Reply) -> Result<(), CallError> {
        errors::check(reply)
    }
}

/// Somebody who is invited; nobody is without an address.
fn attendee(person: &Person) -> Option<Value> {
    let address = Value::from(person.address.as_ref()?.as_str());
    let named = object([("address", address), ("name", Value::from(person.label()))]);
    Some(object([("type", Value::from("required")), ("emailAddress", named)]))
}

/// The values as members of an event.
fn members(values: &ItemValues) -> Vec<(&'static str, Value)> {
    let mut members = Vec::new();
    if let Some(subject) = &values.subject {
        members.push(("subject", Value::from(subject.as_str())));
    }
    if let Some(body) = &values.body {
        let body = object([("contentType", Value::from("text")), ("content", Value::from(body.as_str()))]);
        members.push(("body", body));
    }
    if let Some(location) = &values.location {
        members.push(("location", object([("displayName", Value::from(location.as_str()))])));
    }
    if let Some(span) = values.span {
        members.extend(times(span));
    }
    if let Some(show_as) = values.show_as {
        members.push(("showAs", Value::from(show_as_name(show_as))));
    }
    match values.reminder {
        Some(Reminder::Off) => members.push(("isReminderOn", Value::Bool(false))),
        Some(Reminder::MinutesBefore(minutes)) => members.extend([
            ("isReminderOn", Value::Bool(true)),
            ("reminderMinutesBeforeStart", Value::from(minutes)),
        ]),
        None => {}
    }
    if let Some(sensitivity) = values.sensitivity {
        members.push(("sensitivity", Value::from(sensitivity_name(sensitivity))));
    }
    members
}

/// Start, end and whether it is made of whole days, always together. Whole days are midnights of one zone (TZN-2).
fn times(span: Span) -> [(&'static str, Value); 3] {
    let (start, end) = match span {
        Span::Timed { start, end } => (at(start), at(end)),
        Span::AllDay { first, end_exclusive } => (midnight(first), midnight(end_exclusive)),
    };
    [("start", start), ("end", end), ("isAllDay", Value::Bool(span.is_all_day()))]
}

fn at(instant: DateTime<Utc>) -> Value {
    in_utc(instant.naive_utc())
}

fn midnight(day: NaiveDate) -> Value {
    in_utc(day.and_time(chrono::NaiveTime::MIN))
}

fn in_utc(time: NaiveDateTime) -> Value {
    in_zone(time, "UTC")
}

fn in_zone(time: NaiveDateTime, zone: &str) -> Value {
    let text = time.format("%Y-%m-%dT%H:%M:%S").to_string();
    object([("dateTime", Value::from(text)), ("timeZone", Value::from(zone))])
}

fn show_as_name(show_as: ShowAs) -> &'static str {
    match show_as {
        ShowAs::Free => "free",
        ShowAs::Tentative => "tentative",
        ShowAs::Busy => "busy",
        ShowAs::OutOfOffice => "oof",
        ShowAs::WorkingElsewhere => "workingElsewhere",
    }
}

fn sensitivity_name(sensitivity: Sensitivity) -> &'static str {
    match sensitivity {
        Sensitivity::Normal => "normal",
        Sensitivity::Personal => "personal",
        Sensitivity::Private => "private",
        Sensitivity::Confidential => "confidential",
    }
}

#[cfg(test)]
mod tests;
