//! The status card, and the rules behind it on demand.

use calbridge_rules::{saving::Verdict, status::RuleAsked};

use crate::ui::{
    card::{Card, CardLink, Tone},
    icons::{self, Icon},
    parts::{Button, group, line, span},
    state::{Deed, Question},
    update::Msg,
    view::{View, el, text},
};

/// Tells where the item stands: sign, words and colour together. `role` says how it is spoken: `status` when there is
/// time, `alert` at once.
pub(crate) fn card(card: Card, role: &'static str, shows_why: bool) -> View {
    // A lone "Why?" goes on in the text's line.
    let place = if card.code.is_empty() && card.links == [CardLink::Why] { "inline" } else { "links" };
    let mut links: Vec<View> = card.links.iter().map(|link| small_link(*link, shows_why)).collect();
    if !card.code.is_empty() {
        links.push(span("code", card.code));
    }
    let headline = el("h2").text(card.headline).into();
    let says = group("says", vec![headline, line("", card.text), group(place, links)]);
    let card = group(tone_class(card.tone), vec![icons::draw(card.icon), says]);
    el("div").attr("role", role).child(card).into()
}

fn small_link(link: CardLink, shows_why: bool) -> View {
    let button = Button::link(link.label(), link_msg(link));
    let button = if link == CardLink::Why { button.expands(shows_why) } else { button };
    button.draw()
}

/// What following a link means.
pub(crate) fn link_msg(link: CardLink) -> Msg {
    match link {
        CardLink::Why => Msg::Why,
        CardLink::SyncNow => Msg::Do(Deed::SyncNow),
        CardLink::Change => Msg::OpenSave,
        CardLink::Withdraw => Msg::Do(Deed::Unsync),
        CardLink::TurnOnSync(_) | CardLink::TurnOn => Msg::Do(Deed::TurnOnSync),
        CardLink::Retry => Msg::LookAgain,
        CardLink::SignIn => Msg::Do(Deed::SignIn),
        CardLink::TakeOver => Msg::Ask(Question::TakeOver),
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

/// Lists the rules that were asked, by the last session of those that only sync can ask; the last of each decided.
pub(crate) fn why(verdict: &Verdict, decided: &[RuleAsked]) -> View {
    let asked: Vec<RuleAsked> = verdict.trace.iter().map(RuleAsked::from).collect();
    let may_change = may_change(verdict).map_or(View::Nothing, |words| line("hint", words));
    let mut content = vec![el("h2").attr("id", "why").text("Why?").into(), rules(&asked), may_change];
    if !decided.is_empty() {
        content.extend([line("", "When sync last looked at it:"), rules(decided)]);
    }
    el("section").class("box why").attr("aria-labelledby", "why").children(content).into()
}

fn rules(asked: &[RuleAsked]) -> View {
    let last = asked.len().saturating_sub(1);
    let row = |(index, check): (usize, &RuleAsked)| {
        let (icon, spoken) = if check.passed { (Icon::Tick, "Yes: ") } else { (Icon::Cross, "No: ") };
        let class = if index == last && !check.passed { "decided" } else { "" };
        let says = text(format!("{} ", check.says));
        let words = vec![span("spoken", spoken), says, span("code", check.rule.clone())];
        let row = el("li").class(class).child(icons::draw(icon));
        row.child(el("span").children(words)).into()
    };
    el("ul").children(asked.iter().enumerate().map(row).collect()).into()
}

/// What only sync can tell, where that could change a verdict.
pub(crate) fn may_change(verdict: &Verdict) -> Option<String> {
    let inputs = verdict.may_change.join(", ");
    (!inputs.is_empty()).then(|| format!("Only sync can tell, and it may change this: {inputs}."))
}
