//! Before sign-in: what the pane does for this item, and one button.

use leptos::prelude::*;

use crate::ui::{
    card::Card,
    deeds::{Deed, Deeds},
    icons::{self, Icon},
};

/// Says what signing in is good for, and signs in.
#[component]
pub(crate) fn SignIn(
    /// Whether a session ended, in contrast to a first start.
    ended: bool,
    deeds: Deeds,
) -> impl IntoView {
    let (headline, advice) = if ended {
        ("Signed out of Salesforce", "The session has ended. Sign in again to go on; nothing is lost.")
    } else {
        (
            "Save this event to Salesforce",
            "Calbridge finds the people of the event among your contacts and leads, links it to their records and keeps it up to date.",
        )
    };
    let runs = move || deeds.runs(Deed::SignIn);
    let label = move || if runs() { "Waiting for Salesforce" } else { "Sign in to Salesforce" };
    let trouble = move || {
        let card = Card::of_trouble(&deeds.trouble()?);
        Some(
            view! { <p role="alert" class="error">{card.headline} ". " {card.text} " " <span class="code">{card.code}</span></p> },
        )
    };
    view! {
        <main class="body">
            <div class="card">
                {icons::draw(Icon::Circle)}
                <div class="says">
                    <h2>{headline}</h2>
                    <p>{advice}</p>
                </div>
            </div>
            <button
                type="button"
                class="primary wide"
                aria-disabled=move || runs().to_string()
                on:click=move |_| deeds.start(Deed::SignIn)
            >
                {label}
            </button>
            {trouble}
        </main>
    }
}
