//! The settings panel: who is signed in, and whether sync runs.

use leptos::prelude::*;

use calbridge_rules::saving::SyncKnown;

use crate::{
    services::Services,
    session::SignedIn,
    ui::{
        deeds::{Deed, Deeds},
        dialog::Dialog,
    },
};

/// Who is signed in, sign out, sync on and off.
#[component]
pub(crate) fn SettingsPanel(
    #[prop(into)] sync: Signal<Option<(SyncKnown, String)>>,
    on_close: Callback<()>,
) -> impl IntoView {
    let deeds = Deeds::from_context();
    let services = expect_context::<Services>();
    let who = move || match services.signed_in.get() {
        SignedIn::As { name } => name,
        SignedIn::Starting | SignedIn::Out { .. } => "Nobody".to_owned(),
    };
    let sign_out = move |_| {
        deeds.start(Deed::SignOut);
        on_close.run(());
    };
    let trouble = move || {
        let trouble = deeds.trouble()?;
        Some(view! { <p role="alert" class="error">{trouble.headline} ". " {trouble.advice}</p> })
    };
    let close = view! { <button type="button" on:click=move |_| on_close.run(())>"Close"</button> };

    view! {
        <Dialog title="Settings" on_close=on_close buttons=close.into_any()>
            <section class="setting" aria-labelledby="account">
                <h2 id="account">"Salesforce"</h2>
                <p>"Signed in as " <bdi class="strong">{who}</bdi></p>
                <button type="button" on:click=sign_out>"Sign out"</button>
            </section>
            <section class="setting" aria-labelledby="sync">
                <h2 id="sync">"Sync"</h2>
                <p>{move || sync.get().map(|(_, words)| words)}</p>
                {move || sync.get().and_then(|(sync, _)| switch(&sync, deeds))}
            </section>
            {trouble}
        </Dialog>
    }
}

fn switch(sync: &SyncKnown, deeds: Deeds) -> Option<AnyView> {
    let (deed, label, hint) = match sync {
        SyncKnown::Active { .. } => {
            (Deed::PauseSync, "Pause sync", "Events in Salesforce stay as they are while sync is paused.")
        }
        SyncKnown::Off { why } => (Deed::TurnOnSync, why.remedy(), why.reason()),
        SyncKnown::Unreachable | SyncKnown::Never => return None,
    };
    let press = move |_| deeds.start(deed);
    let button = view! {
        <p class="hint">{hint}</p>
        <button type="button" aria-disabled=move || deeds.runs(deed).to_string() on:click=press>{label}</button>
    };
    Some(button.into_any())
}
