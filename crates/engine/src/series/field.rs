//! Fields of Events as series compare them: those that travel in both directions.

use calbridge_rules::{
    event::{EventField, EventFields, FieldValue},
    mapping,
    merge::is_two_way,
};

/// The fields whose edits travel in both directions.
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
