//! Lightning series: rows that each carry the pattern's text, and a pattern record.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};

use super::rhythm::Clock;
use super::rule::Rule;
use super::{
    ROW_FIELDS, SERIES, SLOT, TIME_FIELDS, flag, instant, move_reminder, sent_start, started_at, text,
    zone_of,
};
use crate::salesforce::event::set_times;
use crate::salesforce::moment;
use crate::salesforce::org::{Org, Record, Values};
use crate::salesforce::refusal::Refusal;
use crate::salesforce::schema::Object;
use crate::salesforce::write::{Author, add, delete, existing, replace};

/// From this version on a create may carry a pattern's text.
const CREATED_SINCE: u32 = 52;
/// From this version on the change of a future occurrence changes the whole series.
const WHOLE_SINCE: u32 = 58;
/// The group event type of a pattern record.
const PATTERN_RECORD: &str = "3";

/// Reads the pattern of a new series and returns the fields as the Event's rules should read them: its first occurrence.
pub(super) fn prepare(
    org: &Org,
    author: &Author,
    sent: &Values,
    values: &mut Values,
) -> Result<Values, Refusal> {
    let field = "Recurrence2PatternText";
    if author.version < CREATED_SINCE {
        return Err(Refusal::read_only(&[field]));
    }
    let all_day = flag(values, "IsAllDayEvent");
    let Some(start) = sent_start(sent, all_day) else { return Ok(sent.clone()) };
    let zone = zone_of(org, author);
    let clock = Clock::of(start, zone.parse().unwrap_or(Tz::UTC), all_day);
    let rule = Rule::read(text(values, field), clock.day(start))?;
    let Some(first) = rule.starts(clock, clock.day(start)).first().copied() else {
        return Err(Refusal::integrity("Recurrence Pattern: there is no occurrence", &[field]));
    };
    values.insert(field.to_owned(), json!(rule.text()));
    values.insert("Recurrence2PatternVersion".to_owned(), json!("1"));
    values.insert("Recurrence2PatternStartDate".to_owned(), json!(moment::wire(first)));
    values.insert("Recurrence2PatternTimeZone".to_owned(), json!(zone));
    values.insert("IsRecurrence2".to_owned(), json!(true));
    values.insert(SLOT.to_owned(), json!(moment::wire(first)));
    Ok(started_at(sent, first, all_day))
}

/// Makes the pattern record and the other occurrences of a series whose first occurrence was just made.
pub(super) fn created(
    org: &mut Org,
    author: &Author,
    object: &Object,
    first: &Record,
) -> Result<(), Refusal> {
    let mut values = first.values();
    values.retain(|name, _| !ROW_FIELDS.contains(&name.as_str()));
    let Some(start) = instant(&values, "StartDateTime") else { return Ok(()) };
    let all_day = flag(&values, "IsAllDayEvent");
    let clock = Clock::of(start, zone(first), all_day);
    let rule = Rule::read(first.text("Recurrence2PatternText"), clock.day(start))?;
    let mut pattern = values.clone();
    pattern.insert("GroupEventType".to_owned(), json!(PATTERN_RECORD));
    let id = org.new_id(object);
    add(org, author, object, &id, pattern);
    for later in rule.starts(clock, clock.day(start)).into_iter().skip(1) {
        let mut occurrence = values.clone();
        place(&mut occurrence, later);
        occurrence.insert(SLOT.to_owned(), json!(moment::wire(later)));
        let id = org.new_id(object);
        add(org, author, object, &id, occurrence);
    }
    Ok(())
}

/// Whether the change of a row is one of the whole series, not of this occurrence alone.
pub(super) fn changes_whole(author: &Author, before: &Record) -> bool {
    let apart = ["IsRecurrence2Exception", "IsRecurrence2Exclusion"];
    let start = moment::instant(before.text("StartDateTime"));
    author.version >= WHOLE_SINCE
        && start.is_some_and(|start| start >= author.now)
        && apart.iter().all(|name| before.value(name) != &Value::Bool(true))
}

/// Gives the rest of a series what the change of one of its future occurrences changed.
///
/// Past occurrences follow in everything but the times: they become history that no longer follows the pattern.
pub(super) fn updated(
    org: &mut Org,
    author: &Author,
    object: &Object,
    before: &Record,
) -> Result<(), Refusal> {
    if !changes_whole(author, before) {
        return Ok(());
    }
    let changed = existing(org, &before.id)?.clone();
    let (new, old) = (changed.values(), before.values());
    let differs = |name: &str| new.get(name) != old.get(name);
    let lead = instant(&new, "ReminderDateTime").zip(instant(&new, "StartDateTime"));
    let lead = lead.map(|(reminder, start)| reminder - start);
    let shift = Shift::between(&changed, before);
    for id in members(org, before) {
        let Some(row) = org.stored(&id) else { continue };
        if id == before.id || row.value("IsRecurrence2Exception") == &Value::Bool(true) {
            continue;
        }
        let mut values = row.values();
        for name in new.keys().filter(|name| is_shared(name) && differs(name)) {
            values.insert(name.clone(), new[name].clone());
        }
        if let Some(shift) = &shift {
            shift.apply(&mut values, author.now);
        }
        if differs("ReminderDateTime") {
            let reminder = instant(&values, "StartDateTime").zip(lead).map(|(start, lead)| start + lead);
            let reminder = reminder.map_or(Value::Null, |reminder| json!(moment::wire(reminder)));
            values.insert("ReminderDateTime".to_owned(), reminder);
        }
        replace(org, author, object, &id, values);
    }
    Ok(())
}

