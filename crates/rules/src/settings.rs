//! The settings that the rules of one user's items hang on (SET), as one snapshot.

mod brought;
mod effective;
mod layers;
mod table;
mod value;
mod words;

use serde::{Deserialize, Serialize};

use crate::{
    id::{Address, ApiName},
    map::SmallMap,
};

pub use effective::{
    AlsoSaved, Autosave, Calendars, Down, Effective, Files, Mark, Notifications, People, Session,
};
pub use layers::{Hold, NotChanged, OrgLayer, SetBy, UserLayer, effective, holds, may_change};
pub use table::{Kind, Row, Scope, Setting, TABLE, markdown};
pub use value::{BadValue, LIST_LIMIT, SettingValue};
pub use words::{AttachAs, AutoCreate, DeleteInOutlook, Direction, ExternalOrganizer, PrivateAs, Unlinked};

/// What the rules need to know of an org's and a user's settings.
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own, by its own name")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Domains of the company: people there are internal.
    pub company_domains: Vec<String>,
    /// Addresses and domains never to be matched, org and user together; no wildcards.
    pub blocklist: Vec<String>,
    /// Domains of free mail services, which tell nothing of a company.
    pub free_mail_domains: Vec<String>,
    /// Whether the org keeps Events that last over 24 hours (PIC-4).
    pub multiday_events: Multiday,
    /// Whether series are synced (SER-1).
    pub recurring_sync: bool,
    /// Whether the body goes up once only (DES-1).
    pub safe_description: bool,
    /// Whether the only matching Opportunity is preferred to its Account (PIC-6).
    pub link_opportunities: bool,
    /// Whether several business records may be linked (PIC-3); told to the pane only where the org can hold them.
    pub multi_link: bool,
    /// Whether files of items are saved with their Events (ATT-1).
    pub saves_files: bool,
    /// Whether sync goes down only, so that nothing is saved from Outlook (ONE-1).
    pub is_down_only: bool,
    /// Values for required fields that nobody fills in (FLD-1).
    pub field_defaults: SmallMap<ApiName, String>,
    /// Event fields that Outlook fills beside the standing ones (FLD-3): those that the org has, and lets be written.
    pub field_map: SmallMap<ApiName, FieldSource>,
}

/// Where the value of an Event field comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldSource {
    /// What of the item it holds.
    pub value: OutlookValue,
    /// How many characters the field takes.
    pub limit: u32,
}

/// A value of an item that an org may keep in a field of text (FLD-3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutlookValue {
    /// The names of its categories, ours left out.
    Categories,
    /// Who called the meeting, by name.
    Organizer,
    /// Who called the meeting, by address.
    OrganizerAddress,
    /// Who must come.
    RequiredAttendees,
    /// Who may come.
    OptionalAttendees,
    /// Rooms and other resources.
    Resources,
    /// The free/busy state as Outlook has it, which is finer than Salesforce's.
    ShowAs,
    /// How private it is.
    Sensitivity,
    /// The zone it was made in.
    Zone,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            company_domains: Vec::new(),
            blocklist: Vec::new(),
            free_mail_domains: FREE_MAIL_DOMAINS.iter().map(|&domain| domain.to_owned()).collect(),
            multiday_events: Multiday::Unknown,
            recurring_sync: false,
            safe_description: true,
            link_opportunities: true,
            multi_link: false,
            saves_files: false,
            is_down_only: false,
            field_defaults: SmallMap::new(),
            field_map: SmallMap::new(),
        }
    }
}

/// Free mail services that every org starts with.
pub const FREE_MAIL_DOMAINS: [&str; 12] = [
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "msn.com",
    "yahoo.com",
    "aol.com",
    "icloud.com",
    "gmx.de",
    "web.de",
    "proton.me",
];

/// Whether the org has Multiday Events, which no describe tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Multiday {
    /// Nobody said; allowed until Salesforce refuses once.
    Unknown,
    /// It has.
    On,
    /// It has not.
    Off,
}

impl Settings {
    /// Whether an address belongs to the company.
    pub fn is_internal(&self, address: &Address) -> bool {
        self.company_domains.iter().any(|domain| domain.eq_ignore_ascii_case(address.domain()))
    }

    /// The blocklist's entry that an address falls under, if any: the address itself or its domain.
    pub fn blocklisted(&self, address: &Address) -> Option<&str> {
        let hit = |entry: &&String| {
            entry.eq_ignore_ascii_case(address.as_str()) || entry.eq_ignore_ascii_case(address.domain())
        };
        self.blocklist.iter().find(hit).map(String::as_str)
    }

    /// Whether a domain tells which company somebody works for.
    pub fn tells_company(&self, domain: &str) -> bool {
        !self.free_mail_domains.iter().any(|free| free.eq_ignore_ascii_case(domain))
    }
}

#[cfg(test)]
mod tests;
