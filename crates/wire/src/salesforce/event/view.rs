//! `GET /services/data/vXX.X/query?q=SELECT … FROM Event WHERE Id = …`: an Event with the names of what it is linked to.
//! <https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_query.htm>

use calbridge_rules::{
    event::Event,
    id::{ApiName, RecordId},
};

use super::fields;
use crate::{
    call::{CallError, Endpoint},
    message::{Reply, Request},
    outgoing,
    salesforce::{
        data,
        query::{Row, read_page},
        soql,
    },
};

/// Reads an Event as the pane shows it. [`CallError::Gone`]: it was deleted, or the user may not see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadEventView {
    /// The API version.
    pub version: String,
    /// The Event.
    pub id: RecordId,
    /// Further fields to read.
    pub extra: Vec<ApiName>,
}

/// An Event with the names of what it is linked to.
#[derive(Clone, Debug, PartialEq)]
pub struct EventView {
    /// The Event.
    pub event: Event,
    /// The primary person.
    pub who: Option<NamedRecord>,
    /// The business record.
    pub what: Option<NamedRecord>,
    /// The owner.
    pub owner: Option<NamedRecord>,
    /// The account that created it: the integration user's, where sync did.
    pub created_by: Option<RecordId>,
    /// Who last changed it.
    pub last_modified_by: Option<NamedRecord>,
}

/// A record that an Event points to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedRecord {
    /// The record.
    pub record: RecordId,
    /// Its object; empty where Salesforce did not say.
    pub object: String,
    /// Its name; empty where the user may not see it.
    pub name: String,
}

/// Names of linked records, beside the columns of every Event.
const NAMES: &str = "Who.Name, Who.Type, What.Name, What.Type, Owner.Name, Owner.Type, CreatedById, \
                     LastModifiedById, LastModifiedBy.Name";

impl Endpoint for ReadEventView {
    type Answer = EventView;

    fn request(&self, base: &str) -> Request {
        let columns = fields::columns(&self.extra).join(", ");
        let id = soql::quoted(self.id.as_str());
        let statement = format!("SELECT {columns}, {NAMES} FROM Event WHERE Id = {id}");
        outgoing::get(&format!(
            "{}?{}",
            data(base, &self.version, "query"),
            outgoing::pairs(&[("q", &statement)])
        ))
    }

    fn read(&self, reply: &Reply) -> Result<EventView, CallError> {
        let page = read_page(reply)?;
        let row = page.rows.first().ok_or(CallError::Gone)?;
        let event = fields::event(&row.0, &self.extra)?;
        Ok(EventView {
            created_by: row.maybe_record("CreatedById")?,
            last_modified_by: named(row, "LastModifiedById", "LastModifiedBy")?,
            who: named(row, "WhoId", "Who")?,
            what: named(row, "WhatId", "What")?,
            owner: named(row, "OwnerId", "Owner")?,
            event,
        })
    }
}

fn named(row: &Row, id: &str, relation: &str) -> Result<Option<NamedRecord>, CallError> {
    let Some(record) = row.maybe_record(id)? else { return Ok(None) };
    let name = row.text(&format!("{relation}.Name")).to_owned();
    let object = row.text(&format!("{relation}.Type")).to_owned();
    Ok(Some(NamedRecord { record, object, name }))
}

#[cfg(test)]
mod tests;
