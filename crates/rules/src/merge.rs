//! Both sides against what they last agreed on, field by field (DWN-5): what goes up, what comes down, what is put back, and
//! what clashed.

mod agreed;
mod unit;

use serde::{Deserialize, Serialize};

use crate::{
    cause::{Cause, Side},
    description,
    direction::{Course, Deed, course},
    event::{EventField, EventFields, FieldValue},
    item::ItemSeat,
    mapping,
    notify::Wanted,
    saving::Check,
    settings::Effective,
};

pub use agreed::{Agreed, is_news};
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
    /// Fields of which one side's value did not win: both changed (DWN-5), or an edit was put back (DWN-7, ONE-1).
    pub conflicts: Vec<MergeConflict>,
    /// The next agreed values.
    pub agreed: Agreed,
    /// How each field that differed was decided.
    pub trace: Vec<Check>,
    /// What the user should know.
    pub told: Vec<Cause>,
    /// The side whose edits sync put back because it goes one way (ONE-1).
    pub reverted: Option<Side>,
}

/// A field of which one side's value did not win, with all three values, so that the user can flip it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MergeConflict {
    /// The field.
    pub field: EventField,
    /// What the Event said when both sides last agreed.
    pub agreed: FieldValue,
    /// Outlook's value.
    pub outlook: FieldValue,
    /// Salesforce's value.
    pub salesforce: FieldValue,
}

impl MergeConflict {
    /// What to write to both sides should the user want Salesforce's value after all.
    pub fn flipped(&self) -> (EventField, FieldValue) {
        (self.field.clone(), self.salesforce.clone())
    }
}

/// The readings of a pair. A field that a side cannot tell is missing there, and is as it was agreed.
#[derive(Clone, Copy, Debug)]
pub struct Sides<'a> {
    /// What each side said when they last agreed.
    pub agreed: &'a Agreed,
    /// The item, as the Event would have it; links are no part of it, they belong to the Event alone.
    pub outlook: &'a EventFields,
    /// The Event.
    pub salesforce: &'a EventFields,
}

/// Merges both sides. Whose item it is decides what may go down to it (DWN-7); the settings, which way anything goes (ONE-1).
pub fn merge(sides: Sides<'_>, seat: ItemSeat, settings: &Effective) -> Merge {
    if turned_private(sides) {
        return Merge::Stopped(Cause::TurnedPrivate);
    }
    let mut merged = Merged { agreed: sides.agreed.clone(), ..Merged::default() };
    let mut put_back = Vec::new();
    for unit in UNITS {
        if *unit == Unit::Description && !description::travels(&settings.shared) {
            // DES-1: each side keeps its own, and neither is news.
            merged.agreed.take_event(unit.fields(), sides.salesforce);
            continue;
        }
        merge_unit(*unit, sides, seat, settings, &mut merged, &mut put_back);
    }
    for name in settings.shared.field_map.keys() {
        raise(&EventField::Custom(name.clone()), sides, &mut merged);
    }
    take_reminder_along(sides, &mut merged);
    merged.to_salesforce = mapping::changed(&merged.to_salesforce, sides.salesforce);
    merged.tell(put_back);
    Merge::Fields(Box::new(merged))
}

impl Merged {
    /// Who wants what goes down: a person who edited the Event, or sync that puts the item back (PPL-8).
    pub fn wanted(&self) -> Wanted {
        match self.reverted {
            Some(Side::Outlook) => Wanted::ByProduct,
            Some(Side::Salesforce) | None => Wanted::ByPerson,
        }
    }

    /// What both sides agree on where only one direction was written, or none.
    pub fn agreed_after(&self, before: &Agreed, is_up_written: bool, is_down_written: bool) -> Agreed {
        let mut agreed = self.agreed.clone();
        let missing = [(is_up_written, &self.to_salesforce), (is_down_written, &self.to_outlook)];
        for field in
            missing.iter().filter(|(is_written, _)| !is_written).flat_map(|(_, fields)| fields.keys())
        {
            agreed.restore(field, before);
        }
        if !is_down_written && self.to_outlook.contains_key(&EventField::Start) {
            // The item's reminder moves with its start, and both stay where they are.
            agreed.restore_item(&EventField::ReminderAt, before);
        }
        agreed
    }

