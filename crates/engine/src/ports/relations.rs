//! The part of Salesforce that says who else an Event is related to.

use std::future::Future;

use calbridge_rules::{
    id::{Address, RecordId},
    invitees::{Colleague, InviteeStatus},
    item::Person,
    status::Issue,
};
use serde::{Deserialize, Serialize};

use super::Trouble;

/// What somebody is to an Event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tie {
    /// Whether they stand in its Name.
    pub is_named: bool,
    /// What they answered, where they are invited.
    pub invited: Option<InviteeStatus>,
}

/// Somebody's relation to an Event, as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Relation {
    /// The Event.
    pub event: RecordId,
    /// The relation itself.
    pub id: RecordId,
    /// Who.
    pub record: RecordId,
    /// What they are to it.
    pub tie: Tie,
}

/// One thing to write among the relations of an Event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tying {
    /// Somebody is related from now on.
    Add {
        /// Who.
        record: RecordId,
        /// As what.
        tie: Tie,
    },
    /// Somebody is related otherwise.
    Change {
        /// The relation.
        id: RecordId,
        /// As what.
        tie: Tie,
    },
    /// Somebody is not related any more.
    Remove {
        /// The relation.
        id: RecordId,
    },
    /// A business record is linked beside the first.
    Link(RecordId),
    /// It is not any more.
    Unlink(RecordId),
}

/// Relations in the Salesforce org.
pub trait Relations: Sync {
    /// Whether an Event may have several people (PIC-4).
    fn several_people(&self) -> impl Future<Output = Result<bool, Trouble>> + Send;

    /// Whether an Event may have several business records (PIC-4).
    fn several_records(&self) -> impl Future<Output = Result<bool, Trouble>> + Send;

    /// Those of these people who are users of the org.
    fn users(&self, addresses: &[Address]) -> impl Future<Output = Result<Vec<Colleague>, Trouble>> + Send;

    /// The people behind records — Contacts, Leads, users — with their addresses; those without are left out.
    fn addresses(
        &self,
        records: &[RecordId],
    ) -> impl Future<Output = Result<Vec<(RecordId, Person)>, Trouble>> + Send;

    /// The people related to these Events.
    fn relations(&self, events: &[RecordId]) -> impl Future<Output = Result<Vec<Relation>, Trouble>> + Send;

    /// Writes relations, each Event's by themselves; one answer for each Event, in order: what of it was refused, by its place
    /// among the writes.
    fn relate(
        &self,
        rows: &[(RecordId, Vec<Tying>)],
    ) -> impl Future<Output = Vec<Result<Vec<(usize, Issue)>, Trouble>>> + Send;
}
