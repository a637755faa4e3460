//! What the ledger keeps of an item and its Event.

use calbridge_rules::{
    event::{EventField, EventFields, FieldValue},
    id::{ItemId, RecordId},
    identity::SyncKey,
    item::Span,
};
use serde::{Deserialize, Serialize};

/// An item and its Event.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// The item, by its immutable id.
    pub item: ItemId,
    /// The key of its Event.
    pub key: SyncKey,
    /// The Event.
    pub event: RecordId,
    /// Where the meeting was made.
    pub origin: Origin,
    /// What both sides agreed on last.
    pub agreed: Agreed,
    /// What a person approved to be written on the item although it mails people (PPL-8).
    pub approved: Option<EventFields>,
}

/// Where a pair's meeting was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// In the calendar.
    #[default]
    Outlook,
    /// In Salesforce.
    Salesforce,
}

/// The last agreed values, each side as it stood: what a user typed in the dialog may differ from the item for good, and
/// is no change of either side.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Agreed {
    /// What the item said, as fields of an Event.
    pub item: EventFields,
    /// What the Event said.
    pub event: EventFields,
}

impl Agreed {
    /// When the item was, as far as its fields tell.
    pub fn span(&self) -> Option<Span> {
        match (self.item.get(&EventField::Start)?, self.item.get(&EventField::End)?) {
            (FieldValue::Instant(start), FieldValue::Instant(end)) => {
                Some(Span::Timed { start: *start, end: *end })
            }
            (FieldValue::Date(first), FieldValue::Date(last)) => {
                Some(Span::AllDay { first: *first, end_exclusive: last.succ_opt()? })
            }
            (_, _) => None,
        }
    }
}
