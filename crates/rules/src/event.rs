//! The Salesforce Event as the rules see it: fields by meaning, not by their vendor names.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::id::{ApiName, RecordId};

/// A field of an Event. The vendor's names for them live in `wire`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventField {
    /// What it is about; at most 255 characters.
    Subject,
    /// The body as text; at most 32,000 characters.
    Description,
    /// Where; at most 255 characters.
    Location,
    /// Start: an instant, or the first day.
    Start,
    /// End: an instant, or the last day (inclusive).
    End,
    /// Whether it is made of whole days.
    IsAllDay,
    /// Free/busy state.
    ShowAs,
    /// Whether a reminder rings.
    IsReminderSet,
    /// When it rings.
    ReminderAt,
    /// Whether others may not see it.
    IsPrivate,
    /// The primary person: a Contact or a Lead.
    Who,
    /// The business record it is related to.
    What,
    /// The owner.
    Owner,
    /// The hash of the meeting's identity.
    SyncKey,
    /// Any other field of the org, by its API name.
    Custom(ApiName),
}

/// The value of an Event's field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is", content = "value")]
pub enum FieldValue {
    /// Nothing.
    Empty,
    /// Text, a picklist's value too.
    Text(String),
    /// Yes or no.
    Flag(bool),
    /// A number, kept as it was written.
    Number(String),
    /// An instant.
    Instant(DateTime<Utc>),
    /// A date.
    Date(NaiveDate),
    /// Another record.
    Record(RecordId),
}

impl FieldValue {
    /// Whether there is nothing in it: no value, or text that is empty once trimmed.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.trim().is_empty(),
            Self::Flag(_) | Self::Number(_) | Self::Instant(_) | Self::Date(_) | Self::Record(_) => false,
        }
    }
}

/// Fields with their values, in a stable order.
pub type EventFields = BTreeMap<EventField, FieldValue>;

/// An Event as it stands in Salesforce.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Its id.
    pub id: RecordId,
    /// The values of every field that was read.
    pub fields: EventFields,
    /// When anybody, a process included, last touched it.
    pub system_modstamp: DateTime<Utc>,
    /// Who last changed it, by name, where it was read.
    pub last_modified_by: Option<String>,
    /// When somebody last changed it.
    pub last_modified: DateTime<Utc>,
}