    /// Some fields do not go up after all: of them both sides agree on what they did before.
    pub fn leave_out(&mut self, before: &Agreed, fields: &EventFields) {
        for field in fields.keys() {
            self.to_salesforce.remove(field);
            self.agreed.restore(field, before);
        }
        self.conflicts.retain(|conflict| !fields.contains_key(&conflict.field));
    }

    /// Notes that a value which somebody wrote in Salesforce since both sides agreed gives way to what was chosen now (DWN-5).
    pub fn yields(
        &mut self,
        before: &Agreed,
        field: &EventField,
        chosen: &FieldValue,
        salesforce: &EventFields,
    ) {
        let is_noted = self.conflicts.iter().any(|conflict| conflict.field == *field);
        let value = |fields: &EventFields| fields.get(field).cloned().unwrap_or(FieldValue::Empty);
        let (stood, stands) = (value(&before.event), value(salesforce));
        if is_noted || !is_two_way(field) || mapping::same(field, &stood, &stands) {
            return;
        }
        self.conflicts.push(MergeConflict {
            field: field.clone(),
            agreed: stood,
            outlook: chosen.clone(),
            salesforce: stands,
        });
    }

    /// What goes down is given up, because a person discarded it (PPL-8): each side keeps its own, and neither is news.
    pub fn give_up_down(&mut self, outlook: &EventFields) {
        for field in self.to_outlook.keys() {
            match outlook.get(field) {
                Some(value) => self.agreed.item.insert(field.clone(), value.clone()),
                None => drop(self.agreed.item.remove(field)),
            }
        }
        self.to_outlook = EventFields::new();
    }

    fn note(&mut self, rule: &'static str, unit: Unit, says: &str) {
        let says = format!("{} {says}", unit.label());
        self.trace.push(Check { rule, says, passed: true });
    }

    /// The item's values stand.
    fn goes_up(&mut self, unit: Unit, sides: Sides<'_>) {
        let said = unit.said(sides.outlook);
        self.agreed.take_item(unit.fields(), sides.outlook);
        self.agreed.take_event(unit.fields(), &said);
        self.to_salesforce.extend(said);
    }

    /// The Event's values stand.
    fn goes_down(&mut self, unit: Unit, sides: Sides<'_>) {
        let said = unit.said(sides.salesforce);
        self.agreed.take_item(unit.fields(), &said);
        self.agreed.take_event(unit.fields(), sides.salesforce);
        self.to_outlook.extend(said);
    }

    /// Each side keeps its own.
    fn stays(&mut self, unit: Unit, sides: Sides<'_>) {
        self.agreed.take_item(unit.fields(), sides.outlook);
        self.agreed.take_event(unit.fields(), sides.salesforce);
    }

    fn tell(&mut self, put_back: Vec<String>) {
        if !put_back.is_empty() {
            self.told.push(Cause::PutBack { fields: put_back });
        }
        if let Some(side) = self.reverted {
            self.told.push(Cause::Reverted { side });
        }
    }
}

/// Whether edits of a field travel in both directions.
pub fn is_two_way(field: &EventField) -> bool {
    UNITS.iter().any(|unit| unit.fields().contains(field))
}

/// PRV-4: linked, and private since it was agreed.
fn turned_private(sides: Sides<'_>) -> bool {
    let private = |fields: &EventFields| fields.get(&EventField::IsPrivate) == Some(&FieldValue::Flag(true));
    let linked = [EventField::Who, EventField::What]
        .iter()
        .any(|link| sides.salesforce.get(link).is_some_and(|record| !record.is_empty()));
    linked && private(sides.outlook) && !private(&sides.agreed.item)
}

