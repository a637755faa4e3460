//! Why an item cannot be saved, and what to do about it. A refusal is an answer, not an error.

use serde::{Deserialize, Serialize};

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
