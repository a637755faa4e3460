//! What went wrong, said so that a person can act on it.

/// A failure on the way to the outside world, as the UI needs it: words, and which remedy to offer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{headline}")]
pub struct Trouble {
    /// What is true, in one short sentence.
    pub headline: String,
    /// What to do.
    pub advice: String,
    /// A code in small grey; may be empty.
    pub code: String,
    /// The remedy to offer as a button.
    pub remedy: Remedy,
}

/// What helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// The same again.
    Retry,
    /// Signing in to Salesforce.
    SignIn,
    /// Turning sync on.
    TurnOnSync,
    /// Nothing that the pane could offer.
    None,
}
