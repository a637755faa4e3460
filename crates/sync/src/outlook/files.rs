//! Files of items, read from Graph one after the other (ATT-1).

use calbridge_engine::ports::{ItemFile, ItemFiles, Trouble};
use calbridge_rules::id::ItemId;
use calbridge_wire::graph::attachments::{ListFiles, ListedFile, ReadFile};

use super::{Outlook, trouble};

impl ItemFiles for Outlook<'_> {
    async fn files(&self, item: &ItemId) -> Result<Vec<ItemFile>, Trouble> {
        let list = ListFiles { mailbox: self.mailbox.clone(), item: item.clone() };
        let listed = self.mailroom.call(self.mailbox, 1, &list).await.map_err(trouble)?;
        let file = |one: ListedFile| ItemFile { id: one.id, file: one.file, content_type: one.content_type };
        Ok(listed.into_iter().map(file).collect())
    }

    async fn content(&self, item: &ItemId, file: &ItemFile) -> Result<Vec<u8>, Trouble> {
        let read = ReadFile { mailbox: self.mailbox.clone(), item: item.clone(), file: file.id.clone() };
        self.mailroom.call(self.mailbox, 1, &read).await.map_err(trouble)
    }
}
