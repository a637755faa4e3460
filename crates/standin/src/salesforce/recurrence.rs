//! Series of Events: what a write of one row does to the rows that belong to it.
//!
//! A Classic series is a master that carries the pattern and plain rows that name it. A Lightning series is rows that
//! each carry the pattern's text, and a pattern record.

mod classic;
mod lightning;
mod rhythm;
mod rule;
mod series;

use std::borrow::Cow;

use chrono::{DateTime, TimeDelta, Utc};
use http::{Method, Response};
use serde_json::{Value, json};

use super::exchange::Call;
use super::org::{Org, Record, Values};
use super::refusal::Refusal;
use super::rows::author;
use super::schema::Object;
use super::write::Author;
use super::{ids, moment, reply};

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
/// Fields of times: what becomes of them is decided by the series, not by comparing values.
const TIME_FIELDS: [&str; 6] =
    ["StartDateTime", "EndDateTime", "ActivityDateTime", "ActivityDate", "EndDate", SLOT];
/// What the rows of a Lightning series have in common; the vendor shows it in change events only.
const SERIES: &str = "ActivityRecurrence2Id";
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
    let Some(before) = before else {
        let plain = text(values, "Recurrence2PatternText").is_empty();
        return if plain {
            Ok(Cow::Borrowed(sent))
        } else {
            lightning::prepare(org, author, sent, values).map(Cow::Owned)
        };
    };
    if is_lightning(before) {
        if !lightning::changes_whole(author, before) {
            values.insert("IsRecurrence2Exception".to_owned(), json!(true));
        }
    } else if org.has("advancedCalendaring") && !before.text(SLOT).is_empty() {
        values.insert("IsException".to_owned(), json!(true));
    }
    Ok(Cow::Borrowed(sent))
}

/// A master names itself, as its occurrences do; the rows of a Lightning series share the id of the first.
pub(super) fn name_series(values: &mut Values, id: &str) {
    if flag(values, "IsRecurrence") {
        values.insert("RecurrenceActivityId".to_owned(), json!(id));
    } else if flag(values, "IsRecurrence2") {
        values.insert(SERIES.to_owned(), json!(id));
    }
}

/// Makes what a new row brings with it.
pub(super) fn created(org: &mut Org, author: &Author, object: &Object, id: &str) -> Result<(), Refusal> {
    match org.stored(id).cloned() {
        Some(record) if is_master(&record) => classic::created(org, author, object, &record),
        Some(record) if is_lightning(&record) => lightning::created(org, author, object, &record),
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
    if is_master(before) {
        classic::updated(org, author, object, before)
    } else if is_lightning(before) {
        lightning::updated(org, author, object, before)
    } else {
        Ok(())
    }
}

/// The rows that go when this one is deleted.
pub(super) fn dependents(org: &Org, record: &Record) -> Vec<String> {
    if is_master(record) {
        classic::occurrences(org, &record.id)
    } else if is_lightning(record) {
        lightning::dependents(org, record)
    } else {
        Vec::new()
    }
}

/// The rows that cease to be when this one is purged, deleted ones included.
pub(super) fn purged_with(org: &Org, record: &Record) -> Vec<String> {
    if is_master(record) {
        classic::every_occurrence(org, &record.id).map(|row| row.id.clone()).collect()
    } else if is_lightning(record) {
        lightning::purged_with(org, record)
    } else {
        Vec::new()
    }
}

/// `DELETE /sobjects/Event/{id}/fromThisEventOnwards`.
pub(super) fn end_from(org: &mut Org, call: &Call, id: &str) -> Result<Response<Vec<u8>>, Refusal> {
    if call.method != Method::DELETE {
        return Err(Refusal::wrong_method(&call.method, "DELETE"));
    }
    let id = ids::full(id).ok_or_else(Refusal::not_found)?;
    lightning::end_from(org, &author(call), &id)?;
    let told = "We're deleting the selected events from the series. Wait for all events to be removed.";
    Ok(reply::ok(&json!({ "success": told })))
}

/// Why a call may not write so many masters: a trigger on Event takes one at a time.
pub(super) fn too_many_masters(org: &Org, masters: usize) -> Option<Refusal> {
    (masters > 1 && org.has("eventTriggers")).then(|| {
        let message = "Apex Event trigger cannot handle batch operations on recurring events.";
        Refusal::write("UNSUPPORTED_APEX_TRIGGER_OPERATION", message, &[])
    })
}

/// Whether a sent record makes a master, or changes one as the record of this id.
pub(super) fn writes_master(org: &Org, record: &Value, id: Option<&str>) -> bool {
    let makes = record
        .as_object()
        .into_iter()
        .flatten()
        .any(|(name, value)| name.eq_ignore_ascii_case("IsRecurrence") && *value == Value::Bool(true));
    makes || id.and_then(|id| org.stored(id)).is_some_and(is_master)
}

fn is_lightning(record: &Record) -> bool {
    record.value("IsRecurrence2") == &Value::Bool(true)
}

/// Whether a row carries the pattern of a Classic series.
pub(super) fn is_master(record: &Record) -> bool {
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
    let zone = org.stored(&author.user).map(|user| user.text("TimeZoneSidKey")).unwrap_or_default();
    if zone.is_empty() { "GMT".to_owned() } else { zone.to_owned() }
}

/// The sent fields with the start moved to where the series starts, and a sent end moved along with a sent start.
fn started_at(sent: &Values, start: DateTime<Utc>, all_day: bool) -> Values {
    let given = sent_start(sent, all_day);
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
fn sent_start(sent: &Values, all_day: bool) -> Option<DateTime<Utc>> {
    let day = || moment::date(text(sent, "ActivityDate")).filter(|_| all_day).map(moment::midnight);
    instant(sent, "StartDateTime").or_else(|| instant(sent, "ActivityDateTime")).or_else(day)
}

/// The reminder of an occurrence stands to its start as the series' reminder to the series' start.
fn move_reminder(values: &mut Values, by: TimeDelta) {
    if let Some(reminder) = instant(values, "ReminderDateTime") {
        values.insert("ReminderDateTime".to_owned(), json!(moment::wire(reminder + by)));
    }
}
