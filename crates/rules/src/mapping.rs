//! Item ↔ Event fields (FLD, DES-1, DES-4, TZN-2).

use crate::{event::EventFields, item::Item, saving::Choice, settings::Settings};

/// The longest Subject and Location, in characters.
pub const SUBJECT_LIMIT: usize = 255;
/// The longest Description, in characters.
pub const DESCRIPTION_LIMIT: usize = 32_000;

/// Event fields made from an item, and what had to be cut to fit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mapped {
    /// The fields.
    pub fields: EventFields,
    /// What was cut, in words for the user.
    pub told: Vec<String>,
}

/// The fields of a first save: everything the item says, the chosen links, defaults for the rest (FLD-2).
pub fn first_save(item: &Item, choice: &Choice, settings: &Settings) -> Mapped {
    let _ = (item, choice, settings);
    Mapped::default()
}

/// The fields that follow the item later on: as [`first_save`] without Description (DES-1) and defaults.
pub fn follow(item: &Item, choice: &Choice, settings: &Settings) -> Mapped {
    let _ = (item, choice, settings);
    Mapped::default()
}

/// Only what differs: times always together (FLD).
pub fn changed(wanted: &EventFields, stands: &EventFields) -> EventFields {
    let _ = stands;
    wanted.clone()
}
