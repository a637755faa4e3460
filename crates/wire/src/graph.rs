//! Microsoft Graph: tokens, events, categories, batches.
//!
//! The base address ends with the version, such as `https://graph.microsoft.com/v1.0`; for tokens it is the authority.

pub mod attachments;
pub mod batch;
pub mod calendars;
pub mod categories;
pub mod delta;
pub mod errors;
pub mod find;
pub mod group;
pub mod item;
pub mod patch;
pub mod recurrence;
pub mod series;
pub mod subscription;
pub mod token;
pub mod translate;
pub mod view;
pub mod web_link;
pub mod write;
pub mod zone;

use calbridge_rules::id::Address;

use crate::{
    message::{Request, header},
    outgoing,
};

/// What every read asks for: ids that survive moves, instants in UTC, bodies as text.
const PREFERENCES: &str =
    "IdType=\"ImmutableId\", outlook.timezone=\"UTC\", outlook.body-content-type=\"text\"";

/// The address of something in a mailbox.
fn mailbox(base: &str, mailbox: &Address, path: &str) -> String {
    format!("{base}/users/{}/{path}", outgoing::encoded(mailbox.as_str()))
}

/// The request with our preferences.
fn preferring(request: Request) -> Request {
    outgoing::with(request, header::PREFER, PREFERENCES)
}

/// The id of the named property that holds an add-in's custom properties.
fn property_id(addin_id: &str) -> String {
    format!("String {{00020329-0000-0000-C000-000000000046}} Name cecp-{}", addin_id.to_ascii_lowercase())
}

#[cfg(test)]
mod tests;
