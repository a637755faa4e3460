//! A Graph event's JSON → the item.

use calbridge_rules::{
    id::{Address, ItemId},
    item::{Attendee, Item, Kind, Person, Reminder, Response, Role, Sensitivity, ShowAs, Span},
};
use chrono::{DateTime, NaiveDateTime, Utc};

use super::{GraphItem, GraphKind, property_id};
use crate::{call::CallError, json, pointer::Pointer, value::Value};

/// Reads one event.
pub(crate) fn item(row: &Value, addin_id: &str) -> Result<GraphItem, CallError> {
    let id = json::maybe_item_id(row, "id")?.ok_or_else(|| json::malformed("an event without an id"))?;
    let series_master_id = json::maybe_item_id(row, "seriesMasterId")?;
    let kind = graph_kind(json::maybe_text(row, "type").unwrap_or_default());
    let property_text = property(row, addin_id);
    Ok(GraphItem {
        etag: row.get("@odata.etag").and_then(Value::as_str).unwrap_or_default().to_owned(),
        i_cal_uid: json::text(row, "iCalUId")?.to_owned(),
        original_start: json::maybe_instant(row, "originalStart")?,
        is_organizer: json::flag(row, "isOrganizer"),
        is_cancelled: json::flag(row, "isCancelled"),
        response: json::maybe_text(row, "responseStatus.response").map(response),
        pointer: property_text.as_deref().and_then(Pointer::parse),
        property_text,
        created: json::maybe_instant(row, "createdDateTime")?,
        item: rules_item(row, &id, kind, series_master_id.as_ref())?,
        kind,
        series_master_id,
        id,
    })
}

fn rules_item(row: &Value, id: &ItemId, kind: GraphKind, series: Option<&ItemId>) -> Result<Item, CallError> {
    let text = |path| json::maybe_text(row, path).unwrap_or_default().to_owned();
    let categories = json::rows(row, "categories").iter().filter_map(Value::as_str);
    Ok(Item {
        id: Some(id.clone()),
        kind: rules_kind(kind, series)?,
        subject: text("subject"),
        body: json::maybe_text(row, "body.content").map(str::to_owned),
        location: text("location.displayName"),
        span: span(row)?,
        zone: json::maybe_text(row, "originalStartTimeZone").map(str::to_owned),
        show_as: json::maybe_text(row, "showAs").map(show_as),
        reminder: reminder(row),
        sensitivity: json::maybe_text(row, "sensitivity").map(sensitivity),
        organizer: json::at(row, "organizer").and_then(person),
        attendees: json::rows(row, "attendees").iter().filter_map(attendee).collect(),
        categories: categories.map(str::to_owned).collect(),
        is_draft: json::at(row, "isDraft").and_then(Value::as_bool),
        in_group_calendar: false,
    })
}

fn graph_kind(name: &str) -> GraphKind {
    match name {
        "occurrence" => GraphKind::Occurrence,
        "exception" => GraphKind::Exception,
        "seriesMaster" => GraphKind::SeriesMaster,
        _ => GraphKind::SingleInstance,
    }
}

fn rules_kind(kind: GraphKind, series: Option<&ItemId>) -> Result<Kind, CallError> {
    match kind {
        GraphKind::SingleInstance => Ok(Kind::Single),
        GraphKind::SeriesMaster => Ok(Kind::Series),
        GraphKind::Occurrence | GraphKind::Exception => {
            let series = series.ok_or_else(|| json::malformed("an occurrence without its series"))?;
            Ok(Kind::Occurrence { series: series.clone() })
        }
    }
}

fn span(row: &Value) -> Result<Span, CallError> {
    if json::flag(row, "isAllDay") {
        // Dates, whatever zone they stand in (TZN-2).
        let day = |path: &str| Ok::<_, CallError>(local(row, path)?.date());
        return Ok(Span::AllDay { first: day("start")?, end_exclusive: day("end")? });
    }
    Ok(Span::Timed { start: instant(row, "start")?, end: instant(row, "end")? })
}

