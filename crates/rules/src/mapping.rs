//! Item ↔ Event fields (FLD, DES-1, DES-4, TZN-2, PRV-2).

mod back;
mod compare;
mod further;
mod head;

use chrono::TimeDelta;

use crate::{
    event::{EventField, EventFields, FieldValue},
    item::{Item, Reminder, Sensitivity, ShowAs, Span},
    saving::Choice,
    settings::Settings,
    text::{cut, one_line},
};

pub use back::{ItemValues, back};
pub use compare::{changed, same};
pub(crate) use further::fills;
pub(crate) use head::from_line;
pub use head::{head_lines, strip_head};

/// The longest Subject and Location, in characters.
pub const SUBJECT_LIMIT: usize = 255;
/// The longest Description, in characters.
pub const DESCRIPTION_LIMIT: usize = 32_000;

/// Free, as Salesforce calls it.
const FREE: &str = "Free";
/// Busy, as Salesforce calls it.
const BUSY: &str = "Busy";
/// Out of office, as Salesforce calls it.
const OUT_OF_OFFICE: &str = "OutOfOffice";

/// Event fields made from an item, and what had to be left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mapped {
    /// The fields.
    pub fields: EventFields,
    /// What was cut or left out, in words for the user.
    pub told: Vec<String>,
}

/// The fields of a first save: everything the item says, the chosen links, defaults for the rest (FLD-2).
pub fn first_save(item: &Item, choice: &Choice, settings: &Settings) -> Mapped {
    let mut mapped = Mapped::default();
    mapped.add_what_follows(item, choice, settings);
    mapped.add_description(item);
    for (name, default) in &settings.field_defaults {
        let field = EventField::Custom(name.clone());
        if mapped.fields.get(&field).is_none_or(FieldValue::is_empty) && !default.trim().is_empty() {
            mapped.fields.insert(field, FieldValue::Text(default.clone()));
        }
    }
    mapped
}

/// The fields that follow the item later on: as [`first_save`] without defaults, and without Description unless the org
/// lets it follow (DES-1, DES-3).
pub fn follow(item: &Item, choice: &Choice, settings: &Settings) -> Mapped {
    let mut mapped = Mapped::default();
    mapped.add_what_follows(item, choice, settings);
    if !settings.safe_description {
        mapped.add_description(item);
    }
    mapped
}

/// What of an item tells it from others: its subject and times, as an Event would have them.
pub(crate) fn subject_and_times(item: &Item) -> EventFields {
    let mut mapped = Mapped::default();
    mapped.add_times(item.span);
    mapped.add_line(EventField::Subject, "subject", &item.subject);
    mapped.fields
}

/// Whether the Event is to be private: as the user chose (PRV-2), else as the item is; unknown where nobody can tell.
pub fn is_private(item: &Item, choice: &Choice) -> Option<bool> {
    match choice.value(&EventField::IsPrivate) {
        Some(FieldValue::Flag(chosen)) => Some(*chosen),
        Some(_) | None => item.sensitivity.map(Sensitivity::is_private),
    }
}

impl Mapped {
    fn add_what_follows(&mut self, item: &Item, choice: &Choice, settings: &Settings) {
        self.add_times(item.span);
        if let Some(show_as) = item.show_as {
            self.fields.insert(EventField::ShowAs, FieldValue::Text(show_as_up(show_as).to_owned()));
        }
        if let Some(reminder) = item.reminder {
            self.add_reminder(reminder, item.span);
        }
        self.add_further(item, settings);
        self.fields.extend(choice.fields.clone());
        self.add_line(EventField::Subject, "subject", typed(choice, &EventField::Subject, &item.subject));
        self.add_line(EventField::Location, "location", typed(choice, &EventField::Location, &item.location));
        self.add_links(item, choice);
    }

    /// A text of one line, cut and told.
    fn add_line(&mut self, field: EventField, name: &str, text: &str) {
        let line = one_line(text);
        let short = cut(&line, SUBJECT_LIMIT).trim_end();
        if short.len() < line.len() {
            self.told.push(format!("The {name} is cut to {SUBJECT_LIMIT} characters."));
        }
        self.fields.insert(field, text_or_empty(short));
    }

