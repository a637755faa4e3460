//! Salesforce sign-in and token life.

/// Whether somebody is signed in to Salesforce.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignedIn {
    /// Not known yet.
    Starting,
    /// Nobody.
    Out {
        /// Whether a session ended, in contrast to a first start.
        ended: bool,
    },
    /// Somebody.
    As {
        /// Their name.
        name: String,
    },
}
