//! The settings panel: who is signed in, and whether sync runs.

use calbridge_rules::saving::SyncKnown;

use crate::{
    session::SignedIn,
    ui::{
        dialog::dialog,
        footer::sync_words,
        parts::{Button, line},
        screen,
        state::{Deed, State},
        times::When,
        update::Msg,
        view::{View, el},
    },
};

/// Who is signed in, sign out, sync on and off.
pub(crate) fn settings(state: &State) -> View {
    let name = match &state.signed_in {
        SignedIn::As { name } => name.clone(),
        SignedIn::Starting | SignedIn::Out { .. } => "nobody".to_owned(),
    };
    let account = vec![
        el("p").text("Signed in as ").child(el("bdi").class("strong").text(name)).into(),
        Button::new("Sign out", Msg::Do(Deed::SignOut)).draw(),
    ];
    let words = state.picture().map(|picture| sync_words(&picture.sync, &When::in_zone(&picture.open.zone)));
    let mut sync = vec![line("", words.unwrap_or_default())];
    sync.extend(state.sync().map_or_else(Vec::new, |known| switch(known, state)));
    let content = vec![
        section("account", "Salesforce", account),
        section("sync", "Sync", sync),
        section("page", "Issues, journal and settings", page(state)),
        state.deed_trouble.as_ref().map_or(View::Nothing, screen::said),
    ];
    dialog("Settings", content, vec![Button::new("Close", Msg::Close).draw()])
}

/// The way to the user's page of the service, which shows what does not fit here (docs/adr/0010).
fn page(state: &State) -> Vec<View> {
    let button = Button::new("Open your page", Msg::Do(Deed::OpenPage));
    let hint = "What waits for you, what sync overwrote, and all your settings. It opens in your browser.";
    vec![line("hint", hint), button.busy(state.deed == Some(Deed::OpenPage)).draw()]
}

fn section(id: &'static str, title: &'static str, content: Vec<View>) -> View {
    let section = el("section").class("setting").attr("aria-labelledby", id);
    section.child(el("h2").attr("id", id).text(title)).children(content).into()
}

fn switch(sync: &SyncKnown, state: &State) -> Vec<View> {
    let (deed, label, hint) = match sync {
        SyncKnown::Active { .. } => {
            (Deed::PauseSync, "Pause sync", "Events in Salesforce stay as they are while sync is paused.")
        }
        SyncKnown::Off { why } => (Deed::TurnOnSync, why.remedy(), why.reason()),
        SyncKnown::Unreachable | SyncKnown::Never => return Vec::new(),
    };
    let button = Button::new(label, Msg::Do(deed)).busy(state.deed == Some(deed)).draw();
    vec![line("hint", hint), button]
}
