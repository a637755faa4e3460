//! What a POST or a PATCH changes about an event.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use serde_json::{Map, Value};

use super::item::{Answer, Attendee, Content, Online, Person, Role, Terms, When};
use super::odata::canonical;
use super::reply::{Reply, bad_request};
use super::zones;

/// The years a calendar has.
pub(super) const YEARS: std::ops::Range<i32> = 1601..4500;
/// The most people an event takes.
const ATTENDEE_LIMIT: usize = 500;

/// Who may hold a meeting online.
const PROVIDERS: [&str; 4] = ["unknown", "skypeForBusiness", "skypeForConsumer", "teamsForBusiness"];
/// Where an online meeting is joined.
const JOIN: &str = "https://teams.microsoft.com/l/meetup-join/";

/// An event with nothing in it yet.
pub(crate) fn blank(owner: &Person, zone: &str, now: DateTime<Utc>) -> Content {
    Content {
        subject: String::new(),
        body: String::new(),
        location: String::new(),
        when: When::Timed { start: now, end: now + TimeDelta::minutes(30) },
        zone: zone.to_owned(),
        show_as: "busy".to_owned(),
        sensitivity: "normal".to_owned(),
        importance: "normal".to_owned(),
        reminder: Some(15),
        categories: Vec::new(),
        properties: std::collections::BTreeMap::new(),
        attachments: Vec::new(),
        extensions: std::collections::BTreeMap::new(),
        organizer: owner.clone(),
        attendees: Vec::new(),
        answer: Answer::None,
        draft: false,
        cancelled: false,
        terms: Terms::default(),
    }
}

/// Puts the members of a request into a content, or says why Graph refuses.
pub(super) fn apply(content: &mut Content, members: &Map<String, Value>) -> Result<(), Reply> {
    for (name, value) in members.iter().filter(|(name, _)| *name != "location") {
        apply_one(content, name, value)?;
    }
    if let Some(value) = members.get("location") {
        apply_one(content, "location", value)?;
    }
    go_online(content, members);
    if ["start", "end", "isAllDay"].iter().any(|name| members.contains_key(*name)) {
        content.when = when(content, members)?;
    }
    Ok(())
}

fn apply_one(content: &mut Content, name: &str, value: &Value) -> Result<(), Reply> {
    match name {
        "subject" => content.subject = text(name, value)?,
        "body" => write_body(content, value)?,
        "location" => {
            content.location = text("location.displayName", &value["displayName"])?;
            content.terms.places.clear();
        }
        // Both are read in one: the list stands, unless the single place came too.
        "locations" => places(content, value)?,
        "hideAttendees" => content.terms.hides_attendees = truth(name, value)?,
        "allowNewTimeProposals" => content.terms.forbids_proposals = !truth(name, value)?,
        "responseRequested" => content.terms.wants_no_answer = !truth(name, value)?,
        // Read in `apply`, because they belong together and hold once and for all.
        "isOnlineMeeting" => {
            truth(name, value)?;
        }
        "onlineMeetingProvider" => {
            one_of(name, value, &PROVIDERS)?;
        }
        "showAs" => {
            content.show_as =
                one_of(name, value, &["free", "tentative", "busy", "oof", "workingElsewhere", "unknown"])?;
        }
        "sensitivity" => {
            content.sensitivity = one_of(name, value, &["normal", "personal", "private", "confidential"])?;
        }
        "importance" => content.importance = one_of(name, value, &["low", "normal", "high"])?,
        "isReminderOn" => {
            content.reminder = value.as_bool().unwrap_or(false).then(|| content.reminder.unwrap_or(15));
        }
        "reminderMinutesBeforeStart" => content.reminder = content.reminder.and(value.as_i64()),
        "categories" => content.categories = categories(value)?,
        "attendees" => content.attendees = attendees(value)?,
        "singleValueExtendedProperties" => properties(content, value)?,
        // Read with the others below, or by the caller.
        "start" | "end" | "isAllDay" | "transactionId" | "recurrence" | "@odata.etag" | "@odata.type" => {}
        unknown => {
            let message = format!("The property '{unknown}' cannot be written.");
            return Err(bad_request("ErrorInvalidPropertySet", &message));
        }
    }
    Ok(())
}

