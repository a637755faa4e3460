//! Salesforce: sign-in, records, search, describe.
//!
//! The base address is the org's My Domain; every data path carries the API version, such as `v67.0`.

pub mod accounts;
pub mod addresses;
pub mod attach;
pub mod authorize;
pub mod cases;
pub mod describe;
pub mod errors;
pub mod event;
pub mod layout;
pub mod limits;
pub mod make_record;
pub mod opportunities;
pub mod people;
pub mod public_calendars;
pub mod queries;
pub mod query;
pub mod recent;
pub mod records;
pub mod relations;
pub mod revoke;
pub mod search;
pub mod soql;
pub mod sosl;
pub mod token;
pub mod userinfo;
pub mod users;

/// The address of a data resource.
fn data(base: &str, version: &str, path: &str) -> String {
    format!("{base}/services/data/{version}/{path}")
}

#[cfg(test)]
mod tests;
