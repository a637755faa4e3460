//! The org's REST API as its documents describe it (facts 2 and 3).

mod access;
mod collections;
mod composite;
mod describe;
mod duplicates;
mod features;
mod files;
mod invitees;
mod odd;
mod profiles;
mod record_types;
mod recurrence;
mod recurrence_changes;
mod recurrence_features;
mod recurrence_lightning;
mod recurrence_properties;
mod recycle;
mod relations;
mod rows;
mod search;
mod wire;