    /// Times, always together. Of whole days, Salesforce's last day is one before Outlook's end.
    fn add_times(&mut self, span: Span) {
        let (start, end) = match span {
            Span::Timed { start, end } => {
                (FieldValue::Instant(whole_second(start)), FieldValue::Instant(whole_second(end)))
            }
            Span::AllDay { first, end_exclusive } => {
                let last = end_exclusive.pred_opt().unwrap_or(end_exclusive).max(first);
                (FieldValue::Date(first), FieldValue::Date(last))
            }
        };
        self.fields.insert(EventField::Start, start);
        self.fields.insert(EventField::End, end);
        self.fields.insert(EventField::IsAllDay, FieldValue::Flag(span.is_all_day()));
    }

    /// A reminder rings at an instant, which an all-day item has only in a zone: there it is left alone.
    fn add_reminder(&mut self, reminder: Reminder, span: Span) {
        match (reminder, span) {
            (Reminder::Off, Span::Timed { .. } | Span::AllDay { .. }) => {
                self.fields.insert(EventField::IsReminderSet, FieldValue::Flag(false));
            }
            (Reminder::MinutesBefore(minutes), Span::Timed { start, .. }) => {
                let at = whole_second(start) - TimeDelta::minutes(i64::from(minutes));
                self.fields.insert(EventField::IsReminderSet, FieldValue::Flag(true));
                self.fields.insert(EventField::ReminderAt, FieldValue::Instant(at));
            }
            (Reminder::MinutesBefore(_), Span::AllDay { .. }) => {}
        }
    }

    /// Links and privacy exclude each other in Salesforce (PRV-2).
    fn add_links(&mut self, item: &Item, choice: &Choice) {
        let private = is_private(item, choice);
        if let Some(private) = private {
            self.fields.insert(EventField::IsPrivate, FieldValue::Flag(private));
        }
        let who = choice.who.as_ref().map(|person| &person.record);
        let links = [(EventField::Who, who), (EventField::What, choice.what.as_ref())];
        if private == Some(true) {
            for (field, _) in &links {
                self.fields.insert(field.clone(), FieldValue::Empty);
            }
            if links.iter().any(|(_, record)| record.is_some()) {
                self.told.push("A private event is saved without links.".to_owned());
            }
            return;
        }
        for (field, record) in links {
            let value = record.map_or(FieldValue::Empty, |record| FieldValue::Record(record.clone()));
            self.fields.insert(field, value);
        }
    }

    /// The body under our head lines; nothing where the body was not read, or the user typed something else.
    fn add_description(&mut self, item: &Item) {
        if self.fields.contains_key(&EventField::Description) {
            return;
        }
        let Some(body) = &item.body else { return };
        let mut text = head_lines(item);
        text.push_str(body.trim());
        let short = cut(&text, DESCRIPTION_LIMIT).trim_end();
        if short.len() < text.len() {
            self.told.push("The description is cut to 32,000 characters.".to_owned());
        }
        self.fields.insert(EventField::Description, text_or_empty(short));
    }
}

/// What the user typed instead of an item's text, if anything.
fn typed<'a>(choice: &'a Choice, field: &EventField, text: &'a str) -> &'a str {
    match choice.value(field) {
        Some(FieldValue::Text(typed)) => typed,
        Some(FieldValue::Empty) => "",
        Some(
            FieldValue::Flag(_)
            | FieldValue::Number(_)
            | FieldValue::Instant(_)
            | FieldValue::Date(_)
            | FieldValue::Record(_),
        )
        | None => text,
    }
}

fn text_or_empty(text: &str) -> FieldValue {
    if text.is_empty() { FieldValue::Empty } else { FieldValue::Text(text.to_owned()) }
}

/// Salesforce drops parts of a second; kept, they would look like a change for ever.
fn whole_second(instant: chrono::DateTime<chrono::Utc>) -> chrono::DateTime<chrono::Utc> {
    chrono::DateTime::from_timestamp(instant.timestamp(), 0).unwrap_or(instant)
}

fn show_as_up(show_as: ShowAs) -> &'static str {
    match show_as {
        ShowAs::Free => FREE,
        ShowAs::Tentative | ShowAs::Busy | ShowAs::WorkingElsewhere => BUSY,
        ShowAs::OutOfOffice => OUT_OF_OFFICE,
    }
}

#[cfg(test)]
mod tests;
