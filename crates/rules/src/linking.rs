//! Automatic links: the person in Name and the record in Related To (PIC-1, PIC-6).

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    id::{ApiName, RecordId},
    people::{Participant, PersonMatch},
    settings::Settings,
};

/// A business record that Related To can point to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BusinessRecord {
    /// The record.
    pub record: RecordId,
    /// Its object.
    pub object: ApiName,
    /// Its name.
    pub name: String,
    /// A second line that tells it from its namesakes; may be empty.
    pub detail: String,
}

/// An Opportunity with what decides whether it is offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opportunity {
    /// The record.
    pub record: BusinessRecord,
    /// Its Account.
    pub account: Option<RecordId>,
    /// Whether it is closed.
    pub is_closed: bool,
    /// Its close date.
    pub close_date: NaiveDate,
}

/// A Case with what decides whether it is offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// The record.
    pub record: BusinessRecord,
    /// Whether it is closed.
    pub is_closed: bool,
    /// When it was made.
    pub created: DateTime<Utc>,
}

/// What the people of an item bring with them (PIC-1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Related {
    /// Accounts of the people, or by website domain when nobody matched.
    pub accounts: Vec<BusinessRecord>,
    /// Opportunities of these Accounts.
    pub opportunities: Vec<Opportunity>,
    /// Cases of these Accounts.
    pub cases: Vec<Case>,
}

/// The links that sync would choose.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Links {
    /// The primary person.
    pub who: Option<PersonMatch>,
    /// The business record.
    pub what: Option<BusinessRecord>,
}

/// Days ahead up to which an open Opportunity may be due to be offered.
pub const OPPORTUNITY_DUE_DAYS: i64 = 180;
/// Days back up to which a closed Opportunity is offered.
pub const OPPORTUNITY_CLOSED_DAYS: i64 = 365;
/// Days back up to which an open Case is offered.
pub const CASE_AGE_DAYS: i64 = 90;

impl Opportunity {
    /// Whether it is offered on the given day.
    pub fn is_offered(&self, today: NaiveDate) -> bool {
        let _ = today;
        false
    }
}

impl Case {
    /// Whether it is offered at the given instant.
    pub fn is_offered(&self, now: DateTime<Utc>) -> bool {
        let _ = now;
        false
    }
}

impl Related {
    /// Leaves out what is not offered now.
    #[must_use]
    pub fn offered(self, now: DateTime<Utc>) -> Self {
        let _ = now;
        self
    }
}

/// Chooses the links of an item (PIC-6).
pub fn automatic_links(participants: &[Participant], related: &Related, settings: &Settings) -> Links {
    let _ = (participants, related, settings);
    Links::default()
}

/// Website domains to find Accounts by, because no person matched; never of free mail services (PIC-1).
pub fn domains_to_match(participants: &[Participant], settings: &Settings) -> Vec<String> {
    let _ = (participants, settings);
    Vec::new()
}
