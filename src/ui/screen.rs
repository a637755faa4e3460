//! The whole pane as a function of the state.

use leptos::prelude::*;

use crate::{
    outlook::{OpenItem, Opened},
    session::SignedIn,
    trouble::Trouble,
    ui::{
        card::Card,
        footer,
        icons::{self, Icon},
        overview,
        parts::{Button, Post, group, line, nothing, span},
        save_dialog, settings, skeleton,
        state::{Cover, Deed, ItemState, State},
        times::When,
        update::Msg,
        words,
    },
};

/// The whole pane.
pub(crate) fn screen(state: &State, post: Post) -> AnyView {
    match (&state.opened, &state.item) {
        (Some(Ok(Opened::Item(_))), Some(item)) => with_item(state, item, post),
        (None, _) | (Some(Ok(Opened::Item(_))), None) => skeleton::whole(),
        (Some(Ok(Opened::Nothing)), _) => message(
            "No event is open",
            "Open an event in your calendar to see where it stands in Salesforce.",
        ),
        (Some(Ok(Opened::NotCalendar)), _) => message(
            "This is not an event",
            "Calbridge saves events of your calendar. Open one to see where it stands in Salesforce.",
        ),
        (Some(Err(trouble)), _) => unreadable(trouble, post),
    }
}

/// A message in place of everything.
pub(crate) fn message(headline: &'static str, advice: &'static str) -> AnyView {
    plain(Icon::Calendar, headline.to_owned(), advice.to_owned(), nothing())
}

fn unreadable(trouble: &Trouble, post: Post) -> AnyView {
    let again = Button::new("Try again", Msg::LookAgain).class("primary").draw(post);
    plain(Icon::Error, trouble.headline.clone(), trouble.advice.clone(), again)
}

fn plain(icon: Icon, headline: String, advice: String, button: AnyView) -> AnyView {
    view! {
        <main class="plain" role="status">
            {icons::draw(icon)} <h1>{headline}</h1> {line("", advice)} {button}
        </main>
    }
    .into_any()
}

fn with_item(state: &State, item: &ItemState, post: Post) -> AnyView {
    let is_covered = !matches!(state.cover, Cover::None);
    let (body, foot) = match &state.signed_in {
        SignedIn::Starting => (skeleton::body(), nothing()),
        SignedIn::Out { ended } => (sign_in(state, *ended, post), nothing()),
        SignedIn::As { .. } if item.picture.is_none() && item.trouble.is_none() => {
            (skeleton::body(), nothing())
        }
        SignedIn::As { .. } => (overview::overview(state, item, post), footer::footer(state, post)),
    };
    let covering = match &state.cover {
        Cover::None => nothing(),
        Cover::Settings => settings::settings(state, post),
        Cover::Save(form) => save_dialog::save_dialog(state, form, post),
    };
    view! {
        <div class="pane" inert=is_covered>{head(&item.open)} {body} {foot}</div>
        {covering}
    }
    .into_any()
}

/// Subject, time and place, one line each.
fn head(open: &OpenItem) -> AnyView {
    let subject = words::subject(&open.item);
    let time = When::in_zone(&open.zone).span(&open.item.span);
    let place = open.item.location.trim();
    let second = if place.is_empty() { time } else { format!("{time} · {place}") };
    view! {
        <header class="head">
            <h1 dir="auto" title=subject.clone()>{subject.clone()}</h1>
            <p title=second.clone()>{second.clone()}</p>
        </header>
    }
    .into_any()
}

/// Before sign-in: what the pane does for this item, and one button.
fn sign_in(state: &State, ended: bool, post: Post) -> AnyView {
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
    let button = Button::new(label, Msg::Do(Deed::SignIn)).class("primary wide").busy(runs).draw(post);
    let trouble = state.deed_trouble.as_ref().map_or_else(nothing, said);
    view! {
        <main class="body">
            <div class="card">
                {icons::draw(Icon::Circle)}
                <div class="says"><h2>{headline}</h2> {line("", advice.to_owned())}</div>
            </div>
            {button}
            {trouble}
        </main>
    }
    .into_any()
}

/// A failure in one line, spoken at once.
pub(crate) fn said(trouble: &Trouble) -> AnyView {
    let Card { headline, text, code, .. } = Card::of_trouble(trouble);
    let words = format!("{headline}. {text} ");
    view! { <div role="alert">{group("error", vec![words.into_any(), span("code", code)])}</div> }.into_any()
}
