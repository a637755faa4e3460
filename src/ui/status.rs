//! The status card, and the rules behind it on demand.

use leptos::prelude::*;

use calbridge_rules::saving::Verdict;

use crate::ui::{
    card::{Card, CardLink, Tone},
    icons::{self, Icon},
};

/// Tells where the item stands: sign, words and colour together.
#[component]
pub(crate) fn StatusCard(
    #[prop(into)] card: Signal<Option<Card>>,
    #[prop(into)] why_is_open: Signal<bool>,
    /// How it is spoken: `status` when there is time, `alert` at once.
    #[prop(default = "status")]
    role: &'static str,
    on_link: Callback<CardLink>,
) -> impl IntoView {
    let drawn = move || {
        let card = card.get()?;
        let links = card.links.iter().map(|link| small_link(*link, why_is_open, on_link)).collect_view();
        // A lone "Why?" goes on in the text's line.
        let place = if card.code.is_empty() && card.links == [CardLink::Why] { "inline" } else { "links" };
        let code = (!card.code.is_empty()).then(|| view! { <span class="code">{card.code.clone()}</span> });
        Some(view! {
            <div class=tone_class(card.tone)>
                {icons::draw(card.icon)}
                <div class="says">
                    <h2>{card.headline}</h2>
                    <p>{card.text}</p>
                    <div class=place>{links}{code}</div>
                </div>
            </div>
        })
    };
    view! { <div role=role>{drawn}</div> }
}

fn small_link(link: CardLink, why_is_open: Signal<bool>, on_link: Callback<CardLink>) -> AnyView {
    let expanded = move || (link == CardLink::Why).then(|| why_is_open.get().to_string());
    view! {
        <button type="button" class="link" aria-expanded=expanded on:click=move |_| on_link.run(link)>
            {link.label()}
        </button>
    }
    .into_any()
}

fn tone_class(tone: Tone) -> &'static str {
    match tone {
        Tone::Neutral => "card",
        Tone::Info => "card info",
        Tone::Good => "card good",
        Tone::Bad => "card bad",
        Tone::Warn => "card warn",
    }
}

/// Lists the rules that were asked; the last one decided.
#[component]
pub(crate) fn WhyList(verdict: Verdict) -> impl IntoView {
    let last = verdict.trace.len().saturating_sub(1);
    let rows = verdict.trace.into_iter().enumerate().map(|(index, check)| {
        let (icon, spoken) = if check.passed { (Icon::Tick, "Yes: ") } else { (Icon::Cross, "No: ") };
        let decided = index == last && !check.passed;
        view! {
            <li class:decided=decided>
                {icons::draw(icon)}
                <span>
                    <span class="spoken">{spoken}</span>
                    {check.says}
                    " "
                    <span class="code">{check.rule}</span>
                </span>
            </li>
        }
    });
    let may_change = (!verdict.may_change.is_empty()).then(|| {
        let inputs = verdict.may_change.join(", ");
        view! { <p class="hint">{format!("Only sync can tell, and it may change this: {inputs}.")}</p> }
    });
    view! {
        <section class="box why" aria-labelledby="why">
            <h2 id="why">"Why?"</h2>
            <ul>{rows.collect_view()}</ul>
            {may_change}
        </section>
    }
}