fn is_shared(name: &str) -> bool {
    let timed = ["ReminderDateTime", "DurationInMinutes", "IsAllDayEvent"];
    !(ROW_FIELDS.contains(&name) || TIME_FIELDS.contains(&name) || timed.contains(&name))
}

/// A change of the times of a series: by so many days, to another time of day, to another length.
struct Shift {
    days: TimeDelta,
    from: Clock,
    to: Clock,
    minutes: Value,
}

impl Shift {
    fn between(changed: &Record, before: &Record) -> Option<Self> {
        let clock = |row: &Record| {
            let start = moment::instant(row.text("StartDateTime"))?;
            let all_day = row.value("IsAllDayEvent") == &Value::Bool(true);
            let clock = Clock::of(start, zone(row), all_day);
            Some((clock, clock.day(start)))
        };
        let ((to, new_day), (from, old_day)) = (clock(changed)?, clock(before)?);
        let minutes = changed.value("DurationInMinutes").clone();
        let same = to == from && new_day == old_day && &minutes == before.value("DurationInMinutes");
        (!same).then(|| Self { days: new_day - old_day, from, to, minutes })
    }

    /// Moves a row that is still to come; one that is past stays and stops following the pattern.
    fn apply(&self, values: &mut Values, now: DateTime<Utc>) {
        let Some(start) = instant(values, "StartDateTime") else { return };
        if start < now && text(values, "GroupEventType") != PATTERN_RECORD {
            values.insert("IsRecurrence2Exclusion".to_owned(), json!(true));
            return;
        }
        let Some(day) = self.from.day(start).checked_add_signed(self.days) else { return };
        values.insert("DurationInMinutes".to_owned(), self.minutes.clone());
        values.insert("IsAllDayEvent".to_owned(), json!(self.to == Clock::Dates));
        place(values, self.to.start(day));
    }
}

/// Moves a row to a start, its reminder with it.
fn place(values: &mut Values, start: DateTime<Utc>) {
    let former = instant(values, "StartDateTime").unwrap_or(start);
    let minutes = values.get("DurationInMinutes").and_then(Value::as_i64).unwrap_or_default();
    let all_day = flag(values, "IsAllDayEvent");
    set_times(values, start, minutes, all_day);
    move_reminder(values, start - former);
}

/// The rows that go with this one: a pattern record takes the series along, the last occurrence the pattern record.
pub(super) fn dependents(org: &Org, record: &Record) -> Vec<String> {
    let rest: Vec<String> = members(org, record).into_iter().filter(|id| *id != record.id).collect();
    let is_pattern = |id: &String| org.stored(id).is_some_and(is_pattern_record);
    if is_pattern_record(record) || rest.iter().all(is_pattern) { rest } else { Vec::new() }
}

/// Deletes an occurrence and all later ones of its series.
pub(super) fn end_from(org: &mut Org, author: &Author, id: &str) -> Result<(), Refusal> {
    let record = existing(org, id)?;
    let set = |name: &str| record.value(name) == &Value::Bool(true);
    let (start, first) = (record.text("StartDateTime"), record.text("Recurrence2PatternStartDate"));
    let fits = set("IsRecurrence2") && !set("IsRecurrence2Exclusion") && !set("IsChild");
    if !fits || is_pattern_record(record) || start < first {
        let message = "Only an event that follows the pattern of a series can be deleted from onwards";
        return Err(Refusal::integrity(message, &["IsRecurrence2"]));
    }
    let from = start.to_owned();
    let later = |id: &String| {
        let row = org.stored(id);
        row.is_some_and(|row| !is_pattern_record(row) && row.text("StartDateTime") >= from.as_str())
    };
    let gone: Vec<String> = members(org, record).into_iter().filter(later).collect();
    gone.iter().try_for_each(|id| delete(org, author, id))
}

/// The live rows of a row's series, itself and the pattern record among them.
fn members(org: &Org, record: &Record) -> Vec<String> {
    every_member(org, record).filter(|row| !row.deleted).map(|row| row.id.clone()).collect()
}

/// The rows of a row's series with itself, deleted ones included.
fn every_member<'a>(org: &'a Org, record: &'a Record) -> impl Iterator<Item = &'a Record> {
    let series = record.text(SERIES);
    org.every_row("Event")
        .filter(move |row| row.id == record.id || (!series.is_empty() && row.text(SERIES) == series))
}

/// The rows that are purged with this one, deleted ones included: with a pattern record its whole series.
pub(super) fn purged_with(org: &Org, record: &Record) -> Vec<String> {
    let rest = every_member(org, record).filter(|row| row.id != record.id && is_pattern_record(record));
    rest.map(|row| row.id.clone()).collect()
}

fn is_pattern_record(record: &Record) -> bool {
    record.text("GroupEventType") == PATTERN_RECORD
}

fn zone(record: &Record) -> Tz {
    record.text("Recurrence2PatternTimeZone").parse().unwrap_or(Tz::UTC)
}
