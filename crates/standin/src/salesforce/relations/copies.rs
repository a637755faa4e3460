//! The Events of invited users: made with the invitation, following the Event, gone with either.

use serde_json::{Value, json};

use super::{Role, regroup};
use crate::salesforce::org::{Org, Record, Values};
use crate::salesforce::recycle;
use crate::salesforce::schema::Object;
use crate::salesforce::write::{Author, add, replace};

/// Where a row keeps the id of the invited user's own Event; no field of the API.
pub(crate) const COPY: &str = "_copy";
/// What an invited user's Event has of its own.
const OWN_OF_COPY: [&str; 13] = [
    "Id",
    "OwnerId",
    "IsChild",
    "IsReminderSet",
    "ReminderDateTime",
    "IsDeleted",
    "CreatedDate",
    "CreatedById",
    "LastModifiedDate",
    "LastModifiedById",
    "SystemModstamp",
    "IsRecurrence",
    "RecurrenceActivityId",
];

/// Gives an invited user an Event of their own.
pub(super) fn invite(org: &mut Org, author: &Author, row_id: &str) {
    let Some(row) = org.stored(row_id).cloned() else { return };
    let user = row.text("RelationId").to_owned();
    let is_user = org.stored(&user).is_some_and(|person| person.object == "User");
    let event = org.stored(row.text("EventId")).cloned();
    let objects = org.whole.object("Event").cloned().zip(org.whole.object("EventRelation").cloned());
    let (Some(event), Some((events, relations))) = (event, objects) else { return };
    let a_series = event.value("IsRecurrence") == &Value::Bool(true);
    if !is_user || a_series || !Role::of(&row).invitee || org.live_copy(&row).is_some() {
        return;
    }
    let id = org.new_id(&events);
    let mut values = copied(&event, &events);
    values.insert("OwnerId".to_owned(), json!(user));
    values.insert("IsChild".to_owned(), json!(true));
    values.insert("IsReminderSet".to_owned(), json!(false));
    values.insert("IsRecurrence".to_owned(), json!(false));
    add(org, author, &events, &id, values);
    let mut values = row.values();
    values.insert(COPY.to_owned(), json!(id));
    replace(org, author, &relations, row_id, values);
}

/// Takes an invited user's Event away.
pub(super) fn uninvite(org: &mut Org, author: &Author, row: &Record) {
    if let Some(copy) = org.live_copy(row) {
        recycle::delete(org, author, &copy);
    }
}

/// Takes the row of an invited user away who deleted their Event.
pub(super) fn leave(org: &mut Org, author: &Author, copy: &Record) {
    let rows = org.stored_by_key("EventRelation", "RelationId", copy.text("OwnerId"));
    let own = rows.into_iter().find(|row| !row.deleted && row.text(COPY) == copy.id).cloned();
    let Some(row) = own else { return };
    let event = org.stored(row.text("EventId"));
    if event.is_some_and(|event| !event.deleted) {
        recycle::bin(org, author, &row);
        regroup(org, author, row.text("EventId"));
    }
}

/// What an invited user's Event has of the Event: the standard fields that are not its own.
fn copied(event: &Record, events: &Object) -> Values {
    let shared = |name: &String| {
        events.field(name).is_some_and(|field| !field.custom) && !OWN_OF_COPY.contains(&name.as_str())
    };
    event.values().into_iter().filter(|(name, _)| shared(name)).collect()
}

pub(super) fn write_copy(org: &mut Org, author: &Author, event: &Record, copy: &Record) {
    let Some(events) = org.whole.object("Event").cloned() else { return };
    let new = copied(event, &events);
    if new.iter().all(|(name, value)| copy.value(name) == value) {
        return;
    }
    let mut values = copy.values();
    values.extend(new);
    replace(org, author, &events, &copy.id, values);
}

impl Org {
    /// The Event of the user a row invites.
    pub(crate) fn live_copy(&self, row: &Record) -> Option<Record> {
        self.stored(row.text(COPY)).filter(|copy| !copy.deleted).cloned()
    }
}
