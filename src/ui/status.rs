//! The status card, and the rules behind it on demand.

use leptos::prelude::*;

use calbridge_rules::saving::Verdict;

use crate::ui::{
    card::{Card, CardLink, Tone},
    icons::{self, Icon},
    parts::{Button, Post, group, line, nothing, span},
    state::Deed,
    update::Msg,
};

/// Tells where the item stands: sign, words and colour together. `role` says how it is spoken: `status` when there is
/// time, `alert` at once.
pub(crate) fn card(card: Card, role: &'static str, shows_why: bool, post: Post) -> AnyView {
    // A lone "Why?" goes on in the text's line.
    let place = if card.code.is_empty() && card.links == [CardLink::Why] { "inline" } else { "links" };
    let mut links: Vec<AnyView> = card.links.iter().map(|link| small_link(*link, shows_why, post)).collect();
    if !card.code.is_empty() {
        links.push(span("code", card.code));
    }
    view! {
        <div role=role>
            <div class=tone_class(card.tone)>
                {icons::draw(card.icon)}
                <div class="says"><h2>{card.headline}</h2> {line("", card.text)} {group(place, links)}</div>
            </div>
        </div>
    }
    .into_any()
}

fn small_link(link: CardLink, shows_why: bool, post: Post) -> AnyView {
    let button = Button::link(link.label(), link_msg(link));
    let button = if link == CardLink::Why { button.expands(shows_why) } else { button };
    button.draw(post)
}

/// What following a link means.
pub(crate) fn link_msg(link: CardLink) -> Msg {
    match link {
        CardLink::Why => Msg::Why,
        CardLink::SyncNow => Msg::Do(Deed::SyncNow),
        CardLink::Change => Msg::OpenSave,
        CardLink::TurnOnSync(_) | CardLink::TurnOn => Msg::Do(Deed::TurnOnSync),
        CardLink::Retry => Msg::LookAgain,
        CardLink::SignIn => Msg::Do(Deed::SignIn),
    }
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
pub(crate) fn why(verdict: &Verdict) -> AnyView {
    let last = verdict.trace.len().saturating_sub(1);
    let rows: Vec<AnyView> = verdict
        .trace
        .iter()
        .enumerate()
        .map(|(index, check)| {
            let (icon, spoken) = if check.passed { (Icon::Tick, "Yes: ") } else { (Icon::Cross, "No: ") };
            let class = if index == last && !check.passed { "decided" } else { "" };
            let words = format!("{} ", check.says);
            let words = vec![
                span("spoken", spoken.to_owned()),
                words.into_any(),
                span("code", check.rule.to_owned()),
            ];
            view! { <li class=class>{icons::draw(icon)} <span>{words}</span></li> }.into_any()
        })
        .collect();
    let may_change = may_change(verdict).map_or_else(nothing, |words| line("hint", words));
    view! {
        <section class="box why" aria-labelledby="why"><h2 id="why">"Why?"</h2> <ul>{rows}</ul> {may_change}</section>
    }
    .into_any()
}

/// What only sync can tell, where that could change a verdict.
pub(crate) fn may_change(verdict: &Verdict) -> Option<String> {
    let inputs = verdict.may_change.join(", ");
    (!inputs.is_empty()).then(|| format!("Only sync can tell, and it may change this: {inputs}."))
}
