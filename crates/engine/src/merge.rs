//! Both sides against what they agreed on: what goes up, what goes down, and where both changed (DWN-5, DWN-7).

use calbridge_rules::{
    event::{EventField, EventFields, FieldValue},
    mapping,
};

use crate::pair::Agreed;

/// Times travel together, in either direction.
const TIMES: [EventField; 3] = [EventField::Start, EventField::End, EventField::IsAllDay];
/// A reminder and when it rings.
const REMINDER: [EventField; 2] = [EventField::IsReminderSet, EventField::ReminderAt];

/// What a session does with the fields of a pair.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Merge {
    /// What is written on the Event.
    pub up: EventFields,
    /// What is written on the item, as fields of an Event.
    pub down: EventFields,
    /// Fields that both sides changed; Outlook won.
    pub clashes: Vec<Clash>,
    /// Fields that were changed in Salesforce and are put back, because the item is not this user's to change (DWN-7).
    pub put_back: Vec<Clash>,
    /// What both sides agree on once everything is written.
    pub agreed: Agreed,
}

/// A field of which one side's value did not win. The user can flip it.
#[derive(Clone, Debug, PartialEq)]
pub struct Clash {
    /// The field.
    pub field: EventField,
    /// The last agreed value on Salesforce's side.
    pub base: FieldValue,
    /// Outlook's value.
    pub outlook: FieldValue,
    /// Salesforce's value.
    pub salesforce: FieldValue,
}

/// Whose the item's shared content is (DWN-7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authority {
    /// The mailbox's user organizes, or nobody else is there: everything may go down.
    Own,
    /// Somebody else organizes: only what is the user's own may go down.
    Foreign,
}

/// What became of one field.
enum Change {
    Neither,
    Outlook,
    Salesforce,
    Both,
}

/// Compares both sides with what they agreed on. `item` says what the item says now, as fields of an Event: links are no
/// part of it, they belong to the Event alone.
pub fn merge(agreed: &Agreed, item: &EventFields, event: &EventFields, authority: Authority) -> Merge {
    let mut merge = Merge { agreed: agreed.clone(), ..Merge::default() };
    for fields in groups(item) {
        let sides = Sides { fields: &fields, agreed, item, event };
        match sides.change() {
            Change::Neither => {}
            Change::Outlook => merge.goes_up(&sides),
            Change::Both => {
                merge.clashes.extend(sides.clashes());
                merge.goes_up(&sides);
            }
            Change::Salesforce if authority == Authority::Own => merge.goes_down(&sides),
            Change::Salesforce if fields.iter().all(is_shared) => {
                merge.put_back.extend(sides.clashes());
                merge.goes_up(&sides);
            }
            Change::Salesforce if fields.contains(&EventField::Description) => merge.stays(&sides),
            Change::Salesforce => merge.goes_down(&sides),
        }
    }
    merge
}

/// Whether an Event says anything that was not agreed on. Its key counts: one that lost it needs it back.
pub fn is_news(agreed: &Agreed, event: &EventFields) -> bool {
    let is_new = |(field, stood): (&EventField, &FieldValue)| {
        is_two_way(field) && !mapping::same(field, stood, value(event, field))
    };
    agreed.event.iter().any(is_new) || event.get(&EventField::SyncKey).is_some_and(FieldValue::is_empty)
}

/// The fields that are settled together.
fn groups(item: &EventFields) -> Vec<Vec<EventField>> {
    let grouped = |field: &&EventField| TIMES.contains(field) || REMINDER.contains(field);
    let mut groups: Vec<Vec<EventField>> =
        item.keys().filter(|field| !grouped(field)).map(|field| vec![field.clone()]).collect();
    for group in [TIMES.as_slice(), REMINDER.as_slice()] {
        if group.iter().any(|field| item.contains_key(field)) {
            groups.push(group.to_vec());
        }
    }
    groups
}

/// Fields that are settled together, on both sides.
struct Sides<'f> {
    fields: &'f [EventField],
    agreed: &'f Agreed,
    item: &'f EventFields,
    event: &'f EventFields,
}

impl Sides<'_> {
    fn change(&self) -> Change {
        // A field that was never agreed on follows the item.
        let is_new =
            |field: &EventField| self.item.contains_key(field) && !self.agreed.item.contains_key(field);
        let outlook = self.fields.iter().any(|field| {
            is_new(field) || (self.item.contains_key(field) && differ(field, &self.agreed.item, self.item))
        });
        // Further fields are filled from Outlook only; what somebody writes there stays until Outlook changes (FLD-3).
        let salesforce = self.fields.iter().any(|field| {
            is_two_way(field) && !is_new(field) && differ(field, &self.agreed.event, self.event)
        });
        match (outlook, salesforce) {
            (false, false) => Change::Neither,
            (true, false) => Change::Outlook,
            (false, true) => Change::Salesforce,
            (true, true) => Change::Both,
        }
    }

    /// Fields of which the two sides say different things.
    fn clashes(&self) -> Vec<Clash> {
        let said = self.fields.iter().filter(|field| self.item.contains_key(field));
        let clash = |field: &EventField| Clash {
            field: field.clone(),
            base: value(&self.agreed.event, field).clone(),
            outlook: value(self.item, field).clone(),
            salesforce: value(self.event, field).clone(),
        };
        said.filter(|field| differ(field, self.item, self.event)).map(clash).collect()
    }
}

