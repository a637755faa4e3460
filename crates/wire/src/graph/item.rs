//! `GET /users/{mailbox}/events/{id}`: <https://learn.microsoft.com/graph/api/event-get>
//!
//! Values that Graph adds to its lists later are taken for the most harmless known one: an item never fails for them.

mod read;

use calbridge_rules::{
    id::{Address, ItemId},
    item::{Item, Response},
};
use chrono::{DateTime, Utc};

use super::{errors, mailbox, preferring, property_id};
use crate::{
    call::{CallError, Endpoint},
    json,
    message::{Reply, Request},
    outgoing,
    pointer::Pointer,
};

/// Reads an item, with the add-in's properties on it. [`CallError::Gone`]: it was deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadItem {
    /// The mailbox.
    pub mailbox: Address,
    /// The item's id there, immutable or not.
    pub id: ItemId,
    /// The add-in's id.
    pub addin_id: String,
}

/// An item as Graph gives it.
#[derive(Clone, Debug, PartialEq)]
pub struct GraphItem {
    /// As the rules see it.
    pub item: Item,
    /// Its immutable id.
    pub id: ItemId,
    /// Its version, for writes that must not overtake another.
    pub etag: String,
    /// The meeting's global id.
    pub i_cal_uid: String,
    /// When an occurrence would have been without changes.
    pub original_start: Option<DateTime<Utc>>,
    /// The series of an occurrence.
    pub series_master_id: Option<ItemId>,
    /// What it is within its series.
    pub kind: GraphKind,
    /// Whether the mailbox's owner called the meeting.
    pub is_organizer: bool,
    /// Whether the organizer cancelled it.
    pub is_cancelled: bool,
    /// What the mailbox's owner answered.
    pub response: Option<Response>,
    /// What a session left on it.
    pub pointer: Option<Pointer>,
    /// The whole text of the add-in's properties, foreign keys too.
    pub property_text: Option<String>,
    /// When it was made.
    pub created: Option<DateTime<Utc>>,
}

/// What an item is within its series, by Graph's own words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GraphKind {
    /// Stands alone.
    SingleInstance,
    /// An unchanged date of a series.
    Occurrence,
    /// A changed date of a series.
    Exception,
    /// The series.
    SeriesMaster,
}

/// The columns of every read.
const COLUMNS: &str = "subject,body,start,end,isAllDay,location,showAs,isReminderOn,reminderMinutesBeforeStart,\
    sensitivity,organizer,attendees,categories,isDraft,type,seriesMasterId,originalStart,originalStartTimeZone,\
    iCalUId,isOrganizer,isCancelled,responseStatus,createdDateTime";

impl Endpoint for ReadItem {
    type Answer = GraphItem;

    fn request(&self, base: &str) -> Request {
        let path = format!("events/{}", outgoing::encoded(self.id.as_str()));
        let url = format!("{}?{}", mailbox(base, &self.mailbox, &path), selection(&self.addin_id));
        preferring(outgoing::get(&url))
    }

    fn read(&self, reply: &Reply) -> Result<GraphItem, CallError> {
        errors::check(reply)?;
        read::item(&json::body(reply)?, &self.addin_id)
    }
}

/// The part of a query that names the columns and the add-in's properties.
pub(super) fn selection(addin_id: &str) -> String {
    let filter = format!("singleValueExtendedProperties($filter=id eq '{}')", property_id(addin_id));
    outgoing::pairs(&[("$select", COLUMNS), ("$expand", &filter)])
}

/// As [`selection`], with how a series repeats and what became of its dates.
pub(super) fn selection_of_series(addin_id: &str) -> String {
    let columns = format!("{COLUMNS},recurrence,cancelledOccurrences");
    let filter = format!(
        "exceptionOccurrences,singleValueExtendedProperties($filter=id eq '{}')",
        property_id(addin_id)
    );
    outgoing::pairs(&[("$select", &columns), ("$expand", &filter)])
}

pub(super) use read::item as read_item;

#[cfg(test)]
mod tests;
