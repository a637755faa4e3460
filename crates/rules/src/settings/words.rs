//! Settings that are one word out of a few.

use serde::{Deserialize, Serialize};

/// A setting with one word for each value, in the order in which they are offered.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// The words, in order.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The value of a word.
            pub fn read(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)+
                    _ => None,
                }
            }

            /// Its word.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }
    };
}

words! {
    /// Which items autosave saves without a related record (`AutosaveUnlinked`).
    Unlinked {
        /// None.
        #[default]
        None = "none",
        /// Appointments.
        Appointments = "appointments",
        /// Meetings too.
        All = "all",
    }
}

words! {
    /// How a private item is saved without a dialog (`PrivateAs`).
    PrivateAs {
        /// Private, without links.
        #[default]
        Private = "private",
        /// Linked, and not private.
        Linked = "linked",
    }
}

words! {
    /// Which records are made for unresolved people (`AutoCreatePeople`).
    AutoCreate {
        /// None.
        #[default]
        Off = "off",
        /// Leads.
        Lead = "lead",
        /// Contacts.
        Contact = "contact",
        /// Contacts with an Account.
        ContactAndAccount = "contact-and-account",
    }
}

words! {
    /// Whose Event the meeting of somebody without sync is (`ExternalOrganizer`).
    ExternalOrganizer {
        /// One in the org, of the first saver.
        #[default]
        OneEvent = "one-event",
        /// One for each saver.
        PerSaver = "per-saver",
    }
}

words! {
    /// Whether deleting an Event deletes its item (`DeleteInOutlook`).
    DeleteInOutlook {
        /// Never.
        #[default]
        Never = "never",
        /// Items that were made in Salesforce.
        SalesforceBorn = "salesforce-born",
        /// All.
        All = "all",
    }
}

words! {
    /// Which way changes go (`Direction`).
    Direction {
        /// Both ways.
        #[default]
        Both = "both",
        /// From Outlook to Salesforce.
        Up = "up",
        /// From Salesforce to Outlook.
        Down = "down",
    }
}

words! {
    /// As what files are saved (`AttachAs`).
    AttachAs {
        /// An attachment of the Event.
        #[default]
        Attachment = "attachment",
        /// A file of the org, linked to the Event.
        File = "file",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn set_every_word_is_read_as_it_is_written() {
        for word in Direction::WORDS {
            assert_eq!(Direction::read(word).map(Direction::word), Some(*word));
        }
        for word in AutoCreate::WORDS {
            let value = AutoCreate::read(word).unwrap();
            assert_eq!(serde_json::to_string(&value).unwrap(), format!("{word:?}"));
        }
        assert_eq!(Unlinked::read("most"), None);
    }
}
