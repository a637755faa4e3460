//! What pressing Save does, decided before it is pressed: the one verdict that pane and service share (SAV, XCP).

mod checks;
mod refusal;
mod route;
mod session;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    event::{EventField, EventFields},
    id::{ApiName, RecordId},
    item::Item,
    people::{Participant, PersonObject},
    settings::Settings,
};

pub use checks::DAYS_LIMIT;
pub use refusal::{Refusal, SyncOff};
pub use route::verdict;
pub use session::{ComesFirst, Decision, SessionVerdict, Wait, session_verdict};

/// What the user chose in the dialog, or sync for them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Choice {
    /// The record in Name.
    pub who: Option<ChosenPerson>,
    /// The record in Related To.
    pub what: Option<RecordId>,
    /// Further people in Name (PIC-3); left to sync where nothing was said.
    pub also_who: Option<Vec<ChosenPerson>>,
    /// Further business records (PIC-3).
    pub also_what: Vec<RecordId>,
    /// The names of the files that go along (ATT-1); all that may where nothing was said.
    pub files: Option<Vec<String>>,
    /// Values of further Event fields that the user typed.
    pub fields: EventFields,
    /// This item or its whole series (SAV-10).
    pub scope: Scope,
}

/// The record in Name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenPerson {
    /// The record.
    pub record: RecordId,
    /// Contact or Lead.
    pub object: PersonObject,
}

/// What of a series is saved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The opened item alone.
    #[default]
    Single,
    /// The entire series.
    Series,
}

/// What is known of an item's Event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
pub enum EventKnown {
    /// There is none.
    Absent,
    /// It exists.
    Exists {
        /// Its id.
        id: RecordId,
    },
    /// Nobody could be asked.
    Unknown,
}

/// What is known of the user's sync.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "sync")]
pub enum SyncKnown {
    /// It runs.
    Active {
        /// When the next session is due.
        next_session: Option<DateTime<Utc>>,
    },
    /// It does not run for this user.
    Off {
        /// Why.
        why: SyncOff,
    },
    /// The service does not answer; it was active when it last did.
    Unreachable,
    /// The service does not answer, and never did on this device.
    Never,
}

/// A field that the org demands before it takes an Event (SAV-9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequiredField {
    /// Its API name.
    pub name: ApiName,
    /// Its label.
    pub label: String,
}

/// Everything the verdict hangs on.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// The item.
    pub item: &'a Item,
    /// Its Event.
    pub event: &'a EventKnown,
    /// The user's sync.
    pub sync: &'a SyncKnown,
    /// The item's people.
    pub participants: &'a [Participant],
    /// What was chosen.
    pub choice: &'a Choice,
    /// Event fields that the org demands.
    pub required: &'a [RequiredField],
    /// The settings.
    pub settings: &'a Settings,
}

/// What Save would do, and how that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What Save does.
    pub route: Route,
    /// The rules that were asked, in order; the last one decided.
    pub trace: Vec<Check>,
    /// What only the service knows and could change the verdict, in words.
    pub may_change: Vec<&'static str>,
}

/// What Save does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// The service records a save request (SAV-1).
    Queue,
    /// The Event is updated at once, without the service (SAV-2).
    UpdateNow {
        /// The Event.
        event: RecordId,
    },
    /// The save request is kept on this device (SAV-4).
    Keep,
    /// Nothing is written.
    Refuse(Refusal),
}

/// One rule that was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The rule's id.
    pub rule: &'static str,
    /// What it looked at, in words for the user.
    pub says: String,
    /// Whether it let the item pass.
    pub passed: bool,
}

impl Choice {
    /// Values that the user set for a field, links included.
    pub fn value(&self, field: &EventField) -> Option<&crate::event::FieldValue> {
        self.fields.get(field)
    }
}
