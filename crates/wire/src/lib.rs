//! HTTP exchanges as values: Salesforce, Microsoft Graph and our own service.
//!
//! One exchange per file, each with `request()` and `read()`. Nothing here sends anything: the pane sends with the
//! browser's fetch, the service with its own client, the simulation asks the stand-in directly.

mod call;
pub mod graph;
mod json;
pub mod message;
pub mod moment;
mod outgoing;
pub mod pointer;
pub mod salesforce;
pub mod service;
#[cfg(test)]
mod testing;
pub mod tree;
pub mod value;

pub use call::{CallError, Endpoint, Rejection};
pub use message::{Reply, Request};
