//! Files of Events, written to the org one by one (ATT-1).

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use calbridge_engine::ports::{EventFiles, ItemFile, Trouble};
use calbridge_rules::{id::RecordId, settings::AttachAs};
use calbridge_wire::salesforce::attach::{AddFile, FilesOf};
use tokio::sync::OwnedSemaphorePermit;

use super::{NOT_NOW, reading, writing};
use crate::{desk::Seat, org::VERSION};

impl EventFiles for Seat<'_> {
    type Turn = OwnedSemaphorePermit;

    async fn turn(&self) -> Result<OwnedSemaphorePermit, Trouble> {
        // Nobody ever closes it.
        Arc::clone(&self.org.file_turns).acquire_owned().await.map_err(|_| NOT_NOW)
    }

    async fn attached(&self, event: &RecordId, save_as: AttachAs) -> Result<Vec<String>, Trouble> {
        self.may_ask()?;
        let question = FilesOf { record: event.clone(), save_as };
        let rows = self.org.query(vec![question.statement()]).await.map_err(reading)?;
        Ok(question.read(&rows))
    }

    async fn attach(
        &self,
        event: &RecordId,
        file: &ItemFile,
        content: Vec<u8>,
        save_as: AttachAs,
    ) -> Result<(), Trouble> {
        self.may_ask()?;
        let add = AddFile {
            version: VERSION.to_owned(),
            record: event.clone(),
            name: file.file.name.clone(),
            content_type: file.content_type.clone(),
            content: STANDARD.encode(&content),
            save_as,
        };
        // Both at once would be twice as much.
        drop(content);
        self.org.call(&add).await.map_err(|error| writing(error, &[]))
    }
}
