//! What makes an Event an Event: its times, who and what it is about, what it derives from them.

#[cfg(test)]
mod tests;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::moment;
use super::org::{Org, Record, Values};
use super::refusal::Refusal;
use super::write::missing_fields;

const MINUTES_A_DAY: i64 = 1_440;
/// The longest Event where Multiday Events is on, in days.
const MULTIDAY_LIMIT: i64 = 14;
/// The most Contacts of one Event.
const WHO_LIMIT: usize = 50;
/// From this version on, a duration that was not sent is reported on the end.
const END_REPORTED_SINCE: u32 = 39;

/// Checks an Event as it would stand after the write, and derives what is derived.
pub(crate) fn settle(
    org: &Org,
    version: u32,
    sent: &Values,
    before: Option<&Record>,
    values: &mut Values,
) -> Result<(), Refusal> {
    times(org, version, sent, before, values)?;
    people(org, sent, values)?;
    links(org, values)
}

/// An invitee's copy lets only its reminder be changed.
pub(crate) fn check_child(before: &Record, sent: &Values) -> Result<(), Refusal> {
    let reminder_only = sent.keys().all(|name| name == "IsReminderSet" || name == "ReminderDateTime");
    if reminder_only {
        return Ok(());
    }
    let message = format!("insufficient access rights on object id: {}", before.id);
    Err(Refusal { status: 403, ..Refusal::write("INSUFFICIENT_ACCESS_OR_READONLY", message, &[]) })
}

fn times(
    org: &Org,
    version: u32,
    sent: &Values,
    before: Option<&Record>,
    values: &mut Values,
) -> Result<(), Refusal> {
    let all_day = values.get("IsAllDayEvent") == Some(&Value::Bool(true));
    let start = start(sent, before, all_day)?;
    let duration = duration(sent, before, start, all_day)?;
    let Some(start) = start else { return Err(missing_fields(&["ActivityDateTime"])) };

    let series = values.get("IsRecurrence") == Some(&Value::Bool(true));
    let multiday = org.has("multidayEvents") && !series;
    let limit = if multiday { MULTIDAY_LIMIT * MINUTES_A_DAY } else { MINUTES_A_DAY };
    if !(0..=limit).contains(&duration.minutes) {
        let message = format!("Duration must be between 0 and {limit} minutes: Duration");
        let on_end = duration.from_end && version >= END_REPORTED_SINCE;
        let field = if on_end { "EndDateTime" } else { "DurationInMinutes" };
        return Err(Refusal::integrity(message, &[field]));
    }
    set_times(values, start, duration.minutes, all_day);
    Ok(())
}

/// Writes every field that follows from start and length.
pub(crate) fn set_times(values: &mut Values, start: DateTime<Utc>, minutes: i64, all_day: bool) {
    let reach = if all_day { minutes - MINUTES_A_DAY } else { minutes };
    let end = start + TimeDelta::minutes(reach);
    let activity = if all_day { Value::Null } else { Value::String(moment::wire(start)) };
    let mut put = |name: &str, value: Value| values.insert(name.to_owned(), value);
    put("StartDateTime", Value::String(moment::wire(start)));
    put("EndDateTime", Value::String(moment::wire(end)));
    put("DurationInMinutes", json!(minutes));
    put("ActivityDateTime", activity);
    put("ActivityDate", Value::String(start.date_naive().to_string()));
    put("EndDate", Value::String(end.date_naive().to_string()));
}

/// The start: sent under its own or one of its old names, else as before.
fn start(sent: &Values, before: Option<&Record>, all_day: bool) -> Result<Option<DateTime<Utc>>, Refusal> {
    let new = given_instant(sent, "StartDateTime");
    let old = given_instant(sent, "ActivityDateTime");
    let day = sent.get("ActivityDate").and_then(Value::as_str).and_then(moment::date);
    if let (Some(new), Some(old)) = (new, old)
        && new != old
    {
        let message = "Start Date Time and Due Date Time must be the same";
        return Err(Refusal::integrity(message, &["ActivityDateTime"]));
    }
    if let (Some(new), Some(day)) = (new, day)
        && new.date_naive() != day
    {
        let message = "Start Date Time and Due Date Only must be the same day";
        return Err(Refusal::integrity(message, &["ActivityDate"]));
    }
    let emptied = sent.get("StartDateTime") == Some(&Value::Null);
    let kept = before.and_then(|before| moment::instant(before.text("StartDateTime"))).filter(|_| !emptied);
    let start = new.or(old).or(day.filter(|_| all_day).map(moment::midnight)).or(kept);
    Ok(start.map(|start| if all_day { moment::midnight(start.date_naive()) } else { start }))
}

/// A length in minutes, and which sent field it comes from.
struct Length {
    minutes: i64,
    from_end: bool,
}