fn local(row: &Value, path: &str) -> Result<NaiveDateTime, CallError> {
    let text = json::text(row, &format!("{path}.dateTime"))?;
    // `2026-11-20T14:00:00.0000000`: seven digits, and now and then a `Z` that says nothing new.
    let read = NaiveDateTime::parse_from_str(text.trim_end_matches('Z'), "%Y-%m-%dT%H:%M:%S%.f");
    read.map_err(|_| json::malformed(format!("{path} is no time")))
}

/// An instant. We ask for UTC; an answer in another zone is refused rather than guessed at.
fn instant(row: &Value, path: &str) -> Result<DateTime<Utc>, CallError> {
    let zone = json::maybe_text(row, &format!("{path}.timeZone")).unwrap_or("UTC");
    let is_utc = ["UTC", "Etc/UTC", "Etc/GMT", "Coordinated Universal Time", "tzone://Microsoft/Utc"]
        .iter()
        .any(|name| name.eq_ignore_ascii_case(zone));
    if is_utc {
        Ok(local(row, path)?.and_utc())
    } else {
        Err(json::malformed(format!("{path} stands in {zone} instead of UTC")))
    }
}

fn reminder(row: &Value) -> Option<Reminder> {
    let rings = json::at(row, "isReminderOn")?.as_bool()?;
    if !rings {
        return Some(Reminder::Off);
    }
    let minutes = json::at(row, "reminderMinutesBeforeStart").and_then(Value::as_i64).unwrap_or_default();
    Some(Reminder::MinutesBefore(u32::try_from(minutes).unwrap_or_default()))
}

fn show_as(name: &str) -> ShowAs {
    match name {
        "free" => ShowAs::Free,
        "tentative" => ShowAs::Tentative,
        "oof" => ShowAs::OutOfOffice,
        "workingElsewhere" => ShowAs::WorkingElsewhere,
        _ => ShowAs::Busy,
    }
}

/// An unknown sensitivity counts as private: the rules hold back more, never less.
fn sensitivity(name: &str) -> Sensitivity {
    match name {
        "normal" => Sensitivity::Normal,
        "personal" => Sensitivity::Personal,
        "confidential" => Sensitivity::Confidential,
        _ => Sensitivity::Private,
    }
}

fn response(name: &str) -> Response {
    match name {
        "organizer" => Response::Organizer,
        "tentativelyAccepted" => Response::Tentative,
        "accepted" => Response::Accepted,
        "declined" => Response::Declined,
        _ => Response::None,
    }
}

fn role(name: &str) -> Role {
    match name {
        "optional" => Role::Optional,
        "resource" => Role::Resource,
        _ => Role::Required,
    }
}

/// A person, unless neither name nor address is known.
fn person(row: &Value) -> Option<Person> {
    let name = json::maybe_text(row, "emailAddress.name").unwrap_or_default().to_owned();
    let address = json::maybe_text(row, "emailAddress.address").and_then(|text| Address::parse(text).ok());
    (address.is_some() || !name.is_empty()).then_some(Person { name, address })
}

fn attendee(row: &Value) -> Option<Attendee> {
    Some(Attendee {
        person: person(row)?,
        role: role(json::maybe_text(row, "type").unwrap_or_default()),
        response: json::maybe_text(row, "status.response").map(response),
    })
}

/// The text of the add-in's properties. Graph may spell the id's GUID in another case than it was asked for.
fn property(row: &Value, addin_id: &str) -> Option<String> {
    let id = property_id(addin_id);
    let properties = json::rows(row, "singleValueExtendedProperties").iter();
    let mut ours = properties.filter(|property| {
        json::maybe_text(property, "id").is_some_and(|found| found.eq_ignore_ascii_case(&id))
    });
    ours.next().and_then(|property| json::maybe_text(property, "value")).map(str::to_owned)
}
