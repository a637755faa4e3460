//! Rows that follow from Events: whom an Event names has a row, and nobody else as a person or What of it.

use serde_json::json;

use super::copies::{leave, write_copy};
use super::{Role, is_child, people, rows_of, settle};
use crate::salesforce::describe::NEWEST;
use crate::salesforce::org::{Org, Record, Values};
use crate::salesforce::recycle;
use crate::salesforce::write::{Author, add, replace};

/// What a row takes from its Event that is older than the first question for rows.
const AUDIT: [&str; 6] =
    ["IsDeleted", "CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById", "SystemModstamp"];

/// Lets rows and the Events of invited users follow an Event that was just stored.
pub(crate) fn follow(org: &mut Org, author: &Author, event_id: &str) {
    let Some(event) = org.stored(event_id).cloned() else { return };
    if is_child(&event) {
        if event.deleted {
            leave(org, author, &event);
        }
        return;
    }
    if event.deleted {
        return;
    }
    if org.related {
        follow_people(org, author, &event);
    }
    let copies: Vec<Record> = rows_of(org, event_id).iter().filter_map(|row| org.live_copy(row)).collect();
    for copy in copies {
        write_copy(org, author, &event, &copy);
    }
}

/// Makes the rows of people and of the What those the Event names.
fn follow_people(org: &mut Org, author: &Author, event: &Record) {
    let Some(object) = org.whole.object("EventRelation").cloned() else { return };
    let wanted = named_by(event);
    let rows: Vec<Record> = rows_of(org, &event.id).into_iter().cloned().collect();
    for row in rows {
        let role = Role::of(&row);
        let now = wanted
            .iter()
            .find(|(id, what)| id == row.text("RelationId") && (role.what == *what || !role.parent));
        let role_now = match now {
            Some((_, what)) => Role { parent: true, what: *what, ..role },
            None => Role { parent: false, what: false, ..role },
        };
        if role_now == role {
            continue;
        }
        if role_now.parent || role_now.invitee {
            let mut values = row.values();
            role_now.put(&mut values);
            replace(org, author, &object, &row.id, values);
        } else {
            recycle::bin(org, author, &row);
        }
    }
    for values in rows_to_come(org, author, event) {
        let id = org.new_id(&object);
        add(org, author, &object, &id, values);
    }
}

/// The people an Event names, and its What, which is marked.
fn named_by(event: &Record) -> Vec<(String, bool)> {
    let whos = people(event).into_iter().map(|id| (id, false));
    let what = Some(event.text("WhatId").to_owned()).filter(|id| !id.is_empty());
    whos.chain(what.map(|id| (id, true))).collect()
}

/// The rows of whom an Event names without having a row of them.
fn rows_to_come(org: &Org, author: &Author, event: &Record) -> Vec<Values> {
    let rows = rows_of(org, &event.id);
    let new =
        named_by(event).into_iter().filter(|(id, _)| !rows.iter().any(|row| row.text("RelationId") == id));
    new.map(|(person, what)| {
        new_row(org, author, &event.id, &person, Role { parent: true, what, invitee: false })
    })
    .collect()
}

/// A row as the org makes it by itself.
pub(super) fn new_row(org: &Org, author: &Author, event: &str, person: &str, role: Role) -> Values {
    let mut values = Values::new();
    values.insert("EventId".to_owned(), json!(event));
    values.insert("RelationId".to_owned(), json!(person));
    values.insert("Status".to_owned(), json!("New"));
    role.put(&mut values);
    let sent = values.clone();
    settle(org, author, &sent, None, &mut values);
    values
}

impl Org {
    /// Makes the rows that follow from the Events there are, as old as these, once: most who use the org never ask for
    /// them, and of a hundred thousand Events they would be two hundred thousand.
    pub(crate) fn relate(&mut self) {
        let object = self.whole.object("EventRelation").cloned();
        let Some(object) = object.filter(|_| !self.related && self.has("sharedActivities")) else { return };
        self.related = true;
        let events = self.every_row("Event").filter(|event| !event.deleted);
        let events: Vec<String> =
            events.filter(|event| !is_child(event)).map(|event| event.id.clone()).collect();
        for id in events {
            let Some(event) = self.stored(&id).cloned() else { continue };
            let now = event.changed().unwrap_or_default();
            let author = Author { user: event.text("LastModifiedById").to_owned(), now, version: NEWEST };
            if !rows_of(self, &id).is_empty() {
                follow_people(self, &author, &event);
            }
            for mut values in rows_to_come(self, &author, &event) {
                let id = self.new_id(&object);
                values.insert("Id".to_owned(), json!(id));
                for field in AUDIT {
                    values.insert(field.to_owned(), event.value(field).clone());
                }
                let row = self.record_of(&id, &object.name, values);
                self.put(row);
            }
        }
    }
}