/// The length: from the sent end, the sent duration (both must agree), or as before.
fn duration(
    sent: &Values,
    before: Option<&Record>,
    start: Option<DateTime<Utc>>,
    all_day: bool,
) -> Result<Length, Refusal> {
    let minutes = sent.get("DurationInMinutes").and_then(Value::as_i64);
    let span = given_instant(sent, "EndDateTime").zip(start).map(|(end, start)| span(start, end, all_day));
    if all_day && minutes.is_some_and(|minutes| minutes % MINUTES_A_DAY != 0) {
        let message = "Duration of an all-day event must be a multiple of 1440 minutes: Duration";
        return Err(Refusal::integrity(message, &["DurationInMinutes"]));
    }
    match (span, minutes) {
        (Some(span), Some(minutes)) if span != minutes => {
            let message = "Duration must be the difference of start and end: Duration";
            Err(Refusal::write("INVALID_FIELD_FOR_INSERT_UPDATE", message, &["DurationInMinutes"]))
        }
        (_, Some(minutes)) => Ok(Length { minutes, from_end: false }),
        (Some(minutes), None) => Ok(Length { minutes, from_end: true }),
        (None, None) => match before {
            Some(before) => Ok(Length { minutes: kept_length(before, all_day), from_end: true }),
            None if all_day => Ok(Length { minutes: MINUTES_A_DAY, from_end: true }),
            None if start.is_none() => Err(missing_fields(&["DurationInMinutes", "ActivityDateTime"])),
            None => Err(missing_fields(&["DurationInMinutes"])),
        },
    }
}

/// The former length, in whole days when the Event is, or becomes, all-day.
fn kept_length(before: &Record, all_day: bool) -> i64 {
    let minutes = before.value("DurationInMinutes").as_i64().unwrap_or_default();
    let was_all_day = before.value("IsAllDayEvent") == &Value::Bool(true);
    if !all_day || was_all_day {
        return minutes;
    }
    let instant = |field| moment::instant(before.text(field));
    let both = instant("StartDateTime").zip(instant("EndDateTime"));
    both.map_or(MINUTES_A_DAY, |(start, end)| span(start, end, true))
}

/// Minutes from start to end; the end of an all-day Event is its last day.
fn span(start: DateTime<Utc>, end: DateTime<Utc>, all_day: bool) -> i64 {
    if all_day {
        ((end.date_naive() - start.date_naive()).num_days() + 1) * MINUTES_A_DAY
    } else {
        let seconds = (end - start).num_seconds();
        seconds.div_euclid(60)
    }
}

fn given_instant(sent: &Values, name: &str) -> Option<DateTime<Utc>> {
    sent.get(name)?.as_str().and_then(moment::instant)
}

/// Keeps the list of people and the primary one in step, where the org relates several.
fn people(org: &Org, sent: &Values, values: &mut Values) -> Result<(), Refusal> {
    if !org.has("sharedActivities") {
        return Ok(());
    }
    let primary = text(values, "WhoId");
    let mut list: Vec<String> = values
        .get("EventWhoIds")
        .and_then(Value::as_array)
        .map(|list| list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
        .unwrap_or_default();
    let list_emptied = sent.get("EventWhoIds") == Some(&Value::Null);
    let primary_emptied = sent.get("WhoId") == Some(&Value::Null);
    if list_emptied || (primary_emptied && !sent.contains_key("EventWhoIds")) {
        list.clear();
    }
    if !primary.is_empty() && !list.contains(&primary) {
        list.insert(0, primary.clone());
    }
    let mut seen = Vec::new();
    list.retain(|id| {
        !seen.contains(id) && {
            seen.push(id.clone());
            true
        }
    });
    let leads = list.iter().filter(|id| is_lead(id)).count();
    if list.len() > WHO_LIMIT || (leads > 0 && list.len() > 1) {
        let message = format!("An event can relate to at most {WHO_LIMIT} contacts or one lead");
        return Err(Refusal::integrity(message, &["EventWhoIds"]));
    }
    let first =
        if primary.is_empty() { list.first().map_or(Value::Null, |id| json!(id)) } else { json!(primary) };
    let has_what = !text(values, "WhatId").is_empty();
    values.insert("WhoId".to_owned(), first);
    values.insert("WhoCount".to_owned(), json!(list.len()));
    values.insert("WhatCount".to_owned(), json!(usize::from(has_what)));
    values.insert("EventWhoIds".to_owned(), json!(list));
    Ok(())
}

/// Who and What go together, a private Event has neither, and the Account follows from them.
fn links(org: &Org, values: &mut Values) -> Result<(), Refusal> {
    let (who, what) = (text(values, "WhoId"), text(values, "WhatId"));
    if is_lead(&who) && !what.is_empty() {
        let message = "You can't relate an event to both a lead (WhoId) and another record (WhatId)";
        return Err(Refusal::integrity(message, &["WhatId"]));
    }
    let private = values.get("IsPrivate") == Some(&Value::Bool(true));
    if private && !(who.is_empty() && what.is_empty()) {
        let fields: Vec<&str> = [("WhoId", &who), ("WhatId", &what)]
            .into_iter()
            .filter(|(_, id)| !id.is_empty())
            .map(|(f, _)| f)
            .collect();
        let message = "A private event can't be related to other records: IsPrivate, WhoId, WhatId";
        return Err(Refusal::integrity(message, &fields));
    }
    let account_of = |id: &str| -> Option<Value> {
        let record = org.stored(id).filter(|record| !record.deleted)?;
        match record.object.as_str() {
            "Account" => Some(json!(record.id)),
            _ => Some(record.value("AccountId").clone()).filter(|id| !id.is_null()),
        }
    };
    let account = account_of(&what).or_else(|| account_of(&who)).unwrap_or(Value::Null);
    values.insert("AccountId".to_owned(), account);
    Ok(())
}

fn is_lead(id: &str) -> bool {
    id.starts_with("00Q")
}

/// A field's text among values, empty when it has none.
pub(crate) fn text(values: &Values, name: &str) -> String {
    values.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}
