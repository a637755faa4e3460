//! Single dates of a series: what they say, and what both sides make of it.

use calbridge_rules::{
    event::{Event, EventField, EventFields, FieldValue},
    item::{Item, ItemSeat, Span},
    mapping,
    merge::{Merge, Merged, Sides, merge},
    series::{OriginalStart, Series},
    settings::Settings,
    status::Issue,
};
use chrono::{DateTime, Utc};

use crate::{fields::item_fields, pair::Agreed, session::Scope};

/// Fields that move along with a start.
const MOVING: [EventField; 3] = [EventField::Start, EventField::End, EventField::ReminderAt];

/// What is to be done with a date.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct DatePlan {
    /// Which it is.
    pub(super) original: OriginalStart,
    /// Its Event as it stands.
    pub(super) event: Event,
    /// What both sides agreed on before.
    pub(super) base: Agreed,
    /// What goes where.
    pub(super) merge: Merged,
    /// What is written on the Event: what goes up, and what a change of the whole series would overwrite.
    pub(super) up: EventFields,
    /// Why it is not settled.
    pub(super) issue: Option<Issue>,
}

/// The same fields at another start.
pub(super) fn moved(fields: &EventFields, to: DateTime<Utc>) -> EventFields {
    let Some(FieldValue::Instant(from)) = fields.get(&EventField::Start) else { return fields.clone() };
    let by = to - *from;
    let mut fields = fields.clone();
    for field in MOVING {
        if let Some(FieldValue::Instant(at)) = fields.get(&field) {
            let at = FieldValue::Instant(*at + by);
            fields.insert(field, at);
        }
    }
    fields
}

/// What a date is by the pattern.
pub(super) fn span_at(series: &Series, original: OriginalStart) -> Span {
    Span::Timed { start: original, end: original + series.length() }
}

/// What a date says in the calendar, as an item of its own.
pub(super) fn item_of(series: &Series, original: OriginalStart) -> Item {
    let mut item = Item { span: span_at(series, original), ..series.master.clone() };
    if let Some(exception) = series.exceptions.get(&original) {
        exception.values.write_to(&mut item);
        if let Some(attendees) = &exception.attendees {
            item.attendees.clone_from(attendees);
        }
    }
    item
}

/// What a date says, as fields of an Event.
pub(super) fn says_on(series: &Series, settings: &Settings, original: OriginalStart) -> EventFields {
    item_fields(&item_of(series, original), settings)
}

/// What the series says of an occurrence at some time.
pub(super) fn says(series: &Series, settings: &Settings, span: Span) -> EventFields {
    item_fields(&Item { span, ..series.master.clone() }, settings)
}

/// A body of its own goes up with a date that differs for the first time (DES-1).
pub(super) fn own_body(series: &Series, settings: &Settings, original: OriginalStart) -> Option<FieldValue> {
    let exception = series.exceptions.get(&original)?;
    exception.values.body.as_ref()?;
    let choice = calbridge_rules::saving::Choice::default();
    let fields = mapping::first_save(&item_of(series, original), &choice, settings).fields;
    fields.get(&EventField::Description).cloned()
}

/// Compares a date's two sides. Of one that cannot be settled by itself (PRV-4), each side stays as it is.
pub(super) fn compare(
    scope: &Scope<'_>,
    original: OriginalStart,
    event: &Event,
    base: Agreed,
    says: &EventFields,
    seat: ItemSeat,
) -> DatePlan {
    let sides = Sides { agreed: &base, outlook: says, salesforce: &event.fields };
    let (merge, issue) = match merge(sides, seat, scope.settings) {
        Merge::Fields(merged) => (*merged, None),
        Merge::Stopped(cause) => (Merged { agreed: base.clone(), ..Merged::default() }, Some(cause.issue())),
    };
    let up = mapping::changed(&merge.to_salesforce, &event.fields);
    DatePlan { original, event: event.clone(), base, merge, up, issue }
}

impl DatePlan {
    /// Whether anything is to be done.
    pub(super) fn is_idle(&self) -> bool {
        self.up.is_empty() && self.merge.to_outlook.is_empty() && self.issue.is_none()
    }
}
