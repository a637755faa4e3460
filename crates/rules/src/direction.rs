//! Which way changes go (ONE-1), and which edits in Salesforce go down to a meeting (DWN-7).

use crate::{
    cause::{Cause, Side},
    event::{EventField, EventFields},
    item::ItemSeat,
    mapping,
    merge::Merged,
    saving::Check,
    settings::{Direction, Down},
};

/// What somebody did on one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Made something.
    Created,
    /// Changed something that is saved.
    Edited,
    /// Deleted something that is saved.
    Deleted,
}

/// What becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// The other side follows.
    Carry,
    /// The side that changed is put back.
    Revert,
    /// What was deleted is made again.
    Recreate,
    /// Nothing: it is not saved, and Save is refused with the reason.
    Refuse,
    /// Nothing: down-sync is off, and the other side is not touched.
    Ignore,
}

/// Decides which way a deed goes (ONE-1).
pub fn course(side: Side, deed: Deed, settings: &Down) -> (Course, Check) {
    let course = match (settings.direction, side, deed) {
        (Direction::Up, Side::Salesforce, Deed::Edited) => Course::Revert,
        (Direction::Up, Side::Salesforce, Deed::Deleted) => Course::Recreate,
        (Direction::Down, Side::Outlook, Deed::Created) => Course::Refuse,
        (Direction::Down, Side::Outlook, Deed::Edited) => Course::Revert,
        (Direction::Down, Side::Outlook, Deed::Deleted) => Course::Recreate,
        // Creations still come down where all else goes up.
        (Direction::Both | Direction::Up | Direction::Down, Side::Salesforce, _) if !settings.is_on => {
            Course::Ignore
        }
        (Direction::Up, Side::Salesforce, Deed::Created)
        | (
            Direction::Both | Direction::Down,
            Side::Salesforce,
            Deed::Created | Deed::Edited | Deed::Deleted,
        )
        | (Direction::Both | Direction::Up, Side::Outlook, Deed::Created | Deed::Edited | Deed::Deleted) => {
            Course::Carry
        }
    };
    (course, Check { rule: "ONE-1", says: says(course, side).to_owned(), passed: course == Course::Carry })
}

fn says(course: Course, side: Side) -> &'static str {
    match (course, side) {
        (Course::Carry, Side::Outlook) => "What changes in Outlook goes up",
        (Course::Carry, Side::Salesforce) => "What changes in Salesforce comes down",
        (Course::Revert | Course::Recreate, Side::Outlook) => "Sync goes down only: Outlook is put back",
        (Course::Revert | Course::Recreate, Side::Salesforce) => "Sync goes up only: Salesforce is put back",
        (Course::Refuse, _) => "Sync goes down only: nothing is saved from Outlook",
        (Course::Ignore, _) => "Nothing comes down: DownSync is off",
    }
}

/// A merge as the direction of sync lets it through. What was to be carried the wrong way is put back instead, and told.
#[derive(Clone, Debug, PartialEq)]
pub struct Directed {
    /// What is written to both sides, and agreed.
    pub merged: Merged,
    /// The side that was put back, to be told as an issue.
    pub reverted: Option<Cause>,
}

/// Directs a merge (ONE-1).
pub fn direct(
    mut merged: Merged,
    outlook: &EventFields,
    salesforce: &EventFields,
    settings: &Down,
) -> Directed {
    let wrong_way = |side, settings| course(side, Deed::Edited, settings).0;
    let mut reverted = None;
    match wrong_way(Side::Salesforce, settings) {
        Course::Revert if !merged.to_outlook.is_empty() => {
            put_back(&mut merged.to_outlook, outlook, &mut merged.to_salesforce, &mut merged.agreed);
            merged.to_salesforce = mapping::changed(&merged.to_salesforce, salesforce);
            reverted = Some(Cause::Reverted { side: Side::Salesforce });
        }
        Course::Ignore => {
            put_back(&mut merged.to_outlook, outlook, &mut EventFields::new(), &mut merged.agreed);
        }
        Course::Carry | Course::Revert | Course::Recreate | Course::Refuse => {}
    }
    match wrong_way(Side::Outlook, settings) {
        Course::Revert if !merged.to_salesforce.is_empty() => {
            put_back(&mut merged.to_salesforce, salesforce, &mut merged.to_outlook, &mut merged.agreed);
            // Where Outlook must not win, there is nothing to flip.
            merged.conflicts.clear();
            reverted = Some(Cause::Reverted { side: Side::Outlook });
        }
        Course::Carry | Course::Revert | Course::Recreate | Course::Refuse | Course::Ignore => {}
    }
    Directed { merged, reverted }
}

