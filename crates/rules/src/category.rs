//! Categories: how a status shows in the calendar itself (CAT-1, CAT-6, CAT-7).

use crate::text::cut;

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

/// The reason that a saved item's detail category carries.
const TRACKED: &str = "Tracked successfully.";

/// The reason where none was given.
const WORDLESS: &str = "Not saved";

/// A category as the mailbox's master list holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MasterCategory {
    /// Its name.
    pub name: &'static str,
    /// Its colour.
    pub colour: Colour,
}

/// The colours that our categories have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Saved, or marked to be saved.
    Blue,
    /// Failed.
    Red,
    /// Carries words only.
    Colourless,
}

/// The categories that a synced mailbox's master list holds (CAT-4). Reasons are added as they come up.
pub const MASTER_LIST: [MasterCategory; 4] = [
    MasterCategory { name: SALESFORCE, colour: Colour::Blue },
    MasterCategory { name: SYNC_ERROR, colour: Colour::Red },
    MasterCategory { name: UNSYNC, colour: Colour::Colourless },
    MasterCategory { name: "Status: Tracked successfully.", colour: Colour::Colourless },
];

impl Colour {
    /// Outlook's name of it.
    pub fn preset(self) -> &'static str {
        match self {
            Self::Blue => "preset7",
            Self::Red => "preset0",
            Self::Colourless => "none",
        }
    }
}

/// The item's categories with ours brought up to date, ours first; foreign ones keep their order.
///
/// A failed item keeps `Salesforce` where it has it: the request still stands. Only [`Mark::Nothing`] takes the wish for
/// removal away too.
pub fn marked(categories: &[String], mark: &Mark) -> Vec<String> {
    let has = |name: &str| categories.iter().any(|category| category == name);
    let mut names: Vec<String> = Vec::new();
    match mark {
        Mark::Requested => names.push(SALESFORCE.to_owned()),
        Mark::Saved => names.extend([SALESFORCE.to_owned(), status_category(TRACKED)]),
        Mark::Failed { reason } => {
            names.push(SYNC_ERROR.to_owned());
            if has(SALESFORCE) {
                names.push(SALESFORCE.to_owned());
            }
            names.push(status_category(reason));
        }
        Mark::Nothing => {}
    }
    if has(UNSYNC) && *mark != Mark::Nothing {
        names.push(UNSYNC.to_owned());
    }
    names.extend(categories.iter().filter(|category| !is_ours(category)).cloned());
    names
}

/// Whether a category is one that we set.
pub fn is_ours(category: &str) -> bool {
    matches!(category, SALESFORCE | SYNC_ERROR | UNSYNC) || category.starts_with(STATUS_PREFIX)
}

/// The detail category of a reason: within the limit, without the commas and semicolons that Outlook splits names at.
pub fn status_category(reason: &str) -> String {
    let plain = |c: char| if matches!(c, ',' | ';') || c.is_control() { ' ' } else { c };
    let words: String = reason.chars().map(plain).collect();
    let mut name = STATUS_PREFIX.to_owned();
    for word in words.split_whitespace() {
        name.push_str(word);
        name.push(' ');
    }
    if name == STATUS_PREFIX {
        name.push_str(WORDLESS);
    }
    cut(&name, NAME_LIMIT).trim_end().to_owned()
}

/// Whether the categories ask for the item to be saved (CAT-3): an item marked for removal does not.
pub fn asks_to_save(categories: &[String]) -> bool {
    let has = |name: &str| categories.iter().any(|category| category == name);
    has(SALESFORCE) && !has(UNSYNC)
}

/// Whether the categories tell what became of an item: nobody puts such a category on by hand.
pub fn tells_status(categories: &[String]) -> bool {
    categories.iter().any(|name| name == SYNC_ERROR || name.starts_with(STATUS_PREFIX))
}

/// What the pane adds to an item whose request was accepted or kept (CAT-7): nothing but `Salesforce`, once.
pub fn pane_adds(categories: &[String]) -> Option<&'static str> {
    categories.iter().all(|category| category != SALESFORCE).then_some(SALESFORCE)
}

#[cfg(test)]
mod tests;
