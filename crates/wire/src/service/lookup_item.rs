//! `POST /v1/items/lookup`.

use super::{ItemRef, ItemStanding, errors};
use crate::{
    call::{CallError, Endpoint},
    message::{Method, Reply, Request},
    outgoing,
    tree::Tree,
};

/// Asks where an item stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookupItem {
    /// The item.
    pub item: ItemRef,
}

impl Endpoint for LookupItem {
    type Answer = ItemStanding;

    fn request(&self, base: &str) -> Request {
        outgoing::json(Method::Post, &format!("{base}/v1/items/lookup"), &self.item.write())
    }

    fn read(&self, reply: &Reply) -> Result<ItemStanding, CallError> {
        errors::read(reply)
    }
}
