//! The sync service: an API for the pane, sessions for mailboxes, and what it remembers of both.

mod acquaintances;
pub mod amend;
pub mod app;
mod asking;
pub mod budget;
pub mod caller;
pub mod clock;
pub mod config;
mod crm;
pub mod desk;
pub mod enrol;
pub mod field_map;
pub mod http;
pub mod ledger;
pub mod mailroom;
mod mutant;
pub mod notices;
pub mod org;
pub mod outlook;
mod refused;
pub mod settings;
pub mod store;
pub mod tokens;
pub mod transport;
pub mod watch;
mod words;
pub mod worker;
