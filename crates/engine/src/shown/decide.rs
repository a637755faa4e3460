//! What is to be done about a record that the calendar shows, or is to.

use calbridge_rules::{
    cause::Cause,
    item::{Item, Kind},
    mapping::ItemValues,
    objects::{RecordItem, Shown},
    status::Issue,
};
use chrono::{DateTime, Utc};

use crate::{
    ports::{DueRecord, SeenItem, Wanted},
    ruling::Ruling,
    session::Scope,
};

/// What the calendar has of a record.
#[derive(Clone, Debug, PartialEq)]
pub enum Sight {
    /// No item was made of it yet.
    Unmade,
    /// Its item is proven to be gone.
    Gone,
    /// Its item.
    Here(Box<SeenItem>),
}

/// What is to be done about a record.
#[derive(Clone, Debug, PartialEq)]
pub enum ShownStep {
    /// Its item is made, or made again.
    Make,
    /// Its item says this from now on, which the record says: the record changed, or somebody changed the item.
    Change(ItemValues),
    /// Its item has these categories from now on.
    Mark(Vec<String>),
    /// Its item is deleted, and told why where there is a reason.
    Delete {
        /// What the user is told.
        issue: Option<Issue>,
    },
    /// Its item was made a series, which a record is never shown as: it is deleted, and another made.
    MakeAnew,
    /// All is as it is to be.
    Rest,
    /// It comes into the window by itself, then.
    Wait(DateTime<Utc>),
    /// Nothing is done, and the user is told why.
    Tell(Issue),
    /// Nothing of it is left to look after.
    Forget,
}

/// Decides about a record.
pub fn decide(scope: &Scope<'_>, due: &DueRecord, sight: &Sight) -> ShownStep {
    match (&due.wanted, sight) {
        (Wanted::Item(says), Sight::Unmade | Sight::Gone) => absent(scope, says),
        (Wanted::Item(says), Sight::Here(seen)) => here(due, says, &seen.item),
        (Wanted::Trouble(issue), Sight::Unmade | Sight::Gone) => ShownStep::Tell(issue.clone()),
        (Wanted::Trouble(issue), Sight::Here(seen)) => unwanted(due, &seen.item, Some(issue)),
        (Wanted::Nothing, Sight::Unmade | Sight::Gone) => ShownStep::Forget,
        (Wanted::Nothing, Sight::Here(seen)) => unwanted(due, &seen.item, None),
    }
}

/// A record that no item shows: made where it lies in the window (AUT-2), and made again there when somebody deleted it.
fn absent(scope: &Scope<'_>, says: &RecordItem) -> ShownStep {
    let Some(span) = says.values.span else { return ShownStep::Rest };
    if scope.is_in_window(span) {
        return ShownStep::Make;
    }
    scope.enters_window(span).map_or(ShownStep::Rest, ShownStep::Wait)
}

fn here(due: &DueRecord, says: &RecordItem, item: &Item) -> ShownStep {
    let before = due.standing.as_ref().map_or(says, |standing| &standing.says);
    let values = says.unlike(item, before);
    let categories = says.categories(&item.categories, before);
    let is_marked = same_names(&categories, &item.categories);
    let is_single = item.kind == Kind::Single;
    if values == ItemValues::default() && is_marked && is_single {
        return ShownStep::Rest;
    }
    if let Some(issue) = guests(says.shown, item) {
        return ShownStep::Tell(issue);
    }
    if !is_single {
        return ShownStep::MakeAnew;
    }
    if values == ItemValues::default() { ShownStep::Mark(categories) } else { ShownStep::Change(values) }
}

/// An item that is to go. One that a person wants kept is theirs from now on.
fn unwanted(due: &DueRecord, item: &Item, issue: Option<&Issue>) -> ShownStep {
    let shown = due.standing.as_ref().map_or(Shown::Record, |standing| standing.says.shown);
    match (due.ruling, guests(shown, item)) {
        (Some(Ruling::Discarded), _) => ShownStep::Forget,
        (Some(Ruling::Approved) | None, Some(invited)) => ShownStep::Tell(invited),
        (Some(Ruling::Approved) | None, None) => ShownStep::Delete { issue: issue.cloned() },
    }
}

/// Why an item is left alone to which somebody invited people: rooms get mail too.
fn guests(shown: Shown, item: &Item) -> Option<Issue> {
    let people = item.attendees.len();
    (people > 0).then(|| Cause::GuestsOfShown { shown, people }.issue())
}

/// Whether the same categories stand in both, in whatever order.
pub(super) fn same_names(one: &[String], other: &[String]) -> bool {
    one.len() == other.len() && one.iter().all(|name| other.contains(name))
}
