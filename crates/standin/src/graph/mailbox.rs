//! One person's mailbox: items, the master list of categories, and what the add-in keeps there.

use std::collections::{BTreeMap, VecDeque};

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use super::ids::{self, Form, Target};
use super::inherit::follow;
use super::item::{Content, Exception, Item, Person, Stamp, When};
use super::zones;

/// A category of the master list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// Name, unique in the mailbox.
    pub name: String,
    /// `none` or `preset0` to `preset24`.
    pub colour: String,
}

/// The most writes a mailbox remembers; whoever asks for what came before must read everything again.
const LOG_LIMIT: usize = 5_000;

/// The most deleted items a mailbox keeps; the oldest goes first.
const BIN_LIMIT: usize = 1_000;

/// What a write did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Deed {
    /// An item came.
    Created,
    /// An item or an occurrence changed.
    Updated,
    /// An item or an occurrence went.
    Deleted,
}

/// One write, as change tracking and notifications need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Number of the write.
    pub number: u64,
    /// What it touched.
    pub target: Target,
    /// What it did.
    pub deed: Deed,
    /// The calendar of the item, 0 the default one.
    pub calendar: usize,
    /// The number in the item's ordinary ids at that time.
    pub plain: u64,
}

impl Change {
    /// The id that what was touched had then.
    #[must_use]
    pub fn id(&self, form: Form) -> String {
        ids::write(plain(self.target, Some(self.plain), form), form)
    }
}

/// A mailbox.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Mailbox {
    /// Its number.
    pub number: u32,
    /// Short name in the world file.
    pub user: String,
    /// Whose it is.
    pub owner: Person,
    /// Windows name of its zone.
    pub zone: String,
    /// Whether Graph may be used on it.
    pub open_to_graph: bool,
    /// Master list.
    pub categories: Vec<Category>,
    /// Items by number.
    pub items: BTreeMap<u64, Item>,
    /// Roaming settings of the add-in.
    pub roaming: serde_json::Map<String, serde_json::Value>,
    /// Addresses of the members, when this is the calendar of a group.
    pub group: Option<Vec<String>>,
    /// Role in this calendar by address in lower case.
    pub shares: BTreeMap<String, String>,
    /// Names of the calendars beside the default one.
    pub calendars: Vec<String>,
    /// Latest writes, oldest first.
    pub log: VecDeque<Change>,
    /// Number of the latest write that is no longer in the log.
    pub forgotten: u64,
    /// Items by the number in their present ordinary ids, where that is another.
    pub aliases: BTreeMap<u64, u64>,
    /// Deleted items that can be restored.
    pub bin: BTreeMap<u64, Item>,
}

/// What one looks at: an item, a master or one occurrence, with everything resolved.
#[derive(Clone, Debug)]
pub struct Seen<'a> {
    /// The stored item; the series of an occurrence.
    pub item: &'a Item,
    /// Where.
    pub target: Target,
    /// What it says.
    pub content: Content,
    /// Last write.
    pub stamp: Stamp,
    /// Kind.
    pub kind: Kind,
    /// Where the pattern puts an occurrence.
    pub original: Option<DateTime<Utc>>,
}

/// A target with the number that a form of its id has.
fn plain(target: Target, alias: Option<u64>, form: Form) -> Target {
    if form.outlives_moves() {
        return target;
    }
    Target { item: alias.unwrap_or(target.item), ..target }
}

impl<'a> Seen<'a> {
    /// An item that is no series, as it stands.
    #[must_use]
    pub fn single(item: &'a Item, target: Target) -> Self {
        let content = item.content.clone();
        Seen { item, target, content, stamp: item.stamp, kind: Kind::Single, original: None }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self, form: Form) -> String {
        ids::write(plain(self.target, self.item.alias, form), form)
    }

    /// The id of the series it belongs to, or its own.
    #[must_use]
    pub fn series_id(&self, form: Form) -> String {
        ids::write(plain(self.target.master(), self.item.alias, form), form)
    }

    /// Whether others see no more of it than its time.
    #[must_use]
    pub fn is_private(&self) -> bool {
        matches!(self.content.sensitivity.as_str(), "private" | "confidential")
    }
}

/// Graph's event types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// No series.
    Single,
    /// The series itself.
    Master,
    /// A date as the series has it.
    Occurrence,
    /// A date that differs.
    Exception,
}

