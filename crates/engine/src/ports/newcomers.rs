//! The part of Salesforce that takes records of people who are in none (PPL-7).

use std::{fmt, future::Future};

use calbridge_rules::{
    id::{Address, RecordId},
    newcomers::{DomainAccount, NewRecord},
    people::PersonMatch,
};

use super::Trouble;

/// What is made once, whoever's items need it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Claim {
    /// The record of whoever has this address.
    Person(Address),
    /// The Account of a domain.
    Account {
        /// The domain.
        domain: String,
    },
    /// The Opportunity of an Account.
    Opportunity {
        /// The Account.
        account: RecordId,
    },
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(address) => write!(f, "person {address}"),
            Self::Account { domain } => write!(f, "account {domain}"),
            Self::Opportunity { account } => write!(f, "opportunity {account}"),
        }
    }
}

/// A record that was to be made, and stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The record.
    pub record: RecordId,
    /// The person, of a Contact or Lead; under the address that was given.
    pub person: Option<PersonMatch>,
    /// Whether it is new; else it is the only one that the org says it is like.
    pub is_new: bool,
}

/// Making records in the Salesforce org.
pub trait Newcomers: Sync {
    /// Contacts and Leads with these addresses as they stand now: nothing that is remembered counts.
    fn people_now(
        &self,
        addresses: &[Address],
    ) -> impl Future<Output = Result<Vec<PersonMatch>, Trouble>> + Send;

    /// Accounts whose website lies in one of these domains, the first of each domain.
    fn accounts_in(
        &self,
        domains: &[String],
    ) -> impl Future<Output = Result<Vec<DomainAccount>, Trouble>> + Send;

    /// Makes records that belong to a user; one answer for each, in order. [`Trouble::Unclear`]: it may have been made, and
    /// nothing tells but looking.
    fn make(
        &self,
        owner: &RecordId,
        records: &[NewRecord],
    ) -> impl Future<Output = Vec<Result<Made, Trouble>>> + Send;
}
