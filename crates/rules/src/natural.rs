//! What tells a meeting from others where nothing holds its key: subject, start and organizer (DUP-2). A last resort, and never
//! for appointments, of which two may well say the same.

use chrono::{DateTime, NaiveTime, Utc};

use crate::{
    event::{EventField, EventFields, FieldValue},
    id::{Address, RecordId},
    item::Item,
    mapping::{self, from_line},
};

/// A meeting by what it says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NaturalKey {
    /// Its subject, as an Event would have it.
    pub subject: String,
    /// When it begins; of whole days, the first one's midnight in UTC.
    pub begins: DateTime<Utc>,
    /// Whether it lasts whole days.
    pub is_all_day: bool,
    /// Whose Event it would be.
    pub owner: RecordId,
    /// Who called it.
    pub organizer: Option<Address>,
}

impl NaturalKey {
    /// The key of an item whose Event would be `owner`'s; nothing of an appointment.
    pub fn of(item: &Item, owner: &RecordId) -> Option<Self> {
        if !item.is_meeting() {
            return None;
        }
        let fields = mapping::subject_and_times(item);
        let (begins, is_all_day) = beginning(&fields)?;
        // Many have none, which tells nothing apart.
        let subject = Some(subject(&fields)).filter(|subject| !subject.trim().is_empty())?;
        Some(Self {
            subject: subject.to_owned(),
            begins,
            is_all_day,
            owner: owner.clone(),
            organizer: item.organizer.as_ref().and_then(|person| person.address.clone()),
        })
    }

    /// Whether an Event is this meeting's, as far as what it says can tell. Who called it says the head of its description; one
    /// without a head may be anybody's, so that its owner must do.
    pub fn is_of(&self, event: &EventFields) -> bool {
        let text = |text: &str| FieldValue::Text(text.to_owned());
        let has_subject = mapping::same(&EventField::Subject, &text(&self.subject), &text(subject(event)));
        let is_owned = event.get(&EventField::Owner) == Some(&FieldValue::Record(self.owner.clone()));
        has_subject
            && is_owned
            && beginning(event) == Some((self.begins, self.is_all_day))
            && self.is_called_by(event)
    }

    fn is_called_by(&self, event: &EventFields) -> bool {
        let Some(FieldValue::Text(description)) = event.get(&EventField::Description) else { return true };
        let Some(from) = from_line(description) else { return true };
        let address = from.rsplit_once('<').map_or(from, |(_, rest)| rest.trim_end_matches('>')).trim();
        self.organizer.as_ref().is_some_and(|known| known.as_str().eq_ignore_ascii_case(address))
    }
}

fn subject(fields: &EventFields) -> &str {
    match fields.get(&EventField::Subject) {
        Some(FieldValue::Text(text)) => text,
        Some(_) | None => "",
    }
}

/// When an Event begins, and whether it lasts whole days.
fn beginning(fields: &EventFields) -> Option<(DateTime<Utc>, bool)> {
    match fields.get(&EventField::Start) {
        Some(FieldValue::Instant(start)) => {
            DateTime::from_timestamp(start.timestamp(), 0).map(|at| (at, false))
        }
        Some(FieldValue::Date(day)) => Some((day.and_time(NaiveTime::MIN).and_utc(), true)),
        Some(_) | None => None,
    }
}

#[cfg(test)]
mod tests;
