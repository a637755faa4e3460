//! Series of Events: what a write of one row does to the rows that belong to it.
//!
//! A Classic series is a master that carries the pattern and plain rows that name it. A Lightning series is rows that
//! each carry the pattern's text, and a pattern record.

mod classic;
mod rhythm;
mod series;

use std::borrow::Cow;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::moment;
use super::org::{Org, Record, Values};
use super::refusal::Refusal;
use super::schema::Object;
use super::write::Author;

/// Every field that describes a Classic series.
const CLASSIC_FIELDS: [&str; 9] = [
    "RecurrenceStartDateTime",
    "RecurrenceEndDateOnly",
    "RecurrenceType",
    "RecurrenceTimeZoneSidKey",
    "RecurrenceInterval",
    "RecurrenceDayOfWeekMask",
    "RecurrenceDayOfMonth",
    "RecurrenceInstance",
    "RecurrenceMonthOfYear",
];
/// Fields that belong to one row alone.
const ROW_FIELDS: [&str; 7] = [
    "Id",
    "IsDeleted",
    "CreatedDate",
    "CreatedById",
    "LastModifiedDate",
    "LastModifiedById",
    "SystemModstamp",
];
/// Where an occurrence stands in its series, whatever became of it; only some orgs show the field.
const SLOT: &str = "OriginalInstanceDateTime";

/// Checks what a write says about series before the Event's own rules are applied, and returns the fields as those
/// rules should read them.
pub(super) fn prepare<'a>(
    org: &Org,
    author: &Author,
    sent: &'a Values,
    before: Option<&Record>,
    values: &mut Values,
) -> Result<Cow<'a, Values>, Refusal> {
    if flag(values, "IsRecurrence") {
        return classic::prepare(org, author, sent, before, values).map(Cow::Owned);
    }
    let foreign: Vec<&str> = CLASSIC_FIELDS
        .into_iter()
        .filter(|name| sent.get(*name).is_some_and(|value| !value.is_null()))
        .collect();
    if !foreign.is_empty() {
        let message = format!("Only a recurring series has these fields: {}", foreign.join(", "));
        return Err(Refusal::integrity(message, &foreign));
    }
    if org.has("advancedCalendaring") && before.is_some_and(|before| !before.text(SLOT).is_empty()) {
        values.insert("IsException".to_owned(), json!(true));
    }
    Ok(Cow::Borrowed(sent))
}

/// A master names itself, as its occurrences do.
pub(super) fn name_master(values: &mut Values, id: &str) {
    if flag(values, "IsRecurrence") {
        values.insert("RecurrenceActivityId".to_owned(), json!(id));
    }
}

/// Makes what a new row brings with it.
pub(super) fn created(org: &mut Org, author: &Author, object: &Object, id: &str) -> Result<(), Refusal> {
    match org.record(id).cloned() {
        Some(record) if is_master(&record) => classic::created(org, author, object, &record),
        Some(_) | None => Ok(()),
    }
}

/// Does to the rest of a series what the change of a row asks for.
pub(super) fn updated(
    org: &mut Org,
    author: &Author,
    object: &Object,
    before: &Record,
) -> Result<(), Refusal> {
    if is_master(before) { classic::updated(org, author, object, before) } else { Ok(()) }
}

/// The rows that go when this one is deleted.
pub(super) fn dependents(org: &Org, record: &Record) -> Vec<String> {
    if is_master(record) { classic::occurrences(org, &record.id) } else { Vec::new() }
}

fn is_master(record: &Record) -> bool {
    record.value("IsRecurrence") == &Value::Bool(true)
}

fn flag(values: &Values, name: &str) -> bool {
    values.get(name) == Some(&Value::Bool(true))
}

fn text<'a>(values: &'a Values, name: &str) -> &'a str {
    values.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn instant(values: &Values, name: &str) -> Option<DateTime<Utc>> {
    moment::instant(text(values, name))
}

/// The zone of the user who writes, as the zone picklist spells it.
fn zone_of(org: &Org, author: &Author) -> String {
    let zone = org.record(&author.user).map(|user| user.text("TimeZoneSidKey")).unwrap_or_default();
    if zone.is_empty() { "GMT".to_owned() } else { zone.to_owned() }
}

/// The sent fields with the start moved to where the series starts, and a sent end moved along with a sent start.
fn started_at(sent: &Values, start: DateTime<Utc>) -> Values {
    let given = sent_start(sent);
    let mut moved = sent.clone();
    moved.remove("ActivityDateTime");
    moved.remove("ActivityDate");
    moved.insert("StartDateTime".to_owned(), json!(moment::wire(start)));
    if let Some((given, end)) = given.zip(instant(sent, "EndDateTime")) {
        moved.insert("EndDateTime".to_owned(), json!(moment::wire(end + (start - given))));
    }
    moved
}

/// The start that was sent, under its own or one of its old names.
fn sent_start(sent: &Values) -> Option<DateTime<Utc>> {
    let day = || moment::date(text(sent, "ActivityDate")).map(moment::midnight);
    instant(sent, "StartDateTime").or_else(|| instant(sent, "ActivityDateTime")).or_else(day)
}

/// The reminder of an occurrence stands to its start as the series' reminder to the series' start.
fn move_reminder(values: &mut Values, by: TimeDelta) {
    if let Some(reminder) = instant(values, "ReminderDateTime") {
        values.insert("ReminderDateTime".to_owned(), json!(moment::wire(reminder + by)));
    }
}
