//! What fuzzing feeds: the parsers of texts that strangers send. Each returns, whatever the text; a panic is the find.

use chrono::{DateTime, Utc};

use crate::{graph, salesforce};

/// Reads a SOQL statement, and what it prints as.
pub fn soql(text: &str) {
    salesforce::fuzz_soql(text, DateTime::<Utc>::UNIX_EPOCH);
}

/// Reads a SOSL search.
pub fn sosl(text: &str) {
    salesforce::fuzz_sosl(text, DateTime::<Utc>::UNIX_EPOCH);
}

/// Reads an `OData` filter.
pub fn odata(text: &str) {
    graph::parse_for_fuzz(text);
}
