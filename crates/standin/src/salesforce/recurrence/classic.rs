//! What creating and changing a Classic master does to its occurrences.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::series::Series;
use super::{
    CLASSIC_FIELDS, ROW_FIELDS, SLOT, TIME_FIELDS, flag, instant, move_reminder, started_at, text, zone_of,
};
use crate::salesforce::event::set_times;
use crate::salesforce::moment;
use crate::salesforce::org::{Org, Record, Values};
use crate::salesforce::refusal::Refusal;
use crate::salesforce::relations;
use crate::salesforce::schema::Object;
use crate::salesforce::write::{Author, add, delete, existing, replace};

/// What an occurrence says of its own invitees.
const INVITEE_FIELDS: [&str; 2] = ["IsGroupEvent", "GroupEventType"];

/// Checks a master as it would stand after the write; its start is that of the series.
pub(super) fn prepare(
    org: &Org,
    author: &Author,
    sent: &Values,
    before: Option<&Record>,
    values: &mut Values,
) -> Result<Values, Refusal> {
    if !text(values, "Recurrence2PatternText").is_empty() {
        let message = "An event can't be both a Classic and a Lightning series";
        return Err(Refusal::integrity(message, &["IsRecurrence", "Recurrence2PatternText"]));
    }
    if text(values, "RecurrenceTimeZoneSidKey").is_empty() {
        values.insert("RecurrenceTimeZoneSidKey".to_owned(), json!(zone_of(org, author)));
    }
    let series = Series::read(values)?;
    let former = before.and_then(|before| Series::read(&before.values()).ok());
    if former.as_ref() != Some(&series) {
        series.check_any()?;
        // Occurrences of the past do not count later on: a series may be extended for ever, piece by piece.
        let counted = if before.is_some() { series.starts_from(author.now) } else { series.starts() };
        series.check_limit(counted.len())?;
    }
    Ok(started_at(sent, series.start, flag(values, "IsAllDayEvent")))
}

/// Makes the occurrences of a new master.
pub(super) fn created(
    org: &mut Org,
    author: &Author,
    object: &Object,
    master: &Record,
) -> Result<(), Refusal> {
    let series = Series::read(&master.values())?;
    make(org, author, object, master, &series.starts());
    Ok(())
}

/// Brings the occurrences in step with a changed master.
pub(super) fn updated(
    org: &mut Org,
    author: &Author,
    object: &Object,
    before: &Record,
) -> Result<(), Refusal> {
    let master = existing(org, &before.id)?.clone();
    let (values, former) = (master.values(), before.values());
    let (series, old) = (Series::read(&values)?, Series::read(&former)?);
    if differs_in_substance(&values, &former) {
        rewrite(org, author, object, &master);
    }
    if series.runs_differently(&old) {
        remove(org, author, &master.id, |start| start >= author.now)?;
        make(org, author, object, &master, &series.starts_from(author.now));
    } else if series.until < old.until {
        remove(org, author, &master.id, |start| series.clock.day(start) > series.until)?;
    } else {
        make(org, author, object, &master, &series.starts_after(old.until));
    }
    Ok(())
}

/// The ids of a master's live occurrences.
pub(super) fn occurrences(org: &Org, master: &str) -> Vec<String> {
    every_occurrence(org, master).filter(|row| !row.deleted).map(|row| row.id.clone()).collect()
}

/// A master's occurrences, deleted ones included.
pub(super) fn every_occurrence<'a>(org: &'a Org, master: &'a str) -> impl Iterator<Item = &'a Record> {
    let rows = org.stored_by_key("Event", "RecurrenceActivityId", master).into_iter();
    rows.filter(move |row| row.id != master)
}

/// Deletes the occurrences whose start meets the condition.
fn remove(
    org: &mut Org,
    author: &Author,
    master: &str,
    meets: impl Fn(DateTime<Utc>) -> bool,
) -> Result<(), Refusal> {
    let mut gone = occurrences(org, master);
    gone.retain(|id| {
        let start = org.stored(id).and_then(|row| moment::instant(row.text("StartDateTime")));
        start.is_some_and(&meets)
    });
    gone.iter().try_for_each(|id| delete(org, author, id))
}

fn make(org: &mut Org, author: &Author, object: &Object, master: &Record, starts: &[DateTime<Utc>]) {
    for start in starts {
        let id = org.new_id(object);
        let values = occurrence(org, object, master, *start);
        add(org, author, object, &id, values);
        relations::invite_as_master(org, author, &master.id, &id);
    }
}

/// Gives occurrences the master's values again, and the times of their slots: what was edited in them is lost.
fn rewrite(org: &mut Org, author: &Author, object: &Object, master: &Record) {
    for id in occurrences(org, &master.id) {
        let Some(row) = org.stored(&id).cloned() else { continue };
        let own = row.values();
        let Some(slot) = instant(&own, SLOT).or_else(|| instant(&own, "StartDateTime")) else { continue };
        let mut values = occurrence(org, object, master, slot);
        for name in ROW_FIELDS.into_iter().chain(INVITEE_FIELDS) {
            if let Some(value) = own.get(name) {
                values.insert(name.to_owned(), value.clone());
            }
        }
        replace(org, author, object, &id, values);
    }
}

/// An occurrence as its master has it.
fn occurrence(org: &Org, object: &Object, master: &Record, start: DateTime<Utc>) -> Values {
    let mut values = master.values();
    values.retain(|name, _| {
        let field = object.field(name);
        let key = field.is_some_and(|field| {
            field.access.external_id && (field.access.unique || org.has("occurrencesWithoutExternalIds"))
        });
        !(key || ROW_FIELDS.contains(&name.as_str()) || CLASSIC_FIELDS.contains(&name.as_str()))
    });
    let minutes = values.get("DurationInMinutes").and_then(Value::as_i64).unwrap_or_default();
    let first = instant(&values, "StartDateTime").unwrap_or(start);
    let all_day = flag(&values, "IsAllDayEvent");
    let start = if all_day { moment::midnight(start.date_naive()) } else { start };
    set_times(&mut values, start, minutes, all_day);
    move_reminder(&mut values, start - first);
    values.insert("IsRecurrence".to_owned(), json!(false));
    values.insert(SLOT.to_owned(), json!(moment::wire(start)));
    values
}

/// Whether masters differ in anything their occurrences have too.
fn differs_in_substance(one: &Values, other: &Values) -> bool {
    let shared = |name: &&String| {
        let name = name.as_str();
        !(ROW_FIELDS.contains(&name) || CLASSIC_FIELDS.contains(&name) || TIME_FIELDS.contains(&name))
    };
    let value = |values: &Values, name: &str| values.get(name).cloned().unwrap_or_default();
    one.keys().chain(other.keys()).filter(shared).any(|name| value(one, name) != value(other, name))
}
