//! The whole pane as a function of the state.

use crate::{
    drawn::{Post, Screen},
    outlook::{OpenItem, Opened},
    session::SignedIn,
    trouble::Trouble,
    ui::{
        card::Card,
        footer,
        icons::{self, Icon},
        overview,
        parts::{Button, group, line, span},
        question, save_dialog, settings, skeleton,
        state::{Cover, Deed, ItemState, State},
        times::When,
        update::Msg,
        view::{View, Words, el, text},
        words,
    },
};

/// The whole pane.
pub(crate) fn screen(state: &State, post: Post) -> Screen {
    let pane = match (&state.opened, &state.item) {
        (Some(Ok(Opened::Item(_))), Some(item)) => {
            return Screen { views: [with_item(state, item), covering(state)], post };
        }
        (None, _) | (Some(Ok(Opened::Item(_))), None) => skeleton::whole(),
        (Some(Ok(Opened::Nothing)), _) => message(
            "No event is open",
            "Open an event in your calendar to see where it stands in Salesforce.",
        ),
        (Some(Ok(Opened::NotCalendar)), _) => message(
            "This is not an event",
            "Calbridge saves events of your calendar. Open one to see where it stands in Salesforce.",
        ),
        (Some(Err(trouble)), _) => unreadable(trouble),
    };
    Screen { views: [pane, View::Nothing], post }
}

/// A message in place of everything.
pub(crate) fn message(headline: &'static str, advice: &'static str) -> View {
    plain(Icon::Calendar, headline.into(), advice.into(), View::Nothing)
}

fn unreadable(trouble: &Trouble) -> View {
    let again = Button::new("Try again", Msg::LookAgain).class("primary").draw();
    plain(Icon::Error, trouble.headline.clone().into(), trouble.advice.clone().into(), again)
}

fn plain(icon: Icon, headline: Words, advice: Words, button: View) -> View {
    el("main")
        .class("plain")
        .attr("role", "status")
        .child(icons::draw(icon))
        .child(el("h1").text(headline))
        .child(line("", advice))
        .child(button)
        .into()
}

fn with_item(state: &State, item: &ItemState) -> View {
    let is_covered = !matches!(state.cover, Cover::None);
    let (body, foot) = match &state.signed_in {
        SignedIn::Starting => (skeleton::body(), View::Nothing),
        SignedIn::Out { ended } => (sign_in(state, *ended), View::Nothing),
        SignedIn::As { .. } if item.picture.is_none() && item.trouble.is_none() => {
            (skeleton::body(), View::Nothing)
        }
        SignedIn::As { .. } => (overview::overview(state, item), footer::footer(state)),
    };
    let pane = el("div").class("pane").flag("inert", is_covered);
    pane.child(head(&item.open)).child(body).child(foot).into()
}

fn covering(state: &State) -> View {
    match &state.cover {
        Cover::None => View::Nothing,
        Cover::Settings => settings::settings(state),
        Cover::Ask(asked) => question::question(state, *asked),
        Cover::Save(form) => save_dialog::save_dialog(state, form),
    }
}

/// Subject, time and place, one line each.
fn head(open: &OpenItem) -> View {
    let subject = words::subject(&open.item);
    let time = When::in_zone(&open.zone).span(&open.item.span);
    let place = open.item.location.trim();
    let second = if place.is_empty() { time } else { format!("{time} · {place}") };
    let subject = el("h1").attr("dir", "auto").attr("title", subject.clone()).text(subject);
    let second = el("p").attr("title", second.clone()).text(second);
    el("header").class("head").child(subject).child(second).into()
}

/// Before sign-in: what the pane does for this item, and one button.
fn sign_in(state: &State, ended: bool) -> View {
    let (headline, advice) = if ended {
        ("Signed out of Salesforce", "The session has ended. Sign in again to go on; nothing is lost.")
    } else {
        (
            "Save this event to Salesforce",
            "Calbridge finds the people of the event among your contacts and leads, links it to their records and keeps it up to date.",
        )
    };
    let runs = state.deed == Some(Deed::SignIn);
    let label = if runs { "Waiting for Salesforce" } else { "Sign in to Salesforce" };
    let button = Button::new(label, Msg::Do(Deed::SignIn)).class("primary wide").busy(runs).draw();
    let trouble = state.deed_trouble.as_ref().map_or(View::Nothing, said);
    let says = group("says", vec![el("h2").text(headline).into(), line("", advice)]);
    let card = group("card", vec![icons::draw(Icon::Circle), says]);
    el("main").class("body").children(vec![card, button, trouble]).into()
}

/// A failure in one line, spoken at once.
pub(crate) fn said(trouble: &Trouble) -> View {
    let Card { headline, text: advice, code, .. } = Card::of_trouble(trouble);
    let words = text(format!("{headline}. {advice} "));
    el("div").attr("role", "alert").child(group("error", vec![words, span("code", code)])).into()
}
