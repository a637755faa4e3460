//! Event fields by meaning ↔ the vendor's names and JSON: the only place that knows both.
//!
//! An all-day Event starts and ends on dates, written as midnight UTC, the last day included (TZN-2).

use calbridge_rules::{
    event::{Event, EventField, EventFields, FieldValue},
    id::{ApiName, RecordId},
};
use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    call::{CallError, Rejection},
    json, moment,
    value::{Map, Value, parse},
};

/// Every mapped field with its vendor name. The sync key's name differs from org to org and is passed where needed.
const NAMES: [(EventField, &str); 13] = [
    (EventField::Subject, "Subject"),
    (EventField::Description, "Description"),
    (EventField::Location, "Location"),
    (EventField::Start, "StartDateTime"),
    (EventField::End, "EndDateTime"),
    (EventField::IsAllDay, "IsAllDayEvent"),
    (EventField::ShowAs, "ShowAs"),
    (EventField::IsReminderSet, "IsReminderSet"),
    (EventField::ReminderAt, "ReminderDateTime"),
    (EventField::IsPrivate, "IsPrivate"),
    (EventField::Who, "WhoId"),
    (EventField::What, "WhatId"),
    (EventField::Owner, "OwnerId"),
];

/// Older fields that Salesforce works out from the mapped ones, and that layouts still show.
const DERIVED: [&str; 4] = ["ActivityDate", "ActivityDateTime", "DurationInMinutes", "EndDate"];

/// Columns that every read brings beside the mapped fields.
const ALWAYS: [&str; 3] = ["Id", "SystemModstamp", "LastModifiedDate"];

/// Whether the item or the links fill a field, so that nobody needs to be asked for it.
pub fn is_mapped(name: &ApiName) -> bool {
    let name = name.as_str();
    NAMES.iter().any(|(_, known)| *known == name) || DERIVED.contains(&name)
}

/// The columns to read: the mapped fields, what every Event needs, and further ones.
pub(super) fn columns<'n>(extra: impl IntoIterator<Item = &'n ApiName>) -> Vec<&'n str> {
    let mut columns: Vec<&str> = ALWAYS.to_vec();
    columns.extend(NAMES.iter().map(|(_, name)| *name));
    for name in extra {
        if !columns.contains(&name.as_str()) {
            columns.push(name.as_str());
        }
    }
    columns
}

/// Fields as a JSON object to write. The sync key is left out: it travels in an upsert's address, and never changes.
pub(super) fn written(fields: &EventFields) -> Map {
    fields
        .iter()
        .filter_map(|(field, value)| Some((vendor_name(field)?.to_owned(), json_value(field, value))))
        .collect()
}

/// What the org calls these fields.
pub(super) fn names(fields: &EventFields) -> impl Iterator<Item = &str> {
    fields.keys().filter_map(vendor_name)
}

/// Whether a refusal names a field as the one at fault.
pub fn blames(rejection: &Rejection, field: &EventField) -> bool {
    vendor_name(field).is_some_and(|name| rejection.fields.iter().any(|named| named == name))
}

/// Whether the words of a refusal speak of a field.
pub fn mentions(rejection: &Rejection, field: &EventField) -> bool {
    vendor_name(field).is_some_and(|name| rejection.message.contains(name))
}

fn vendor_name(field: &EventField) -> Option<&str> {
    match field {
        EventField::Custom(name) => Some(name.as_str()),
        EventField::SyncKey => None,
        EventField::Subject
        | EventField::Description
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
        | EventField::Owner => NAMES.iter().find(|(known, _)| known == field).map(|(_, name)| *name),
    }
}

