//! What waits for a person, and what they decide about it: changes and deletions that would mail people (PPL-8), deletions
//! that are unusually many (DWN-6), items that would invite people (DWN-1).

use calbridge_rules::{
    event::EventFields,
    id::{Address, RecordId},
};

/// What a person decides about something that waits for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// It is to be done.
    Approved,
    /// It is not to be done, and not to be asked about again.
    Discarded,
}

/// What is held of a pair.
#[derive(Clone, Debug, PartialEq)]
pub enum Held {
    /// These values, which would go down to the item.
    Change(EventFields),
    /// The deletion of the side that is left.
    Deletion,
}

/// What was held of a pair, and what a person decided.
#[derive(Clone, Debug, PartialEq)]
pub struct Ruled {
    /// What was held, as it was shown.
    pub held: Held,
    /// What they decided.
    pub ruling: Ruling,
}

/// An item that is not made yet, because making it would invite people.
#[derive(Clone, Debug, PartialEq)]
pub struct Invitation {
    /// The Event it would be made for.
    pub event: RecordId,
    /// What the Event says, as far as it tells a person which one it is.
    pub fields: EventFields,
    /// Who would get mail.
    pub guests: Vec<Address>,
}

/// What a person decided about an invitation to these people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuledInvitation {
    /// The Event.
    pub event: RecordId,
    /// Who would get mail, as it was shown.
    pub guests: Vec<Address>,
    /// What they decided.
    pub ruling: Ruling,
}
