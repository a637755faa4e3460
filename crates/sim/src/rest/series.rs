//! Series date by date: every date of the calendar has its Event, every Event its date, and both say the same.

use calbridge_rules::id::Address;
use chrono::{DateTime, TimeDelta, Utc};

use super::{
    CONVERTED, Found,
    fields::{meant, text},
};
use crate::{
    acts::written,
    company::address,
    dates::Date,
    diary::{DateEdit, Side},
    script::Field,
    stage::Stage,
};

/// Days from now on within which every date has its Event (SER-2): one less than the window has, whose days are the
/// mailbox's.
const DAYS: i64 = 59;
/// Conflicts of one mailbox that are read.
const CLASHES: i64 = 1_000;
/// Entries of the journal that are read.
const ENTRIES: i64 = 10_000;

/// Q1 and Q2 of the dates of one series, and SER-5.
pub(super) async fn compare(stage: &Stage, one: &Found, broken: &mut Vec<String>) -> anyhow::Result<()> {
    let (Some(item), Some(_)) = (&one.item, &one.pair) else { return Ok(()) };
    let repeats = item["type"] == "seriesMaster";
    let is_converted = repeats != one.kept.is_some();
    if is_converted != one.codes.iter().any(|code| code == CONVERTED) {
        broken.push(format!(
            "Q8 {}: it repeats: {repeats}, it was saved as a series: {}, and tells {:?}",
            one.name(),
            one.kept.is_some(),
            one.codes
        ));
    }
    if !repeats || one.issue.is_some() {
        return Ok(());
    }
    let dates = stage.dates(&one.person, item["id"].as_str().unwrap_or_default())?;
    let rows = stage.rows(&one.stem)?;
    let now = stage.time.now();
    stand_for_each_other(stage, one, (&dates, &rows), now, broken);
    kept(one, &rows, broken);
    edits(stage, one, (&dates, &rows), broken).await
}

/// Q1: dates and Events, one by one. What has passed stays as it was.
fn stand_for_each_other(
    stage: &Stage,
    one: &Found,
    (dates, rows): (&[Date], &[Date]),
    now: DateTime<Utc>,
    broken: &mut Vec<String>,
) {
    let name = one.name();
    let last = now + TimeDelta::days(DAYS);
    for date in dates {
        let Some(original) = date.original.filter(|original| *original > now && *original < last) else {
            continue;
        };
        let found: Vec<&Date> = rows.iter().filter(|row| stands_for(row, date)).collect();
        match found.as_slice() {
            [] if stage.diary.bare.contains(&(one.stem.clone(), original)) => {}
            [] => broken.push(format!("Q1 {name}: no Event stands for {}", written(original))),
            [row] => {
                let (here, there) = (says(date), says(row));
                if here != there {
                    broken.push(format!(
                        "Q1 {name} of {}: {here:?} in Outlook, {there:?} in Salesforce",
                        written(original)
                    ));
                }
            }
            [_, _, ..] => {
                broken.push(format!("S1 {name}: {} Events for {}", found.len(), written(original)));
            }
        }
    }
    let to_come = rows.iter().filter(|row| row.original.unwrap_or(row.start) > now);
    for row in to_come.filter(|row| !dates.iter().any(|date| stands_for(row, date))) {
        broken.push(format!("Q1 {name}: an Event at {}, where no date is", written(row.start)));
    }
}

/// Whether an Event stands for a date: by its original start, or, made alone, by when it is.
fn stands_for(row: &Date, date: &Date) -> bool {
    match row.original {
        Some(original) => date.original == Some(original),
        None => row.start == date.start,
    }
}

fn says(date: &Date) -> [String; 4] {
    [written(date.start), written(date.end), date.subject.clone(), date.place.clone()]
}

/// Q3: the Events that are kept for dates are those that stand.
fn kept(one: &Found, rows: &[Date], broken: &mut Vec<String>) {
    let Some(kept) = &one.kept else { return };
    let known: Vec<&str> = kept.events().map(calbridge_rules::id::RecordId::as_str).collect();
    for row in rows.iter().filter(|row| !known.contains(&row.id.as_str())) {
        broken.push(format!("Q3 {}: nobody knows of its Event at {}", one.name(), written(row.start)));
    }
}

/// Q2: every edit of a date stands, gave way to a later one of the date or of the whole, or is in the list of conflicts; one
/// of an Event that went with its date is in the journal.
async fn edits(
    stage: &Stage,
    one: &Found,
    (dates, rows): (&[Date], &[Date]),
    broken: &mut Vec<String>,
) -> anyhow::Result<()> {
    if stage.diary.unsettled.contains(&one.stem) {
        return Ok(());
    }
    let clashes = stage.store.clashes(Some(&Address::parse(&address(&one.person))?), CLASHES).await?;
    let journal = stage.store.journal(None, ENTRIES).await?;
    let of_series = stage.diary.date_edits.iter().filter(|date| date.edit.stem == one.stem);
    for DateEdit { original, edit } in of_series {
        let later = |other: &DateEdit| {
            other.edit.stem == edit.stem
                && other.original == *original
                && other.edit.field == edit.field
                && other.edit.number > edit.number
        };
        // Salesforce writes a changed whole over all of its dates (SER-4).
        let is_overwritten = stage.diary.edits.iter().any(|whole| {
            whole.stem == edit.stem && whole.side == Side::Salesforce && whole.number > edit.number
        });
        if is_overwritten || stage.diary.date_edits.iter().any(later) {
            continue;
        }
        let is_listed = clashes
            .iter()
            .any(|one| one.clash.field == meant(edit.field) && text(&one.clash.salesforce) == edit.value);
        let is_journalled = journal.iter().any(|entry| {
            entry.is_deletion()
                && edit.event.as_deref() == Some(entry.event.as_str())
                && entry.before.get(&meant(edit.field)).map(text).as_ref() == Some(&edit.value)
        });
        let held = match edit.side {
            Side::Outlook => dates.iter().find(|date| date.original == Some(*original)),
            Side::Salesforce => rows.iter().find(|row| edit.event.as_deref() == Some(row.id.as_str())),
        };
        let stands = held.map(|date| value(date, edit.field));
        if stands.as_deref() != Some(edit.value.as_str()) && !is_listed && !is_journalled {
            broken.push(format!(
                "Q2 {} of {}: {:?} of {:?} is lost, {stands:?} stands",
                one.name(),
                written(*original),
                edit.value,
                edit.side
            ));
        }
    }
    Ok(())
}

fn value(date: &Date, field: Field) -> String {
    match field {
        Field::Subject => date.subject.clone(),
        Field::Place => date.place.clone(),
        Field::Start => written(date.start),
    }
}
