//! Fields that are decided together, and which side changed them.

use super::{MergeConflict, Sides};
use crate::{
    event::{EventField, EventFields, FieldValue},
    mapping::{DESCRIPTION_LIMIT, same},
};

/// Fields that are one thing to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Subject,
    Location,
    Times,
    ShowAs,
    Reminder,
    Privacy,
    Description,
}

/// All that go both ways.
pub(super) const UNITS: &[Unit] = &[
    Unit::Subject,
    Unit::Location,
    Unit::Times,
    Unit::ShowAs,
    Unit::Reminder,
    Unit::Privacy,
    Unit::Description,
];

/// Who changed something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Went {
    /// Nobody, or both to the same.
    Nowhere,
    Outlook,
    Salesforce,
    Both,
}

impl Unit {
    pub(super) fn fields(self) -> &'static [EventField] {
        match self {
            Self::Subject => &[EventField::Subject],
            Self::Location => &[EventField::Location],
            Self::Times => &[EventField::Start, EventField::End, EventField::IsAllDay],
            Self::ShowAs => &[EventField::ShowAs],
            Self::Reminder => &[EventField::IsReminderSet, EventField::ReminderAt],
            Self::Privacy => &[EventField::IsPrivate],
            Self::Description => &[EventField::Description],
        }
    }

    /// What users call it.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Subject => "Subject",
            Self::Location => "Location",
            Self::Times => "Start and end",
            Self::ShowAs => "Show as",
            Self::Reminder => "Reminder",
            Self::Privacy => "Privacy",
            Self::Description => "Description",
        }
    }

    /// What users call it where it is the organizer's to change (DWN-7); nothing for what is everybody's own.
    pub(super) fn organizers_word(self) -> Option<&'static str> {
        match self {
            Self::Subject => Some("subject"),
            Self::Times => Some("time"),
            Self::Location => Some("location"),
            Self::Description => Some("description"),
            Self::ShowAs | Self::Reminder | Self::Privacy => None,
        }
    }

    /// Its fields, as far as a side tells them.
    pub(super) fn said(self, fields: &EventFields) -> EventFields {
        let said = |field: &EventField| fields.get(field).map(|value| (field.clone(), value.clone()));
        self.fields().iter().filter_map(said).collect()
    }

    /// Which side changed it since both agreed. Both to the same is as nobody; what was never agreed on follows the item.
    pub(super) fn went(self, sides: Sides<'_>) -> Went {
        let differs = |one: &EventFields, other: &EventFields| {
            self.told(one, other).any(|field| !same(field, value(one, field), value(other, field)))
        };
        if !self.known(sides.outlook)
            || !self.known(sides.salesforce)
            || !differs(sides.outlook, sides.salesforce)
        {
            return Went::Nowhere;
        }
        let is_new = !self.known(&sides.agreed.item);
        let outlook = is_new || differs(sides.outlook, &sides.agreed.item);
        let salesforce = !is_new && differs(sides.salesforce, &sides.agreed.event);
        match (outlook, salesforce) {
            (true, true) => Went::Both,
            (false, true) => Went::Salesforce,
            (true, false) => Went::Outlook,
            (false, false) => Went::Nowhere,
        }
    }

    /// Its fields, without the time of a reminder that is off in both.
    fn told<'a>(
        self,
        one: &'a EventFields,
        other: &'a EventFields,
    ) -> impl Iterator<Item = &'static EventField> + 'a {
        let rings =
            |fields: &EventFields| fields.get(&EventField::IsReminderSet) == Some(&FieldValue::Flag(true));
        self.fields()
            .iter()
            .filter(move |field| **field != EventField::ReminderAt || (rings(one) && rings(other)))
    }

    /// Whether a side tells it at all.
    fn known(self, fields: &EventFields) -> bool {
        self.fields().first().is_some_and(|field| fields.contains_key(field))
    }

    /// Its fields that differ between both sides.
    pub(super) fn conflicts(self, sides: Sides<'_>) -> impl Iterator<Item = MergeConflict> {
        self.fields().iter().filter_map(move |field| {
            let conflict = MergeConflict {
                field: field.clone(),
                agreed: value(&sides.agreed.event, field).clone(),
                outlook: value(sides.outlook, field).clone(),
                salesforce: value(sides.salesforce, field).clone(),
            };
            (!same(field, &conflict.outlook, &conflict.salesforce)).then_some(conflict)
        })
    }
}

fn value<'a>(fields: &'a EventFields, field: &EventField) -> &'a FieldValue {
    fields.get(field).unwrap_or(&FieldValue::Empty)
}

/// Characters by which a cut description may be shorter than the limit: blanks at the cut are dropped.
const CUT_SLACK: usize = 16;

/// Whether the item's body was so long that a part of it never went up.
pub(super) fn is_cut(outlook: &EventFields) -> bool {
    value(outlook, &EventField::Description).excess(DESCRIPTION_LIMIT - CUT_SLACK) > 0
}
