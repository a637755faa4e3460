//! Fields of Events as series compare them: those that travel in both directions.

use calbridge_rules::{
    event::{EventField, EventFields, FieldValue},
    mapping,
};

/// Whether edits of a field travel in both directions.
pub(super) fn is_two_way(field: &EventField) -> bool {
    match field {
        EventField::Subject
        | EventField::Description
        | EventField::Location
        | EventField::Start
        | EventField::End
        | EventField::IsAllDay
        | EventField::ShowAs
        | EventField::IsReminderSet
        | EventField::ReminderAt
        | EventField::IsPrivate => true,
        EventField::Who
        | EventField::What
        | EventField::Owner
        | EventField::SyncKey
        | EventField::Custom(_) => false,
    }
}

/// The fields that do.
pub(super) fn two_way(fields: &EventFields) -> EventFields {
    let travels = |(field, _): &(&EventField, &FieldValue)| is_two_way(field);
    fields.iter().filter(travels).map(|(field, value)| (field.clone(), value.clone())).collect()
}

/// What of wanted fields another set of fields does not say.
pub(super) fn missing(wanted: &EventFields, stands: &EventFields) -> EventFields {
    mapping::changed(&two_way(wanted), stands)
}

/// Whether two sets of fields say different things of a field.
pub(super) fn differ(field: &EventField, one: &EventFields, other: &EventFields) -> bool {
    let value = |fields: &EventFields| fields.get(field).cloned().unwrap_or(FieldValue::Empty);
    !mapping::same(field, &value(one), &value(other))
}
