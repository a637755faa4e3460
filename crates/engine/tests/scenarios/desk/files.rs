//! Files: on items in a list, on Events in another.

use calbridge_engine::ports::{EventFiles, ItemFile, ItemFiles, Trouble};
use calbridge_rules::{
    id::{ItemId, RecordId},
    settings::AttachAs,
};

use super::{Desk, Fault};

impl ItemFiles for Desk {
    async fn files(&self, item: &ItemId) -> Result<Vec<ItemFile>, Trouble> {
        let mut state = self.state();
        match state.call("files") {
            Some(Fault::Instead(trouble) | Fault::Afterwards(trouble)) => Err(trouble),
            None => Ok(state.files.get(item).cloned().unwrap_or_default()),
        }
    }

    async fn content(&self, _: &ItemId, file: &ItemFile) -> Result<Vec<u8>, Trouble> {
        match self.state().call("content") {
            Some(Fault::Instead(trouble) | Fault::Afterwards(trouble)) => Err(trouble),
            None => Ok(file.id.clone().into_bytes()),
        }
    }
}

/// Whoever holds it has their turn.
pub(crate) struct Turn;

impl EventFiles for Desk {
    type Turn = Turn;

    async fn turn(&self) -> Result<Turn, Trouble> {
        Ok(Turn)
    }

    async fn attached(&self, event: &RecordId, _: AttachAs) -> Result<Vec<String>, Trouble> {
        let mut state = self.state();
        if let Some(Fault::Instead(trouble) | Fault::Afterwards(trouble)) = state.call("attached") {
            return Err(trouble);
        }
        let of_event = state.attached.iter().filter(|(of, ..)| of == event);
        Ok(of_event.map(|(_, name, _)| name.clone()).collect())
    }

    async fn attach(
        &self,
        event: &RecordId,
        file: &ItemFile,
        content: Vec<u8>,
        _: AttachAs,
    ) -> Result<(), Trouble> {
        let mut state = self.state();
        let fault = state.call("attach");
        if let Some(Fault::Instead(trouble)) = fault {
            return Err(trouble);
        }
        state.attached.push((event.clone(), file.file.name.clone(), content));
        match fault {
            Some(Fault::Afterwards(trouble)) => Err(trouble),
            Some(Fault::Instead(_)) | None => Ok(()),
        }
    }
}
