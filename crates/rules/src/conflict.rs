//! Someone changed the Event meanwhile: which fields, and both values (SAV-13).

use crate::{
    event::{EventField, EventFields, FieldValue},
    mapping,
};

/// A field that this user and somebody else both changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Conflict {
    /// The field.
    pub field: EventField,
    /// What this user wants.
    pub mine: FieldValue,
    /// What stands in Salesforce now.
    pub theirs: FieldValue,
}

/// Compares what the user was shown with what stands now; a field conflicts where it changed in between and the user's
/// value differs from what stands.
pub fn conflicts(shown: &EventFields, stands: &EventFields, mine: &EventFields) -> Vec<Conflict> {
    let clash = |(field, mine): (&EventField, &FieldValue)| {
        let theirs = value(stands, field).clone();
        let changed_meanwhile = !mapping::same(field, value(shown, field), &theirs);
        let differs = !mapping::same(field, mine, &theirs);
        (changed_meanwhile && differs).then(|| Conflict { field: field.clone(), mine: mine.clone(), theirs })
    };
    mine.iter().filter_map(clash).collect()
}

fn value<'a>(fields: &'a EventFields, field: &EventField) -> &'a FieldValue {
    fields.get(field).unwrap_or(&FieldValue::Empty)
}

#[cfg(test)]
mod tests;
