//! `POST /v1/items/lookup`.

use http::{Method, Request};

use super::{ItemRef, ItemStanding, errors};
use crate::{
    call::{CallError, Endpoint, Reply},
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

    fn request(&self, base: &str) -> Request<Vec<u8>> {
        outgoing::json(Method::POST, &format!("{base}/v1/items/lookup"), &self.item.write())
    }

    fn read(&self, reply: &Reply) -> Result<ItemStanding, CallError> {
        errors::read(reply)
    }
}
