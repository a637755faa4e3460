//! What holds for one user once org and user have had their say (SET): every setting, typed.

use serde::{Deserialize, Serialize};

use super::{
    Settings,
    words::{AttachAs, AutoCreate, DeleteInOutlook, Direction, ExternalOrganizer, PrivateAs, Unlinked},
};
use crate::{
    id::ApiName,
    objects::{ObjectWish, PublicCalendar},
    window::Days,
};

/// Every setting as it holds for a user. What the pane needs too is [`Settings`] of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Effective {
    /// What pane and service share.
    pub shared: Settings,
    /// What sessions save by themselves.
    pub autosave: Autosave,
    /// When sessions run, and over which days.
    pub session: Session,
    /// What comes down, and what goes only one way.
    pub down: Down,
    /// Invitees and records of people.
    pub people: People,
    /// Files of items.
    pub files: Files,
    /// Calendars beside the default one.
    pub calendars: Calendars,
    /// How a private item is saved without a dialog.
    pub private_as: PrivateAs,
    /// Whether writes that send mail wait for approval.
    pub notifications: Notifications,
}

/// What sessions save by themselves (AUT).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Autosave {
    /// Meetings.
    pub meetings: bool,
    /// Appointments.
    pub appointments: bool,
    /// Only what was made since sync was enabled.
    pub since_enabled: bool,
    /// What else is saved that is skipped otherwise.
    pub also: AlsoSaved,
}

/// What autosave saves that it skips otherwise (AUT-3, AUT-5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AlsoSaved {
    /// Private items.
    pub private: bool,
    /// Items of people of the company alone.
    pub internal: bool,
    /// Unanswered and declined invitations.
    pub unanswered: bool,
    /// Items without a related record.
    pub unlinked: Unlinked,
}

/// When sessions run, and over which days (AUT-2, AUT-7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Session {
    /// Days back.
    pub past_days: u32,
    /// Days ahead.
    pub future_days: u32,
    /// Minutes between two sessions of a mailbox.
    pub minutes: u32,
}

/// What comes down, and what goes only one way (DWN, ONE, OBJ, GRP-2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Down {
    /// Whether anything comes down.
    pub is_on: bool,
    /// Whether items that come down invite people.
    pub invites: bool,
    /// Whether occurrences of Lightning series come down one by one.
    pub lightning_occurrences: bool,
    /// Whether deleting an Event deletes its item.
    pub delete_in_outlook: DeleteInOutlook,
    /// What marks an Event whose meeting was cancelled, instead of deleting it.
    pub cancelled_instead: Option<Mark>,
    /// Which way changes go.
    pub direction: Direction,
    /// Public calendars of the org that come down (GRP-2).
    pub public_calendars: Vec<PublicCalendar>,
    /// Objects whose records come down (OBJ-1).
    pub objects: Vec<ObjectWish>,
}

/// A value that marks an Event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The field.
    pub field: ApiName,
    /// Its value.
    pub value: String,
}

/// Invitees and records of people (PPL, PIC).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct People {
    /// Whether invitees and head lines follow the meeting in each session.
    pub continuous_attendees: bool,
    /// Whether Opportunities are made for unresolved people.
    pub auto_create_opportunity: bool,
    /// Which records are made for unresolved people.
    pub auto_create: AutoCreate,
    /// Whose Event an outsider's meeting is.
    pub external_organizer: ExternalOrganizer,
}

/// Files of items (ATT).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Files {
    /// Whether they are saved.
    pub is_on: bool,
    /// As what.
    pub save_as: AttachAs,
}

/// Calendars beside the default one (AUT-8), by their names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Calendars {
    /// Those in sync.
    pub also: Vec<String>,
    /// The one that asks to save what is put into it.
    pub save: Option<String>,
}

/// Whether writes that send mail wait for approval (PPL-8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notifications {
    /// They wait.
    #[default]
    Hold,
    /// They are sent where a person asked for them in Salesforce.
    Send,
}

impl Default for Autosave {
    fn default() -> Self {
        Self { meetings: false, appointments: false, since_enabled: true, also: AlsoSaved::default() }
    }
}

impl Default for Session {
    fn default() -> Self {
        Self { past_days: 14, future_days: 60, minutes: 10 }
    }
}

impl Default for Down {
    fn default() -> Self {
        Self {
            is_on: true,
            invites: false,
            lightning_occurrences: false,
            delete_in_outlook: DeleteInOutlook::Never,
            cancelled_instead: None,
            direction: Direction::Both,
            public_calendars: Vec::new(),
            objects: Vec::new(),
        }
    }
}

impl Session {
    /// The window on a day of the mailbox's zone (AUT-2).
    pub fn window(&self, today: chrono::NaiveDate) -> Days {
        Days::around(today, self.past_days, self.future_days)
    }
}
