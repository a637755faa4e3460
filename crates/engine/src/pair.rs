//! What the ledger keeps of an item and its Event.

use calbridge_rules::{
    cause::Side,
    deletion::PairFacts,
    event::EventFields,
    holding::Holding,
    id::{ItemId, RecordId},
    identity::SyncKey,
    item::ItemSeat,
};
use serde::{Deserialize, Serialize};

pub use calbridge_rules::merge::Agreed;

use crate::ruling::{Held, Ruled, Ruling};

/// An item and its Event.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// The item, by its immutable id.
    pub item: ItemId,
    /// The key of its Event.
    pub key: SyncKey,
    /// The Event.
    pub event: RecordId,
    /// Where the meeting was made.
    pub origin: Origin,
    /// Whether anybody asked to save it; else autosave did.
    pub is_by_hand: bool,
    /// Whose Event it is.
    pub holding: Holding,
    /// What both sides agreed on last.
    pub agreed: Agreed,
    /// What was held of it, and what a person decided about that (PPL-8, DWN-6).
    pub ruled: Option<Ruled>,
}

/// Where a pair's meeting was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// In the calendar.
    #[default]
    Outlook,
    /// In Salesforce.
    Salesforce,
}

impl Pair {
    /// What must be known of it when a side is gone; of its Event so many others are savers.
    pub fn facts(&self, other_savers: usize) -> PairFacts {
        PairFacts {
            born: self.origin.into(),
            by_hand: self.is_by_hand,
            seat: match self.holding {
                Holding::OwnWithInvitees => ItemSeat::Own,
                Holding::Organizers | Holding::FirstSavers | Holding::EachSavers => ItemSeat::Attendee,
            },
            stake: self.holding.stake(other_savers),
        }
    }
}

impl Pair {
    /// What a person decided about exactly this change.
    pub fn ruling_on(&self, change: &EventFields) -> Option<Ruling> {
        match &self.ruled {
            Some(Ruled { held: Held::Change(held), ruling }) if held == change => Some(*ruling),
            Some(Ruled { held: Held::Change(_) | Held::Deletion, .. }) | None => None,
        }
    }

    /// What a person decided about deleting the side that is left.
    pub fn ruling_on_deletion(&self) -> Option<Ruling> {
        match &self.ruled {
            Some(Ruled { held: Held::Deletion, ruling }) => Some(*ruling),
            Some(Ruled { held: Held::Change(_), .. }) | None => None,
        }
    }
}

impl From<Origin> for Side {
    fn from(origin: Origin) -> Self {
        match origin {
            Origin::Outlook => Self::Outlook,
            Origin::Salesforce => Self::Salesforce,
        }
    }
}
