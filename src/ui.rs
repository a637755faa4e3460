//! The screens and their parts, one component per file. They know the seam ([`crate::services::Services`] and what it
//! gives), never how anything is fetched.

#![expect(
    unreachable_pub,
    reason = "the component macro writes `pub` around what is visible in this crate only"
)]

pub(crate) mod card;
pub(crate) mod conflict;
pub(crate) mod deeds;
pub(crate) mod dialog;
pub(crate) mod footer;
pub(crate) mod icons;
pub(crate) mod item_screen;
pub(crate) mod links;
pub(crate) mod overview;
pub(crate) mod people;
pub(crate) mod record_picker;
pub(crate) mod required;
pub(crate) mod save_dialog;
pub(crate) mod settings;
pub(crate) mod sign_in;
pub(crate) mod skeleton;
pub(crate) mod status;
pub(crate) mod times;
pub(crate) mod words;
