//! Both sides against what was last agreed, field by field (DWN-5): what goes up, what comes down, what clashed.

mod unit;

use serde::{Deserialize, Serialize};

use crate::{
    cause::Cause,
    event::{EventField, EventFields, FieldValue},
    mapping,
    saving::Check,
    settings::Settings,
};
use unit::{UNITS, Unit, Went, is_cut};

/// What becomes of a pair of which both sides were read.
#[derive(Clone, Debug, PartialEq)]
pub enum Merge {
    /// Values go where they are missing.
    Fields(Box<Merged>),
    /// Nothing is written until a person decides.
    Stopped(Cause),
}

/// Values on their way, and what both sides agree on once they have arrived.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Merged {
    /// What to write to the Event: only what differs there.
    pub to_salesforce: EventFields,
    /// What to write to the item, in the Event's terms.
    pub to_outlook: EventFields,
    /// Fields that both sides changed; Outlook's value goes up.
    pub conflicts: Vec<MergeConflict>,
    /// The next agreed values.
    pub agreed: EventFields,
    /// How each field that differed was decided.
    pub trace: Vec<Check>,
    /// What the user should know.
    pub told: Vec<String>,
}

/// A field that both sides changed, with all three values, so that the user can flip it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MergeConflict {
    /// The field.
    pub field: EventField,
    /// What both sides last agreed on.
    pub agreed: FieldValue,
    /// Outlook's value, which stands.
    pub outlook: FieldValue,
    /// Salesforce's value, which was overwritten.
    pub salesforce: FieldValue,
}

impl MergeConflict {
    /// What to write to both sides should the user want Salesforce's value after all.
    pub fn flipped(&self) -> (EventField, FieldValue) {
        (self.field.clone(), self.salesforce.clone())
    }
}

/// The three readings of a pair. A field that a side cannot tell is missing there, and is as it was agreed.
#[derive(Clone, Copy, Debug)]
pub struct Sides<'a> {
    /// The last agreed values.
    pub agreed: &'a EventFields,
    /// The item, as the Event would have it, what the user chose for it included ([`mapping::follow`]).
    pub outlook: &'a EventFields,
    /// The Event.
    pub salesforce: &'a EventFields,
}

/// Merges both sides.
pub fn merge(sides: Sides<'_>, settings: &Settings) -> Merge {
    if turned_private(sides) {
        return Merge::Stopped(Cause::TurnedPrivate);
    }
    let mut merged = Merged { agreed: sides.agreed.clone(), ..Merged::default() };
    for unit in UNITS {
        if *unit == Unit::Description && settings.safe_description {
            continue;
        }
        merge_unit(*unit, sides, &mut merged);
    }
    for name in settings.field_map.keys() {
        raise(&EventField::Custom(name.clone()), sides, &mut merged);
    }
    take_reminder_along(sides, &mut merged);
    merged.to_salesforce = mapping::changed(&merged.to_salesforce, sides.salesforce);
    Merge::Fields(Box::new(merged))
}

/// PRV-4: linked, and private since it was agreed.
fn turned_private(sides: Sides<'_>) -> bool {
    let private = |fields: &EventFields| fields.get(&EventField::IsPrivate) == Some(&FieldValue::Flag(true));
    let linked = [EventField::Who, EventField::What]
        .iter()
        .any(|link| sides.salesforce.get(link).is_some_and(|record| !record.is_empty()));
    linked && private(sides.outlook) && !private(sides.agreed)
}

fn merge_unit(unit: Unit, sides: Sides<'_>, merged: &mut Merged) {
    let note = |merged: &mut Merged, says: &str| {
        let says = format!("{} {says}", unit.label());
        merged.trace.push(Check { rule: "DWN-5", says, passed: true });
    };
    match unit.went(sides) {
        Went::Nowhere => agree(unit, sides.outlook, merged),
        Went::Outlook => {
            note(merged, "changed in Outlook");
            carry(unit, sides.outlook, &mut merged.to_salesforce);
            agree(unit, sides.outlook, merged);
        }
        Went::Salesforce if unit == Unit::Description && is_cut(sides.outlook) => {
            merged.told.push("The description is too long to be brought down.".to_owned());
        }
        Went::Salesforce => {
            note(merged, "changed in Salesforce");
            carry(unit, sides.salesforce, &mut merged.to_outlook);
            agree(unit, sides.salesforce, merged);
        }
        Went::Both => {
            note(merged, "changed on both sides, so Outlook's stands");
            merged.conflicts.extend(unit.conflicts(sides));
            carry(unit, sides.outlook, &mut merged.to_salesforce);
            agree(unit, sides.outlook, merged);
        }
    }
}

/// A field that goes up only (FLD-3): Salesforce's value stays until Outlook's changes.
fn raise(field: &EventField, sides: Sides<'_>, merged: &mut Merged) {
    let Some(value) = sides.outlook.get(field) else { return };
    let agreed = sides.agreed.get(field).unwrap_or(&FieldValue::Empty);
    if !mapping::same(field, value, agreed) {
        merged.to_salesforce.insert(field.clone(), value.clone());
    }
    merged.agreed.insert(field.clone(), value.clone());
}

fn carry(unit: Unit, from: &EventFields, to: &mut EventFields) {
    for field in unit.fields() {
        if let Some(value) = from.get(field) {
            to.insert(field.clone(), value.clone());
        }
    }
}

fn agree(unit: Unit, with: &EventFields, merged: &mut Merged) {
    carry(unit, with, &mut merged.agreed);
}

/// An item's reminder moves with its start. Where Salesforce moved the start alone, its reminder follows, so that the next
/// session finds both sides agreed.
fn take_reminder_along(sides: Sides<'_>, merged: &mut Merged) {
    let instant = |fields: &EventFields, field: &EventField| match fields.get(field) {
        Some(FieldValue::Instant(instant)) => Some(*instant),
        Some(_) | None => None,
    };
    let (Some(new), Some(old), Some(rings)) = (
        instant(&merged.to_outlook, &EventField::Start),
        instant(sides.outlook, &EventField::Start),
        instant(sides.outlook, &EventField::ReminderAt),
    ) else {
        return;
    };
    if !merged.to_outlook.contains_key(&EventField::ReminderAt) {
        let at = FieldValue::Instant(rings + (new - old));
        merged.to_salesforce.insert(EventField::ReminderAt, at.clone());
        merged.agreed.insert(EventField::ReminderAt, at);
    }
}

#[cfg(test)]
mod tests;
