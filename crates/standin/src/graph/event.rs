//! Events as Graph writes them.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, SecondsFormat, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};

use super::ids::{Form, Target};
use super::item::{Attendee, Content, Exception, Person, When};
use super::mailbox::{Kind, Mailbox, Seen};
use super::odata::Asked;
use super::reply::{change_key, etag};
use super::series::{End, Recurrence, Rhythm, weekday_word};
use super::{attachments, extensions};

/// One event, after `$select` and `$expand`.
pub(super) fn write(mailbox: &Mailbox, seen: &Seen<'_>, asked: &Asked) -> Value {
    let mut event = whole(mailbox, seen, asked);
    let properties: Vec<Value> = asked
        .expanded()
        .iter()
        .filter_map(|id| seen.content.properties.get(id).map(|value| json!({ "id": id, "value": value })))
        .collect();
    let hidden = asked.masks_private && seen.is_private();
    if !properties.is_empty() && !hidden {
        event["singleValueExtendedProperties"] = properties.into();
    }
    for name in asked.expansions().into_iter().filter(|_| !hidden) {
        match name {
            "attachments" => event[name] = attachments::all(seen),
            "extensions" => event[name] = extensions::all(seen),
            "exceptionOccurrences" if seen.kind == Kind::Master => {
                event[name] = exceptions(mailbox, seen, asked);
            }
            _ => {}
        }
    }
    if seen.kind == Kind::Master && asked.selects("cancelledOccurrences") {
        event["cancelledOccurrences"] = cancelled(seen, asked.prefer.form);
    }
    if asked.undeclared {
        event["uid"] = seen.item.global_id.clone().into();
        if let Some(date) = seen.target.occurrence {
            event["occurrenceId"] = occurrence_id(seen, date, asked.prefer.form).into();
        }
    }
    asked.select(event)
}

/// An event with its times, body and link, as the preferences want them.
fn whole(mailbox: &Mailbox, seen: &Seen<'_>, asked: &Asked) -> Value {
    let masked = masked(seen).filter(|_| asked.masks_private);
    let seen = masked.as_ref().unwrap_or(seen);
    let mut event = facts(mailbox, seen, asked.prefer.form);
    let zone = (asked.prefer.zone_name.as_str(), asked.prefer.zone.unwrap_or(Tz::UTC));
    let (start, end) = times(seen.content.when, zone);
    event["start"] = start;
    event["end"] = end;
    event["body"] = if asked.prefer.text_body {
        json!({ "contentType": "text", "content": plain_text(&seen.content.body) })
    } else {
        json!({ "contentType": "html", "content": seen.content.body })
    };
    let link = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("user", &mailbox.user)
        .append_pair("item", &seen.id(Form::Rest))
        .finish();
    event["webLink"] = format!("{}/?{link}", asked.setup.host).into();
    event
}

/// A private event as others see it: when, and that it is private.
fn masked<'a>(seen: &Seen<'a>) -> Option<Seen<'a>> {
    if !seen.is_private() {
        return None;
    }
    let mut masked = seen.clone();
    "Private appointment".clone_into(&mut masked.content.subject);
    masked.content.body.clear();
    masked.content.location.clear();
    masked.content.attendees.clear();
    masked.content.categories.clear();
    masked.content.attachments.clear();
    Some(masked)
}

/// The dates of a series that differ from it.
fn exceptions(mailbox: &Mailbox, master: &Seen<'_>, asked: &Asked) -> Value {
    let dates = master.item.exceptions.keys();
    let seen = dates.filter_map(|date| mailbox.see(Target { occurrence: Some(*date), ..master.target }));
    seen.map(|seen| whole(mailbox, &seen, asked)).collect()
}

/// The dates of a series that were taken out, by their occurrence ids.
fn cancelled(master: &Seen<'_>, form: Form) -> Value {
    let gone =
        master.item.exceptions.iter().filter(|(_, exception)| matches!(exception, Exception::Cancelled));
    gone.map(|(date, _)| occurrence_id(master, *date, form)).collect()
}

/// The name of a date of a series.
fn occurrence_id(seen: &Seen<'_>, date: NaiveDate, form: Form) -> String {
    format!("OID.{}.{date}", seen.series_id(form))
}

