//! The settings panel: who is signed in, and whether sync runs.

use leptos::prelude::*;

use calbridge_rules::saving::SyncKnown;

use crate::{
    session::SignedIn,
    ui::{
        dialog::dialog,
        footer::sync_words,
        parts::{Button, Post, line, nothing},
        screen,
        state::{Deed, State},
        times::When,
        update::Msg,
    },
};

/// Who is signed in, sign out, sync on and off.
pub(crate) fn settings(state: &State, post: Post) -> AnyView {
    let name = match &state.signed_in {
        SignedIn::As { name } => name.clone(),
        SignedIn::Starting | SignedIn::Out { .. } => "nobody".to_owned(),
    };
    let account = vec![
        view! { <p>"Signed in as " <bdi class="strong">{name}</bdi></p> }.into_any(),
        Button::new("Sign out", Msg::Do(Deed::SignOut)).draw(post),
    ];
    let words = state.picture().map(|picture| sync_words(&picture.sync, &When::in_zone(&picture.open.zone)));
    let mut sync = vec![line("", words.unwrap_or_default())];
    sync.extend(state.sync().map_or_else(Vec::new, |known| switch(known, state, post)));
    let content = vec![
        section("account", "Salesforce", account),
        section("sync", "Sync", sync),
        state.deed_trouble.as_ref().map_or_else(nothing, screen::said),
    ];
    dialog("Settings", content, vec![Button::new("Close", Msg::Close).draw(post)], post)
}

fn section(id: &'static str, title: &'static str, content: Vec<AnyView>) -> AnyView {
    view! { <section class="setting" aria-labelledby=id><h2 id=id>{title}</h2> {content}</section> }
        .into_any()
}

fn switch(sync: &SyncKnown, state: &State, post: Post) -> Vec<AnyView> {
    let (deed, label, hint) = match sync {
        SyncKnown::Active { .. } => {
            (Deed::PauseSync, "Pause sync", "Events in Salesforce stay as they are while sync is paused.")
        }
        SyncKnown::Off { why } => (Deed::TurnOnSync, why.remedy(), why.reason()),
        SyncKnown::Unreachable | SyncKnown::Never => return Vec::new(),
    };
    let button = Button::new(label, Msg::Do(deed)).busy(state.deed == Some(deed)).draw(post);
    vec![line("hint", hint.to_owned()), button]
}