impl Merge {
    /// What both sides agree on where only one direction was written, or none.
    pub fn agreed_after(&self, before: &Agreed, is_up_written: bool, is_down_written: bool) -> Agreed {
        let mut agreed = self.agreed.clone();
        let missing = [(is_up_written, &self.up), (is_down_written, &self.down)];
        for field in
            missing.iter().filter(|(is_written, _)| !is_written).flat_map(|(_, fields)| fields.keys())
        {
            for (now, then) in [(&mut agreed.item, &before.item), (&mut agreed.event, &before.event)] {
                match then.get(field) {
                    Some(value) => now.insert(field.clone(), value.clone()),
                    None => drop(now.remove(field)),
                }
            }
        }
        agreed
    }

    /// Notes that a value which somebody wrote in Salesforce since both sides agreed gives way to another (DWN-5).
    pub(crate) fn yields(
        &mut self,
        before: &Agreed,
        field: &EventField,
        wanted: &FieldValue,
        event: &EventFields,
    ) {
        let is_noted = self.clashes.iter().any(|clash| clash.field == *field);
        if is_noted || !is_two_way(field) || !differ(field, &before.event, event) {
            return;
        }
        self.clashes.push(Clash {
            field: field.clone(),
            base: value(&before.event, field).clone(),
            outlook: wanted.clone(),
            salesforce: value(event, field).clone(),
        });
    }

    /// The item's values stand; where one differs, its whole group is written.
    fn goes_up(&mut self, sides: &Sides<'_>) {
        let said: Vec<&EventField> =
            sides.fields.iter().filter(|field| sides.item.contains_key(field)).collect();
        let differs = said.iter().any(|field| differ(field, sides.item, sides.event));
        for field in said {
            let wanted = value(sides.item, field).clone();
            if differs {
                self.up.insert(field.clone(), wanted.clone());
            }
            self.agreed.item.insert(field.clone(), wanted.clone());
            self.agreed.event.insert(field.clone(), wanted);
        }
    }

    /// The Event's values stand.
    fn goes_down(&mut self, sides: &Sides<'_>) {
        let differs = sides.fields.iter().any(|field| differ(field, sides.item, sides.event));
        for field in sides.fields {
            let wanted = value(sides.event, field).clone();
            if differs {
                self.down.insert(field.clone(), wanted.clone());
            }
            self.agreed.item.insert(field.clone(), wanted.clone());
            self.agreed.event.insert(field.clone(), wanted);
        }
    }

    /// Each side keeps its own.
    fn stays(&mut self, sides: &Sides<'_>) {
        for field in sides.fields {
            self.agreed.event.insert(field.clone(), value(sides.event, field).clone());
        }
    }
}

/// Whether edits of the field travel in both directions.
fn is_two_way(field: &EventField) -> bool {
    match field {
        EventField::Subject
        | EventField::Description
        | EventField::Location
        | EventField::Start
        | EventField::End
        | EventField::IsAllDay
        | EventField::ShowAs
        | EventField::IsReminderSet
        | EventField::ReminderAt
        | EventField::IsPrivate => true,
        EventField::Who
        | EventField::What
        | EventField::Owner
        | EventField::SyncKey
        | EventField::Custom(_) => false,
    }
}

/// Whether every attendee sees the field: such fields are the organizer's, and edits of others are put back. Description is
/// excepted: it stays as somebody wrote it.
fn is_shared(field: &EventField) -> bool {
    match field {
        EventField::Subject
        | EventField::Location
        | EventField::Start
        | EventField::End
        | EventField::IsAllDay => true,
        EventField::Description
        | EventField::ShowAs
        | EventField::IsReminderSet
        | EventField::ReminderAt
        | EventField::IsPrivate
        | EventField::Who
        | EventField::What
        | EventField::Owner
        | EventField::SyncKey
        | EventField::Custom(_) => false,
    }
}

fn differ(field: &EventField, one: &EventFields, other: &EventFields) -> bool {
    !mapping::same(field, value(one, field), value(other, field))
}

fn value<'f>(fields: &'f EventFields, field: &EventField) -> &'f FieldValue {
    fields.get(field).unwrap_or(&FieldValue::Empty)
}

#[cfg(test)]
mod tests;
