//! Which mapped fields hold in this org (FLD-3): describe decides, and what does not hold is left out and told.

use std::collections::BTreeMap;

use calbridge_rules::{
    id::ApiName,
    map::SmallMap,
    settings::{FieldSource, OutlookValue},
};
use calbridge_wire::salesforce::describe::{EventDescribe, Field, FieldKind};

/// What the operator asks for: Event fields, each with the value it shall hold.
pub type FieldMap = BTreeMap<ApiName, OutlookValue>;

/// What a field takes of whose length the org says nothing, in characters.
const PLAIN_LIMIT: u32 = 255;

/// The mapped fields that hold in an org, and those that do not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// What is written.
    pub fields: SmallMap<ApiName, FieldSource>,
    /// What is left out.
    pub left_out: Vec<(ApiName, LeftOut)>,
}

/// Why a mapped field is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LeftOut {
    /// Event has no such field, or the service may not see it.
    #[error("Event has no such field, or the integration user does not see it")]
    Unknown,
    /// It cannot be written.
    #[error("the integration user cannot write it")]
    ReadOnly,
    /// It takes no such value.
    #[error("it is of a type that does not take this value")]
    WrongKind,
}

/// Checks what the operator asks for against the org's describe of Event.
pub fn held(wanted: &FieldMap, event: &EventDescribe) -> Held {
    let mut held = Held::default();
    for (name, value) in wanted {
        match checked(event.fields.get(name), *value) {
            Ok(source) => {
                held.fields.insert(name.clone(), source);
            }
            Err(why) => held.left_out.push((name.clone(), why)),
        }
    }
    held
}

fn checked(field: Option<&Field>, value: OutlookValue) -> Result<FieldSource, LeftOut> {
    let field = field.ok_or(LeftOut::Unknown)?;
    if !field.createable || !field.updateable {
        return Err(LeftOut::ReadOnly);
    }
    if !takes(&field.kind, value) {
        return Err(LeftOut::WrongKind);
    }
    let limit = if field.length == 0 { PLAIN_LIMIT } else { field.length };
    Ok(FieldSource { value, limit })
}

fn takes(kind: &FieldKind, value: OutlookValue) -> bool {
    match kind {
        FieldKind::Text | FieldKind::TextArea => true,
        FieldKind::MultiPicklist => value == OutlookValue::Categories,
        FieldKind::Email => value == OutlookValue::OrganizerAddress,
        FieldKind::Picklist
        | FieldKind::Flag
        | FieldKind::Number
        | FieldKind::Date
        | FieldKind::Instant
        | FieldKind::Reference
        | FieldKind::Phone
        | FieldKind::Url
        | FieldKind::Other(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(kind: FieldKind) -> Field {
        Field {
            label: String::new(),
            kind,
            length: 40,
            nillable: true,
            createable: true,
            updateable: true,
            defaulted: false,
            filterable: true,
            external_id: false,
            id_lookup: false,
            picklist: Vec::new(),
            references: Vec::new(),
        }
    }

    #[track_caller]
    fn check(field: Option<&Field>, value: OutlookValue, expected: Result<u32, LeftOut>) {
        let limit = checked(field, value).map(|source| {
            assert_eq!(source.value, value);
            source.limit
        });
        assert_eq!(limit, expected, "{field:?}");
    }

    #[test]
    fn fld_3_text_takes_any_value_up_to_its_length() {
        check(Some(&field(FieldKind::Text)), OutlookValue::Organizer, Ok(40));
        check(Some(&field(FieldKind::TextArea)), OutlookValue::Categories, Ok(40));
        check(Some(&Field { length: 0, ..field(FieldKind::Text) }), OutlookValue::Zone, Ok(PLAIN_LIMIT));
    }

    #[test]
    fn fld_3_a_field_that_is_missing_or_cannot_be_written_is_left_out() {
        check(None, OutlookValue::Organizer, Err(LeftOut::Unknown));
        let text = || field(FieldKind::Text);
        check(Some(&Field { createable: false, ..text() }), OutlookValue::Organizer, Err(LeftOut::ReadOnly));
        check(Some(&Field { updateable: false, ..text() }), OutlookValue::Organizer, Err(LeftOut::ReadOnly));
    }

    #[test]
    fn fld_3_a_field_of_another_type_takes_its_own_values_only() {
        check(Some(&field(FieldKind::MultiPicklist)), OutlookValue::Categories, Ok(40));
        check(Some(&field(FieldKind::MultiPicklist)), OutlookValue::Organizer, Err(LeftOut::WrongKind));
        check(Some(&field(FieldKind::Email)), OutlookValue::OrganizerAddress, Ok(40));
        check(Some(&field(FieldKind::Email)), OutlookValue::Organizer, Err(LeftOut::WrongKind));
        for kind in [FieldKind::Picklist, FieldKind::Flag, FieldKind::Number, FieldKind::Reference] {
            check(Some(&field(kind)), OutlookValue::Categories, Err(LeftOut::WrongKind));
        }
    }
}
