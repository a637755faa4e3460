//! Automatic links: the person in Name and the record in Related To (PIC-1, PIC-6).

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    id::{Address, ApiName, RecordId},
    people::{Participant, PersonMatch, PersonObject, Standing},
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
        let days_ahead = (self.close_date - today).num_days();
        if self.is_closed {
            -days_ahead <= OPPORTUNITY_CLOSED_DAYS
        } else {
            days_ahead <= OPPORTUNITY_DUE_DAYS
        }
    }
}

impl Case {
    /// Whether it is offered at the given instant.
    pub fn is_offered(&self, now: DateTime<Utc>) -> bool {
        !self.is_closed && now - self.created <= TimeDelta::days(CASE_AGE_DAYS)
    }
}

impl Related {
    /// Leaves out what is not offered now.
    #[must_use]
    pub fn offered(mut self, now: DateTime<Utc>) -> Self {
        let today = now.date_naive();
        self.opportunities.retain(|opportunity| opportunity.is_offered(today));
        self.cases.retain(|case| case.is_offered(now));
        self
    }
}

/// Chooses the links of an item (PIC-6).
pub fn automatic_links(participants: &[Participant], related: &Related, settings: &Settings) -> Links {
    let who = primary_person(participants).cloned();
    let what = match &who {
        None => only(&related.accounts).cloned(),
        Some(person) => match person.object {
            PersonObject::Lead => None,
            PersonObject::Contact => business_record(person.account.as_ref(), related, settings).cloned(),
        },
    };
    Links { who, what }
}

/// The person of the best seat; of one seat, a Contact before a Lead.
fn primary_person(participants: &[Participant]) -> Option<&PersonMatch> {
    let known = participants.iter().filter_map(|participant| match &participant.standing {
        Standing::Known(records) => Some((participant.seat, records.first()?)),
        Standing::Internal | Standing::Blocklisted { .. } | Standing::Unresolved => None,
    });
    known.min_by_key(|(seat, person)| (*seat, person.object)).map(|(_, person)| person)
}

/// The Account's only Opportunity, an open one before closed ones; else the Account.
fn business_record<'a>(
    account: Option<&RecordId>,
    related: &'a Related,
    settings: &Settings,
) -> Option<&'a BusinessRecord> {
    let account = account?;
    let of_account = |opportunity: &&Opportunity| opportunity.account.as_ref() == Some(account);
    let opportunities: Vec<&Opportunity> =
        related.opportunities.iter().filter(of_account).filter(|_| settings.link_opportunities).collect();
    let open: Vec<&Opportunity> =
        opportunities.iter().copied().filter(|opportunity| !opportunity.is_closed).collect();
    let candidates = if open.is_empty() { opportunities } else { open };
    match only(&candidates) {
        Some(opportunity) => Some(&opportunity.record),
        None => related.accounts.iter().find(|record| record.record == *account),
    }
}

/// The one thing in a list, if it is alone.
fn only<T>(list: &[T]) -> Option<&T> {
    match list {
        [one] => Some(one),
        [] | [_, _, ..] => None,
    }
}

/// Website domains to find Accounts by, because no person matched; never of free mail services (PIC-1).
pub fn domains_to_match(participants: &[Participant], settings: &Settings) -> Vec<String> {
    let mut domains = Vec::new();
    for participant in participants {
        match &participant.standing {
            Standing::Known(_) => return Vec::new(),
            Standing::Internal | Standing::Blocklisted { .. } => {}
            Standing::Unresolved => {
                let domain = participant.person.address.as_ref().map_or("", Address::domain);
                let is_new = domains.iter().all(|met| met != domain);
                if is_new && !domain.is_empty() && settings.tells_company(domain) {
                    domains.push(domain.to_owned());
                }
            }
        }
    }
    domains
}

#[cfg(test)]
mod tests;
