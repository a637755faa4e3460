//! One sent value: of the field's type, within its length, among its choices, pointing at something.

use serde_json::{Value, json};

use super::org::Org;
use super::refusal::Refusal;
use super::schema::{Field, Kind};
use super::{files, ids, moment};

/// Reads a sent value into the form the org stores.
pub(crate) fn accept(org: &Org, field: &Field, value: &Value) -> Result<Value, Refusal> {
    if value.is_null() || value == "" {
        return if field.kind == Kind::Boolean { Err(mistyped(field, value)) } else { Ok(Value::Null) };
    }
    match field.kind {
        Kind::Boolean => value.is_boolean().then(|| value.clone()).ok_or_else(|| mistyped(field, value)),
        Kind::Int => value.as_i64().map(|whole| json!(whole)).ok_or_else(|| mistyped(field, value)),
        Kind::Double | Kind::Currency | Kind::Percent => {
            value.is_number().then(|| value.clone()).ok_or_else(|| mistyped(field, value))
        }
        Kind::Date => {
            let date = value.as_str().and_then(moment::date);
            date.map(|date| json!(date.to_string())).ok_or_else(|| mistyped(field, value))
        }
        Kind::Datetime => {
            let instant = value.as_str().and_then(moment::instant).ok_or_else(|| mistyped(field, value))?;
            let whole = chrono::DateTime::from_timestamp(instant.timestamp(), 0).unwrap_or(instant);
            Ok(Value::String(moment::wire(whole)))
        }
        Kind::Id | Kind::Reference => reference(org, field, value),
        Kind::JunctionIdList => {
            let list = value.as_array().ok_or_else(|| mistyped(field, value))?;
            list.iter().map(|id| reference(org, field, id)).collect::<Result<Vec<_>, _>>().map(Value::Array)
        }
        Kind::Address => Err(mistyped(field, value)),
        Kind::Base64 => files::bytes_of(field, value),
        Kind::String
        | Kind::Textarea
        | Kind::Combobox
        | Kind::Picklist
        | Kind::MultiPicklist
        | Kind::Phone
        | Kind::Email
        | Kind::Url => text(field, value),
    }
}

fn text(field: &Field, value: &Value) -> Result<Value, Refusal> {
    let text = value.as_str().ok_or_else(|| mistyped(field, value))?;
    let (name, label) = (field.name.as_str(), field.label.as_str());
    if let Some(limit) = field.length.filter(|limit| text.encode_utf16().count() > *limit) {
        let message = format!("{label}: data value too large: {text} (max length={limit})");
        return Err(Refusal::write("STRING_TOO_LONG", message, &[name]));
    }
    let chosen: Vec<&str> =
        if field.kind == Kind::MultiPicklist { text.split(';').collect() } else { vec![text] };
    let known = |text: &&str| field.choices.iter().any(|choice| choice.value == *text);
    if field.access.restricted_picklist && !chosen.iter().all(known) {
        let message = format!("{label}: bad value for restricted picklist field: {text}");
        return Err(Refusal::write("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, &[name]));
    }
    if field.kind == Kind::Email && !is_address(text) {
        let message = format!("{label}: invalid email address: {text}");
        return Err(Refusal::write("INVALID_EMAIL_ADDRESS", message, &[name]));
    }
    Ok(json!(text))
}

fn is_address(text: &str) -> bool {
    let plain = !text.contains(char::is_whitespace);
    plain && text.split_once('@').is_some_and(|(user, domain)| !user.is_empty() && domain.contains('.'))
}

/// An id of a live record of one of the field's objects.
fn reference(org: &Org, field: &Field, value: &Value) -> Result<Value, Refusal> {
    let text = value.as_str().ok_or_else(|| mistyped(field, value))?;
    let name = field.name.as_str();
    let wrong = format!("{}: id value of incorrect type: {text}", field.label);
    let Some(id) = ids::full(text) else {
        return Err(Refusal::write("MALFORMED_ID", wrong, &[name]));
    };
    let object = org.whole.object_of(&id);
    if !object.is_some_and(|object| field.targets.iter().any(|target| *target == object.name)) {
        return Err(Refusal::integrity(wrong, &[name]));
    }
    let stored = org.stored(&id).filter(|record| !record.deleted);
    if stored.is_some_and(|record| !org.sees(record)) {
        return Err(Refusal::no_access(&id));
    }
    if stored.is_none() {
        return Err(Refusal::write("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", &[name]));
    }
    Ok(Value::String(id))
}

/// The refusal of a value of another type.
pub(crate) fn mistyped(field: &Field, value: &Value) -> Refusal {
    let found = match value {
        Value::Null => "VALUE_NULL".to_owned(),
        Value::Bool(_) => format!("VALUE_BOOLEAN value {value}"),
        Value::Number(_) => format!("VALUE_NUMBER value {value}"),
        Value::String(text) => format!("VALUE_STRING value {text}"),
        Value::Array(_) => "START_ARRAY".to_owned(),
        Value::Object(_) => "START_OBJECT".to_owned(),
    };
    Refusal::unreadable(format!(
        "Cannot deserialize instance of {} from {found} or request may be missing a required field at {}",
        field.kind.name(),
        field.name
    ))
}
