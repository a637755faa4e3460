//! An honest local double of Salesforce, Microsoft Graph and the page that hosts an Outlook add-in.
//!
//! [`World`] holds one company: a Salesforce org and the mailboxes of its people, in memory, with the vendors' limits.
//! Time is an argument, so a test can stand at any instant. Servers are thin shells over [`World::answer`].

pub mod clock;
pub mod control;
mod courier;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
pub mod graph;
pub mod host;
pub mod keep;
pub mod salesforce;
pub mod server;
pub mod world;

pub use world::{Setup, Site, World};
