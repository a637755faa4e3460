//! `PATCH /users/{mailbox}/events/{id}`: <https://learn.microsoft.com/graph/api/event-update>

use calbridge_rules::id::{Address, ItemId};

use super::{errors, mailbox, preferring, property_id};
use crate::{
    call::{CallError, Endpoint},
    json,
    message::{Method, Reply, Request, header},
    outgoing,
    tree::object,
    value::{Value, parse_member, texts},
};

/// Marks an item: its categories, and what a session left on it. Nothing that attendees are told of.
/// [`CallError::Stale`]: the item changed since it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkItem {
    /// The mailbox.
    pub mailbox: Address,
    /// The item.
    pub id: ItemId,
    /// The version that was read; without one the mark is written whatever happened meanwhile.
    pub etag: Option<String>,
    /// All its categories, foreign ones too.
    pub categories: Vec<String>,
    /// The add-in's id.
    pub addin_id: String,
    /// The whole text of the add-in's properties, made by [`crate::pointer::Pointer::merged`] from the text that was
    /// read; without one they stay as they are.
    pub property_text: Option<String>,
}

/// A marked item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked {
    /// Its new version.
    pub etag: Option<String>,
}

impl Endpoint for MarkItem {
    type Answer = Marked;

    fn request(&self, base: &str) -> Request {
        let mut body = vec![("categories", texts(&self.categories))];
        if let Some(text) = &self.property_text {
            let id = Value::from(property_id(&self.addin_id));
            let property = object([("id", id), ("value", Value::from(text.as_str()))]);
            body.push(("singleValueExtendedProperties", Value::Array(vec![property])));
        }
        let url = mailbox(base, &self.mailbox, &format!("events/{}", outgoing::encoded(self.id.as_str())));
        let request = preferring(outgoing::json(Method::Patch, &url, &object(body)));
        match &self.etag {
            Some(etag) => outgoing::with(request, header::IF_MATCH, etag),
            None => request,
        }
    }

    fn read(&self, reply: &Reply) -> Result<Marked, CallError> {
        errors::check(reply)?;
        // What else the item says now was read before.
        let etag = parse_member(&reply.body, "@odata.etag");
        let etag = etag.ok_or_else(|| json::malformed("the body is no JSON"))?;
        Ok(Marked { etag: etag.as_ref().and_then(Value::as_str).map(str::to_owned) })
    }
}