fn json_value(field: &EventField, value: &FieldValue) -> Value {
    match value {
        FieldValue::Empty => Value::Null,
        FieldValue::Text(text) => Value::from(text.as_str()),
        FieldValue::Flag(flag) => Value::Bool(*flag),
        FieldValue::Number(number) => match parse(number.as_bytes()) {
            Some(Value::Number(digits)) => Value::Number(digits),
            Some(_) | None => Value::from(number.as_str()),
        },
        FieldValue::Instant(instant) => Value::from(moment::in_milliseconds(*instant)),
        FieldValue::Date(date) if matches!(field, EventField::Start | EventField::End) => {
            Value::from(format!("{date}T00:00:00.000Z"))
        }
        FieldValue::Date(date) => Value::from(date.to_string()),
        FieldValue::Record(id) => Value::from(id.as_str()),
    }
}

/// An Event as it stands, with the further fields that were asked for; the sync key among them by its name in this org.
pub(super) fn event(row: &Value, extra: &[ApiName]) -> Result<Event, CallError> {
    let all_day = json::flag(row, "IsAllDayEvent");
    let mut fields = EventFields::new();
    for (field, name) in &NAMES {
        if let Some(value) = row.get(name) {
            fields.insert(field.clone(), known_value(field, value, all_day)?);
        }
    }
    for name in extra {
        if let Some(value) = row.get(name.as_str()) {
            fields.insert(EventField::Custom(name.clone()), custom_value(value));
        }
    }
    Ok(Event {
        id: json::record(row, "Id")?,
        fields,
        system_modstamp: json::instant(row, "SystemModstamp")?,
        last_modified_by: json::maybe_text(row, "LastModifiedBy.Name").map(str::to_owned),
        last_modified: json::instant(row, "LastModifiedDate")?,
    })
}

fn known_value(field: &EventField, value: &Value, all_day: bool) -> Result<FieldValue, CallError> {
    let unreadable = || json::malformed(format!("an Event's {field:?} cannot be read"));
    let text = match value {
        Value::Null => return Ok(FieldValue::Empty),
        Value::Bool(flag) => return Ok(FieldValue::Flag(*flag)),
        Value::String(text) => text,
        Value::Number(_) | Value::Array(_) | Value::Object(_) => return Err(unreadable()),
    };
    match field {
        EventField::Start | EventField::End if all_day => {
            date_part(text).map(FieldValue::Date).ok_or_else(unreadable)
        }
        EventField::Start | EventField::End | EventField::ReminderAt => {
            moment::instant(text).map(FieldValue::Instant).ok_or_else(unreadable)
        }
        EventField::Who | EventField::What | EventField::Owner => {
            RecordId::parse(text).map(FieldValue::Record).map_err(|_| unreadable())
        }
        EventField::Subject
        | EventField::Description
        | EventField::Location
        | EventField::IsAllDay
        | EventField::ShowAs
        | EventField::IsReminderSet
        | EventField::IsPrivate
        | EventField::SyncKey
        | EventField::Custom(_) => Ok(FieldValue::Text(text.clone())),
    }
}

/// The value of a field whose type is not at hand: what its form gives away.
fn custom_value(value: &Value) -> FieldValue {
    match value {
        Value::Null => FieldValue::Empty,
        Value::Bool(flag) => FieldValue::Flag(*flag),
        Value::Number(number) => FieldValue::Number(number.clone()),
        Value::String(text) => custom_text(text),
        Value::Array(_) | Value::Object(_) => FieldValue::Text(value.to_string()),
    }
}

fn custom_text(text: &str) -> FieldValue {
    let instant = || instant_of_the_org(text).map(FieldValue::Instant);
    let record = || (text.len() == 18).then(|| RecordId::parse(text).ok()).flatten().map(FieldValue::Record);
    let date = moment::date(text).map(FieldValue::Date);
    date.or_else(instant).or_else(record).unwrap_or_else(|| FieldValue::Text(text.to_owned()))
}

/// An instant exactly as Salesforce writes it, so that text which merely looks like one stays text.
fn instant_of_the_org(text: &str) -> Option<DateTime<Utc>> {
    text.strip_suffix("+0000").filter(|front| front.len() == 23)?;
    moment::instant(text)
}

fn date_part(text: &str) -> Option<NaiveDate> {
    moment::date(text.get(..10)?)
}

#[cfg(test)]
mod tests;
