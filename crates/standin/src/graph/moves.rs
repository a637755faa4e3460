//! What people do with items where no client of Graph sees them do it: they move one to another calendar, delete and
//! restore it, export a mailbox and import it again.
//!
//! `POST /graph/items` of the control API, `{"mailbox", "item", "do"}`: the item by its id, its key in the world file or
//! `*` for all, and `move` (with `"calendar"`, a name, nothing for the default one), `delete`, `restore`, `archive` (it
//! leaves the mailbox without a word to anybody) or `reimport` (it comes back as a new item of the same meeting). An
//! immutable id outlives all but the last; an ordinary id names an item in one folder, so it changes with each.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::Exchange;
use super::ids::{Form, Target};
use super::item::{Exception, Stamp};
use super::mailbox::{Deed, Mailbox};

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Move {
    To(usize),
    Delete,
    Restore,
    Archive,
    Reimport,
}

impl Exchange {
    /// Does what a request of the control API asks for.
    pub(super) fn move_items(&mut self, now: DateTime<Utc>, asked: &Value) -> Result<Value, String> {
        let text = |name: &str| asked[name].as_str().unwrap_or_default();
        let at = self.at_name(text("mailbox")).ok_or("there is no such mailbox")?;
        let mailbox = &self.mailboxes[at];
        let how = match text("do") {
            "move" => Move::To(calendar(mailbox, text("calendar"))?),
            "delete" => Move::Delete,
            "restore" => Move::Restore,
            "archive" => Move::Archive,
            "reimport" => Move::Reimport,
            other => return Err(format!("nothing is known that is called {other}")),
        };
        let numbers = wanted(mailbox, text("item"), how)?;
        let mut ids = Vec::new();
        for number in numbers {
            ids.push(self.move_item(at, number, how, now));
        }
        Ok(json!({ "ids": ids }))
    }

    /// Moves one item; answers its immutable id afterwards.
    fn move_item(&mut self, at: usize, number: u64, how: Move, now: DateTime<Utc>) -> String {
        let target = Target { mailbox: self.mailboxes[at].number, item: number, occurrence: None };
        let mut lands = target;
        match how {
            Move::Delete => self.cancel(at, target, now),
            Move::Archive => {
                let stamp = self.stamp(now);
                self.mailboxes[at].remove(target, stamp);
            }
            Move::To(calendar) => {
                let (gone, here, alias) = (self.stamp(now), self.stamp(now), self.next_number());
                let mailbox = &mut self.mailboxes[at];
                mailbox.note(target, gone, Deed::Deleted);
                if let Some(item) = mailbox.items.get_mut(&number) {
                    item.calendar = calendar;
                }
                mailbox.rename(number, alias, here);
                mailbox.note(target, here, Deed::Created);
            }
            Move::Restore => {
                let (stamp, alias) = (self.stamp(now), self.next_number());
                let mailbox = &mut self.mailboxes[at];
                if let Some(mut item) = mailbox.bin.remove(&number) {
                    item.stamp = stamp;
                    mailbox.put(number, item);
                    mailbox.rename(number, alias, stamp);
                }
            }
            Move::Reimport => {
                let (gone, stamp) = (self.stamp(now), self.stamp(now));
                let held = &mut self.mailboxes[at];
                let item = held.bin.remove(&number).or_else(|| {
                    held.remove(target, gone);
                    held.bin.remove(&number)
                });
                if let Some(mut item) = item {
                    (item.alias, item.stamp, item.created) = (None, stamp, now);
                    lands = self.file(at, item);
                }
            }
        }
        self.mailboxes[at].id(lands, Form::Immutable)
    }
}

impl Mailbox {
    /// Gives an item, with all that belongs to it, another number in its ordinary ids.
    fn rename(&mut self, number: u64, alias: u64, stamp: Stamp) {
        let Some(item) = self.items.get_mut(&number) else { return };
        item.stamp = stamp;
        for exception in item.exceptions.values_mut() {
            if let Exception::Changed(_, at) = exception {
                *at = stamp;
            }
        }
        if let Some(former) = item.alias.replace(alias) {
            self.aliases.remove(&former);
        }
        self.aliases.insert(alias, number);
    }
}

fn calendar(mailbox: &Mailbox, name: &str) -> Result<usize, String> {
    if name.is_empty() {
        return Ok(0);
    }
    let at = mailbox.calendars.iter().position(|held| held == name);
    at.map(|at| at + 1).ok_or_else(|| format!("there is no calendar {name}"))
}

fn wanted(mailbox: &Mailbox, item: &str, how: Move) -> Result<Vec<u64>, String> {
    let held = match how {
        Move::Restore => vec![&mailbox.bin],
        Move::To(_) | Move::Delete | Move::Archive => vec![&mailbox.items],
        Move::Reimport => vec![&mailbox.items, &mailbox.bin],
    };
    let known = mailbox.read_id(item).map(|target| target.item);
    let numbers: Vec<u64> = held
        .into_iter()
        .flatten()
        .filter(|(number, held)| {
            item == "*" || known == Some(**number) || (!item.is_empty() && held.key == item)
        })
        .map(|(number, _)| *number)
        .collect();
    if numbers.is_empty() { Err("there is no such item".to_owned()) } else { Ok(numbers) }
}
