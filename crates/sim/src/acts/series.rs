//! What people do to series and to their dates.

use std::collections::BTreeSet;

use anyhow::Context;
use calbridge_rules::{id::RecordId, zone};
use calbridge_sync::clock::zone_offset;
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{MINUTES, start_of, written};
use crate::{
    company::{following, planned},
    dates::{Date, instant},
    diary::{DateEdit, Edit, Side},
    hands::Hands,
    locked,
    script::{Deed, Field},
    stage::Stage,
};

/// Zones whose clocks change on different days, or not at all.
const ZONES: [&str; 4] =
    ["W. Europe Standard Time", "GMT Standard Time", "Eastern Standard Time", "Tokyo Standard Time"];
/// Dates of an item that begins to repeat.
const REPEATS: u32 = 4;
/// The fewest dates of a series whose end somebody moves, and how many more there may be.
const ENDS: (usize, usize) = (3, 7);

/// A series as its owner's Outlook shows it.
struct Seen {
    home: &'static str,
    stem: String,
    item: Value,
}

impl Stage {
    pub(super) async fn on_series(&mut self, stem: &str, deed: Deed) -> anyhow::Result<()> {
        let Some(home) = planned(stem).map(|item| item.home) else { return Ok(()) };
        let Some(item) = self.hands(|hands| hands.item(home, stem)) else { return Ok(()) };
        let repeats = item["type"] == "seriesMaster";
        let seen = Seen { home, stem: stem.to_owned(), item };
        match deed {
            Deed::EditDateEvent(place, field) => self.edit_date_event(&seen, place, field).await,
            Deed::DeleteDateEvent(place) => self.delete_date_event(&seen, place).await,
            Deed::Repeat if !repeats => self.repeat(&seen),
            Deed::EditDate(place, field) if repeats => self.edit_date(&seen, place, field),
            Deed::CancelDate(place) if repeats => self.cancel_date(&seen, place),
            Deed::Rezone if repeats => self.rezone(&seen),
            Deed::Repattern if repeats => self.repattern(&seen),
            Deed::End if repeats => self.end_series(&seen),
            Deed::Split(place, is_marked) if repeats => self.split(&seen, place, is_marked),
            Deed::Stop if repeats => self.stop(&seen),
            // What repeats already, or does not.
            Deed::Repeat
            | Deed::EditDate(..)
            | Deed::CancelDate(_)
            | Deed::Rezone
            | Deed::Repattern
            | Deed::End
            | Deed::Split(..)
            | Deed::Stop => Ok(()),
        }
    }

    /// The dates that are still to come, whatever became of them.
    fn to_come(&self, seen: &Seen) -> anyhow::Result<Vec<Date>> {
        let now = self.time.now();
        let mut dates = self.dates(seen.home, seen.id())?;
        dates.retain(|date| date.original.is_some_and(|original| original > now));
        Ok(dates)
    }

    /// Those of some Events that are kept as parts of series.
    pub(super) async fn known(&self, events: impl Iterator<Item = &str>) -> anyhow::Result<BTreeSet<String>> {
        let events = events.map(RecordId::parse).collect::<Result<Vec<_>, _>>()?;
        let known = self.store.holders_of_events(&events).await?;
        Ok(known.into_iter().map(|(event, _, _)| event.as_str().to_owned()).collect())
    }

    fn edit_date(&mut self, seen: &Seen, place: usize, field: Field) -> anyhow::Result<()> {
        let dates = self.to_come(seen)?;
        let Some(date) = nth(&dates, place) else { return Ok(()) };
        let (number, stem) = (self.diary.number(), &seen.stem);
        let (values, value) = match field {
            Field::Subject => {
                (json!({ "subject": format!("{stem} o{number}") }), format!("{stem} o{number}"))
            }
            Field::Place => (
                json!({ "location": { "displayName": format!("Room o{number}") } }),
                format!("Room o{number}"),
            ),
            Field::Start => {
                let start = start_of(&written(date.start), number)?;
                (times(start, start + TimeDelta::minutes(MINUTES)), written(start))
            }
        };
        self.hands(|hands| hands.change_item(seen.home, &date.id, &values))?;
        self.keep_edit(
            date,
            Edit { number, side: Side::Outlook, stem: stem.clone(), field, value, event: None },
        );
        Ok(())
    }

    fn keep_edit(&mut self, date: &Date, edit: Edit) {
        if let Some(original) = date.original {
            self.diary.date_edits.push(DateEdit { original, edit });
        }
    }

    fn cancel_date(&mut self, seen: &Seen, place: usize) -> anyhow::Result<()> {
        let dates = self.to_come(seen)?;
        // A series without any date is none.
        let Some(date) = nth(&dates, place).filter(|_| dates.len() > 1) else { return Ok(()) };
        self.diary.number();
        if let Some(original) = date.original {
            self.diary.cancelled(&seen.stem, original);
        }
        let path = Hands::event_path(&date.id);
        self.hands(|hands| hands.graph("DELETE", seen.home, &path, &Value::Null)).map(drop)
    }