/// A date of a series as change tracking shows it: hardly more than its time.
pub(super) fn bare(seen: &Seen<'_>, asked: &Asked) -> Value {
    let zone = (asked.prefer.zone_name.as_str(), asked.prefer.zone.unwrap_or(Tz::UTC));
    let (start, end) = times(seen.content.when, zone);
    json!({
        "@odata.type": "#microsoft.graph.event",
        "@odata.etag": etag(seen.stamp),
        "id": seen.id(asked.prefer.form),
        "seriesMasterId": seen.series_id(asked.prefer.form),
        "type": seen.kind.word(),
        "start": start,
        "end": end,
    })
}

/// Everything that no preference changes.
fn facts(mailbox: &Mailbox, seen: &Seen<'_>, form: Form) -> Value {
    let content = &seen.content;
    let organizes = mailbox.organizes(content);
    let terms = &content.terms;
    let online = terms.online.as_ref();
    let provider = online.map(|online| online.provider.as_str());
    // A meeting of a world file is held online when its place says so.
    let provider =
        provider.or_else(|| content.location.contains("Microsoft Teams").then_some("teamsForBusiness"));
    let mut event = json!({
        "@odata.etag": etag(seen.stamp),
        "id": seen.id(form),
        "createdDateTime": instant(seen.item.created),
        "lastModifiedDateTime": instant(seen.stamp.at),
        "changeKey": change_key(seen.stamp),
        "categories": content.categories,
        "transactionId": seen.item.transaction_id,
        "originalStartTimeZone": content.zone,
        "originalEndTimeZone": content.zone,
        "iCalUId": icaluid(seen),
        "reminderMinutesBeforeStart": content.reminder.unwrap_or(15),
        "isReminderOn": content.reminder.is_some(),
        "hasAttachments": content.attachments.iter().any(|file| !file.inline),
        "subject": content.subject,
        "bodyPreview": plain_text(&content.body).chars().take(255).collect::<String>(),
        "importance": content.importance,
        "sensitivity": content.sensitivity,
        "isAllDay": matches!(content.when, When::AllDay { .. }),
        "isCancelled": content.cancelled,
        "isOrganizer": organizes,
        "responseRequested": !terms.wants_no_answer,
        "seriesMasterId": seen.target.occurrence.map(|_| seen.series_id(form)),
        "showAs": content.show_as,
        "type": seen.kind.word(),
        "onlineMeetingUrl": null,
        "isOnlineMeeting": provider.is_some(),
        "onlineMeetingProvider": provider.unwrap_or("unknown"),
        "allowNewTimeProposals": !terms.forbids_proposals,
        "isDraft": content.draft,
        "hideAttendees": terms.hides_attendees,
        "responseStatus": { "response": content.answer.word(), "time": "0001-01-01T00:00:00Z" },
        "location": location(&content.location),
        "locations": places(content).into_iter().map(location).collect::<Vec<_>>(),
        "recurrence": seen.item.recurrence.as_ref().filter(|_| seen.kind == Kind::Master).map(recurrence),
        "attendees": content.attendees.iter().map(attendee).collect::<Vec<_>>(),
        "organizer": { "emailAddress": address(&content.organizer) },
        "onlineMeeting": online.map(|online| json!({ "joinUrl": online.url })),
    });
    if let Some(original) = seen.original {
        event["originalStart"] = instant(original).into();
    }
    event
}

/// A mailbox's items as they are stored.
pub(super) fn dump(mailbox: &Mailbox) -> Value {
    mailbox
        .items
        .keys()
        .filter_map(|number| mailbox.see(Target { mailbox: mailbox.number, item: *number, occurrence: None }))
        .map(|seen| {
            let mut event = facts(mailbox, &seen, Form::Immutable);
            let (start, end) = seen.content.when.instants(mailbox.tz());
            event["key"] = seen.item.key.clone().into();
            event["start"] = instant(start).into();
            event["end"] = instant(end).into();
            event["properties"] = json!(seen.content.properties);
            event
        })
        .collect()
}

/// The meeting's id; an occurrence has its original date in it.
pub(super) fn icaluid(seen: &Seen<'_>) -> String {
    let global = &seen.item.global_id;
    match seen.target.occurrence.or(seen.item.orphan) {
        Some(date) => {
            let stamp = format!("{:04X}{:02X}{:02X}", date.year(), date.month(), date.day());
            format!("{}{stamp}{}", &global[..32], &global[40..])
        }
        None => global.clone(),
    }
}

