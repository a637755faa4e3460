//! What keeps an item from agreeing with its Event, beyond what refuses a save: each with its public code, why, and what to
//! do (ISS-1, ISS-4).

use serde::{Deserialize, Serialize};

use crate::{category::status_category, objects::Shown, saving::Refusal, series::Conversion, status::Issue};

/// A trouble of one item, or, where it says so, of a mailbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "cause")]
pub enum Cause {
    /// SER-1: the org cannot tell occurrences apart.
    OrgWithoutKeys,
    /// SER-2: the recurrence says nothing that repeats.
    UnreadableSeries {
        /// What is wrong with it.
        why: String,
    },
    /// SER-3: the series was made in Lightning.
    LightningSeries,
    /// SER-4: how a series repeats was changed in Salesforce.
    RepeatsOtherwise,
    /// SER-5: an item became a series, or a series an item.
    Converted {
        /// Which way.
        conversion: Conversion,
    },
    /// PRV-4: an item with links turned private.
    TurnedPrivate,
    /// DWN-5: both sides changed the same fields; Outlook's values stand.
    Conflict {
        /// The fields, as they are called.
        fields: Vec<String>,
    },
    /// DWN-7: edits in Salesforce of a meeting that somebody else organizes were put back.
    PutBack {
        /// The fields, as they are called.
        fields: Vec<String>,
    },
    /// ONE-1: an edit against the direction of sync was put back.
    Reverted {
        /// The side that was put back.
        side: Side,
    },
    /// ONE-1: nothing goes up, so nothing is saved.
    DownOnly,
    /// ATT-1: files of the item were not saved with its Event.
    FilesLeftOut {
        /// Their names, each with why.
        files: Vec<String>,
    },
    /// PPL-7: no record could be made for somebody.
    NotMade {
        /// Whose record, or which.
        whom: String,
        /// Why not, in the org's words.
        why: String,
    },
    /// PPL-7: the org knows several records like the one that was to be made.
    SeveralAlike {
        /// Whose record, or which.
        whom: String,
        /// What the records are called.
        records: Vec<String>,
    },
    /// PPL-8: a change waits for approval, because it would send mail.
    Held {
        /// How many people would get it.
        people: usize,
    },
    /// PPL-8: a deletion waits for approval, because it would send cancellations.
    HeldDeletion {
        /// How many people would get one.
        people: usize,
    },
    /// GRP-1: nobody consented to reading the group's calendar for its members.
    GroupConsent,
    /// UNS-1: the Event was made in Salesforce and is not for us to delete.
    BornInSalesforce,
    /// OBJ-1: a record has no date, or ends before it begins.
    RecordWithoutDate {
        /// What the object is called.
        object: String,
    },
    /// OBJ-1, GRP-2: the item shows a record, which only comes down.
    ShownOnly {
        /// What it shows.
        shown: Shown,
        /// What that is called.
        what: String,
    },
    /// OBJ-1, GRP-2: somebody invited people to an item that shows a record: putting it back would mail them.
    GuestsOfShown {
        /// What it shows.
        shown: Shown,
        /// How many people would get mail.
        people: usize,
    },
    /// DWN-6: a mailbox was parked, because too many Events or items would be deleted at once.
    TooManyDeletions {
        /// How many would be.
        deletions: usize,
        /// Of how many pairs.
        pairs: usize,
    },
    /// The calendar tells its changes over and over, without an end.
    EndlessRound,
}

/// One of the two sides of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The item.
    Outlook,
    /// The Event.
    Salesforce,
}

impl Side {
    /// What users call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Outlook => "Outlook",
            Self::Salesforce => "Salesforce",
        }
    }
}

