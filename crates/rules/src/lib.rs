//! The rule book as code: what Calbridge does with a calendar item.
//!
//! Pure: no HTTP, JSON layouts, browser, database or clock. Time and zone offsets come in as arguments.

pub mod autosave;
pub mod category;
pub mod cause;
pub mod codes;
pub mod conflict;
pub mod deletion;
pub mod description;
pub mod direction;
pub mod event;
pub mod files;
pub mod group;
mod hex;
pub mod holding;
pub mod id;
pub mod identity;
pub mod invitees;
pub mod item;
pub mod linking;
pub mod map;
pub mod mapping;
pub mod mention;
pub mod merge;
pub mod natural;
pub mod newcomers;
pub mod notify;
pub mod objects;
pub mod people;
pub mod relations;
#[cfg(test)]
mod sample;
pub mod saving;
pub mod series;
pub mod settings;
pub mod status;
mod text;
pub mod window;
pub mod zone;
