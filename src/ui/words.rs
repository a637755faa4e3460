//! Names of fields, values and people, as the screens write them. Pure.

use calbridge_rules::{
    event::{EventField, FieldValue},
    id::Address,
    item::{Item, Person},
    mapping,
    people::{Participant, PersonMatch, Standing},
    saving::Choice,
};

use crate::{letters, lookup::Hit, picture::Picture, ui::times::When};

/// A subject, or the word for none.
pub(crate) fn subject(item: &Item) -> String {
    let subject = item.subject.trim();
    if subject.is_empty() { "(no subject)".to_owned() } else { subject.to_owned() }
}

/// The organizer's name; empty where there is none.
pub(crate) fn organizer(item: &Item) -> &str {
    item.organizer.as_ref().map_or("", person)
}

/// A person's name, else their address.
pub(crate) fn person(person: &Person) -> &str {
    let address = person.address.as_ref().map_or("", Address::as_str);
    if person.name.trim().is_empty() { address } else { person.name.trim() }
}

/// Up to two letters for a person's avatar; a question mark where the name begins with none.
pub(crate) fn initials(name: &str) -> String {
    let words: Vec<char> = name
        .split_whitespace()
        .filter_map(|word| word.chars().find(|letter| letters::is_alphanumeric(*letter)))
        .collect();
    let letters = match words.as_slice() {
        [] => return "?".to_owned(),
        [one] => vec![*one],
        [first, .., last] => vec![*first, *last],
    };
    letters::upper(&String::from_iter(letters))
}

/// The label of an Event's field.
pub(crate) fn field(field: &EventField, picture: &Picture) -> String {
    let label = match field {
        EventField::Subject => "Subject",
        EventField::Description => "Description",
        EventField::Location => "Location",
        EventField::Start => "Start",
        EventField::End => "End",
        EventField::IsAllDay => "All day",
        EventField::ShowAs => "Show as",
        EventField::IsReminderSet => "Reminder",
        EventField::ReminderAt => "Reminder time",
        EventField::IsPrivate => "Private",
        EventField::Who => "Name",
        EventField::What => "Related To",
        EventField::Owner => "Owner",
        EventField::SyncKey => "Sync key",
        EventField::Custom(name) => {
            let known = picture.required.iter().find(|required| required.field.name == *name);
            return known.map_or_else(
                || name.as_str().trim_end_matches("__c").replace('_', " "),
                |required| required.field.label.clone(),
            );
        }
    };
    label.to_owned()
}

/// A field's value. A record is named where it is among the known ones.
pub(crate) fn value(value: &FieldValue, known: &[Hit], when: &When) -> String {
    match value {
        FieldValue::Empty => "Nothing".to_owned(),
        FieldValue::Text(text) if text.trim().is_empty() => "Nothing".to_owned(),
        FieldValue::Text(text) | FieldValue::Number(text) => text.clone(),
        FieldValue::Flag(true) => "Yes".to_owned(),
        FieldValue::Flag(false) => "No".to_owned(),
        FieldValue::Instant(at) => when.moment(*at),
        FieldValue::Date(day) => when.date(*day),
        FieldValue::Record(id) => known
            .iter()
            .find(|hit| hit.record == *id)
            .map_or_else(|| format!("Another record ({id})"), |hit| hit.name.clone()),
    }
}

/// The fields that a saved item and its Event disagree in, as far as Outlook is their source.
pub(crate) fn changes(picture: &Picture) -> Vec<&'static str> {
    let Some(view) = &picture.view else { return Vec::new() };
    let wanted = mapping::follow(&picture.open.item, &Choice::default(), &picture.settings).fields;
    let differs = |field: &EventField| {
        let stands = view.shown.get(field)?;
        let wants = wanted.get(field)?;
        (!mapping::same(field, wants, stands)).then_some(())
    };
    let any = |fields: &[EventField]| fields.iter().any(|field| differs(field).is_some());
    [
        ("Subject", any(&[EventField::Subject])),
        ("Time", any(&[EventField::Start, EventField::End, EventField::IsAllDay])),
        ("Location", any(&[EventField::Location])),
    ]
    .into_iter()
    .filter_map(|(name, changed)| changed.then_some(name))
    .collect()
}

/// Everything the picture knows that Name could point to.
pub(crate) fn people_hits(picture: &Picture) -> Vec<Hit> {
    let shown = picture.view.iter().filter_map(|view| view.who.clone());
    let met = picture.people.iter().flat_map(matches).cloned().map(Hit::from);
    distinct(met.chain(shown))
}

/// Everything the picture knows that Related To could point to.
pub(crate) fn business_hits(picture: &Picture) -> Vec<Hit> {
    let related = &picture.related;
    let shown = picture.view.iter().filter_map(|view| view.what.clone());
    let met = (related.opportunities.iter().map(|opportunity| &opportunity.record))
        .chain(&related.accounts)
        .chain(related.cases.iter().map(|case| &case.record))
        .cloned()
        .map(Hit::from);
    distinct(met.chain(shown))
}

/// The records of a participant.
pub(crate) fn matches(participant: &Participant) -> &[PersonMatch] {
    match &participant.standing {
        Standing::Known(records) => records,
        Standing::Internal | Standing::Blocklisted { .. } | Standing::Unresolved => &[],
    }
}

fn distinct(hits: impl Iterator<Item = Hit>) -> Vec<Hit> {
    let mut kept: Vec<Hit> = Vec::new();
    for hit in hits {
        if kept.iter().all(|other| other.record != hit.record) {
            kept.push(hit);
        }
    }
    kept
}

#[cfg(test)]
mod tests;
