//! Which values differ in substance. Only those are ever written (DES-2).

use super::{
    DESCRIPTION_LIMIT,
    head::{head_of, strip_head},
};
use crate::{
    event::{EventField, EventFields, FieldValue},
    text::{cut, same_text},
};

/// Times travel together: Salesforce says nowhere what it does to one when the other moves.
const TIMES: [EventField; 3] = [EventField::Start, EventField::End, EventField::IsAllDay];

/// Only what differs: times always together (FLD). A description keeps the head lines that stand (DES-4).
pub fn changed(wanted: &EventFields, stands: &EventFields) -> EventFields {
    let standing = |field| stands.get(field).unwrap_or(&FieldValue::Empty);
    let mut changed = EventFields::new();
    for (field, value) in wanted {
        let value = match field {
            EventField::Description => under_standing_head(value, standing(field)),
            EventField::Subject
            | EventField::Location
            | EventField::Start
            | EventField::End
            | EventField::IsAllDay
            | EventField::ShowAs
            | EventField::IsReminderSet
            | EventField::ReminderAt
            | EventField::IsPrivate
            | EventField::Who
            | EventField::What
            | EventField::Owner
            | EventField::SyncKey
            | EventField::Custom(_) => value.clone(),
        };
        if !same(field, &value, standing(field)) {
            changed.insert(field.clone(), value);
        }
    }
    if TIMES.iter().any(|field| changed.contains_key(field)) {
        for field in TIMES {
            if let Some(value) = wanted.get(&field) {
                changed.insert(field, value.clone());
            }
        }
    }
    changed
}

/// Whether two values of a field say the same.
pub fn same(field: &EventField, one: &FieldValue, other: &FieldValue) -> bool {
    if one.is_empty() && other.is_empty() {
        return true;
    }
    match (one, other) {
        (FieldValue::Text(one), FieldValue::Text(other)) if *field == EventField::Description => {
            same_text(strip_head(one), strip_head(other))
        }
        (FieldValue::Text(one), FieldValue::Text(other)) => same_text(one, other),
        (FieldValue::Instant(one), FieldValue::Instant(other)) => one.timestamp() == other.timestamp(),
        (one, other) => one == other,
    }
}

/// The wanted body under the head lines that stand: they are refreshed by nobody but the sessions that may.
fn under_standing_head(wanted: &FieldValue, stands: &FieldValue) -> FieldValue {
    let (FieldValue::Text(wanted), FieldValue::Text(stands)) = (wanted, stands) else {
        return wanted.clone();
    };
    // Salesforce trims what it keeps: a head without a body stands without the empty line under it.
    let head = head_of(stands).trim_end();
    let gap = if head.is_empty() { "" } else { "\n\n" };
    let text = format!("{head}{gap}{}", strip_head(wanted));
    FieldValue::Text(cut(&text, DESCRIPTION_LIMIT).trim_end().to_owned())
}