/// Makes a meeting one that is held online; once it is, neither that nor who holds it changes any more.
fn go_online(content: &mut Content, members: &Map<String, Value>) {
    let wanted = members.get("isOnlineMeeting").and_then(Value::as_bool).unwrap_or(false);
    if !wanted || content.terms.online.is_some() {
        return;
    }
    let provider = members.get("onlineMeetingProvider").and_then(Value::as_str);
    let provider = provider.filter(|word| *word != "unknown").unwrap_or("teamsForBusiness");
    let seed = format!("{} {:?}", content.subject, content.when);
    let thread = super::reply::guid(seed.as_bytes());
    let url = format!("{JOIN}19%3ameeting_{}%40thread.v2/0", thread.replace('-', ""));
    content.body =
        format!("{}<br>Microsoft Teams meeting<br>Join: <a href=\"{url}\">{url}</a>", content.body);
    content.terms.online = Some(Online { provider: provider.to_owned(), url });
}

/// A new body; one without the address to join at ends the meeting's being online.
fn write_body(content: &mut Content, value: &Value) -> Result<(), Reply> {
    content.body = body(value)?;
    if content.terms.online.as_ref().is_some_and(|online| !content.body.contains(&online.url)) {
        content.terms.online = None;
    }
    Ok(())
}

/// Several places; the single one names them all.
fn places(content: &mut Content, value: &Value) -> Result<(), Reply> {
    let rows = value.as_array().ok_or_else(|| wrong("locations"))?;
    let names: Vec<String> = rows
        .iter()
        .map(|row| text("locations.displayName", &row["displayName"]))
        .collect::<Result<_, _>>()?;
    content.location = names.join("; ");
    content.terms.places = if names.len() > 1 { names } else { Vec::new() };
    Ok(())
}

fn truth(name: &str, value: &Value) -> Result<bool, Reply> {
    value.as_bool().ok_or_else(|| wrong(name))
}

fn text(name: &str, value: &Value) -> Result<String, Reply> {
    if value.is_null() {
        return Ok(String::new());
    }
    value.as_str().map(str::to_owned).ok_or_else(|| wrong(name))
}

fn one_of(name: &str, value: &Value, allowed: &[&str]) -> Result<String, Reply> {
    let word = value.as_str().ok_or_else(|| wrong(name))?;
    allowed.contains(&word).then(|| word.to_owned()).ok_or_else(|| wrong(name))
}

fn body(value: &Value) -> Result<String, Reply> {
    let content = text("body.content", &value["content"])?;
    match value["contentType"].as_str() {
        Some(kind) if kind.eq_ignore_ascii_case("html") => Ok(content),
        Some(kind) if kind.eq_ignore_ascii_case("text") => {
            let escaped = content.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            Ok(escaped.replace('\n', "<br>"))
        }
        _ => Err(wrong("body.contentType")),
    }
}