fn times(when: When, (name, zone): (&str, Tz)) -> (Value, Value) {
    let write = |local: chrono::NaiveDateTime| json!({ "dateTime": local.format("%Y-%m-%dT%H:%M:%S.0000000").to_string(), "timeZone": name });
    match when {
        When::Timed { start, end } => {
            let local = |time: DateTime<Utc>| time.with_timezone(&zone).naive_local();
            (write(local(start)), write(local(end)))
        }
        When::AllDay { first, until } => {
            (write(first.and_time(NaiveTime::MIN)), write(until.and_time(NaiveTime::MIN)))
        }
    }
}

fn instant(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// The names of the places, as long as the single place still names them all.
fn places(content: &Content) -> Vec<&str> {
    if !content.terms.places.is_empty() && content.terms.places.join("; ") == content.location {
        return content.terms.places.iter().map(String::as_str).collect();
    }
    Some(content.location.as_str()).filter(|name| !name.is_empty()).into_iter().collect()
}

fn location(name: &str) -> Value {
    json!({
        "displayName": name,
        "locationType": "default",
        "uniqueId": name,
        "uniqueIdType": if name.is_empty() { "unknown" } else { "private" },
        "address": {},
        "coordinates": {},
    })
}

fn address(person: &Person) -> Value {
    if person.address.is_empty() {
        return json!({ "name": person.name });
    }
    json!({ "name": person.name, "address": person.address })
}

fn attendee(attendee: &Attendee) -> Value {
    json!({
        "type": attendee.role.word(),
        "status": { "response": attendee.answer.word(), "time": "0001-01-01T00:00:00Z" },
        "emailAddress": address(&attendee.person),
    })
}

fn recurrence(series: &Recurrence) -> Value {
    const INDEX: [&str; 5] = ["first", "second", "third", "fourth", "last"];
    let index = usize::try_from(series.index.saturating_sub(1)).ok().and_then(|at| INDEX.get(at));
    let (kind, until, count) = match series.end {
        End::Never => ("noEnd", "0001-01-01".to_owned(), 0),
        End::On(day) => ("endDate", day.to_string(), 0),
        End::After(count) => ("numbered", "0001-01-01".to_owned(), count),
    };
    // What a type does not need is written as nothing.
    let (in_month, in_year, by_days) = match series.rhythm {
        Rhythm::Daily => (0, 0, false),
        Rhythm::Weekly | Rhythm::RelativeMonthly => (0, 0, true),
        Rhythm::AbsoluteMonthly => (series.day_of_month, 0, false),
        Rhythm::AbsoluteYearly => (series.day_of_month, series.month, false),
        Rhythm::RelativeYearly => (0, series.month, true),
    };
    let weekly = series.rhythm == Rhythm::Weekly;
    let days = series.days.iter().filter(|_| by_days).map(|day| weekday_word(*day));
    json!({
        "pattern": {
            "type": series.rhythm.word(),
            "interval": series.interval,
            "month": in_year,
            "dayOfMonth": in_month,
            "daysOfWeek": days.collect::<Vec<_>>(),
            "firstDayOfWeek": if weekly { weekday_word(series.first_day) } else { "sunday" },
            "index": index.filter(|_| by_days && !weekly).unwrap_or(&"first"),
        },
        "range": {
            "type": kind,
            "startDate": series.first.to_string(),
            "endDate": until,
            "recurrenceTimeZone": series.zone,
            "numberOfOccurrences": count,
        },
    })
}

/// A body's text without its markup.
pub(crate) fn plain_text(html: &str) -> String {
    let marked = html
        .replace("<br>", "\n")
        .replace("<br/>", "\n")
        .replace("<br />", "\n")
        .replace("</p>", "\n")
        .replace("</div>", "\n");
    let mut inside = false;
    let mut text = String::new();
    for sign in marked.chars() {
        match sign {
            '<' => inside = true,
            '>' if inside => inside = false,
            sign if !inside => text.push(sign),
            _ => {}
        }
    }
    let entities =
        [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
    entities.iter().fold(text, |text, (entity, sign)| text.replace(entity, sign)).trim().to_owned()
}
