//! The outside world as the UI sees it. Cheap to clone; every method is safe to call again.

use leptos::prelude::*;

use calbridge_rules::item::Item;

use crate::{
    lookup::{Field, Hits},
    outlook::Opened,
    picture::Picture,
    session::SignedIn,
    trouble::Trouble,
};

/// The outside world.
#[derive(Clone)]
pub struct Services {
    /// Who is signed in.
    pub signed_in: RwSignal<SignedIn>,
    /// Rises whenever Outlook opened or changed the item, or a request was settled: gather the picture again.
    pub turn: RwSignal<u32>,
}

impl Services {
    /// Reads what Outlook has open.
    pub async fn opened(&self) -> Result<Opened, Trouble> {
        Ok(Opened::Nothing)
    }

    /// Gathers everything the pane shows of an open item.
    pub async fn picture(&self, open: crate::outlook::OpenItem) -> Result<Picture, Trouble> {
        let _ = open;
        Err(nothing())
    }

    /// Opens the sign-in dialog.
    pub async fn sign_in(&self) -> Result<(), Trouble> {
        Err(nothing())
    }

    /// Signs out and forgets what was kept of the user, the outbox apart.
    pub async fn sign_out(&self) {}

    /// Turns sync on or off for the user (SAV-3).
    pub async fn set_sync(&self, active: bool) -> Result<(), Trouble> {
        let _ = active;
        Err(nothing())
    }

    /// Asks for a session now.
    pub async fn sync_now(&self) -> Result<(), Trouble> {
        Err(nothing())
    }

    /// Searches as somebody types; dropping the future cancels the request (PIC-2).
    pub async fn search(&self, field: Field, text: String, pages: u32) -> Result<Hits, Trouble> {
        let _ = (field, text, pages);
        Err(nothing())
    }

    /// Records used lately, shown before typing (PIC-2).
    pub async fn recent(&self, field: Field) -> Result<Hits, Trouble> {
        let _ = field;
        Err(nothing())
    }

    /// Reads the open item again, right before it is saved: Outlook does not tell of every change.
    pub async fn fresh_item(&self) -> Result<Item, Trouble> {
        Err(nothing())
    }

    /// Opens a page outside the pane.
    pub fn open_page(&self, url: &str) {
        let _ = url;
    }

    /// A key for one press of Save.
    pub fn new_key(&self) -> String {
        String::new()
    }
}

fn nothing() -> Trouble {
    Trouble {
        headline: "Nothing is connected yet".to_owned(),
        advice: String::new(),
        code: String::new(),
        remedy: crate::trouble::Remedy::None,
    }
}
