//! What is known of the item: status card, links, main button, people.

use crate::{
    picture::Picture,
    ui::{
        card::{Card, MainButton},
        links,
        parts::{Button, group, outside},
        people,
        state::{ItemState, Question, State},
        status,
        times::When,
        update::Msg,
        view::{View, el},
        words,
    },
};

/// Everything below the subject.
pub(crate) fn overview(state: &State, item: &ItemState) -> View {
    let trouble = state.deed_trouble.as_ref().or(item.trouble.as_ref());
    let failure =
        trouble.map_or(View::Nothing, |trouble| status::card(Card::of_trouble(trouble), "alert", false));
    let known = item.picture.as_ref().map_or_else(Vec::new, |picture| known(picture, item));
    el("main").class("body").child(failure).children(known).into()
}

fn known(picture: &Picture, item: &ItemState) -> Vec<View> {
    let changes = words::changes(picture);
    let card = Card::of(picture, &changes, &When::in_zone(&picture.open.zone));
    let linked = item.linked();
    let page = linked.as_ref().map(|linked| linked.page.clone()).unwrap_or_default();
    let why = if item.shows_why { status::why(&picture.verdict, &picture.decided) } else { View::Nothing };
    vec![
        status::card(card, "status", item.shows_why),
        linked.map_or(View::Nothing, |linked| links::links(&linked)),
        main_buttons(MainButton::of(picture, !changes.is_empty()), page),
        why,
        people::people(&picture.people, item.shows_everybody),
    ]
}

fn main_buttons(button: MainButton, page: String) -> View {
    let save = |label: &'static str| Button::new(label, Msg::OpenSave).opens_dialog();
    let open = |class| outside(class, "Open in Salesforce", page);
    let unsync = || Button::new("Unsync", Msg::Ask(Question::Unsync)).opens_dialog().draw();
    match button {
        MainButton::None => View::Nothing,
        MainButton::Save => save("Save").class("primary wide").draw(),
        MainButton::SaveDisabled => save("Save").class("primary wide").enabled(false).draw(),
        MainButton::OpenAndEdit => group("row", vec![open("button primary"), save("Edit").draw(), unsync()]),
        MainButton::SaveChangesAndOpen => {
            group("row", vec![save("Save changes").class("primary").draw(), open("button"), unsync()])
        }
    }
}
