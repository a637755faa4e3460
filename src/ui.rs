//! The screens and their parts. They know the seam ([`crate::services::Services`] and what it gives), never how anything
//! is fetched.
//!
//! One [`state::State`] holds all that is shown; screens are plain functions of it, controls post a [`update::Msg`], and
//! [`update::update`] alone changes the state. A screen is a [`view::View`], plain data, which `drawn` compares with what it
//! has drawn last and changes in place, so that nodes and focus stay. Signals for each part would read as well, but each
//! type of signal, memo, closure and element is compiled anew: measured, the same screens took 260 kB brotli that way,
//! more than the whole pane may (docs/adr/0004, 0005).

pub(crate) mod card;
pub(crate) mod conflict;
pub(crate) mod dialog;
pub(crate) mod footer;
pub(crate) mod icons;
pub(crate) mod links;
pub(crate) mod overview;
pub(crate) mod parts;
pub(crate) mod people;
pub(crate) mod question;
pub(crate) mod record_picker;
pub(crate) mod required;
pub(crate) mod save_dialog;
pub(crate) mod screen;
pub(crate) mod settings;
pub(crate) mod skeleton;
pub(crate) mod state;
pub(crate) mod status;
pub(crate) mod times;
pub(crate) mod update;
pub(crate) mod view;
pub(crate) mod words;
