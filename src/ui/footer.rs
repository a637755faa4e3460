//! The footer: when sync runs next, and the way to the settings.

use leptos::prelude::*;

use calbridge_rules::saving::SyncKnown;

use crate::ui::{
    deeds::{Deed, Deeds},
    times::When,
};

/// What the footer says of sync.
pub(crate) fn sync_words(sync: &SyncKnown, when: &When) -> String {
    match sync {
        SyncKnown::Active { next_session: Some(at) } if *at > when.now => {
            format!("Next sync {}", when.ahead(*at))
        }
        SyncKnown::Active { next_session: Some(_) } => "Sync runs now".to_owned(),
        SyncKnown::Active { next_session: None } => "Sync is on".to_owned(),
        SyncKnown::Off { why } => why.headline().to_owned(),
        SyncKnown::Unreachable | SyncKnown::Never => "Sync cannot be reached".to_owned(),
    }
}

/// Whether a session can be asked for.
fn can_sync(sync: &SyncKnown) -> bool {
    match sync {
        SyncKnown::Active { .. } => true,
        SyncKnown::Off { .. } | SyncKnown::Unreachable | SyncKnown::Never => false,
    }
}

/// The footer.
#[component]
pub(crate) fn Footer(
    #[prop(into)] sync: Signal<Option<(SyncKnown, String)>>,
    deeds: Deeds,
    on_settings: Callback<()>,
) -> impl IntoView {
    let says = move || sync.get().map(|(_, words)| words);
    let now = move || {
        sync.get().filter(|(sync, _)| can_sync(sync)).map(|_| {
            let label = move || if deeds.runs(Deed::SyncNow) { "Asking" } else { "Sync now" };
            view! {
                " · "
                <button type="button" class="link" on:click=move |_| deeds.start(Deed::SyncNow)>{label}</button>
            }
        })
    };
    view! {
        <footer>
            <span>{says}{now}</span>
            <button type="button" class="link" aria-haspopup="dialog" on:click=move |_| on_settings.run(())>
                "Settings"
            </button>
        </footer>
    }
}
