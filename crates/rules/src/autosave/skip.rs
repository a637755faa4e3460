//! Why autosave leaves an item. Not an issue: nobody asked for it.

use serde::{Deserialize, Serialize};

/// Why an item is not saved by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Skip {
    /// ONE-1: nothing goes up here.
    DownOnly,
    /// AUT-1: meetings are not saved by themselves.
    MeetingsOff,
    /// AUT-1: appointments are not saved by themselves.
    AppointmentsOff,
    /// UNS-1: somebody took it back.
    TakenBack,
    /// DWN-2: its Event was deleted in Salesforce.
    EventDeleted,
    /// DWN-3: its meeting was cancelled.
    Cancelled,
    /// AUT-2: too long ago, or too far ahead.
    OutsideWindow,
    /// AUT-4: made before sync was enabled.
    OlderThanSync,
    /// AUT-5: not answered.
    Unanswered,
    /// AUT-5: declined.
    Declined,
    /// SER-1: series are not synced here.
    SeriesOff,
    /// PRV-1: private.
    Private,
    /// AUT-3: everybody is of the company.
    Internal,
    /// AUT-3: everybody from outside is blocklisted.
    Blocklisted,
    /// AUT-3: no related record.
    Unlinked,
}

impl Skip {
    /// Every one of them.
    pub const ALL: [Self; 15] = [
        Self::DownOnly,
        Self::MeetingsOff,
        Self::AppointmentsOff,
        Self::TakenBack,
        Self::EventDeleted,
        Self::Cancelled,
        Self::OutsideWindow,
        Self::OlderThanSync,
        Self::Unanswered,
        Self::Declined,
        Self::SeriesOff,
        Self::Private,
        Self::Internal,
        Self::Blocklisted,
        Self::Unlinked,
    ];

    /// The rule behind it.
    pub fn rule(self) -> &'static str {
        match self {
            Self::DownOnly => "ONE-1",
            Self::MeetingsOff | Self::AppointmentsOff => "AUT-1",
            Self::TakenBack => "UNS-1",
            Self::EventDeleted => "DWN-2",
            Self::Cancelled => "DWN-3",
            Self::OutsideWindow => "AUT-2",
            Self::OlderThanSync => "AUT-4",
            Self::Unanswered | Self::Declined => "AUT-5",
            Self::SeriesOff => "SER-1",
            Self::Private => "PRV-1",
            Self::Internal | Self::Blocklisted | Self::Unlinked => "AUT-3",
        }
    }

    /// What an item passes that is not left for this reason.
    pub fn looks_for(self) -> &'static str {
        match self {
            Self::DownOnly => "Sync goes up here",
            Self::MeetingsOff => "Meetings are saved by themselves",
            Self::AppointmentsOff => "Appointments are saved by themselves",
            Self::TakenBack => "Not taken back",
            Self::EventDeleted => "Its Event was not deleted",
            Self::Cancelled => "Not cancelled",
            Self::OutsideWindow => "Within the window",
            Self::OlderThanSync => "Made since sync was turned on",
            Self::Unanswered | Self::Declined => "Made or accepted by you",
            Self::SeriesOff => "Series are synced here",
            Self::Private => "Not private",
            Self::Internal => "Somebody from outside takes part",
            Self::Blocklisted => "Somebody from outside is on no blocklist",
            Self::Unlinked => "It belongs to a record in Salesforce",
        }
    }

    /// Why, in a sentence for the user.
    pub fn reason(self) -> &'static str {
        match self {
            Self::DownOnly => "Sync goes only from Salesforce to Outlook here.",
            Self::MeetingsOff => "Meetings are not saved by themselves.",
            Self::AppointmentsOff => "Appointments are not saved by themselves.",
            Self::TakenBack => "You took it back.",
            Self::EventDeleted => "Its Event was deleted in Salesforce.",
            Self::Cancelled => "The meeting was cancelled.",
            Self::OutsideWindow => "It is too long ago, or too far ahead.",
            Self::OlderThanSync => "It was made before sync was turned on.",
            Self::Unanswered => "You did not answer the invitation.",
            Self::Declined => "You declined it.",
            Self::SeriesOff => "Series are not synced here.",
            Self::Private => "It is private.",
            Self::Internal => "Nobody from outside the company takes part.",
            Self::Blocklisted => "Everybody from outside is on a blocklist.",
            Self::Unlinked => "It belongs to no record in Salesforce.",
        }
    }
}
