//! Why an item cannot be saved, and what to do about it. A refusal is an answer, not an error.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::{Wait, checks::DAYS_LIMIT};

/// Why an item is not saved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "refusal")]
pub enum Refusal {
    /// SAV-7: Outlook has not saved the item yet.
    NotSavedInOutlook,
    /// SAV-3: sync does not run for this user.
    SyncOff {
        /// Why.
        why: SyncOff,
    },
    /// ONE-1: sync goes down only.
    DownOnly,
    /// SAV-4: the service does not answer and never did on this device.
    ServiceUnreachable,
    /// SAV-6: Salesforce refuses a Lead together with a business record.
    LeadWithRelated,
    /// SAV-8: everybody external is unresolved and no record was picked.
    NobodyKnown,
    /// SAV-9: required fields are empty.
    RequiredMissing {
        /// Their labels.
        labels: Vec<String>,
    },
    /// SER-1: series are not synced here.
    SeriesOff,
    /// XCP-1: longer than 14 days.
    TooLong {
        /// Days, rounded up.
        days: i64,
    },
    /// XCP-2: a series of whole days.
    RecurringAllDay,
    /// XCP-2: a series whose occurrence lasts over 24 hours.
    RecurringLong,
    /// XCP-3: the series' zone is not known here or in Salesforce.
    SeriesZone {
        /// Its name.
        zone: String,
    },
    /// XCP-4: a group-calendar item over 24 hours.
    GroupTooLong,
    /// XCP-5: over 24 hours, and the org lacks Multiday Events.
    NoMultiday,
}

/// Why sync does not run for a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SyncOff {
    /// Never enabled.
    NeverEnabled,
    /// Paused by the user or an admin.
    Paused,
    /// Its authorization has expired.
    AuthorizationExpired,
}

impl Refusal {
    /// ONE-1 in a few words.
    pub(crate) const DOWN_ONLY: &str = "Nothing is saved from Outlook";

    /// XCP-1: what lasts longer than Salesforce holds.
    pub fn too_long(length: TimeDelta) -> Option<Self> {
        (length > TimeDelta::days(DAYS_LIMIT)).then(|| Self::TooLong { days: days_up(length) })
    }

    /// The rule behind it: its public code.
    pub fn rule(&self) -> &'static str {
        match self {
            Self::NotSavedInOutlook => "SAV-7",
            Self::SyncOff { .. } => "SAV-3",
            Self::DownOnly => "ONE-1",
            Self::ServiceUnreachable => "SAV-4",
            Self::LeadWithRelated => "SAV-6",
            Self::NobodyKnown => "SAV-8",
            Self::RequiredMissing { .. } => "SAV-9",
            Self::SeriesOff => "SER-1",
            Self::TooLong { .. } => "XCP-1",
            Self::RecurringAllDay | Self::RecurringLong => "XCP-2",
            Self::SeriesZone { .. } => "XCP-3",
            Self::GroupTooLong => "XCP-4",
            Self::NoMultiday => "XCP-5",
        }
    }

    /// What is true, in one line.
    pub fn headline(&self) -> &'static str {
        match self {
            Self::NotSavedInOutlook => "Not saved in Outlook yet",
            Self::SyncOff { why } => why.headline(),
            Self::DownOnly => Self::DOWN_ONLY,
            Self::ServiceUnreachable => "Sync cannot be reached",
            Self::LeadWithRelated => "A Lead takes no Related To",
            Self::NobodyKnown => "Nobody here is in Salesforce yet",
            Self::RequiredMissing { .. } => "Salesforce asks for more",
            Self::SeriesOff => "Series are not synced here",
            Self::RecurringAllDay | Self::RecurringLong | Self::SeriesZone { .. } => {
                "Salesforce cannot hold this series"
            }
            Self::TooLong { .. } | Self::GroupTooLong | Self::NoMultiday => {
                "Salesforce cannot hold this event"
            }
        }
    }

    /// Why, in a sentence or two.
    pub fn reason(&self) -> String {
        match self {
            Self::NotSavedInOutlook => "Sync finds an event only once Outlook has saved it.".to_owned(),
            Self::SyncOff { why } => why.reason().to_owned(),
            Self::DownOnly => "Sync goes only from Salesforce to Outlook here.".to_owned(),
            Self::ServiceUnreachable => {
                "It never answered on this device, so nobody knows whether sync is on for you.".to_owned()
            }
            Self::LeadWithRelated => {
                "Salesforce refuses a Lead in Name together with a record in Related To.".to_owned()
            }
            Self::NobodyKnown => "None of the people outside your company is a Contact or a Lead.".to_owned(),
            Self::RequiredMissing { labels } => {
                format!("Required fields are missing: {}.", labels.join(", "))
            }
            Self::SeriesOff => "Saving an entire series needs recurring sync, which is off.".to_owned(),
            Self::TooLong { days } => format!("It lasts {days} days; the most is {DAYS_LIMIT}."),
            Self::RecurringAllDay => "It repeats and lasts whole days.".to_owned(),
            Self::RecurringLong => "It repeats and lasts over 24 hours each time.".to_owned(),
            Self::SeriesZone { zone } => format!("Salesforce does not know its time zone, {zone}."),
            Self::GroupTooLong => "It is in a group's calendar and lasts over 24 hours.".to_owned(),
            Self::NoMultiday => {
                "It lasts over 24 hours, and your organization keeps no longer events.".to_owned()
            }
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::NotSavedInOutlook => "Save it in Outlook, then save it here.",
            Self::SyncOff { why } => why.remedy(),
            Self::DownOnly => "Make or change the event in Salesforce instead; it comes down by itself.",
            Self::ServiceUnreachable => "Check the connection and try again.",
            Self::LeadWithRelated => "Clear Related To, or pick a Contact in Name.",
            Self::NobodyKnown => "Create one of them in Salesforce, or pick a record to link.",
            Self::RequiredMissing { .. } => "Fill them in and save.",
            Self::SeriesOff => "Save single occurrences, or ask your admin to turn on RecurringSync.",
            Self::TooLong { .. } | Self::GroupTooLong => "Split it in Outlook and save each part.",
            Self::RecurringAllDay | Self::RecurringLong => "Save single occurrences instead.",
            Self::SeriesZone { .. } => {
                "Choose another time zone for the series in Outlook, or save single occurrences."
            }
            Self::NoMultiday => {
                "Split it in Outlook and save each part, or ask your admin to enable Multiday Events."
            }
        }
    }

    /// The reason in a few words, for the category that carries it (CAT-1).
    pub fn short_reason(&self) -> String {
        match self {
            Self::NotSavedInOutlook => "Not saved in Outlook yet".to_owned(),
            Self::SyncOff { why } => why.headline().to_owned(),
            Self::DownOnly => Self::DOWN_ONLY.to_owned(),
            Self::ServiceUnreachable => "Sync cannot be reached".to_owned(),
            Self::LeadWithRelated => "A Lead takes no Related To".to_owned(),
            Self::NobodyKnown => "Nobody is known in Salesforce".to_owned(),
            Self::RequiredMissing { labels } => {
                format!("Required fields are missing: {}", labels.join(" · "))
            }
            Self::SeriesOff => "Series are not synced".to_owned(),
            Self::TooLong { .. } => format!("Longer than {DAYS_LIMIT} days"),
            Self::RecurringAllDay => "All-day series cannot be saved".to_owned(),
            Self::RecurringLong => "Series with occurrences over 24 hours cannot be saved".to_owned(),
            Self::SeriesZone { .. } => "Time zone of the series is unknown in Salesforce".to_owned(),
            Self::GroupTooLong => "Group event longer than 24 hours".to_owned(),
            Self::NoMultiday => "Longer than 24 hours".to_owned(),
        }
    }
}