impl Kind {
    /// Graph's word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Single => "singleInstance",
            Self::Master => "seriesMaster",
            Self::Occurrence => "occurrence",
            Self::Exception => "exception",
        }
    }
}

impl Mailbox {
    /// The zone of the mailbox.
    #[must_use]
    pub fn tz(&self) -> Tz {
        zones::find(&self.zone).unwrap_or(Tz::UTC)
    }

    /// An id of an item or an occurrence as it is written now.
    #[must_use]
    pub fn id(&self, target: Target, form: Form) -> String {
        let item = self.items.get(&target.item).or_else(|| self.bin.get(&target.item));
        ids::write(plain(target, item.and_then(|item| item.alias), form), form)
    }

    /// What an id of any form that Graph takes names here; an ordinary one of an earlier folder names nothing.
    #[must_use]
    pub fn read_id(&self, text: &str) -> Option<Target> {
        ids::read(text, Form::Immutable).or_else(|| self.resolve(ids::read(text, Form::Rest)?))
    }

    /// What the number of an ordinary id stands for.
    #[must_use]
    pub fn resolve(&self, named: Target) -> Option<Target> {
        if let Some(item) = self.aliases.get(&named.item) {
            let held = self.items.get(item).or_else(|| self.bin.get(item));
            let current = held.and_then(|item| item.alias) == Some(named.item);
            return current.then_some(Target { item: *item, ..named });
        }
        let moved = self.items.get(&named.item).is_some_and(|item| item.alias.is_some());
        (!moved).then_some(named)
    }

