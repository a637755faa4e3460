//! The rule book as code: what Calbridge does with a calendar item.
//!
//! Pure: no HTTP, JSON layouts, browser, database or clock. Time and zone offsets come in as arguments.

pub mod autosave;
pub mod category;
pub mod cause;
pub mod conflict;
pub mod deletion;
pub mod description;
pub mod direction;
pub mod echo;
pub mod event;
pub mod files;
mod hex;
pub mod id;
pub mod identity;
pub mod item;
pub mod linking;
pub mod map;
pub mod mapping;
pub mod mention;
pub mod merge;
pub mod notify;
pub mod objects;
pub mod people;
#[cfg(test)]
mod sample;
pub mod saving;
pub mod series;
pub mod settings;
pub mod status;
mod text;
pub mod window;
pub mod zone;
