//! The sync service: an API for the pane, sessions for mailboxes, and what it remembers of both.

pub mod app;
pub mod caller;
pub mod clock;
pub mod config;
pub mod http;
pub mod store;
pub mod transport;