/// Category names without repetition, as Exchange keeps them.
fn categories(value: &Value) -> Result<Vec<String>, Reply> {
    let mut names: Vec<String> = Vec::new();
    for name in value.as_array().ok_or_else(|| wrong("categories"))? {
        let name = text("categories", name)?;
        if name.chars().count() > 255 || name.contains(',') || name.contains(';') {
            return Err(wrong("categories"));
        }
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

fn attendees(value: &Value) -> Result<Vec<Attendee>, Reply> {
    let rows = value.as_array().ok_or_else(|| wrong("attendees"))?;
    if rows.len() > ATTENDEE_LIMIT {
        return Err(bad_request("ErrorTooManyAttendees", "An event has at most 500 attendees."));
    }
    rows.iter()
        .map(|row| {
            let person = &row["emailAddress"];
            Ok(Attendee {
                person: Person {
                    name: text("name", &person["name"])?,
                    address: text("address", &person["address"])?,
                },
                role: row["type"]
                    .as_str()
                    .map_or(Some(Role::Required), Role::read)
                    .ok_or_else(|| wrong("type"))?,
                answer: row["status"]["response"].as_str().and_then(Answer::read).unwrap_or_default(),
            })
        })
        .collect()
}

fn properties(content: &mut Content, value: &Value) -> Result<(), Reply> {
    for row in value.as_array().ok_or_else(|| wrong("singleValueExtendedProperties"))? {
        let id = row["id"].as_str().ok_or_else(|| wrong("singleValueExtendedProperties.id"))?;
        if !is_property_id(id) {
            return Err(bad_request("ErrorInvalidProperty", "The extended property id is not understood."));
        }
        if row["value"].is_null() {
            content.properties.remove(&canonical(id));
        } else {
            content.properties.insert(canonical(id), text("value", &row["value"])?);
        }
    }
    Ok(())
}

/// Whether this is a way to name an extended property: `String {set} Name name`, `Integer {set} Id 0x8001`, `String 0x4001`.
fn is_property_id(id: &str) -> bool {
    const KINDS: [&str; 10] =
        ["Binary", "Boolean", "CLSID", "Currency", "Double", "Float", "Integer", "Long", "Short", "String"];
    let hex = |text: &str| {
        let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or_default();
        !digits.is_empty() && digits.len() <= 8 && digits.bytes().all(|sign| sign.is_ascii_hexdigit())
    };
    let Some((kind, rest)) = id.split_once(' ') else { return false };
    if kind != "SystemTime" && !KINDS.contains(&kind) {
        return false;
    }
    let Some((set, name)) = rest.strip_prefix('{').and_then(|rest| rest.split_once("} ")) else {
        return hex(rest);
    };
    let guid = set.len() == 36 && set.bytes().all(|sign| sign == b'-' || sign.is_ascii_hexdigit());
    let named = name.strip_prefix("Name ").is_some_and(|name| !name.is_empty());
    guid && (named || name.strip_prefix("Id ").is_some_and(hex))
}

/// The new time from what the request gives and what stays.
fn when(content: &Content, members: &Map<String, Value>) -> Result<When, Reply> {
    let all_day = match members.get("isAllDay") {
        Some(value) => value.as_bool().ok_or_else(|| wrong("isAllDay"))?,
        None => matches!(content.when, When::AllDay { .. }),
    };
    let moment = |name: &str| members.get(name).map(moment).transpose();
    let (start, end) = (moment("start")?, moment("end")?);
    if all_day {
        let kept = match content.when {
            When::AllDay { first, until } => Some((first, until)),
            When::Timed { .. } => None,
        };
        if let (Some((_, one)), Some((_, other))) = (start, end)
            && one != other
        {
            let message =
                "The Event.Start and Event.End properties of an all-day event need the same time zone.";
            return Err(bad_request("ErrorPropertyValidationFailure", message));
        }
        let first = midnight(start, kept.map(|dates| dates.0))?;
        let until = midnight(end, kept.map(|dates| dates.1))?;
        if until <= first {
            let message = "The Event.Start property for an all-day event needs to be before its end.";
            return Err(bad_request("ErrorPropertyValidationFailure", message));
        }
        return Ok(When::AllDay { first, until });
    }
    let kept = match content.when {
        When::Timed { start, end } => Some((start, end)),
        When::AllDay { .. } => None,
    };
    let instant = |moment: Option<(NaiveDateTime, Tz)>| moment.map(|(local, tz)| zones::instant(local, tz));
    let start = instant(start).or(kept.map(|times| times.0)).ok_or_else(|| wrong("start"))?;
    let end = instant(end).or(kept.map(|times| times.1)).ok_or_else(|| wrong("end"))?;
    if end < start {
        let message = "The end of an event cannot be before its start.";
        return Err(bad_request("ErrorCalendarEndDateIsEarlierThanStartDate", message));
    }
    Ok(When::Timed { start, end })
}

/// A `dateTimeTimeZone`.
pub(super) fn moment(value: &Value) -> Result<(NaiveDateTime, Tz), Reply> {
    let text = value["dateTime"].as_str().ok_or_else(|| wrong("dateTime"))?;
    let local = text
        .trim_end_matches('Z')
        .parse::<NaiveDateTime>()
        .or_else(|_| text.parse::<NaiveDate>().map(|day| day.and_time(NaiveTime::MIN)))
        .map_err(|_| wrong("dateTime"))?;
    if !YEARS.contains(&local.year()) {
        return Err(wrong("dateTime"));
    }
    let name = value["timeZone"].as_str().unwrap_or("UTC");
    let zone = zones::find(name).ok_or_else(|| {
        bad_request("TimeZoneNotSupportedException", "A valid TimeZone value must be specified.")
    })?;
    Ok((local, zone))
}

fn midnight(moment: Option<(NaiveDateTime, Tz)>, kept: Option<NaiveDate>) -> Result<NaiveDate, Reply> {
    let Some((local, _)) = moment else { return kept.ok_or_else(|| wrong("start")) };
    if local.time() != NaiveTime::MIN {
        let message = "The Event.Start property for an all-day event needs to be set to midnight.";
        return Err(bad_request("ErrorPropertyValidationFailure", message));
    }
    Ok(local.date())
}

fn wrong(name: &str) -> Reply {
    bad_request("ErrorInvalidRequest", &format!("The value of '{name}' cannot be read."))
}
