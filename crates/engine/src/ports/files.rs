//! Files: where items have them, and where Events take them (ATT-1).

use std::future::Future;

use calbridge_rules::{
    files::File,
    id::{ItemId, RecordId},
    settings::AttachAs,
};
use serde::{Deserialize, Serialize};

use super::Trouble;

/// A file of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemFile {
    /// Its id at the item; only the calendar reads it.
    pub id: String,
    /// What it is.
    pub file: File,
    /// The type of its content, as the calendar names it; may be empty.
    pub content_type: String,
}

/// A file of an item that was not saved with its Event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Its name.
    pub name: String,
    /// Why, in a sentence with its name.
    pub says: String,
}

/// Files of items.
pub trait ItemFiles: Sync {
    /// The files of an item, without what is in them.
    fn files(&self, item: &ItemId) -> impl Future<Output = Result<Vec<ItemFile>, Trouble>> + Send;

    /// What is in a file.
    fn content(
        &self,
        item: &ItemId,
        file: &ItemFile,
    ) -> impl Future<Output = Result<Vec<u8>, Trouble>> + Send;
}

/// Files of Events.
pub trait EventFiles: Sync {
    /// The turn of one file, as long as it is held.
    type Turn: Send;

    /// Waits until another file may be held in memory.
    fn turn(&self) -> impl Future<Output = Result<Self::Turn, Trouble>> + Send;

    /// The names of the files that an Event has of this kind.
    fn attached(
        &self,
        event: &RecordId,
        save_as: AttachAs,
    ) -> impl Future<Output = Result<Vec<String>, Trouble>> + Send;

    /// Adds a file to an Event. [`Trouble::Unclear`]: it may be there, and nothing tells but looking.
    fn attach(
        &self,
        event: &RecordId,
        file: &ItemFile,
        content: Vec<u8>,
        save_as: AttachAs,
    ) -> impl Future<Output = Result<(), Trouble>> + Send;
}