/// Takes back what was to be written to a side: that side's own values go to where they came from.
fn put_back(to: &mut EventFields, own: &EventFields, from: &mut EventFields, agreed: &mut EventFields) {
    for field in std::mem::take(to).keys() {
        if let Some(value) = own.get(field) {
            from.insert(field.clone(), value.clone());
            agreed.insert(field.clone(), value.clone());
        }
    }
}

/// What becomes of Salesforce edits of a meeting (DWN-7).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DownRoute {
    /// What goes down to the item of this mailbox.
    pub to_outlook: EventFields,
    /// What is put back in Salesforce, because no synced organizer can take it.
    pub put_back: EventFields,
    /// What waits for the organizer's session to take it down.
    pub for_organizer: EventFields,
    /// What is told, where something was put back.
    pub told: Option<Cause>,
    /// The rule, where it changed anything.
    pub trace: Vec<Check>,
}

/// Routes edits that would go down (DWN-7): subject, time, place and body only to the organizer's item. What is everybody's
/// own goes to this one.
pub fn down_route(
    to_outlook: &EventFields,
    outlook: &EventFields,
    seat: ItemSeat,
    has_synced_organizer: bool,
) -> DownRoute {
    let mut route = DownRoute::default();
    let mut names = Vec::new();
    for (field, value) in to_outlook {
        let is_organizers = organizers_word(field);
        match (seat, is_organizers) {
            (ItemSeat::Own, _) | (ItemSeat::Attendee, None) => {
                route.to_outlook.insert(field.clone(), value.clone());
            }
            (ItemSeat::Attendee, Some(_)) if has_synced_organizer => {
                route.for_organizer.insert(field.clone(), value.clone());
            }
            // The description stays as Salesforce has it: nobody's meeting changes by it.
            (ItemSeat::Attendee, Some(_)) if *field == EventField::Description => {}
            (ItemSeat::Attendee, Some(name)) => {
                let own = outlook.get(field).cloned().unwrap_or(crate::event::FieldValue::Empty);
                route.put_back.insert(field.clone(), own);
                if !names.iter().any(|known| known == name) {
                    names.push(name.to_owned());
                }
            }
        }
    }
    let says = match (route.put_back.is_empty(), route.for_organizer.is_empty()) {
        (true, true) => return route,
        (true, false) => "The organizer's session takes it down",
        (false, _) => "Somebody without sync organizes it, so Salesforce is put back",
    };
    route.trace.push(Check { rule: "DWN-7", says: says.to_owned(), passed: route.put_back.is_empty() });
    route.told = (!names.is_empty()).then_some(Cause::PutBack { fields: names });
    route
}

/// What users call a field that is the organizer's to change; nothing for what is everybody's own.
fn organizers_word(field: &EventField) -> Option<&'static str> {
    match field {
        EventField::Subject => Some("subject"),
        EventField::Start | EventField::End | EventField::IsAllDay => Some("time"),
        EventField::Location => Some("location"),
        EventField::Description => Some("description"),
        EventField::ShowAs
        | EventField::IsReminderSet
        | EventField::ReminderAt
        | EventField::IsPrivate
        | EventField::Who
        | EventField::What
        | EventField::Owner
        | EventField::SyncKey
        | EventField::Custom(_) => None,
    }
}

#[cfg(test)]
mod tests;
