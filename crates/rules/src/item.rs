//! An Outlook calendar item as the rules see it, whoever read it: the pane through Office.js, the service through Graph.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::id::{Address, ItemId};

/// A calendar item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Absent until Outlook has saved the item once.
    pub id: Option<ItemId>,
    /// Single, occurrence or master.
    pub kind: Kind,
    /// The subject as typed.
    pub subject: String,
    /// The body as plain text; absent where it was not read.
    pub body: Option<String>,
    /// The location's display text.
    pub location: String,
    /// When it is.
    pub span: Span,
    /// The zone it was made in, by its Windows or IANA name.
    pub zone: Option<String>,
    /// The free/busy state; absent where the reader cannot tell (Office.js).
    pub show_as: Option<ShowAs>,
    /// Whether and when a reminder rings; absent where the reader cannot tell (Office.js).
    pub reminder: Option<Reminder>,
    /// How private it is; absent where the reader cannot tell (Office.js before Mailbox 1.14).
    pub sensitivity: Option<Sensitivity>,
    /// Who called the meeting. Appointments have the calendar owner here, or nobody.
    pub organizer: Option<Person>,
    /// Everyone invited, rooms and resources too.
    pub attendees: Vec<Attendee>,
    /// Category names.
    pub categories: Vec<String>,
    /// Whether it is a meeting whose invitations were not sent yet; only the service can tell.
    pub is_draft: Option<bool>,
    /// Whether it lies in a Microsoft 365 group's calendar.
    pub in_group_calendar: bool,
}

/// What an item is within its series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Kind {
    /// Stands alone.
    Single,
    /// One date of a series, changed or not.
    Occurrence {
        /// The series it belongs to.
        series: ItemId,
    },
    /// The series itself.
    Series,
}

/// When an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "span")]
pub enum Span {
    /// From one instant to another.
    Timed {
        /// Start.
        start: DateTime<Utc>,
        /// End, never before the start.
        end: DateTime<Utc>,
    },
    /// Whole days: dates, never shifted by a zone (TZN-2).
    AllDay {
        /// The first day.
        first: NaiveDate,
        /// The day after the last, as Outlook counts.
        end_exclusive: NaiveDate,
    },
}

impl Span {
    /// How long it lasts; a day of an all-day item counts 24 hours.
    pub fn length(&self) -> TimeDelta {
        match self {
            Self::Timed { start, end } => *end - *start,
            Self::AllDay { first, end_exclusive } => *end_exclusive - *first,
        }
    }

    /// Whether it is made of whole days.
    pub fn is_all_day(&self) -> bool {
        matches!(self, Self::AllDay { .. })
    }
}

/// Free/busy state of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShowAs {
    /// Free.
    Free,
    /// Tentative.
    Tentative,
    /// Busy.
    Busy,
    /// Out of office.
    OutOfOffice,
    /// Working elsewhere.
    WorkingElsewhere,
}

/// When an item's reminder rings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reminder {
    /// Never.
    Off,
    /// So many minutes before the start.
    MinutesBefore(u32),
}

/// How private an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sensitivity {
    /// Not private at all.
    Normal,
    /// Personal.
    Personal,
    /// Private.
    Private,
    /// Confidential.
    Confidential,
}

impl Sensitivity {
    /// Private, in the rule book's sense: anything but normal.
    pub fn is_private(self) -> bool {
        match self {
            Self::Normal => false,
            Self::Personal | Self::Private | Self::Confidential => true,
        }
    }
}

/// A human or a room, as Outlook names them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The display name; may be empty.
    pub name: String,
    /// Absent where Outlook gave no SMTP address.
    pub address: Option<Address>,
}

impl Person {
    /// What to call them: the name, else the address.
    pub fn label(&self) -> &str {
        let name = self.name.trim();
        match &self.address {
            Some(address) if name.is_empty() => address.as_str(),
            Some(_) | None => name,
        }
    }
}

/// Somebody invited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendee {
    /// Who.
    pub person: Person,
    /// In which role.
    pub role: Role,
    /// What they answered; absent where the reader cannot tell (Office.js in compose mode).
    pub response: Option<Response>,
}

/// The role of somebody invited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Required.
    Required,
    /// Optional.
    Optional,
    /// A room or another resource, never one of the item's people.
    Resource,
}

/// What somebody invited answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Response {
    /// Nothing yet.
    None,
    /// Is the organizer.
    Organizer,
    /// Perhaps.
    Tentative,
    /// Yes.
    Accepted,
    /// No.
    Declined,
}

/// Whose item this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemSeat {
    /// An appointment, or a meeting that this user called.
    Own,
    /// An attendee's copy.
    Attendee,
}

impl Item {
    /// Whether anybody is invited: a meeting has attendees, an appointment has none.
    pub fn is_meeting(&self) -> bool {
        self.attendees.iter().any(|attendee| attendee.role != Role::Resource)
    }
}
