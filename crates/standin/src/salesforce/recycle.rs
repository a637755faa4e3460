//! What falls into the recycle bin with a record, how it comes back, and records merged into another.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::describe::NEWEST;
use super::ids;
use super::org::{Org, Record};
use super::recurrence;
use super::relations::COPY;
use super::write::{Author, replace};

/// Objects whose records fall with the record a field of theirs names.
const FALLING: [(&str, &str); 5] = [
    ("EventRelation", "EventId"),
    ("Attachment", "ParentId"),
    ("ContentDocumentLink", "LinkedEntityId"),
    ("ContentDocumentLink", "ContentDocumentId"),
    ("ContentVersion", "ContentDocumentId"),
];

/// Deletes a record and what falls with it.
pub(crate) fn delete(org: &mut Org, author: &Author, record: &Record) {
    bin(org, author, record);
    for (object, field) in FALLING {
        let falling = org.stored_by_key(object, field, &record.id);
        let falling: Vec<Record> = falling.into_iter().filter(|row| !row.deleted).cloned().collect();
        for row in falling {
            if let Some(copy) = org.live_copy(&row) {
                bin(org, author, &copy);
            }
            bin(org, author, &row);
        }
    }
}

/// Moves one record to the recycle bin.
pub(crate) fn bin(org: &mut Org, author: &Author, record: &Record) {
    write(org, author, record, "IsDeleted", json!(true));
}

fn write(org: &mut Org, author: &Author, record: &Record, field: &str, value: Value) {
    let Some(object) = org.whole.object(&record.object).cloned() else { return };
    let mut values = record.values();
    values.insert(field.to_owned(), value);
    replace(org, author, &object, &record.id, values);
}

impl Org {
    /// Takes a record, and what fell with it, out of the recycle bin.
    pub(crate) fn undelete(&mut self, now: DateTime<Utc>, body: &Value) -> Result<Value, String> {
        let author = self.own_author(now);
        let record = self.named(&body["id"])?;
        if !record.deleted {
            return Err(format!("{} is not deleted", record.id));
        }
        let since = record.changed();
        let mut fallen = Vec::new();
        for (object, field) in FALLING {
            let rows = self.stored_by_key(object, field, &record.id);
            let rows = rows.into_iter().filter(|row| row.deleted && row.changed() >= since);
            for row in rows.cloned() {
                fallen.extend(self.stored(row.text(COPY)).filter(|copy| copy.deleted).cloned());
                fallen.push(row);
            }
        }
        // Rows first, so that the Event finds them and makes no new ones.
        for row in fallen.iter().chain([&record]) {
            write(self, &author, row, "IsDeleted", json!(false));
        }
        Ok(json!({ "undeleted": record.id }))
    }

    /// Merges a record into another of its object: it is deleted, and what pointed at it points at the other.
    pub(crate) fn merge(&mut self, now: DateTime<Utc>, body: &Value) -> Result<Value, String> {
        let author = self.own_author(now);
        let (master, loser) = (self.named(&body["master"])?, self.named(&body["loser"])?);
        let mergeable =
            self.whole.object(&loser.object).is_some_and(|object| object.field("MasterRecordId").is_some());
        if master.object != loser.object
            || master.id == loser.id
            || master.deleted
            || loser.deleted
            || !mergeable
        {
            return Err(format!("{} cannot be merged into {}", loser.id, master.id));
        }
        self.point_elsewhere(&author, &loser.id, &master.id);
        write(self, &author, &loser, "MasterRecordId", json!(master.id));
        if let Some(loser) = self.stored(&loser.id).cloned() {
            bin(self, &author, &loser);
        }
        Ok(json!({ "merged": loser.id, "into": master.id }))
    }

    fn point_elsewhere(&mut self, author: &Author, from: &str, to: &str) {
        let Some(object) = self.whole.object_of(from).cloned() else { return };
        let whole = std::sync::Arc::clone(&self.whole);
        for child in whole.children(&object) {
            let (name, field) = (&child.object.name, &child.field.name);
            // Rows of relations follow their Event.
            if name == "EventRelation" || child.object.view.is_some() || field == "MasterRecordId" {
                continue;
            }
            let rows = self.stored_by_key(name, field, from);
            let rows: Vec<Record> = rows.into_iter().filter(|row| !row.deleted).cloned().collect();
            for row in rows {
                let mut values = row.values();
                values.insert(field.clone(), json!(to));
                if let Some(Value::Array(people)) = values.get_mut("EventWhoIds") {
                    for person in people.iter_mut().filter(|person| **person == json!(from)) {
                        *person = json!(to);
                    }
                }
                replace(self, author, child.object, &row.id, values);
            }
        }
    }

    /// Takes a record out altogether, with what would have fallen with it and the occurrences of a series.
    pub(crate) fn purge_whole(&mut self, id: &str) {
        let rest = self.stored(id).map(|record| recurrence::purged_with(self, record)).unwrap_or_default();
        for (object, field) in FALLING {
            let rows = self.stored_by_key(object, field, id);
            let rows: Vec<Record> = rows.into_iter().cloned().collect();
            for row in rows {
                self.purge(row.text(COPY));
                self.purge(&row.id);
            }
        }
        self.purge(id);
        for id in rest {
            self.purge_whole(&id);
        }
    }

    fn named(&self, id: &Value) -> Result<Record, String> {
        let text = id.as_str().unwrap_or_default();
        let record = ids::full(text).and_then(|id| self.stored(&id));
        record.cloned().ok_or_else(|| format!("no record {text}"))
    }

    /// The org itself as author.
    fn own_author(&self, now: DateTime<Utc>) -> Author {
        let user = self.user(&self.integration_user).map(|user| user.id.clone()).unwrap_or_default();
        Author { user, now, version: NEWEST }
    }
}
