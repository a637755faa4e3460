//! Which writes to a calendar send mail, and to whom (PPL-8). Outlook has no switch that keeps it from doing so: a write
//! that would is held back unless a person asked for it.

use serde::{Deserialize, Serialize};

use crate::{
    id::Address,
    item::{Item, ItemSeat},
    mapping::ItemValues,
    settings::{Effective, Notifications},
};

/// A write to a calendar that is planned.
#[derive(Clone, Debug, PartialEq)]
pub enum ItemWrite {
    /// Categories and our pointer.
    Mark,
    /// A new item, with these people invited.
    Create {
        /// Who.
        invited: Vec<Address>,
    },
    /// Other values.
    Patch(ItemValues),
    /// Other people invited.
    Invite {
        /// Who is asked.
        added: Vec<Address>,
        /// Who is asked no more.
        removed: Vec<Address>,
    },
    /// The item is deleted.
    Delete,
}

/// What a write does to other people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "class")]
pub enum Class {
    /// Nobody hears of it.
    Silent,
    /// Mail goes out.
    Notifying {
        /// To whom, each once.
        whom: Vec<Address>,
    },
}

/// Who wants a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A person changed the Event in Salesforce.
    ByPerson,
    /// We do: to put something back, to make something again.
    ByProduct,
}

/// What becomes of a planned write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Release {
    /// It is carried out.
    Send,
    /// It waits for approval.
    Hold {
        /// Who would get mail.
        whom: Vec<Address>,
    },
}

/// Classes a write.
pub fn class(write: &ItemWrite, item: &Item, seat: ItemSeat) -> Class {
    // Rooms too: their owners read what is sent to them.
    let everybody = || item.attendees.iter().filter_map(|attendee| attendee.person.address.clone()).collect();
    match (write, seat) {
        (ItemWrite::Mark, ItemSeat::Own | ItemSeat::Attendee) => Class::Silent,
        (ItemWrite::Create { invited }, ItemSeat::Own | ItemSeat::Attendee) => Class::of(invited.clone()),
        (ItemWrite::Patch(values), ItemSeat::Own) => {
            if is_seen_by_others(values) {
                Class::of(everybody())
            } else {
                Class::Silent
            }
        }
        // An attendee's own copy changes for them alone.
        (ItemWrite::Patch(_), ItemSeat::Attendee) => Class::Silent,
        (ItemWrite::Invite { added, removed }, ItemSeat::Own | ItemSeat::Attendee) => {
            Class::of(added.iter().chain(removed).cloned().collect())
        }
        (ItemWrite::Delete, ItemSeat::Own) => Class::of(everybody()),
        // Deleting an invitation answers it: the organizer may get mail.
        (ItemWrite::Delete, ItemSeat::Attendee) => {
            Class::of(item.organizer.iter().filter_map(|organizer| organizer.address.clone()).collect())
        }
    }
}

/// Decides whether a write is carried out.
pub fn release(class: &Class, wanted: Wanted, settings: &Effective) -> Release {
    match class {
        Class::Silent => Release::Send,
        Class::Notifying { whom } => {
            let sends = match (wanted, settings.notifications) {
                (Wanted::ByPerson, Notifications::Send) => settings.down.is_on,
                (Wanted::ByPerson, Notifications::Hold)
                | (Wanted::ByProduct, Notifications::Hold | Notifications::Send) => false,
            };
            if sends { Release::Send } else { Release::Hold { whom: whom.clone() } }
        }
    }
}

impl Class {
    fn of(whom: Vec<Address>) -> Self {
        let mut once: Vec<Address> = Vec::new();
        for address in whom {
            if !once.contains(&address) {
                once.push(address);
            }
        }
        if once.is_empty() { Self::Silent } else { Self::Notifying { whom: once } }
    }
}

/// What others see of an item. Free/busy state and reminder are everybody's own.
fn is_seen_by_others(values: &ItemValues) -> bool {
    let ItemValues { subject, body, location, span, show_as: _, reminder: _, sensitivity } = values;
    subject.is_some() || body.is_some() || location.is_some() || span.is_some() || sensitivity.is_some()
}

#[cfg(test)]
mod tests;
