//! Whether a side still says what was last agreed: a hash of the synced fields in one canonical form.
//!
//! Change keys and modification times move with our own writes; these hashes do not, so a pass after a write finds nothing
//! to do. The form is stable: a store may keep it for years. For each field that has a value, in the order of its word:
//! the word; then the kind, a colon and the value in its plainest writing; each of the two behind its length as eight bytes. A field
//! without a value is as one that is missing. Texts lose line endings' kind, blanks at ends of lines and empty lines around
//! them; descriptions also our head lines; times parts of a second; a reminder that is off its time.

use sha2::{Digest, Sha256};

use crate::{
    event::{EventField, EventFields, FieldValue},
    hex,
    mapping::strip_head,
};

/// The hash of fields, as 64 lower-case hexadecimal digits.
pub fn fields_hash(fields: &EventFields) -> String {
    let rings = fields.get(&EventField::IsReminderSet) != Some(&FieldValue::Flag(false));
    let counts = |field: &EventField| *field != EventField::ReminderAt || rings;
    let mut lines: Vec<(String, String)> = fields
        .iter()
        .filter(|(field, value)| !value.is_empty() && counts(field))
        .map(|(field, value)| (String::from(field.clone()), canonical(field, value)))
        .collect();
    lines.sort_unstable();
    let mut hash = Sha256::new();
    for part in lines.iter().flat_map(|(word, value)| [word, value]) {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hex::lower(&hash.finalize())
}

/// A value with its kind, in its plainest writing.
fn canonical(field: &EventField, value: &FieldValue) -> String {
    match value {
        FieldValue::Empty => String::new(),
        FieldValue::Text(text) if *field == EventField::Description => {
            format!("text:{}", plain(strip_head(text)))
        }
        FieldValue::Text(text) => format!("text:{}", plain(text)),
        FieldValue::Flag(flag) => format!("flag:{flag}"),
        FieldValue::Number(number) => format!("number:{}", number.trim()),
        FieldValue::Instant(instant) => format!("instant:{}", instant.timestamp()),
        FieldValue::Date(date) => format!("date:{date}"),
        FieldValue::Record(record) => format!("record:{record}"),
    }
}

/// Text as texts are compared.
fn plain(text: &str) -> String {
    let lines: Vec<&str> = text.trim().lines().map(str::trim_end).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests;
