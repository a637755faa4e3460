//! What a pair last agreed on, each side as it stood.

use serde::{Deserialize, Serialize};

use super::unit::UNITS;
use crate::{
    event::{EventField, EventFields, FieldValue},
    item::Span,
    mapping,
};

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

    /// The item says this of these fields; what it does not tell stays as it was agreed.
    pub(super) fn take_item(&mut self, fields: &[EventField], says: &EventFields) {
        take(&mut self.item, fields, says);
    }

    /// The Event says this of these fields; what it does not tell stays as it was agreed.
    pub(super) fn take_event(&mut self, fields: &[EventField], says: &EventFields) {
        take(&mut self.event, fields, says);
    }

    /// A field of which nothing was written is as it was.
    pub(super) fn restore(&mut self, field: &EventField, before: &Self) {
        self.restore_item(field, before);
        put_back(&mut self.event, field, &before.event);
    }

    /// A field that was not written on the item is there as it was.
    pub(super) fn restore_item(&mut self, field: &EventField, before: &Self) {
        put_back(&mut self.item, field, &before.item);
    }
}

fn put_back(now: &mut EventFields, field: &EventField, then: &EventFields) {
    if let Some(value) = then.get(field) {
        now.insert(field.clone(), value.clone());
    } else {
        now.remove(field);
    }
}

fn take(into: &mut EventFields, fields: &[EventField], says: &EventFields) {
    for field in fields {
        if let Some(value) = says.get(field) {
            into.insert(field.clone(), value.clone());
        }
    }
}

/// Whether an Event says anything that was not agreed on. Its key counts: one that lost it needs it back.
pub fn is_news(agreed: &Agreed, event: &EventFields) -> bool {
    let is_new = |field: &EventField| match (agreed.event.get(field), event.get(field)) {
        (Some(stood), now) => !mapping::same(field, stood, now.unwrap_or(&FieldValue::Empty)),
        (None, _) => false,
    };
    UNITS.iter().flat_map(|unit| unit.fields()).any(is_new)
        || event.get(&EventField::SyncKey).is_some_and(FieldValue::is_empty)
}