/// Days that a length takes up, a begun one counted whole.
fn days_up(length: TimeDelta) -> i64 {
    let whole = length.num_days();
    if length > TimeDelta::days(whole) { whole + 1 } else { whole }
}

impl SyncOff {
    /// What is true, in one line.
    pub fn headline(self) -> &'static str {
        match self {
            Self::NeverEnabled => "Sync is off",
            Self::Paused => "Sync is paused",
            Self::AuthorizationExpired => "Sync has lost its access",
        }
    }

    /// Why that matters.
    pub fn reason(self) -> &'static str {
        match self {
            Self::NeverEnabled => {
                "A new event needs sync to be saved. Events already in Salesforce can still be changed here."
            }
            Self::Paused => {
                "A new event is saved by sync, which is paused for you. Events already in Salesforce can still be changed here."
            }
            Self::AuthorizationExpired => {
                "A new event is saved by sync, whose authorization has expired. Events already in Salesforce can still be changed here."
            }
        }
    }

    /// What to do about it: the words of the button that does it.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::NeverEnabled => "Turn on sync",
            Self::Paused => "Resume sync",
            Self::AuthorizationExpired => "Authorize again",
        }
    }
}

impl Wait {
    /// The public code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Organizer { .. } | Self::Unanswered => "ISE-013",
            Self::Draft => "SAV-7",
        }
    }

    /// What is true, in one line.
    pub fn headline(&self) -> String {
        match self {
            Self::Organizer { name } => format!("Waiting for {name}"),
            Self::Draft => "Waiting until it is sent".to_owned(),
            Self::Unanswered => "Waiting for your answer".to_owned(),
        }
    }

    /// Why, in a sentence or two.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Organizer { .. } => "Waiting for the organizer, whose save comes first.",
            Self::Draft => "The invitations of this meeting were not sent yet.",
            Self::Unanswered => "Waiting until you answer the invitation.",
        }
    }

    /// What to do about it.
    pub fn remedy(&self) -> String {
        match self {
            Self::Organizer { name } => format!("Ask {name} to save it. Checked again at each sync."),
            Self::Draft => "Send it in Outlook. Checked again at each sync.".to_owned(),
            Self::Unanswered => "Accept it in Outlook. Checked again at each sync.".to_owned(),
        }
    }

    /// The reason in a few words, for the category that carries it (CAT-1).
    pub fn short_reason(&self) -> &'static str {
        match self {
            Self::Organizer { .. } => "Waiting for the organizer",
            Self::Draft => "Waiting until it is sent",
            Self::Unanswered => "Waiting for your answer",
        }
    }
}

#[cfg(test)]
mod tests;
