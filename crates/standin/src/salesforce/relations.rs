//! Who is related to an Event: its people and its What as rows of `EventRelation`, invitees, and the Events of invited
//! users. The Event's own fields say whom it is related to; rows follow them, and a written row first changes them.

mod copies;
mod following;
mod series;

use serde_json::{Value, json};

use super::event::text;
use super::org::{Org, Record, Values};
use super::recycle;
use super::refusal::Refusal;
use super::schema::Object;
use super::write::{Author, add, replace, settled_event};
pub(crate) use copies::COPY;
use copies::{invite, uninvite};
pub(crate) use following::follow;
use series::carry;
pub(crate) use series::invite_as_master;

/// The most invitees of an Event, and of one that recurs.
const INVITEE_LIMIT: usize = 1_000;
const SERIES_INVITEE_LIMIT: usize = 100;
/// What a row says its person or record is to the Event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Role {
    parent: bool,
    what: bool,
    invitee: bool,
}

impl Role {
    fn of(row: &Record) -> Self {
        let is = |name: &str| row.value(name) == &Value::Bool(true);
        Self { parent: is("IsParent"), what: is("IsWhat"), invitee: is("IsInvitee") }
    }

    fn written(values: &Values) -> Self {
        let is = |name: &str| values.get(name) == Some(&Value::Bool(true));
        Self { parent: is("IsParent"), what: is("IsWhat"), invitee: is("IsInvitee") }
    }

    /// Related as a person, not as the What.
    fn is_who(self) -> bool {
        self.parent && !self.what
    }

    fn put(self, values: &mut Values) {
        values.insert("IsParent".to_owned(), json!(self.parent));
        values.insert("IsWhat".to_owned(), json!(self.what));
        values.insert("IsInvitee".to_owned(), json!(self.invitee));
    }
}

/// Fills what a row derives: its flags, the account, the instant of an answer.
pub(crate) fn settle(
    org: &Org,
    author: &Author,
    sent: &Values,
    before: Option<&Record>,
    values: &mut Values,
) {
    let none_set = !["IsParent", "IsWhat", "IsInvitee"].iter().any(|flag| sent.contains_key(*flag));
    if before.is_none() {
        let role = Role::written(values);
        Role { invitee: role.invitee || none_set, ..role }.put(values);
    }
    let person = text(values, "RelationId");
    let record = org.stored(&person);
    let account = record.map(|record| match record.object.as_str() {
        "Account" => json!(record.id),
        _ => record.value("AccountId").clone(),
    });
    values.insert("AccountId".to_owned(), account.unwrap_or_default());
    values.insert("Type".to_owned(), record.map_or(Value::Null, |record| json!(record.object)));
    let status = text(values, "Status");
    let answered = before.is_none_or(|before| before.text("Status") != status);
    if answered && !sent.contains_key("RespondedDate") {
        let when = match status.as_str() {
            "Accepted" | "Declined" => json!(super::moment::wire(author.now)),
            _ => Value::Null,
        };
        values.insert("RespondedDate".to_owned(), when);
    }
}

/// Creates a row, after the Event was changed to say the same.
pub(crate) fn create(
    org: &mut Org,
    author: &Author,
    object: &Object,
    id: &str,
    values: Values,
) -> Result<(), Refusal> {
    let (event_id, person) = (text(&values, "EventId"), text(&values, "RelationId"));
    let event = org.stored(&event_id).cloned().ok_or_else(Refusal::no_such_record)?;
    if is_child(&event) {
        let message = "Relations can't be created for a child event: EventId";
        return Err(Refusal::integrity(message, &["EventId"]));
    }
    if let Some(other) = row_of(org, &event_id, &person) {
        let message =
            format!("duplicate value found: RelationId duplicates value on record with id: {}", other.id);
        return Err(Refusal::write("DUPLICATE_VALUE", message, &[]));
    }
    let role = Role::written(&values);
    check_role(org, role, &person)?;
    check_room(org, &event, role.invitee)?;
    let changed = event_with(org, author, &event, &person, role)?;
    add(org, author, object, id, values);
    if let Some(changed) = changed {
        store_event(org, author, &event_id, changed);
    }
    invite(org, author, id);
    regroup(org, author, &event_id);
    carry(org, author, &event_id, &person);
    Ok(())
}

/// Changes a row: an answer, or what its person is to the Event.
pub(crate) fn update(
    org: &mut Org,
    author: &Author,
    object: &Object,
    before: &Record,
    values: Values,
) -> Result<(), Refusal> {
    let (event_id, person) = (before.text("EventId").to_owned(), before.text("RelationId").to_owned());
    let event = org.stored(&event_id).cloned().ok_or_else(Refusal::no_such_record)?;
    let (was, is) = (Role::of(before), Role::written(&values));
    check_role(org, is, &person)?;
    if is.invitee && !was.invitee {
        check_room(org, &event, true)?;
    }
    let changed = match (was.parent, is.parent) {
        (true, false) => Some(event_without(org, author, &event, &person, was)?),
        (false, true) => event_with(org, author, &event, &person, is)?,
        (true, true) | (false, false) => None,
    };
    replace(org, author, object, &before.id, values);
    if let Some(changed) = changed {
        store_event(org, author, &event_id, changed);
    }
    if is.invitee {
        invite(org, author, &before.id);
    } else {
        let row = org.stored(&before.id).cloned();
        uninvite(org, author, row.as_ref().unwrap_or(before));
    }
    regroup(org, author, &event_id);
    if is.invitee != was.invitee {
        carry(org, author, &event_id, &person);
    }
    Ok(())
}

