//! The Calbridge task pane: saves Outlook calendar items as Salesforce Events.
//!
//! Waits for Office, builds [`services::Services`] and mounts the pane of [`app`].

pub mod app;
pub mod clock;
mod drawn;
mod js;
pub mod kept;
mod letters;
pub mod lookup;
pub mod outbox;
pub mod outlook;
mod permits;
pub mod picture;
pub mod save;
pub mod send;
pub mod services;
pub mod session;
pub mod start;
mod together;
pub mod trouble;
pub mod ui;
