//! The dates of series as both vendors hold them.

use anyhow::Context;
use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::{
    hands::{Hands, events, is_deleted, is_of},
    locked,
    stage::Stage,
};
use calbridge_standin::World;

/// From when on dates are read, and until when: before and after everything that happens in a run.
const VIEW: &str = "startDateTime=2025-06-01T00:00:00Z&endDateTime=2028-01-01T00:00:00Z&$top=500";

/// A date of a series in Outlook, or the Event that stands for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Date {
    /// Its id.
    pub id: String,
    /// When it begins by its pattern; of an Event that was made alone, nothing.
    pub original: Option<DateTime<Utc>>,
    /// When it begins.
    pub start: DateTime<Utc>,
    /// When it ends.
    pub end: DateTime<Utc>,
    /// What it is about.
    pub subject: String,
    /// Where.
    pub place: String,
}

impl Stage {
    /// The dates of a person's series that take place, by the id of its master.
    ///
    /// # Errors
    /// Graph refuses, or tells what nobody understands.
    pub fn dates(&self, person: &str, master: &str) -> anyhow::Result<Vec<Date>> {
        self.hands(|hands| in_outlook(hands, person, master))
    }

    /// The Events that stand for the dates of series of a stem.
    ///
    /// # Errors
    /// One of them is at no time.
    pub fn rows(&self, stem: &str) -> anyhow::Result<Vec<Date>> {
        in_salesforce(&locked(&self.world), stem)
    }
}

/// The dates of a series that take place.
///
/// # Errors
/// Graph refuses, or tells what nobody understands.
pub fn in_outlook(hands: &mut Hands<'_>, person: &str, master: &str) -> anyhow::Result<Vec<Date>> {
    let path = format!("{}/instances?{VIEW}", Hands::event_path(master));
    let told = hands.graph("GET", person, &path, &Value::Null)?;
    let rows = told["value"].as_array().context("dates of a series")?;
    rows.iter().map(of_item).collect()
}

fn of_item(row: &Value) -> anyhow::Result<Date> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Ok(Date {
        id: text(&row["id"]),
        original: instant(&row["originalStart"]),
        start: instant(&row["start"]["dateTime"]).context("a start")?,
        end: instant(&row["end"]["dateTime"]).context("an end")?,
        subject: text(&row["subject"]),
        place: text(&row["location"]["displayName"]),
    })
}

/// The Events of a stem that stand for dates: no masters, and none of invited users.
///
/// # Errors
/// One of them is at no time.
pub fn in_salesforce(world: &World, stem: &str) -> anyhow::Result<Vec<Date>> {
    let all = events(world);
    let stands = |event: &&Value| {
        is_of(event, stem) && !is_deleted(event) && event["IsChild"] != true && !is_master(event)
    };
    all.iter().filter(stands).map(of_event).collect()
}

fn of_event(event: &Value) -> anyhow::Result<Date> {
    let text = |name: &str| event[name].as_str().unwrap_or_default().to_owned();
    Ok(Date {
        id: text("Id"),
        original: instant(&event["OriginalInstanceDateTime"]),
        start: instant(&event["StartDateTime"]).context("a start")?,
        end: instant(&event["EndDateTime"]).context("an end")?,
        subject: text("Subject"),
        place: text("Location"),
    })
}

/// Whether an Event carries the pattern of a Classic series.
pub fn is_master(event: &Value) -> bool {
    event["IsRecurrence"] == true
}

/// A time as either vendor writes it; one without an offset is in UTC.
pub fn instant(value: &Value) -> Option<DateTime<Utc>> {
    let text = value.as_str()?;
    let read = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z"))
        .map(|time| time.to_utc());
    read.ok().or_else(|| format!("{}Z", text.get(..19)?).parse().ok())
}
