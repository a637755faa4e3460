//! The Salesforce Event as the rules see it: fields by meaning, not by their vendor names.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    id::{ApiName, BadApiName, RecordId},
    map::SmallMap,
};

/// A field of an Event. The vendor's names for them live in `wire`.
///
/// Written as one word, because it is the key of a map wherever it travels: a custom field by its API name, which never
/// is a word of ours.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
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

/// Fields by the word they are written as.
const WORDS: [(EventField, &str); 14] = [
    (EventField::Subject, "subject"),
    (EventField::Description, "description"),
    (EventField::Location, "location"),
    (EventField::Start, "start"),
    (EventField::End, "end"),
    (EventField::IsAllDay, "is_all_day"),
    (EventField::ShowAs, "show_as"),
    (EventField::IsReminderSet, "is_reminder_set"),
    (EventField::ReminderAt, "reminder_at"),
    (EventField::IsPrivate, "is_private"),
    (EventField::Who, "who"),
    (EventField::What, "what"),
    (EventField::Owner, "owner"),
    (EventField::SyncKey, "sync_key"),
];

impl TryFrom<String> for EventField {
    type Error = BadApiName;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match WORDS.iter().find(|(_, word)| *word == text) {
            Some((field, _)) => Ok(field.clone()),
            None => ApiName::parse(&text).map(Self::Custom),
        }
    }
}

impl From<EventField> for String {
    fn from(field: EventField) -> Self {
        if let EventField::Custom(name) = field {
            return name.into();
        }
        WORDS.iter().find(|(known, _)| *known == field).map_or_else(Self::new, |(_, word)| (*word).to_owned())
    }
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

    /// By how many characters a text exceeds a limit, counted as [`crate::mapping`] cuts (SAV-9).
    pub fn excess(&self, limit: usize) -> usize {
        match self {
            Self::Text(text) => text.encode_utf16().count().saturating_sub(limit),
            Self::Empty
            | Self::Flag(_)
            | Self::Number(_)
            | Self::Instant(_)
            | Self::Date(_)
            | Self::Record(_) => 0,
        }
    }
}

/// Fields with their values, in a stable order.
pub type EventFields = SmallMap<EventField, FieldValue>;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_an_event_travel_as_json_whatever_they_are() {
        let custom = EventField::Custom(ApiName::parse("Meeting_Type__c").unwrap());
        let named = WORDS.iter().map(|(field, _)| field.clone());
        let fields: EventFields =
            named.chain([custom]).map(|field| (field, FieldValue::Flag(true))).collect();
        assert_eq!(fields.len(), WORDS.len() + 1);
        let text = serde_json::to_string(&fields).unwrap();
        assert_eq!(serde_json::from_str::<EventFields>(&text).unwrap(), fields);
        assert!(text.contains(r#""Meeting_Type__c":{"is":"flag","value":true}"#), "{text}");
    }

    #[test]
    fn sav_9_a_text_that_is_too_long_says_by_how_much() {
        let excess = |text: &str, limit| FieldValue::Text(text.to_owned()).excess(limit);
        assert_eq!((excess("four", 4), excess("fours", 4), excess("four", 0)), (0, 1, 4));
        assert_eq!(excess("😀", 1), 1);
        assert_eq!(FieldValue::Flag(true).excess(0), 0);
    }

    #[test]
    fn sav_9_blank_text_is_nothing() {
        assert!(FieldValue::Empty.is_empty() && FieldValue::Text(" \n".to_owned()).is_empty());
        assert!(!FieldValue::Flag(false).is_empty() && !FieldValue::Number("0".to_owned()).is_empty());
    }
}
