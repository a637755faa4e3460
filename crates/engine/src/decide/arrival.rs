//! An Event that was made in Salesforce and has no item yet (DWN-1).

use calbridge_rules::{
    cause::Side,
    direction::{Course, Deed, course},
    event::Event,
    id::RecordId,
    item::{Item, Kind, Person, Span},
    mapping::{self, ItemValues},
    series::{Lightning, lightning},
    status::Issue,
};
use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    pair::Pair,
    ports::{KeyedEvent, Shape},
    ruling::Invitation,
    session::Scope,
};

/// Days that an item may last (XCP-1).
const DAYS_LIMIT: i64 = calbridge_rules::saving::DAYS_LIMIT;

/// Digits of a pair's key that tell one item of an Event from the next.
const GENERATION: usize = 16;

/// What becomes of an Event without an item.
#[derive(Clone, Debug, PartialEq)]
pub enum Arrival {
    /// An item is made for it.
    Bring {
        /// The Event.
        event: Box<Event>,
        /// What the item says.
        values: Box<ItemValues>,
        /// The name of the try, the same for every repetition of it.
        transaction: String,
        /// Who is invited.
        guests: Vec<Person>,
        /// Whether its meeting's key is put on the Event. On a date of a Lightning series it would be put on all of it.
        takes_key: bool,
    },
    /// A series is made for a Classic one (SER-6), if its dates allow.
    BringSeries {
        /// Its master.
        master: Box<Event>,
    },
    /// It cannot be brought down, and its user is told so once for all of its series (SER-3).
    Tell {
        /// The Event.
        event: RecordId,
        /// What all that is told under one name has in common.
        about: String,
        /// What is told.
        issue: Issue,
    },
    /// It begins beyond the window, into which it comes by itself.
    Later {
        /// The Event.
        event: RecordId,
        /// When.
        at: DateTime<Utc>,
    },
    /// Its item would invite people, which somebody is to approve first (PPL-8).
    Hold(Box<Invitation>),
    /// It stays where it is, by this rule.
    Stay(&'static str),
}

impl Arrival {
    /// The Event that an item is made for.
    pub(crate) fn event(&self) -> Option<&RecordId> {
        match self {
            Self::Bring { event, .. } => Some(&event.id),
            Self::BringSeries { .. }
            | Self::Tell { .. }
            | Self::Later { .. }
            | Self::Hold(_)
            | Self::Stay(_) => None,
        }
    }
}

/// Decides on an Event without an item.
pub(crate) fn arrival(scope: &Scope<'_>, seen: &KeyedEvent) -> Arrival {
    let event = &seen.event;
    if course(Side::Salesforce, Deed::Created, &scope.settings.down).0 != Course::Carry {
        return Arrival::Stay("ONE-1");
    }
    if !scope.owns(&event.fields) {
        return Arrival::Stay("DWN-1");
    }
    // An Event under a key is somebody's item already.
    if !seen.key.is_empty() {
        return Arrival::Stay("DUP-1");
    }
    match seen.shape {
        Shape::Single | Shape::ClassicSeries | Shape::LightningDate { .. } => {}
        // They come down with their series, or by themselves.
        Shape::ClassicDate => return Arrival::Stay("SER-6"),
        Shape::LightningSeries => return Arrival::Stay("SER-3"),
    }
    // AUT-4: what was there before sync began stays where it is.
    let is_old = seen.born.as_ref().is_none_or(|born| born.at < scope.since);
    if is_old && scope.settings.autosave.since_enabled {
        return Arrival::Stay("AUT-4");
    }
    if seen.shape == Shape::ClassicSeries {
        return Arrival::BringSeries { master: Box::new(event.clone()) };
    }
    let values = values_of(event);
    let Some(span) = values.span else { return Arrival::Stay("DWN-1") };
    if span.length() > TimeDelta::days(DAYS_LIMIT) {
        return Arrival::Stay("XCP-1");
    }
    if !scope.is_in_window(span) {
        let later = |at| Arrival::Later { event: event.id.clone(), at };
        return scope.enters_window(span).map_or(Arrival::Stay("AUT-2"), later);
    }
    if let Shape::LightningDate { pattern } = &seen.shape
        && let Lightning::Refused(issue) = lightning(scope.settings.down.lightning_occurrences, scope.days())
    {
        return Arrival::Tell { event: event.id.clone(), about: pattern.clone(), issue };
    }
    Arrival::Bring {
        event: Box::new(event.clone()),
        values: Box::new(values),
        transaction: transaction(&event.id),
        guests: Vec::new(),
        takes_key: takes_key(&seen.shape),
    }
}

/// The name under which an Event's item is made.
pub(crate) fn transaction(event: &RecordId) -> String {
    format!("calbridge-{event}")
}

fn takes_key(shape: &Shape) -> bool {
    match shape {
        Shape::Single | Shape::ClassicSeries | Shape::ClassicDate => true,
        Shape::LightningSeries | Shape::LightningDate { .. } => false,
    }
}

/// The item of a pair once more: under another transaction than the one that is gone, which another key tells.
pub(crate) fn bring_again(pair: &Pair, event: &Event, shape: &Shape) -> Arrival {
    let values = values_of(event);
    let generation = pair.key.as_str().get(..GENERATION).unwrap_or_default();
    let transaction = format!("calbridge-{}-{generation}", event.id);
    // Whoever was invited before is not asked again: nobody wants that but sync.
    Arrival::Bring {
        event: Box::new(event.clone()),
        values: Box::new(values),
        transaction,
        guests: Vec::new(),
        takes_key: takes_key(shape),
    }
}

/// What an item says that is made from an Event.
pub fn values_of(event: &Event) -> ItemValues {
    mapping::back(&event.fields, &nothing_yet(event))
}

/// An item before anything is known of it.
pub(crate) fn nothing_yet(event: &Event) -> Item {
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