    /// Events of dates that are still to come, of those that sync knows: what a session made and did not live to keep people
    /// leave alone (see the module [`crate::script`]).
    async fn rows_to_come(&self, seen: &Seen) -> anyhow::Result<Vec<Date>> {
        let now = self.time.now();
        let mut rows = self.rows(&seen.stem)?;
        rows.retain(|row| row.original.unwrap_or(row.start) > now);
        let known = self.known(rows.iter().map(|row| row.id.as_str())).await?;
        rows.retain(|row| known.contains(&row.id));
        rows.sort_by_key(|row| row.original.unwrap_or(row.start));
        Ok(rows)
    }

    async fn edit_date_event(&mut self, seen: &Seen, place: usize, field: Field) -> anyhow::Result<()> {
        let rows = self.rows_to_come(seen).await?;
        let Some(row) = nth(&rows, place) else { return Ok(()) };
        let (number, stem) = (self.diary.number(), &seen.stem);
        let (values, value) = match field {
            Field::Subject => {
                (json!({ "Subject": format!("{stem} s{number}") }), format!("{stem} s{number}"))
            }
            Field::Place => (json!({ "Location": format!("Room s{number}") }), format!("Room s{number}")),
            Field::Start => {
                let start = start_of(&written(row.start), number)?;
                let at = |time: DateTime<Utc>| time.format("%Y-%m-%dT%H:%M:%S.000Z").to_string();
                let end = start + TimeDelta::minutes(MINUTES);
                let values = json!({ "StartDateTime": at(start), "EndDateTime": at(end), "DurationInMinutes": MINUTES });
                (values, written(start))
            }
        };
        self.hands(|hands| hands.write_record(seen.home, Some(&row.id), &values))
            .with_context(|| format!("{values}"))?;
        locked(&self.watch).said.insert(value.clone());
        let edit = Edit {
            number,
            side: Side::Salesforce,
            stem: stem.clone(),
            field,
            value,
            event: Some(row.id.clone()),
        };
        self.keep_edit(row, edit);
        Ok(())
    }

    async fn delete_date_event(&mut self, seen: &Seen, place: usize) -> anyhow::Result<()> {
        let rows = self.rows_to_come(seen).await?;
        // Events that were made alone go with `Act::DeleteEvent`.
        let Some((row, original)) = nth(&rows, place).and_then(|row| Some((row, row.original?))) else {
            return Ok(());
        };
        self.diary.number();
        self.diary.cancelled(&seen.stem, original);
        self.diary.bare.insert((seen.stem.clone(), original));
        self.hands(|hands| hands.delete_record(&row.id))
    }

    /// The same time of day by the clocks of another zone.
    fn rezone(&mut self, seen: &Seen) -> anyhow::Result<()> {
        let number = self.diary.number();
        let zone = ZONES[number % ZONES.len()];
        let mut recurrence = seen.item["recurrence"].clone();
        let held = recurrence["range"]["recurrenceTimeZone"].as_str().unwrap_or_default().to_owned();
        if held == zone {
            return Ok(());
        }
        recurrence["range"]["recurrenceTimeZone"] = zone.into();
        let (start, end) = seen.span()?;
        let at = |time: DateTime<Utc>| -> anyhow::Result<Value> {
            let local = local(&held, time)?;
            Ok(json!({ "dateTime": local.format("%Y-%m-%dT%H:%M:%S").to_string(), "timeZone": zone }))
        };
        let values = json!({ "start": at(start)?, "end": at(end)?, "recurrence": recurrence });
        self.change_shape(seen, &values)
    }

    fn repattern(&mut self, seen: &Seen) -> anyhow::Result<()> {
        self.diary.number();
        let mut recurrence = seen.item["recurrence"].clone();
        let interval = recurrence["pattern"]["interval"].as_u64().unwrap_or(1);
        recurrence["pattern"]["interval"] = (3 - interval.clamp(1, 2)).into();
        self.change_shape(seen, &json!({ "recurrence": recurrence }))
    }

    fn end_series(&mut self, seen: &Seen) -> anyhow::Result<()> {
        let number = self.diary.number();
        let mut recurrence = seen.item["recurrence"].clone();
        let range = json!({ "type": "numbered", "numberOfOccurrences": ENDS.0 + number % ENDS.1,
            "startDate": recurrence["range"]["startDate"],
            "recurrenceTimeZone": recurrence["range"]["recurrenceTimeZone"] });
        recurrence["range"] = range;
        self.change_shape(seen, &json!({ "recurrence": recurrence }))
    }

