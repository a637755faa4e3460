//! Items in office.js's words: what the page hands to the pane.

use chrono::{DateTime, Datelike, TimeDelta, Timelike, Utc, Weekday};
use chrono_tz::{OffsetComponents, Tz};
use serde_json::{Map, Value, json};

use super::{Refused, api};
use crate::graph::ids::Form;
use crate::graph::item::{Answer, Attendee, Content, Person, Role, When};
use crate::graph::mailbox::{Category, Kind, Mailbox, Seen};
use crate::graph::series::{End, Recurrence, Rhythm};
use crate::graph::{attachment_id, plain_text, zones};

/// A mailbox as the page shows it.
pub(super) fn user(mailbox: &Mailbox) -> Value {
    json!({
        "user": mailbox.user,
        "name": mailbox.owner.name,
        "address": mailbox.owner.address,
        "zone": mailbox.zone,
        "iana": mailbox.tz().name(),
    })
}

/// One line of the calendar's list.
pub(super) fn row(mailbox: &Mailbox, seen: &Seen<'_>) -> Value {
    let content = &seen.content;
    let (start, end) = content.when.instants(mailbox.tz());
    json!({
        "id": seen.id(Form::Ews),
        "key": seen.item.key,
        "subject": content.subject,
        "start": start.timestamp_millis(),
        "end": end.timestamp_millis(),
        "allDay": matches!(content.when, When::AllDay { .. }),
        "location": content.location,
        "private": content.sensitivity != "normal",
        "repeats": seen.kind != Kind::Single,
        "cancelled": content.cancelled,
        "showAs": content.show_as,
        "categories": on_item(mailbox, content),
    })
}

/// Everything the page and the pane need of one item.
pub(super) fn item(mailbox: &Mailbox, seen: &Seen<'_>) -> Value {
    let content = &seen.content;
    let mut item = row(mailbox, seen);
    let organizer =
        Attendee { person: content.organizer.clone(), role: Role::Required, answer: Answer::Organizer };
    let invited = |wanted: fn(Role) -> bool| -> Vec<Value> {
        content
            .attendees
            .iter()
            .filter(|attendee| wanted(attendee.role))
            .map(|attendee| person(mailbox, attendee))
            .collect()
    };
    item["series"] = seen.target.occurrence.map(|_| seen.series_id(Form::Ews)).into();
    item["organizes"] = mailbox.organizes(content).into();
    item["draft"] = content.draft.into();
    item["organizer"] = person(mailbox, &organizer);
    item["required"] = invited(|role| role != Role::Optional).into();
    item["optional"] = invited(|role| role == Role::Optional).into();
    item["answer"] = content.answer.word().into();
    item["body"] = content.body.clone().into();
    item["text"] = plain_text(&content.body).into();
    item["sensitivity"] = content.sensitivity.clone().into();
    item["created"] = seen.item.created.timestamp_millis().into();
    item["modified"] = seen.stamp.at.timestamp_millis().into();
    item["change"] = seen.stamp.change.into();
    item["attachments"] = content
        .attachments
        .iter()
        .map(|file| {
            json!({
                "id": attachment_id(file),
                "name": file.name,
                "contentType": file.content_type,
                "size": file.bytes.len(),
                "attachmentType": 0,
                "isInline": file.inline,
            })
        })
        .collect();
    item["class"] =
        if seen.target.occurrence.is_some() { "IPM.Appointment.Occurrence" } else { "IPM.Appointment" }
            .into();
    item["recurrence"] =
        seen.item.recurrence.as_ref().map(|series| recurrence(mailbox, &seen.item.content, series)).into();
    item
}

/// Categories as office.js has them.
pub(super) fn categories(categories: &[Category]) -> Value {
    categories
        .iter()
        .map(|category| json!({ "displayName": category.name, "color": colour(&category.colour) }))
        .collect()
}

fn on_item(mailbox: &Mailbox, content: &Content) -> Value {
    content
        .categories
        .iter()
        .map(|name| json!({ "displayName": name, "color": colour(mailbox.colour(name).unwrap_or("none")) }))
        .collect()
}

/// `preset7` is `Preset7` in office.js.
fn colour(word: &str) -> String {
    word.strip_prefix("preset").map_or_else(|| "None".to_owned(), |number| format!("Preset{number}"))
}

/// A person with office.js's numbers for answer and kind.
fn person(mailbox: &Mailbox, attendee: &Attendee) -> Value {
    let Person { name, address } = &attendee.person;
    let answer = match attendee.answer {
        Answer::None | Answer::NotResponded => 0,
        Answer::Organizer => 1,
        Answer::Tentative => 2,
        Answer::Accepted => 3,
        Answer::Declined => 4,
    };
    let domain = |address: &str| address.rsplit_once('@').map(|(_, domain)| domain.to_lowercase());
    let kind = if domain(address).is_none() {
        0
    } else if domain(address) == domain(&mailbox.owner.address) {
        2
    } else {
        3
    };
    json!({ "name": name, "address": address, "appointmentResponse": answer, "recipientType": kind })
}