impl Cause {
    /// The rule behind it: its public code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::OrgWithoutKeys => "SER-1",
            Self::UnreadableSeries { .. } => "SER-2",
            Self::LightningSeries => "SER-3",
            Self::RepeatsOtherwise => "SER-4",
            Self::Converted { .. } => "SER-5",
            Self::TurnedPrivate => "PRV-4",
            Self::Conflict { .. } => "DWN-5",
            Self::PutBack { .. } => "DWN-7",
            Self::Reverted { .. } | Self::DownOnly => "ONE-1",
            Self::FilesLeftOut { .. } => "ATT-1",
            Self::NotMade { .. } | Self::SeveralAlike { .. } => "PPL-7",
            Self::Held { .. } | Self::HeldDeletion { .. } => "PPL-8",
            Self::GroupConsent => "GRP-1",
            Self::BornInSalesforce => "UNS-1",
            Self::RecordWithoutDate { .. } => "OBJ-1",
            Self::ShownOnly { shown, .. } | Self::GuestsOfShown { shown, .. } => shown.code(),
            Self::TooManyDeletions { .. } => "DWN-6",
            Self::EndlessRound => "ISE-508",
        }
    }

    /// Why, in a sentence or two.
    pub fn reason(&self) -> String {
        match self {
            Self::OrgWithoutKeys => {
                "The Salesforce organization cannot tell the occurrences of a series apart.".to_owned()
            }
            Self::UnreadableSeries { why } => format!("Its recurrence cannot be read: {why}."),
            Self::LightningSeries => {
                "It is a series made in Lightning, which is not brought down as one.".to_owned()
            }
            Self::RepeatsOtherwise => {
                "How the series repeats was changed in Salesforce, which does not come down.".to_owned()
            }
            Self::Converted { conversion } => {
                format!("{} The Event in Salesforce stays as it was.", conversion.says())
            }
            Self::TurnedPrivate => {
                "It turned private and is linked; Salesforce refuses links on private Events.".to_owned()
            }
            Self::Conflict { fields } => {
                format!("Both sides changed {}; Outlook's values stand.", fields.join(", "))
            }
            Self::PutBack { fields } => format!(
                "Somebody else organizes this meeting, so the change of {} in Salesforce was put back.",
                fields.join(", ")
            ),
            Self::Reverted { side } => {
                format!("Sync goes one way here, so the change in {} was put back.", side.label())
            }
            Self::DownOnly => Refusal::DownOnly.reason(),
            Self::FilesLeftOut { files } => {
                format!("The event is saved without some of its files. {}", files.join(" "))
            }
            Self::NotMade { whom, why } => format!("No record could be made for {whom}: {why}"),
            Self::SeveralAlike { whom, records } => {
                format!("Salesforce knows several records like {whom}: {}.", records.join(", "))
            }
            Self::Held { people } => format!("The change would send mail to {people} people."),
            Self::HeldDeletion { people } => format!(
                "Its Event was deleted in Salesforce; deleting the item too would send a cancellation to {people} people."
            ),
            Self::GroupConsent => {
                "It lies in a group's calendar, which no member has let sync read.".to_owned()
            }
            Self::BornInSalesforce => {
                "Its Event was made in Salesforce, so removing it here would delete somebody's record."
                    .to_owned()
            }
            Self::RecordWithoutDate { object } => {
                format!("This {object} has no date, or ends before it begins.")
            }
            Self::ShownOnly { what, .. } => {
                format!("It shows what Salesforce says ({what}) and only comes down, so it is not saved.")
            }
            Self::GuestsOfShown { people, .. } => format!(
                "It only shows what Salesforce says, and people were invited to it: putting it back would mail {people} people."
            ),
            Self::TooManyDeletions { deletions, pairs } => {
                format!("{deletions} of {pairs} saved items would be deleted at once.")
            }
            Self::EndlessRound => {
                "Outlook tells the changes of this calendar over and over, so sync reads all of it each time."
                    .to_owned()
            }
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::OrgWithoutKeys => {
                "Ask your admin to add the sync-key field to Event, or to have Salesforce enable advanced calendaring."
            }
            Self::UnreadableSeries { .. } => {
                "Open the series in Outlook, set its recurrence again and save it."
            }
            Self::LightningSeries => {
                "Make the series in Outlook or in Salesforce Classic, or ask an admin to turn on LightningOccurrences."
            }
            Self::RepeatsOtherwise => {
                "Set the recurrence in Salesforce back as it was, and change the series in Outlook."
            }
            Self::Converted { .. } => "Unsync it and save it again, or undo the change in Outlook.",
            Self::TurnedPrivate => {
                "Save it private without links, or not private with them; until then it is not synced."
            }
            Self::Conflict { .. } => "Nothing, or take Salesforce's values instead.",
            Self::PutBack { .. } => "Ask the organizer to change the meeting in Outlook.",
            Self::DownOnly => Refusal::DownOnly.remedy(),
            Self::Reverted { side: Side::Outlook } => "Change it in Salesforce instead.",
            Self::Reverted { side: Side::Salesforce } => "Change it in Outlook instead.",
            Self::FilesLeftOut { .. } => "Add them to the Event in Salesforce, if you need them there.",
            Self::NotMade { .. } => {
                "Create the record in Salesforce, or ask an admin to change what the org demands, then try again."
            }
            Self::SeveralAlike { .. } => {
                "Put the address on the right one in Salesforce, or merge them, then try again."
            }
            Self::Held { .. } => "Approve it on your page of the service, which sends it, or discard it.",
            Self::HeldDeletion { .. } => {
                "Approve it on your page of the service, which deletes the item, or discard it, which keeps the item."
            }
            Self::GroupConsent => "A member of the group signs in to the service and consents.",
            Self::BornInSalesforce => "Delete the Event in Salesforce.",
            Self::RecordWithoutDate { .. } => "Fill in its dates in Salesforce.",
            Self::ShownOnly { .. } => {
                "Change it in Salesforce, or make an event of your own in Outlook and save that."
            }
            Self::GuestsOfShown { .. } => {
                "Take the people out of it in Outlook; until then it stays as it is."
            }
            Self::TooManyDeletions { .. } => "Look at what would be deleted, then let it go on or stop it.",
            Self::EndlessRound => {
                "Nothing is lost, and it may pass by itself. If it is still here tomorrow, ask an admin to have the mailbox repaired."
            }
        }
    }

    /// The reason in a few words, for the category that carries it (CAT-1).
    pub fn short_reason(&self) -> &'static str {
        match self {
            Self::OrgWithoutKeys | Self::UnreadableSeries { .. } => "Series cannot be saved",
            Self::LightningSeries => "Series made in Lightning",
            Self::RepeatsOtherwise => "The recurrence was changed in Salesforce",
            Self::Converted { .. } => "Series and single event were exchanged",
            Self::TurnedPrivate => "Turned private",
            Self::Conflict { .. } => "Changed on both sides",
            Self::PutBack { .. } | Self::Reverted { .. } => "A change was put back",
            Self::DownOnly => Refusal::DOWN_ONLY,
            Self::FilesLeftOut { .. } => "Files were left out",
            Self::NotMade { .. } => "No record could be made for somebody",
            Self::SeveralAlike { .. } => "Several records are alike",
            Self::Held { .. } | Self::HeldDeletion { .. } => "Waiting for approval",
            Self::GroupConsent => "No access to the group calendar",
            Self::BornInSalesforce => "Made in Salesforce",
            Self::RecordWithoutDate { .. } => "The record has no date",
            Self::ShownOnly { .. } => "It only shows what Salesforce says",
            Self::GuestsOfShown { .. } => "People were invited to it",
            Self::TooManyDeletions { .. } => "Too many deletions",
            Self::EndlessRound => "The calendar repeats its changes",
        }
    }

    /// The issue of it.
    pub fn issue(&self) -> Issue {
        Issue {
            code: self.code().to_owned(),
            reason: self.reason(),
            remedy: self.remedy().to_owned(),
            refusal: None,
        }
    }

    /// The category that carries it.
    pub fn category(&self) -> String {
        status_category(self.short_reason())
    }

    /// Whether it stops the whole mailbox (ISS-2), and not one item.
    pub fn is_stoppage(&self) -> bool {
        matches!(self, Self::TooManyDeletions { .. })
    }
}

#[cfg(test)]
pub(crate) mod tests;
