//! What is known of the item: status card, links, main button, people.

use leptos::prelude::*;

use crate::{
    picture::Picture,
    ui::{
        card::{Card, MainButton},
        links,
        parts::{Button, Post, group, nothing, outside},
        people,
        state::{ItemState, State},
        status,
        times::When,
        update::Msg,
        words,
    },
};

/// Everything below the subject.
pub(crate) fn overview(state: &State, item: &ItemState, post: Post) -> AnyView {
    let trouble = state.deed_trouble.as_ref().or(item.trouble.as_ref());
    let failure =
        trouble.map_or_else(nothing, |trouble| status::card(Card::of_trouble(trouble), "alert", false, post));
    let known = item.picture.as_ref().map_or_else(Vec::new, |picture| known(picture, item, post));
    view! { <main class="body">{failure} {known}</main> }.into_any()
}

fn known(picture: &Picture, item: &ItemState, post: Post) -> Vec<AnyView> {
    let changes = words::changes(picture);
    let card = Card::of(picture, &changes, &When::in_zone(&picture.open.zone));
    let linked = item.linked();
    let page = linked.as_ref().map(|linked| linked.page.clone()).unwrap_or_default();
    let why = if item.shows_why { status::why(&picture.verdict) } else { nothing() };
    vec![
        status::card(card, "status", item.shows_why, post),
        linked.map_or_else(nothing, |linked| links::links(&linked, post)),
        main_buttons(MainButton::of(picture, !changes.is_empty()), page, post),
        why,
        people::people(&picture.people, item.shows_everybody, post),
    ]
}

fn main_buttons(button: MainButton, page: String, post: Post) -> AnyView {
    let save = |label: &'static str| Button::new(label, Msg::OpenSave).opens_dialog();
    let open = |class| outside(post, class, "Open in Salesforce", page);
    match button {
        MainButton::None => nothing(),
        MainButton::Save => save("Save").class("primary wide").draw(post),
        MainButton::SaveDisabled => save("Save").class("primary wide").enabled(false).draw(post),
        MainButton::OpenAndEdit => group("row", vec![open("button primary"), save("Edit").draw(post)]),
        MainButton::SaveChangesAndOpen => {
            group("row", vec![save("Save changes").class("primary").draw(post), open("button")])
        }
    }
}