    /// This and all that follow: the old series ends the day before, and another begins.
    fn split(&mut self, seen: &Seen, place: usize, is_marked: bool) -> anyhow::Result<()> {
        let dates = self.to_come(seen)?;
        let Some(later) = following(&seen.stem) else { return Ok(()) };
        let first = self.dates(seen.home, seen.id())?.into_iter().filter_map(|date| date.original).min();
        let Some(date) = nth(&dates, place).filter(|date| date.original > first) else { return Ok(()) };
        if self.hands(|hands| hands.item(seen.home, later)).is_some() {
            return Ok(());
        }
        let number = self.diary.number();
        let recurrence = &seen.item["recurrence"];
        let zone = recurrence["range"]["recurrenceTimeZone"].as_str().unwrap_or_default();
        let original = date.original.context("a date's original start")?;
        let day = local(zone, original)?.date();
        let rest = dates.iter().filter(|other| other.original >= date.original).count();
        let (start, end) = seen.span()?;
        let mut new = json!({
            "subject": format!("{later} o{number}"),
            "location": { "displayName": format!("Room o{number}") },
            "start": zoned(zone, original)?,
            "end": zoned(zone, original + (end - start))?,
            "recurrence": { "pattern": recurrence["pattern"], "range": { "type": "numbered",
                "numberOfOccurrences": rest, "startDate": day.to_string(), "recurrenceTimeZone": zone } },
            "attendees": guests(&seen.item),
        });
        if is_marked {
            new["categories"] = seen.item["categories"].clone();
        }
        let marks = new["categories"].as_array().cloned().unwrap_or_default();
        self.end_before(seen, day)?;
        self.hands(|hands| hands.graph("POST", seen.home, "events", &new))?;
        if marks.iter().any(|name| name == "Salesforce") {
            self.asks(seen.home, later);
            self.diary.categorized(seen.home, later);
        }
        if marks.iter().any(|name| name == "Salesforce Unsync") {
            self.takes_back(seen.home, later);
        }
        Ok(())
    }

    fn end_before(&mut self, seen: &Seen, day: NaiveDate) -> anyhow::Result<()> {
        let mut recurrence = seen.item["recurrence"].clone();
        let last = day.pred_opt().context("a day before")?;
        let range = json!({ "type": "endDate", "endDate": last.to_string(),
            "startDate": recurrence["range"]["startDate"],
            "recurrenceTimeZone": recurrence["range"]["recurrenceTimeZone"] });
        recurrence["range"] = range;
        self.change_shape(seen, &json!({ "recurrence": recurrence }))
    }

    fn stop(&mut self, seen: &Seen) -> anyhow::Result<()> {
        self.diary.number();
        self.diary.converted.insert(seen.stem.clone());
        self.change_shape(seen, &json!({ "recurrence": null }))
    }

    fn repeat(&mut self, seen: &Seen) -> anyhow::Result<()> {
        self.diary.number();
        self.diary.converted.insert(seen.stem.clone());
        let (start, _) = seen.span()?;
        let zone = seen.item["originalStartTimeZone"].as_str().unwrap_or("UTC");
        let day = local(zone, start)?.date();
        let weekday = day.format("%A").to_string().to_lowercase();
        let recurrence = json!({
            "pattern": { "type": "weekly", "interval": 1, "daysOfWeek": [weekday], "firstDayOfWeek": "monday" },
            "range": { "type": "numbered", "numberOfOccurrences": REPEATS, "startDate": day.to_string(),
                "recurrenceTimeZone": zone },
        });
        self.change_shape(seen, &json!({ "recurrence": recurrence }))
    }

    /// Changes how a series repeats, with which Outlook forgets what single dates said.
    fn change_shape(&mut self, seen: &Seen, values: &Value) -> anyhow::Result<()> {
        self.hands(|hands| hands.change_item(seen.home, seen.id(), values))
            .with_context(|| format!("{} {values}", seen.stem))?;
        self.reshaped(&seen.stem);
        Ok(())
    }

    /// A series repeats otherwise now.
    pub(super) fn reshaped(&mut self, stem: &str) {
        self.diary.reshaped(stem);
        locked(&self.watch).reshaped.insert(stem.to_owned());
    }
}

impl Seen {
    fn id(&self) -> &str {
        self.item["id"].as_str().unwrap_or_default()
    }

    fn span(&self) -> anyhow::Result<(DateTime<Utc>, DateTime<Utc>)> {
        let start = instant(&self.item["start"]).context("a start")?;
        Ok((start, instant(&self.item["end"]).context("an end")?))
    }
}

fn nth(dates: &[Date], place: usize) -> Option<&Date> {
    dates.get(place.checked_rem(dates.len())?)
}

fn guests(item: &Value) -> Vec<Value> {
    let held = item["attendees"].as_array().into_iter().flatten();
    held.map(|guest| json!({ "emailAddress": guest["emailAddress"], "type": guest["type"] })).collect()
}

fn times(start: DateTime<Utc>, end: DateTime<Utc>) -> Value {
    let at = |time: DateTime<Utc>| json!({ "dateTime": time.format("%Y-%m-%dT%H:%M:%S").to_string(), "timeZone": "UTC" });
    json!({ "start": at(start), "end": at(end) })
}

fn zoned(zone: &str, time: DateTime<Utc>) -> anyhow::Result<Value> {
    let local = local(zone, time)?;
    Ok(json!({ "dateTime": local.format("%Y-%m-%dT%H:%M:%S").to_string(), "timeZone": zone }))
}

/// What the clocks of a zone show.
fn local(zone: &str, time: DateTime<Utc>) -> anyhow::Result<NaiveDateTime> {
    zone::local(time, zone, &zone_offset).with_context(|| format!("the zone {zone}"))
}
