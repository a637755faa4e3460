//! `POST /users/{mailbox}/translateExchangeIds`: <https://learn.microsoft.com/graph/api/user-translateexchangeids>

use calbridge_rules::id::{Address, ItemId};

use super::{errors, mailbox};
use crate::{
    call::{CallError, Endpoint},
    json,
    message::{Method, Reply, Request},
    outgoing,
    service::IdFormat,
    tree::object,
    value::{Value, texts},
};

/// Ids of one call at most.
pub const TRANSLATE_LIMIT: usize = 1000;

/// Turns ids as the pane has them into immutable ones, at most [`TRANSLATE_LIMIT`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TranslateIds {
    /// The mailbox.
    pub mailbox: Address,
    /// The ids.
    pub ids: Vec<ItemId>,
    /// How they are written.
    pub format: IdFormat,
}

impl Endpoint for TranslateIds {
    /// An immutable id for each id, in their order; none where Graph knew no item.
    type Answer = Vec<Option<ItemId>>;

    fn request(&self, base: &str) -> Request {
        let from = match self.format {
            IdFormat::Ews => "ewsId",
            IdFormat::Rest => "restId",
        };
        let ids: Vec<&str> = self.ids.iter().map(ItemId::as_str).collect();
        let body = object([
            ("inputIds", texts(&ids)),
            ("sourceIdType", Value::from(from)),
            ("targetIdType", Value::from("restImmutableEntryId")),
        ]);
        outgoing::json(Method::Post, &mailbox(base, &self.mailbox, "translateExchangeIds"), &body)
    }

    fn read(&self, reply: &Reply) -> Result<Self::Answer, CallError> {
        errors::check(reply)?;
        let body = json::body(reply)?;
        let rows = json::at(&body, "value").and_then(Value::as_array);
        let rows = rows.ok_or_else(|| json::malformed("translated ids without a value"))?;
        let translated = |id: &ItemId| {
            let row = rows.iter().find(|row| json::maybe_text(row, "sourceId") == Some(id.as_str()));
            row.map_or(Ok(None), |row| json::maybe_item_id(row, "targetId"))
        };
        self.ids.iter().map(translated).collect()
    }
}