fn merge_unit(
    unit: Unit,
    sides: Sides<'_>,
    seat: ItemSeat,
    settings: &Effective,
    merged: &mut Merged,
    put_back: &mut Vec<String>,
) {
    let (up, _) = course(Side::Outlook, Deed::Edited, &settings.down);
    let (down, _) = course(Side::Salesforce, Deed::Edited, &settings.down);
    match unit.went(sides) {
        Went::Nowhere => merged.stays(unit, sides),
        Went::Outlook | Went::Both if up == Course::Revert => {
            merged.note("ONE-1", unit, "changed in Outlook, which is put back");
            merged.conflicts.extend(unit.conflicts(sides));
            merged.reverted = Some(Side::Outlook);
            merged.goes_down(unit, sides);
        }
        Went::Outlook => {
            merged.note("DWN-5", unit, "changed in Outlook");
            merged.goes_up(unit, sides);
        }
        Went::Both | Went::Salesforce if down == Course::Revert => {
            merged.note("ONE-1", unit, "changed in Salesforce, which is put back");
            merged.conflicts.extend(unit.conflicts(sides));
            merged.reverted = Some(Side::Salesforce);
            merged.goes_up(unit, sides);
        }
        Went::Both => {
            merged.note("DWN-5", unit, "changed on both sides, so Outlook's stands");
            merged.conflicts.extend(unit.conflicts(sides));
            merged.goes_up(unit, sides);
        }
        Went::Salesforce if down == Course::Ignore => {
            merged.note("DWN-1", unit, "changed in Salesforce, and DownSync is off");
            merged.stays(unit, sides);
        }
        Went::Salesforce => from_salesforce(unit, sides, seat, merged, put_back),
    }
}

/// DWN-7: subject, time and place go down to the organizer's item only; others put them back. A description that somebody wrote
/// stays with the Event: nobody's meeting changes by it.
fn from_salesforce(
    unit: Unit,
    sides: Sides<'_>,
    seat: ItemSeat,
    merged: &mut Merged,
    put_back: &mut Vec<String>,
) {
    match (seat, unit.organizers_word()) {
        (ItemSeat::Own | ItemSeat::Attendee, _) if unit == Unit::Description && is_cut(sides.outlook) => {
            merged.note("DES-3", unit, "is too long in Outlook to be brought down");
            merged.stays(unit, sides);
        }
        (ItemSeat::Own, _) | (ItemSeat::Attendee, None) => {
            merged.note("DWN-5", unit, "changed in Salesforce");
            merged.goes_down(unit, sides);
        }
        (ItemSeat::Attendee, Some(_)) if unit == Unit::Description => {
            merged.note("DWN-7", unit, "stays as Salesforce has it");
            merged.stays(unit, sides);
        }
        (ItemSeat::Attendee, Some(word)) => {
            merged.note("DWN-7", unit, "is the organizer's to change, so Salesforce is put back");
            merged.conflicts.extend(unit.conflicts(sides));
            merged.goes_up(unit, sides);
            put_back.push(word.to_owned());
        }
    }
}

/// A field that goes up only (FLD-3): Salesforce's value stays until Outlook's changes.
fn raise(field: &EventField, sides: Sides<'_>, merged: &mut Merged) {
    let Some(value) = sides.outlook.get(field) else { return };
    let fields = std::slice::from_ref(field);
    merged.agreed.take_item(fields, sides.outlook);
    if sides.agreed.item.get(field).is_some_and(|agreed| mapping::same(field, value, agreed)) {
        merged.agreed.take_event(fields, sides.salesforce);
    } else {
        merged.to_salesforce.insert(field.clone(), value.clone());
        merged.agreed.take_event(fields, sides.outlook);
    }
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
        let both = EventFields::from([(EventField::ReminderAt, at)]);
        merged.agreed.take_item(&[EventField::ReminderAt], &both);
        merged.agreed.take_event(&[EventField::ReminderAt], &both);
    }
}

#[cfg(test)]
mod tests;
