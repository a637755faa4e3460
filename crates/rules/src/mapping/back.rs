//! What an Event says, in an item's terms: for showing, comparing and bringing down.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{BUSY, FREE, OUT_OF_OFFICE, strip_head};
use crate::{
    event::{EventField, EventFields, FieldValue},
    item::{Item, Reminder, Sensitivity, ShowAs, Span},
};

/// An item's values as its Event has them; absent where the Event does not tell.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ItemValues {
    /// The subject.
    pub subject: Option<String>,
    /// The body, without our head lines.
    pub body: Option<String>,
    /// The location.
    pub location: Option<String>,
    /// When it is.
    pub span: Option<Span>,
    /// The free/busy state.
    pub show_as: Option<ShowAs>,
    /// The reminder.
    pub reminder: Option<Reminder>,
    /// How private it is.
    pub sensitivity: Option<Sensitivity>,
}

impl ItemValues {
    /// These values without those that others have too.
    #[must_use]
    pub fn without(self, others: &Self) -> Self {
        fn kept<T>(own: Option<T>, other: Option<&T>) -> Option<T> {
            own.filter(|_| other.is_none())
        }
        Self {
            subject: kept(self.subject, others.subject.as_ref()),
            body: kept(self.body, others.body.as_ref()),
            location: kept(self.location, others.location.as_ref()),
            span: kept(self.span, others.span.as_ref()),
            show_as: kept(self.show_as, others.show_as.as_ref()),
            reminder: kept(self.reminder, others.reminder.as_ref()),
            sensitivity: kept(self.sensitivity, others.sensitivity.as_ref()),
        }
    }

    /// Writes these values to an item; what they do not tell stays.
    pub fn write_to(&self, item: &mut Item) {
        if let Some(subject) = &self.subject {
            item.subject.clone_from(subject);
        }
        if let Some(location) = &self.location {
            item.location.clone_from(location);
        }
        item.body = self.body.clone().or_else(|| item.body.take());
        item.span = self.span.unwrap_or(item.span);
        item.show_as = self.show_as.or(item.show_as);
        item.reminder = self.reminder.or(item.reminder);
        item.sensitivity = self.sensitivity.or(item.sensitivity);
    }
}

/// Reads an Event as values of its item. Where Salesforce is coarser, the item's finer value stays (FLD).
pub fn back(fields: &EventFields, item: &Item) -> ItemValues {
    let span = span(fields);
    ItemValues {
        subject: text(fields, &EventField::Subject).map(str::to_owned),
        body: text(fields, &EventField::Description).map(|text| strip_head(text).to_owned()),
        location: text(fields, &EventField::Location).map(str::to_owned),
        span,
        show_as: text(fields, &EventField::ShowAs).and_then(|name| show_as(name, item.show_as)),
        reminder: reminder(fields, span, item.reminder),
        sensitivity: flag(fields, &EventField::IsPrivate)
            .map(|private| sensitivity(private, item.sensitivity)),
    }
}

/// Text of a field that was read; nothing in it is empty text.
fn text<'a>(fields: &'a EventFields, field: &EventField) -> Option<&'a str> {
    match fields.get(field)? {
        FieldValue::Text(text) => Some(text),
        FieldValue::Empty => Some(""),
        FieldValue::Flag(_)
        | FieldValue::Number(_)
        | FieldValue::Instant(_)
        | FieldValue::Date(_)
        | FieldValue::Record(_) => None,
    }
}

fn flag(fields: &EventFields, field: &EventField) -> Option<bool> {
    match fields.get(field)? {
        FieldValue::Flag(flag) => Some(*flag),
        FieldValue::Empty
        | FieldValue::Text(_)
        | FieldValue::Number(_)
        | FieldValue::Instant(_)
        | FieldValue::Date(_)
        | FieldValue::Record(_) => None,
    }
}

/// Salesforce's last day is part of the span; Outlook's end is the day after (TZN-2).
fn span(fields: &EventFields) -> Option<Span> {
    let (start, end) = (fields.get(&EventField::Start)?, fields.get(&EventField::End)?);
    if flag(fields, &EventField::IsAllDay) == Some(true) {
        return Some(Span::AllDay { first: date(start)?, end_exclusive: date(end)?.succ_opt()? });
    }
    match (start, end) {
        (FieldValue::Instant(start), FieldValue::Instant(end)) => {
            Some(Span::Timed { start: *start, end: *end })
        }
        (FieldValue::Date(first), FieldValue::Date(last)) => {
            Some(Span::AllDay { first: *first, end_exclusive: last.succ_opt()? })
        }
        (_, _) => None,
    }
}

/// A day; Salesforce writes it as midnight UTC.
fn date(value: &FieldValue) -> Option<NaiveDate> {
    match value {
        FieldValue::Date(date) => Some(*date),
        FieldValue::Instant(midnight) => Some(midnight.date_naive()),
        FieldValue::Empty
        | FieldValue::Text(_)
        | FieldValue::Flag(_)
        | FieldValue::Number(_)
        | FieldValue::Record(_) => None,
    }
}

fn show_as(name: &str, current: Option<ShowAs>) -> Option<ShowAs> {
    match (name, current) {
        (FREE, _) => Some(ShowAs::Free),
        (OUT_OF_OFFICE, _) => Some(ShowAs::OutOfOffice),
        (BUSY, Some(finer @ (ShowAs::Tentative | ShowAs::WorkingElsewhere))) => Some(finer),
        (BUSY, Some(ShowAs::Free | ShowAs::Busy | ShowAs::OutOfOffice) | None) => Some(ShowAs::Busy),
        _ => None,
    }
}

fn sensitivity(private: bool, current: Option<Sensitivity>) -> Sensitivity {
    match (private, current) {
        (false, _) => Sensitivity::Normal,
        (true, Some(finer @ (Sensitivity::Personal | Sensitivity::Confidential))) => finer,
        (true, Some(Sensitivity::Normal | Sensitivity::Private) | None) => Sensitivity::Private,
    }
}

/// Minutes before a timed start. An all-day item's reminder has no instant without a zone: the item's stays.
fn reminder(fields: &EventFields, span: Option<Span>, current: Option<Reminder>) -> Option<Reminder> {
    if !flag(fields, &EventField::IsReminderSet)? {
        return Some(Reminder::Off);
    }
    match (span?, fields.get(&EventField::ReminderAt)?) {
        (Span::Timed { start, .. }, FieldValue::Instant(at)) => {
            let minutes = u32::try_from((start - *at).num_minutes()).unwrap_or(0);
            Some(Reminder::MinutesBefore(minutes))
        }
        (Span::Timed { .. } | Span::AllDay { .. }, _) => current,
    }
}
