//! Everything the pane shows of one open item, gathered once and refreshed as a whole.

use chrono::{DateTime, Utc};

use calbridge_rules::{
    event::EventFields,
    id::RecordId,
    linking::{Links, Related},
    people::Participant,
    saving::{EventKnown, RequiredField, SyncKnown, Verdict},
    settings::Settings,
    status::Issue,
};

use crate::{lookup::Hit, outlook::OpenItem};

/// Everything the pane shows of one open item.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// The item.
    pub open: OpenItem,
    /// Its status as the card tells it.
    pub face: Face,
    /// Its Event.
    pub event: EventKnown,
    /// The Event as it was read, when it exists.
    pub view: Option<EventView>,
    /// The user's sync.
    pub sync: SyncKnown,
    /// Their settings, perhaps from the last time the service answered.
    pub settings: Settings,
    /// The item's people.
    pub people: Vec<Participant>,
    /// What they bring along.
    pub related: Related,
    /// The links that sync would choose (PIC-6).
    pub links: Links,
    /// Event fields that the org demands, ready to be drawn (SAV-9).
    pub required: Vec<FieldToFill>,
    /// What Save would do with these links, before it is pressed.
    pub verdict: Verdict,
}

/// The faces of the status card (CAT-5).
#[derive(Clone, Debug, PartialEq)]
pub enum Face {
    /// No Event, no request.
    NotSaved,
    /// A request waits for a session.
    WillBeSaved {
        /// When it is expected.
        at: DateTime<Utc>,
    },
    /// The request is kept on this device (SAV-4).
    Kept {
        /// Whether Outlook confirmed the category, so that a session would find the item by itself.
        categorized: bool,
    },
    /// The Event exists.
    Saved,
    /// The Event existed and was deleted in Salesforce (SAV-13).
    Gone,
    /// A session could not save it, or waits.
    Issue(Issue),
    /// The rules refuse it; the verdict says why.
    CannotBeSaved,
    /// Sync is off and there is no Event (SAV-3).
    SyncOff,
    /// Nobody could be asked.
    Unknown,
}

/// The Event as it was read from Salesforce.
#[derive(Clone, Debug, PartialEq)]
pub struct EventView {
    /// Its id.
    pub id: RecordId,
    /// The mapped fields as they were read: what the user was shown (SAV-13).
    pub shown: EventFields,
    /// When anybody last touched it.
    pub modstamp: DateTime<Utc>,
    /// Name.
    pub who: Option<Hit>,
    /// Related To.
    pub what: Option<Hit>,
    /// The owner's name, or "You".
    pub owner: String,
    /// Who last changed it, by name.
    pub changed_by: String,
    /// When.
    pub changed_at: DateTime<Utc>,
    /// Its page in Salesforce.
    pub link: String,
}

/// An Event field that the org demands, with what a control needs (SAV-9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldToFill {
    /// Name and label.
    pub field: RequiredField,
    /// The control.
    pub control: Control,
}

/// The control for a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Control {
    /// One line of text, so many characters at most.
    Text {
        /// The most characters.
        limit: usize,
    },
    /// One of a list: value and label.
    Pick(Vec<(String, String)>),
    /// A number.
    Number,
    /// A date.
    Date,
    /// A checkbox.
    Flag,
}