    /// Looks at one item or occurrence.
    #[must_use]
    pub fn see(&self, target: Target) -> Option<Seen<'_>> {
        let item = self.items.get(&target.item).filter(|_| target.mailbox == self.number)?;
        let Some(date) = target.occurrence else {
            let kind = if item.recurrence.is_some() { Kind::Master } else { Kind::Single };
            let content = item.content.clone();
            return Some(Seen { item, target, content, stamp: item.stamp, kind, original: None });
        };
        item.recurrence.as_ref().filter(|recurrence| recurrence.has(date))?;
        self.see_date(item, target, date)
    }

    /// Looks at a date that is known to be one of the series.
    fn see_date<'a>(&self, item: &'a Item, target: Target, date: NaiveDate) -> Option<Seen<'a>> {
        let recurrence = item.recurrence.as_ref()?;
        let tz = zones::find(&recurrence.zone).unwrap_or_else(|| self.tz());
        let when = moved(item.content.when, recurrence.first, date, tz);
        let original = Some(when.instants(tz).0);
        let (content, stamp, kind) = match item.exceptions.get(&date) {
            Some(Exception::Cancelled) => return None,
            Some(Exception::Changed(content, stamp)) => (content.as_ref().clone(), *stamp, Kind::Exception),
            None => (Content { when, ..item.content.clone() }, item.stamp, Kind::Occurrence),
        };
        Some(Seen { item, target, content, stamp, kind, original })
    }

    /// Everything that takes place in a span: singles, occurrences and exceptions, by start.
    #[must_use]
    pub fn view(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Seen<'_>> {
        let mut seen: Vec<Seen<'_>> =
            self.items.keys().flat_map(|number| self.view_item(*number, from, to)).collect();
        let tz = self.tz();
        seen.sort_by_key(|seen| (seen.content.when.instants(tz), seen.target));
        seen
    }

    /// What one item contributes to a span: itself, or its occurrences and exceptions there.
    #[must_use]
    pub fn view_item(&self, number: u64, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<Seen<'_>> {
        let Some(item) = self.items.get(&number) else { return Vec::new() };
        let target = Target { mailbox: self.number, item: number, occurrence: None };
        let tz = self.tz();
        let within = |when: When| {
            let (start, end) = when.instants(tz);
            start < to && (end > from || (start == end && start >= from))
        };
        let Some(recurrence) = &item.recurrence else {
            return self.see(target).filter(|seen| within(seen.content.when)).into_iter().collect();
        };
        let zone = zones::find(&recurrence.zone).unwrap_or(tz);
        recurrence
            .dates_until(after(to))
            .into_iter()
            .filter(|date| {
                item.exceptions.contains_key(date)
                    || within(moved(item.content.when, recurrence.first, *date, zone))
            })
            .filter_map(|date| self.see_date(item, Target { occurrence: Some(date), ..target }, date))
            .filter(|seen| within(seen.content.when))
            .collect()
    }

    /// Puts a new item into the calendar.
    pub fn put(&mut self, number: u64, item: Item) -> Target {
        let target = Target { mailbox: self.number, item: number, occurrence: None };
        let stamp = item.stamp;
        self.items.insert(number, item);
        self.note(target, stamp, Deed::Created);
        target
    }

    /// Remembers a write for those who follow changes.
    pub(super) fn note(&mut self, target: Target, stamp: Stamp, deed: Deed) {
        let item = self.items.get(&target.item);
        let calendar = item.map_or(0, |item| item.calendar);
        let plain = item.and_then(|item| item.alias).unwrap_or(target.item);
        self.log.push_back(Change { number: stamp.change, target, deed, calendar, plain });
        if self.log.len() > LOG_LIMIT {
            self.forgotten = self.log.pop_front().map_or(self.forgotten, |change| change.number);
        }
    }

    /// Changes what an item or an occurrence says; a changed occurrence becomes an exception.
    ///
    /// Answers whether there was such an item.
    pub fn change(&mut self, target: Target, stamp: Stamp, edit: impl FnOnce(&mut Content)) -> bool {
        let Some(mut content) = self.see(target).map(|seen| seen.content) else { return false };
        edit(&mut content);
        let Some(item) = self.items.get_mut(&target.item) else { return false };
        item.previous = None;
        if item.recurrence.is_none() {
            item.previous = Some(Box::new(item.clone()));
        }
        if let Some(date) = target.occurrence {
            item.exceptions.insert(date, Exception::Changed(Box::new(content), stamp));
        } else {
            let before = std::mem::replace(&mut item.content, content);
            item.stamp = stamp;
            for exception in item.exceptions.values_mut() {
                if let Exception::Changed(own, at) = exception
                    && follow(own, &before, &item.content)
                {
                    *at = stamp;
                }
            }
        }
        self.note(target, stamp, Deed::Updated);
        true
    }

    /// Takes an item, or one date of a series, out of the calendar.
    pub fn remove(&mut self, target: Target, stamp: Stamp) {
        if self.items.contains_key(&target.item) {
            self.note(target, stamp, Deed::Deleted);
        }
        match target.occurrence {
            None => {
                if let Some(item) = self.items.remove(&target.item) {
                    self.bin.insert(target.item, item);
                }
                if self.bin.len() > BIN_LIMIT {
                    self.bin.pop_first();
                }
            }
            Some(date) => {
                if let Some(item) = self.items.get_mut(&target.item) {
                    item.exceptions.insert(date, Exception::Cancelled);
                    item.stamp = stamp;
                }
            }
        }
    }

    /// Colour of a category of the master list.
    #[must_use]
    pub fn colour(&self, name: &str) -> Option<&str> {
        self.categories.iter().find(|category| category.name == name).map(|found| found.colour.as_str())
    }

    /// Whether the mailbox's owner organizes what is seen.
    #[must_use]
    pub fn organizes(&self, content: &Content) -> bool {
        content.organizer.is(&self.owner.address)
    }
}

/// A time of the first date of a series, on another of its dates.
pub(super) fn moved(when: When, first: NaiveDate, date: NaiveDate, tz: Tz) -> When {
    match when {
        When::AllDay { first: from, until } => {
            let length = until.signed_duration_since(from);
            When::AllDay { first: date, until: date + length }
        }
        When::Timed { start, end } => {
            let local = zones::local(start, tz);
            let shift = date.signed_duration_since(first);
            let start_there = zones::instant(local + shift, tz);
            let end_there = zones::instant(zones::local(end, tz) + shift, tz);
            When::Timed { start: start_there, end: end_there }
        }
    }
}

/// A date surely past everything that begins before the instant, in any zone.
fn after(instant: DateTime<Utc>) -> NaiveDate {
    let date = instant.date_naive();
    date.checked_add_days(Days::new(2)).unwrap_or(date)
}

/// Midnight of a date in a zone.
#[must_use]
pub fn midnight(date: NaiveDate, zone: Tz) -> DateTime<Utc> {
    zones::instant(date.and_time(NaiveTime::MIN), zone)
}
