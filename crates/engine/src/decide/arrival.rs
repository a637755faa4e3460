//! An Event that was made in Salesforce and has no item yet (DWN-1).

use calbridge_rules::{
    event::{Event, EventField, FieldValue},
    item::{Item, Kind, Span},
    mapping::{self, ItemValues},
};
use chrono::TimeDelta;

use crate::{
    ports::{KeyedEvent, Shape},
    session::Scope,
};

/// Days that an item may last (XCP-1).
const DAYS_LIMIT: i64 = calbridge_rules::saving::DAYS_LIMIT;

/// What becomes of an Event without an item.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Arrival {
    /// An item is made for it.
    Bring {
        /// The Event.
        event: Box<Event>,
        /// What the item says.
        values: Box<ItemValues>,
    },
    /// It stays where it is, by this rule.
    Stay(&'static str),
}

/// Decides on an Event without an item.
pub(crate) fn arrival(scope: &Scope<'_>, seen: &KeyedEvent) -> Arrival {
    let event = &seen.event;
    if event.fields.get(&EventField::Owner) != Some(&FieldValue::Record(scope.owner.clone())) {
        return Arrival::Stay("DWN-1");
    }
    // An Event under a key is somebody's item already.
    if !seen.key.is_empty() {
        return Arrival::Stay("DUP-1");
    }
    match seen.shape {
        Shape::Single => {}
        Shape::ClassicSeries | Shape::ClassicDate => return Arrival::Stay("SER-6"),
        Shape::LightningDate => return Arrival::Stay("SER-3"),
    }
    // AUT-4: what was there before sync began stays where it is.
    if seen.born.as_ref().is_none_or(|born| born.at < scope.since) {
        return Arrival::Stay("AUT-4");
    }
    let values = mapping::back(&event.fields, &nothing_yet(event));
    let Some(span) = values.span else { return Arrival::Stay("DWN-1") };
    if span.length() > TimeDelta::days(DAYS_LIMIT) {
        return Arrival::Stay("XCP-1");
    }
    if !scope.window_for_new_items().touches(span) {
        return Arrival::Stay("AUT-2");
    }
    Arrival::Bring { event: Box::new(event.clone()), values: Box::new(values) }
}

/// An item before anything is known of it.
fn nothing_yet(event: &Event) -> Item {
    let at = event.last_modified;
    Item {
        id: None,
        kind: Kind::Single,
        subject: String::new(),
        body: None,
        location: String::new(),
        span: Span::Timed { start: at, end: at },
        zone: None,
        show_as: None,
        reminder: None,
        sensitivity: None,
        organizer: None,
        attendees: Vec::new(),
        categories: Vec::new(),
        is_draft: None,
        in_group_calendar: false,
    }
}
