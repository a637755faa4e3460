//! What is known of the item: status card, main button, links, people.

use leptos::prelude::*;

use crate::{
    picture::Picture,
    trouble::Trouble,
    ui::{
        card::{Card, CardLink, MainButton},
        deeds::{Deed, Deeds},
        links::{Linked, Links, OutsideLink},
        people::People,
        status::{StatusCard, WhyList},
        times::When,
        words,
    },
};

/// Everything below the subject.
#[component]
pub(crate) fn Overview(
    picture: Memo<Option<Picture>>,
    trouble: Memo<Option<Trouble>>,
    linked: Memo<Option<Linked>>,
    deeds: Deeds,
    on_save: Callback<()>,
) -> impl IntoView {
    let why_is_open = RwSignal::new(false);
    let on_link = Callback::new(move |link| follow(link, deeds, why_is_open, on_save));
    let card = Memo::new(move |_| picture.with(|picture| picture.as_ref().map(card)));
    let failed = Memo::new(move |_| {
        deeds.trouble().or_else(|| trouble.get()).map(|trouble| Card::of_trouble(&trouble))
    });
    let button =
        Memo::new(move |_| picture.with(|picture| picture.as_ref().map_or(MainButton::None, main_button)));
    let verdict =
        Memo::new(move |_| picture.with(|picture| picture.as_ref().map(|picture| picture.verdict.clone())));
    let why =
        move || why_is_open.get().then(|| verdict.get().map(|verdict| view! { <WhyList verdict=verdict /> }));
    let people = Memo::new(move |_| {
        picture.with(|picture| picture.iter().flat_map(|picture| picture.people.clone()).collect::<Vec<_>>())
    });
    let page = Memo::new(move |_| {
        linked.with(|linked| linked.as_ref().map(|linked| linked.page.clone()).unwrap_or_default())
    });

    view! {
        <main class="body">
            {move || failed.get().map(|card| view! { <FailureCard card=card on_link=on_link /> })}
            <StatusCard card=card why_is_open=why_is_open on_link=on_link />
            {move || linked.get().map(|linked| view! { <Links linked=linked /> })}
            {move || main_buttons(button.get(), page.get(), on_save)}
            {why}
            <People people=people />
        </main>
    }
}

/// A failure of the last deed or of gathering, spoken at once.
#[component]
fn FailureCard(card: Card, on_link: Callback<CardLink>) -> impl IntoView {
    view! {
        <StatusCard card=Signal::stored(Some(card)) why_is_open=Signal::stored(false) role="alert" on_link=on_link />
    }
}

fn card(picture: &Picture) -> Card {
    Card::of(picture, &words::changes(picture), &When::in_zone(&picture.open.zone))
}

fn main_button(picture: &Picture) -> MainButton {
    MainButton::of(picture, !words::changes(picture).is_empty())
}

fn follow(link: CardLink, deeds: Deeds, why_is_open: RwSignal<bool>, on_save: Callback<()>) {
    match link {
        CardLink::Why => why_is_open.update(|open| *open = !*open),
        CardLink::SyncNow => deeds.start(Deed::SyncNow),
        CardLink::Change => on_save.run(()),
        CardLink::TurnOnSync(_) | CardLink::TurnOn => deeds.start(Deed::TurnOnSync),
        CardLink::Retry => deeds.start(Deed::LookAgain),
        CardLink::SignIn => deeds.start(Deed::SignIn),
    }
}

fn main_buttons(button: MainButton, page: String, on_save: Callback<()>) -> AnyView {
    let press = move |_| on_save.run(());
    let wide = |enabled: bool| {
        view! {
            <button type="button" class="primary wide" aria-haspopup="dialog" disabled=!enabled on:click=press>
                "Save"
            </button>
        }
        .into_any()
    };
    match button {
        MainButton::None => ().into_any(),
        MainButton::Save => wide(true),
        MainButton::SaveDisabled => wide(false),
        MainButton::OpenAndEdit => view! {
            <div class="row">
                <OutsideLink page=page label="Open in Salesforce" class="button primary" />
                <button type="button" aria-haspopup="dialog" on:click=press>"Edit"</button>
            </div>
        }
        .into_any(),
        MainButton::SaveChangesAndOpen => view! {
            <div class="row">
                <button type="button" class="primary" aria-haspopup="dialog" on:click=press>"Save changes"</button>
                <OutsideLink page=page label="Open in Salesforce" class="button" />
            </div>
        }
        .into_any(),
    }
}