fn recurrence(mailbox: &Mailbox, content: &Content, series: &Recurrence) -> Value {
    let tz = zones::find(&series.zone).unwrap_or_else(|| mailbox.tz());
    let (start, end) = content.when.instants(tz);
    let local = zones::local(start, tz);
    let offset = local.and_utc().signed_duration_since(start).num_minutes();
    let mut range = json!({
        "startYear": series.first.year(),
        "startMonth": series.first.month(),
        "startDay": series.first.day(),
        "startTimeMin": local.hour() * 60 + local.minute(),
        "durationMin": end.signed_duration_since(start).num_minutes(),
    });
    let last = match series.end {
        End::Never => None,
        End::On(day) => Some(day),
        End::After(_) => series.dates_until(series.first + TimeDelta::days(36_500)).last().copied(),
    };
    match last {
        None => range["noEndDate"] = true.into(),
        Some(day) => {
            range["endYear"] = day.year().into();
            range["endMonth"] = day.month().into();
            range["endDay"] = day.day().into();
        }
    }
    let (kind, properties) = pattern(series);
    json!({
        "recurrenceType": kind,
        "recurrenceProperties": properties,
        "recurrenceTimeZone": { "name": series.zone, "offset": offset },
        "seriesTimeJson": range,
    })
}

fn pattern(series: &Recurrence) -> (&'static str, Value) {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    const WEEKS: [&str; 5] = ["first", "second", "third", "fourth", "last"];
    let name = |list: &[&'static str], at: u32| {
        usize::try_from(at.saturating_sub(1)).ok().and_then(|at| list.get(at).copied()).unwrap_or("first")
    };
    let interval = series.interval;
    let week = name(&WEEKS, series.index);
    let month = name(&MONTHS, series.month);
    let day = series.days.first().map_or("day", |day| weekday(*day));
    match series.rhythm {
        Rhythm::Daily => ("daily", json!({ "interval": interval })),
        Rhythm::Weekly => (
            "weekly",
            json!({
                "interval": interval,
                "days": series.days.iter().map(|day| weekday(*day)).collect::<Vec<_>>(),
                "firstDayOfWeek": weekday(series.first_day),
            }),
        ),
        Rhythm::AbsoluteMonthly => {
            ("monthly", json!({ "interval": interval, "dayOfMonth": series.day_of_month }))
        }
        Rhythm::RelativeMonthly => {
            ("monthly", json!({ "interval": interval, "dayOfWeek": day, "weekNumber": week }))
        }
        Rhythm::AbsoluteYearly => {
            ("yearly", json!({ "interval": interval, "dayOfMonth": series.day_of_month, "month": month }))
        }
        Rhythm::RelativeYearly => {
            ("yearly", json!({ "interval": interval, "dayOfWeek": day, "weekNumber": week, "month": month }))
        }
    }
}

fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "mon",
        Weekday::Tue => "tue",
        Weekday::Wed => "wed",
        Weekday::Thu => "thu",
        Weekday::Fri => "fri",
        Weekday::Sat => "sat",
        Weekday::Sun => "sun",
    }
}

/// The spans of the zone's offsets around now, which office.js reckons local time with.
pub(super) fn offsets(zone: Tz, now: DateTime<Utc>) -> Value {
    /// Office.js wants an answer for every date a script can hold.
    const EVER: i64 = 8_640_000_000_000_000;
    let offset = |instant: DateTime<Utc>| {
        let offset = instant.with_timezone(&zone).offset().to_owned();
        (offset.base_utc_offset() + offset.dst_offset()).num_minutes()
    };
    let mut spans = Vec::new();
    let mut from = -EVER;
    let mut at = now - TimeDelta::days(3 * 366);
    let mut held = offset(at);
    for _ in 0..6 * 366 {
        let next = at + TimeDelta::days(1);
        if offset(next) != held {
            let hours = (0..=24).map(|hour| at + TimeDelta::hours(hour));
            let change = hours.into_iter().find(|hour| offset(*hour) != held).unwrap_or(next);
            spans.push(json!({ "start": from, "end": change.timestamp_millis(), "offset": held }));
            (from, held) = (change.timestamp_millis(), offset(next));
        }
        at = next;
    }
    spans.push(json!({ "start": from, "end": EVER, "offset": held }));
    spans.into()
}

/// Puts what the form or the pane changed into an item.
pub(super) fn apply(content: &mut Content, changes: &Map<String, Value>, tz: Tz) -> Result<(), Refused> {
    for (name, value) in changes {
        let text = || value.as_str().unwrap_or_default().to_owned();
        match name.as_str() {
            "subject" => content.subject = text(),
            "location" => content.location = text(),
            "body" => content.body = text(),
            "sensitivity" => content.sensitivity = text(),
            "required" => people(content, value, Role::Required),
            "optional" => people(content, value, Role::Optional),
            "start" | "end" | "allDay" => {}
            unknown => return Err(Refused::bad(&format!("{unknown} cannot be changed here"))),
        }
    }
    content.when = api::when(changes, content.when, tz)?;
    Ok(())
}

fn people(content: &mut Content, value: &Value, role: Role) {
    content.attendees.retain(|attendee| attendee.role != role);
    for row in value.as_array().into_iter().flatten() {
        let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        let person = Person { name: text("name"), address: text("address") };
        content.attendees.push(Attendee { person, role, answer: Answer::None });
    }
}