/// Deletes a row, after the Event was changed to say the same.
pub(crate) fn delete(org: &mut Org, author: &Author, row: &Record) -> Result<(), Refusal> {
    let event_id = row.text("EventId").to_owned();
    let event = org.stored(&event_id).filter(|event| !event.deleted).cloned();
    let role = Role::of(row);
    let changed = match &event {
        Some(event) if role.parent => Some(event_without(org, author, event, row.text("RelationId"), role)?),
        Some(_) | None => None,
    };
    recycle::bin(org, author, row);
    if let Some(changed) = changed {
        store_event(org, author, &event_id, changed);
    }
    uninvite(org, author, row);
    regroup(org, author, &event_id);
    if role.invitee {
        carry(org, author, &event_id, row.text("RelationId"));
    }
    Ok(())
}

/// The live rows of an Event.
fn rows_of<'a>(org: &'a Org, event_id: &str) -> Vec<&'a Record> {
    let mut rows = org.stored_by_key("EventRelation", "EventId", event_id);
    rows.retain(|row| !row.deleted);
    rows
}

fn row_of<'a>(org: &'a Org, event_id: &str, person: &str) -> Option<&'a Record> {
    rows_of(org, event_id).into_iter().find(|row| row.text("RelationId") == person)
}

/// Whether somebody of this kind can be what the row says.
fn check_role(org: &Org, role: Role, person: &str) -> Result<(), Refusal> {
    let kind = org.stored(person).map(|record| record.object.as_str()).unwrap_or_default();
    let message = if !(role.parent || role.invitee) {
        "A relation must be a parent or an invitee: IsParent, IsInvitee"
    } else if role.what && (!role.parent || role.invitee) {
        "The related record must be a parent and can't be an invitee: IsWhat, IsParent, IsInvitee"
    } else if role.is_who() && !matches!(kind, "Contact" | "Lead") {
        "Only a contact or a lead can be the name of an event: RelationId"
    } else if role.what && matches!(kind, "Contact" | "Lead" | "User" | "Calendar") {
        "A person can't be what an event is related to: RelationId"
    } else if role.invitee && !matches!(kind, "Contact" | "Lead" | "User" | "Calendar") {
        "Only people and calendars can be invited: RelationId"
    } else {
        return Ok(());
    };
    Err(Refusal::integrity(message, &["RelationId"]))
}

/// Whether another invitee finds room.
fn check_room(org: &Org, event: &Record, one_more: bool) -> Result<(), Refusal> {
    let recurs =
        event.value("IsRecurrence") == &Value::Bool(true) || !event.text("RecurrenceActivityId").is_empty();
    let limit = if recurs { SERIES_INVITEE_LIMIT } else { INVITEE_LIMIT };
    let invited = rows_of(org, &event.id).into_iter().filter(|row| Role::of(row).invitee).count();
    if !one_more || invited < limit {
        return Ok(());
    }
    Err(Refusal::integrity(format!("An event can have at most {limit} invitees: EventId"), &["EventId"]))
}

/// The Event with the person or record among those it names; none when it names them already or only invites them.
fn event_with(
    org: &Org,
    author: &Author,
    event: &Record,
    person: &str,
    role: Role,
) -> Result<Option<Values>, Refusal> {
    let mut changes = Values::new();
    if role.what {
        if !event.text("WhatId").is_empty() && event.text("WhatId") != person {
            let message = "An event can be related to at most one record: IsWhat";
            return Err(Refusal::integrity(message, &["IsWhat"]));
        }
        changes.insert("WhatId".to_owned(), json!(person));
    } else if role.parent {
        let mut people = people(event);
        people.push(person.to_owned());
        changes.insert("EventWhoIds".to_owned(), json!(people));
    } else {
        return Ok(None);
    }
    settled_event(org, author, event, &changes).map(Some)
}

/// The Event without them; another person takes the place of the first.
fn event_without(
    org: &Org,
    author: &Author,
    event: &Record,
    person: &str,
    role: Role,
) -> Result<Values, Refusal> {
    let mut changes = Values::new();
    if role.what {
        changes.insert("WhatId".to_owned(), Value::Null);
    } else {
        let mut people = people(event);
        people.retain(|id| id != person);
        let first = if event.text("WhoId") == person { people.first().cloned() } else { None };
        if event.text("WhoId") == person {
            changes.insert("WhoId".to_owned(), first.map_or(Value::Null, Value::from));
        }
        changes.insert("EventWhoIds".to_owned(), json!(people));
    }
    settled_event(org, author, event, &changes)
}

fn is_child(event: &Record) -> bool {
    event.value("IsChild") == &Value::Bool(true)
}

fn people(event: &Record) -> Vec<String> {
    let list = event.value("EventWhoIds").as_array().into_iter().flatten();
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn store_event(org: &mut Org, author: &Author, id: &str, values: Values) {
    if let Some(object) = org.whole.object("Event").cloned() {
        replace(org, author, &object, id, values);
    }
}

/// Says on the Event whether it has invitees.
fn regroup(org: &mut Org, author: &Author, event_id: &str) {
    let Some(event) = org.stored(event_id).filter(|event| !event.deleted).cloned() else { return };
    let invites = rows_of(org, event_id).into_iter().any(|row| Role::of(row).invitee);
    if event.value("IsGroupEvent") == &json!(invites) {
        return;
    }
    let mut values = event.values();
    values.insert("IsGroupEvent".to_owned(), json!(invites));
    if event.text("GroupEventType") != "3" {
        values.insert("GroupEventType".to_owned(), json!(if invites { "1" } else { "0" }));
    }
    store_event(org, author, event_id, values);
}
