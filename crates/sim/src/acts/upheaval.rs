//! What moves under the service's hands: items into other calendars and out of the mailbox, records into others, users out of
//! the company and back.

use calbridge_rules::id::Address;
use calbridge_sync::store::IssueFilter;
use serde_json::json;

use crate::{
    company::{ASIDE, CONTACTS, address, planned},
    hands::record,
    locked,
    stage::Stage,
};

/// The Contact that is merged into another, by address.
const LOSER: &str = CONTACTS[2];
/// The one that it is merged into.
const MASTER: &str = CONTACTS[0];
/// What Salesforce says of an owner who left.
const INACTIVE: &str = "INACTIVE_OWNER_OR_USER";
/// Issues of one mailbox that are looked through.
const ISSUES: i64 = 100;
/// Items of the Contact that is merged away: nobody is behind their address any more.
const ORPHANS: [&str; 2] = ["visit", "call"];

impl Stage {
    /// The Contact that somebody picks: one that was merged away is not to be had.
    pub(super) fn at_hand<'c>(&self, contact: &'c str) -> &'c str {
        if contact == LOSER && !self.diary.merged.is_empty() { MASTER } else { contact }
    }

    pub(super) fn move_away(&mut self, person: &str, stem: &str) -> anyhow::Result<()> {
        let Some(item) = self.hands(|hands| hands.item(person, stem)) else { return Ok(()) };
        // Of a meeting each person has a copy of their own, and only the home's may stand elsewhere.
        if planned(stem).is_none_or(|item| item.home != person) {
            return Ok(());
        }
        let id = item["id"].as_str().unwrap_or_default().to_owned();
        self.diary.opened(person, stem);
        self.diary.unsettled.insert(stem.to_owned());
        self.diary.away.insert((person.to_owned(), stem.to_owned()));
        // The ids of its other forms end with the move.
        self.last_press = None;
        self.hands(|hands| hands.move_item(person, &id, ASIDE))
    }

    /// Moves back whatever somebody moved away.
    ///
    /// # Errors
    /// The stand-in refuses.
    pub fn move_back(&mut self, person: &str) -> anyhow::Result<()> {
        let away: Vec<String> =
            self.diary.away.iter().filter(|(who, _)| who == person).map(|(_, stem)| stem.clone()).collect();
        for stem in away {
            self.diary.away.remove(&(person.to_owned(), stem.clone()));
            if let Some(item) = self.hands(|hands| hands.item(person, &stem)) {
                let id = item["id"].as_str().unwrap_or_default().to_owned();
                // What was pressed under its ids in that calendar is answered with the loss (ISE-404).
                self.diary.opened(person, &stem);
                self.last_press = None;
                self.hands(|hands| hands.move_item(person, &id, ""))?;
            }
        }
        Ok(())
    }

    pub(super) fn archive(&mut self, person: &str, stem: &str) -> anyhow::Result<()> {
        let Some(item) = self.hands(|hands| hands.item(person, stem)) else { return Ok(()) };
        let id = item["id"].as_str().unwrap_or_default().to_owned();
        self.diary.opened(person, stem);
        self.diary.opened_for_all(stem);
        self.last_press = None;
        self.hands(|hands| hands.handle(person, &id, "archive"))
    }

    pub(super) fn merge_contacts(&mut self) -> anyhow::Result<()> {
        if let Some(loser) = self.merge("Contact", "Email", LOSER, MASTER)? {
            let pressed: Vec<String> = self
                .diary
                .presses
                .iter()
                .filter(|(_, press)| press.who == loser)
                .map(|((_, stem), _)| stem.clone())
                .collect();
            self.diary.unsettled.extend(pressed);
            self.diary.unsettled.extend(ORPHANS.map(str::to_owned));
            self.diary.merged.insert(loser);
        }
        Ok(())
    }

    /// Merges one record into another; answers which is gone, if it was still there.
    pub(super) fn merge(
        &mut self,
        object: &str,
        field: &str,
        loser: &str,
        master: &str,
    ) -> anyhow::Result<Option<String>> {
        let (loser, master, is_there) = {
            let world = locked(&self.world);
            let id = record(&world, object, field, loser)?;
            let dump = world.salesforce.dump();
            let rows = dump["records"][object].as_array().cloned().unwrap_or_default();
            let is_there = rows.iter().any(|row| row["Id"] == id.as_str() && row["IsDeleted"] != true);
            (id, record(&world, object, field, master)?, is_there)
        };
        if !is_there {
            return Ok(None);
        }
        self.hands(|hands| hands.merge_records(&loser, &master))?;
        Ok(Some(loser))
    }

    pub(super) fn retire(&mut self, person: &'static str) -> anyhow::Result<()> {
        if self.retired.insert(person) { self.hands(|hands| hands.employ(person, false)) } else { Ok(()) }
    }

    /// Makes a person's Salesforce user active again, if it is not, and has what was refused for it tried again (ISS-1).
    ///
    /// # Errors
    /// The stand-in refuses, or the store failed.
    pub async fn rehire(&mut self, person: &'static str) -> anyhow::Result<()> {
        if !self.retired.remove(person) {
            return Ok(());
        }
        self.hands(|hands| hands.employ(person, true))?;
        let mailbox = Address::parse(&address(person))?;
        let of_leaving = IssueFilter { mailbox: Some(&mailbox), code: Some(INACTIVE), with_ignored: true };
        for issue in self.store.issues(&of_leaving, ISSUES).await? {
            self.store.retry_issue(&mailbox, &issue.item, self.now_ms()).await?;
        }
        Ok(())
    }

    pub(super) fn lifecycle(&mut self, person: &str, event: &str) -> anyhow::Result<()> {
        let body = json!({ "mailbox": person, "event": event });
        self.hands(|hands| hands.control("POST", "/graph/lifecycle", &body)).map(drop)
    }
}
