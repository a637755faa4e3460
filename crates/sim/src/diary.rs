//! What people did and may expect of it: every edit with a token of its own, and for every item whether it must be saved in
//! the end.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use crate::script::Field;

/// On which side an edit was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// In Outlook.
    Outlook,
    /// In Salesforce.
    Salesforce,
}

/// One edit of one field.
#[derive(Clone, Debug)]
pub struct Edit {
    /// Its place among everything that people did.
    pub number: usize,
    /// Where.
    pub side: Side,
    /// The item.
    pub stem: String,
    /// The field.
    pub field: Field,
    /// What stands there now, unlike every other value of the run.
    pub value: String,
    /// The Event, for an edit in Salesforce.
    pub event: Option<String>,
}

/// One edit of one date of a series.
#[derive(Clone, Debug)]
pub struct DateEdit {
    /// Which date: when it began by its pattern.
    pub original: DateTime<Utc>,
    /// The edit, of the stem of the series.
    pub edit: Edit,
}

/// What must have become of an item of a person in the end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Hope {
    /// Nobody asked.
    #[default]
    Unasked,
    /// It is saved, or tells by one code why not.
    Saved,
    /// Several ends are right: people took back what they had asked for.
    Open,
}

/// A press of Save.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pressed {
    /// Its place among everything that people did.
    pub number: usize,
    /// The Contact's id.
    pub who: String,
    /// The Account's id, if it was picked too.
    pub what: Option<String>,
}

/// The diary of a run.
#[derive(Clone, Debug, Default)]
pub struct Diary {
    count: usize,
    /// All edits.
    pub edits: Vec<Edit>,
    /// The last press for an item of a person.
    pub presses: BTreeMap<(String, String), Pressed>,
    hopes: BTreeMap<(String, String), Hope>,
    /// Stems of Events that were made when the org was watched already.
    pub expected: BTreeSet<String>,
    /// People whose mailbox was not in sync all the time.
    pub paused: BTreeSet<String>,
    /// Contacts that were merged into another, by their ids.
    pub merged: BTreeSet<String>,
    /// Items that stand in a calendar that is not in sync, by person and stem.
    pub away: BTreeSet<(String, String)>,
    /// Stems whose Event somebody took away or back.
    pub unsettled: BTreeSet<String>,
    /// Edits of single dates of series that still take place as they did then.
    pub date_edits: Vec<DateEdit>,
    /// Stems of dates that were edited in Salesforce, and do not take place as they did any more.
    edited_away: BTreeSet<String>,
    /// Dates of series whose Event somebody deleted, by stem.
    pub bare: BTreeSet<(String, DateTime<Utc>)>,
    /// Stems of items that repeated and do not, or did not and do.
    pub converted: BTreeSet<String>,
}

impl Diary {
    /// The next number, which also makes tokens unlike each other.
    pub fn number(&mut self) -> usize {
        self.count += 1;
        self.count
    }

    /// What is hoped for an item of a person.
    pub fn hope(&self, person: &str, stem: &str) -> Hope {
        self.hopes.get(&(person.to_owned(), stem.to_owned())).cloned().unwrap_or_default()
    }

    /// Everything that somebody asked for.
    pub fn hopes(&self) -> impl Iterator<Item = (&(String, String), &Hope)> {
        self.hopes.iter()
    }

    /// An item is saved of itself: nobody asked for it yet, and what becomes of its Event concerns it like any other.
    pub fn saves_itself(&mut self, person: &str, stem: &str) {
        self.hopes.entry((person.to_owned(), stem.to_owned())).or_default();
    }

    /// Save was pressed.
    pub fn pressed(&mut self, person: &str, stem: &str, who: String, what: Option<String>) {
        let number = self.number();
        let at = (person.to_owned(), stem.to_owned());
        self.hopes.insert(at.clone(), Hope::Saved);
        self.presses.insert(at, Pressed { number, who, what });
    }

    /// The category was put on.
    pub fn categorized(&mut self, person: &str, stem: &str) {
        let hope = self.hopes.entry((person.to_owned(), stem.to_owned())).or_default();
        if *hope == Hope::Unasked {
            *hope = Hope::Saved;
        }
    }

    /// The categories were taken off: a wish by category alone may have been withdrawn by that.
    pub fn uncategorized(&mut self, person: &str, stem: &str) {
        let at = (person.to_owned(), stem.to_owned());
        if !self.presses.contains_key(&at) && self.hopes.contains_key(&at) {
            self.hopes.insert(at, Hope::Open);
        }
    }

    /// Somebody took back what was asked for, or the item or Event away.
    pub fn opened(&mut self, person: &str, stem: &str) {
        let at = (person.to_owned(), stem.to_owned());
        self.presses.remove(&at);
        self.hopes.insert(at, Hope::Open);
    }

    /// The same for everybody who has the item.
    pub fn opened_for_all(&mut self, stem: &str) {
        self.unsettled.insert(stem.to_owned());
        let people: Vec<String> =
            self.hopes.keys().filter(|(_, held)| held == stem).map(|(person, _)| person.clone()).collect();
        for person in people {
            self.opened(&person, stem);
        }
    }

    /// Whether somebody edited an Event of a stem in Salesforce.
    pub fn has_edit_in_salesforce(&self, stem: &str) -> bool {
        let dates = self.date_edits.iter().map(|date| &date.edit);
        self.edits.iter().chain(dates).any(|edit| edit.side == Side::Salesforce && edit.stem == stem)
            || self.edited_away.contains(stem)
    }

    /// A series repeats otherwise: Outlook forgets what single dates said.
    pub fn reshaped(&mut self, stem: &str) {
        self.drop_date_edits(|date| date.edit.stem == stem);
    }

    fn drop_date_edits(&mut self, is_gone: impl Fn(&DateEdit) -> bool) {
        let gone = self.date_edits.extract_if(.., |date| is_gone(date)).map(|date| date.edit);
        self.edited_away.extend(gone.filter(|edit| edit.side == Side::Salesforce).map(|edit| edit.stem));
    }

    /// A date of a series takes place no more.
    pub fn cancelled(&mut self, stem: &str, original: DateTime<Utc>) {
        self.drop_date_edits(|date| date.edit.stem == stem && date.original == original);
    }

    /// The last edit of a field on one side; in Salesforce, of one Event.
    pub fn last(&self, side: Side, stem: &str, field: Field, event: &str) -> Option<&Edit> {
        let is_it = |edit: &&Edit| {
            edit.side == side
                && edit.stem == stem
                && edit.field == field
                && edit.event.as_deref().is_none_or(|id| id == event)
        };
        self.edits.iter().rev().find(is_it)
    }
}
