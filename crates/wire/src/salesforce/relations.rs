//! Whom an Event is related to beside its own two links: rows of `EventRelation`, and the org's link object.

mod standing;
mod write;

pub use standing::{FoundRelation, RelationsOf};
pub use write::{GRAPH_LIMIT, NODE_LIMIT, Node, Went, WriteRelations};

/// The object that keeps further business records of an Event, where an admin deployed it (PIC-3).
pub const LINK_OBJECT: &str = "Calbridge_Link__c";
/// The link object's External ID: one record has one link to an Event.
const LINK_KEY: &str = "Key__c";
/// The link object's field of the Event.
const LINK_EVENT: &str = "Event__c";
/// The link object's field of the record.
const LINK_RECORD: &str = "Record__c";
/// The fields that a link object must have.
pub const LINK_FIELDS: [&str; 3] = [LINK_KEY, LINK_EVENT, LINK_RECORD];

#[cfg(test)]
mod tests;
