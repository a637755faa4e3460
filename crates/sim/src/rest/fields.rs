//! The fields of a pair, read from what both vendors hold, and against every edit that somebody made.

use calbridge_rules::{
    event::{EventField, FieldValue},
    id::Address,
};
use chrono::DateTime;
use serde_json::Value;

use super::Found;
use crate::{
    acts::written,
    company::{address, planned},
    dates::is_master,
    diary::Side,
    script::Field,
    stage::Stage,
};

/// Conflicts of one mailbox that are read.
const CLASHES: i64 = 1_000;

/// Q1, Q2 and Q3 of one item.
pub(super) async fn compare(stage: &Stage, one: &Found, broken: &mut Vec<String>) -> anyhow::Result<()> {
    let (Some(item), Some(pair), Some(event)) = (&one.item, &one.pair, &one.event) else { return Ok(()) };
    // Of a shared Event its keeper's item is compared, and the others follow that.
    let is_shared = planned(&one.stem).is_some_and(|item| item.savers.len() > 1);
    let is_home = planned(&one.stem).is_none_or(|item| item.home == one.person && item.is_organized);
    if is_shared && !is_home {
        return Ok(());
    }
    if item["type"] == "seriesMaster" && !is_one(stage, one, item, event)? {
        return Ok(());
    }
    let clashes = stage.store.clashes(Some(&Address::parse(&address(&one.person))?), CLASHES).await?;
    let event_id = pair.event.as_str();
    for field in [Field::Subject, Field::Place, Field::Start] {
        // When a series is, its dates tell.
        let is_dated = item["type"] == "seriesMaster" || one.kept.is_some();
        if field == Field::Start && (item["isAllDay"] == true || is_dated) {
            continue;
        }
        let (here, there) = (in_outlook(item, field), in_salesforce(event, field));
        let name = format!("{} {field:?}", one.name());
        if here != there && one.issue.is_none() {
            broken.push(format!("Q1 {name}: {here:?} in Outlook, {there:?} in Salesforce"));
        }
        let agreed = |fields: &calbridge_rules::event::EventFields| fields.get(&meant(field)).map(text);
        if one.issue.is_none()
            && (agreed(&pair.agreed.event).as_deref() != Some(there.as_str())
                || agreed(&pair.agreed.item).as_deref() != Some(here.as_str()))
        {
            broken.push(format!(
                "Q3 {name}: {:?} and {:?} were agreed on, {here:?} and {there:?} stand",
                agreed(&pair.agreed.item),
                agreed(&pair.agreed.event)
            ));
        }
        if stage.diary.unsettled.contains(&one.stem) {
            continue;
        }
        let outlook = stage.diary.last(Side::Outlook, &one.stem, field, event_id);
        let salesforce = stage.diary.last(Side::Salesforce, &one.stem, field, event_id);
        let is_listed = |value: &str| {
            clashes.iter().any(|one| {
                one.event == pair.event
                    && one.clash.field == meant(field)
                    && text(&one.clash.salesforce) == value
            })
        };
        if let Some(edit) = outlook {
            let later = salesforce.filter(|other| other.number > edit.number);
            if here != edit.value && later.is_none_or(|other| here != other.value) {
                broken.push(format!("Q2 {name}: {:?} of Outlook is lost, {here:?} stands", edit.value));
            }
        }
        if let Some(edit) = salesforce {
            let is_superseded =
                outlook.is_some_and(|other| other.number > edit.number && here == other.value);
            if there != edit.value && !is_superseded && !is_listed(&edit.value) {
                broken.push(format!("Q2 {name}: {:?} of Salesforce is lost, {there:?} stands", edit.value));
            }
        }
    }
    Ok(())
}

/// Whether a series as a whole stands in Salesforce. Of one that is over both sides keep what they said (SER-4), and of one
/// of which single Events stand alone each date tells.
fn is_one(stage: &Stage, one: &Found, item: &Value, event: &Value) -> anyhow::Result<bool> {
    let dates = stage.dates(&one.person, item["id"].as_str().unwrap_or_default())?;
    Ok(is_master(event) && dates.iter().any(|date| date.end > stage.time.now()))
}

pub(super) fn meant(field: Field) -> EventField {
    match field {
        Field::Subject => EventField::Subject,
        Field::Place => EventField::Location,
        Field::Start => EventField::Start,
    }
}

pub(super) fn text(value: &FieldValue) -> String {
    match value {
        FieldValue::Text(text) | FieldValue::Number(text) => text.clone(),
        FieldValue::Instant(time) => written(*time),
        FieldValue::Date(day) => day.to_string(),
        FieldValue::Record(id) => id.as_str().to_owned(),
        FieldValue::Flag(is_set) => is_set.to_string(),
        FieldValue::Empty => String::new(),
    }
}

fn in_outlook(item: &Value, field: Field) -> String {
    let held = match field {
        Field::Subject => &item["subject"],
        Field::Place => &item["location"]["displayName"],
        Field::Start => &item["start"],
    };
    plain(held, field)
}

fn in_salesforce(event: &Value, field: Field) -> String {
    let held = match field {
        Field::Subject => &event["Subject"],
        Field::Place => &event["Location"],
        Field::Start => &event["StartDateTime"],
    };
    plain(held, field)
}

fn plain(held: &Value, field: Field) -> String {
    let text = held.as_str().unwrap_or_default();
    if field != Field::Start {
        return text.to_owned();
    }
    let read = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.3f%z"));
    read.map_or_else(|_| text.to_owned(), |time| written(time.to_utc()))
}
