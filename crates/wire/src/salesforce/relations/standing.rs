//! The people of Events as they stand.

use calbridge_rules::{id::RecordId, invitees::InviteeStatus};

use crate::{
    call::CallError,
    salesforce::{query::Row, soql},
};

/// The people of Events: statements to run with [`crate::salesforce::query::Query`], and a reader of their rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelationsOf {
    /// The Events.
    pub events: Vec<RecordId>,
    /// Whether the org shares activities among several people: else every row is an invitee.
    pub several_people: bool,
}

/// Somebody's relation to an Event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundRelation {
    /// The Event.
    pub event: RecordId,
    /// The row.
    pub id: RecordId,
    /// Who.
    pub record: RecordId,
    /// Whether they stand in the Event's Name.
    pub is_named: bool,
    /// What they answered, where they are invited.
    pub invited: Option<InviteeStatus>,
}

impl RelationsOf {
    /// The statements, none without Events.
    pub fn statements(&self) -> Vec<String> {
        let (columns, condition) =
            if self.several_people { (", IsParent, IsInvitee", " AND IsWhat = false") } else { ("", "") };
        let statement = |list: String| {
            format!(
                "SELECT Id, EventId, RelationId, Status{columns} FROM EventRelation \
                 WHERE EventId IN {list}{condition} ORDER BY Id"
            )
        };
        soql::id_lists(&self.events).into_iter().map(statement).collect()
    }

    /// The relations in the rows.
    ///
    /// # Errors
    /// A row lacks an id.
    pub fn read(&self, rows: &[Row]) -> Result<Vec<FoundRelation>, CallError> {
        rows.iter().map(|row| self.relation(row)).collect()
    }

    fn relation(&self, row: &Row) -> Result<FoundRelation, CallError> {
        let is_invited = !self.several_people || row.flag("IsInvitee");
        Ok(FoundRelation {
            event: row.record("EventId")?,
            id: row.record("Id")?,
            record: row.record("RelationId")?,
            is_named: self.several_people && row.flag("IsParent"),
            invited: is_invited.then(|| status(row.text("Status"))),
        })
    }
}

/// An answer by its vendor name; one that is not known is none.
fn status(name: &str) -> InviteeStatus {
    match name {
        "Accepted" => InviteeStatus::Accepted,
        "Declined" => InviteeStatus::Declined,
        _ => InviteeStatus::New,
    }
}
