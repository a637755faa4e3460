//! Somebody changed or deleted the Event meanwhile (SAV-13): both values, and the user chooses.

use chrono::{DateTime, Utc};
use leptos::prelude::*;

use calbridge_rules::{conflict::Conflict, event::EventField};

use crate::{
    lookup::Hit,
    picture::Picture,
    save::{SaveDraft, Whose},
    ui::{
        card::{Card, CardLink, Tone},
        icons::Icon,
        status::StatusCard,
        times::When,
        words,
    },
};

/// Shows both values per field and asks.
#[component]
pub(crate) fn ConflictScreen(
    by: String,
    at: DateTime<Utc>,
    conflicts: Vec<Conflict>,
    /// The records that the Event points to now.
    theirs: Vec<Hit>,
    draft: RwSignal<SaveDraft>,
    picture: RwSignal<Picture>,
) -> impl IntoView {
    let picture = picture.get_untracked();
    let when = When::in_zone(&picture.open.zone);
    let by = Some(by).filter(|by| !by.is_empty()).unwrap_or_else(|| "somebody else".to_owned());
    let card = Card {
        tone: Tone::Warn,
        icon: Icon::Swap,
        headline: "Changed in Salesforce meanwhile".to_owned(),
        text: format!("By {by}, {}. Choose what to keep.", when.ago(at)),
        code: String::new(),
        links: Vec::new(),
    };
    let mut known = words::people_hits(&picture);
    known.extend(words::business_hits(&picture));
    known.extend(theirs);
    known.extend(
        draft.with_untracked(|draft| draft.who.iter().chain(&draft.what).cloned().collect::<Vec<_>>()),
    );
    let boxes: Vec<AnyView> = conflicts
        .into_iter()
        .map(|conflict| {
            let label = words::field(&conflict.field, &picture);
            let mine = words::value(&conflict.mine, &known, &when);
            let theirs = words::value(&conflict.theirs, &known, &when);
            view! { <OneConflict label=label field=conflict.field mine=mine theirs=theirs draft=draft /> }
                .into_any()
        })
        .collect();
    view! {
        <SaidCard card=card />
        {boxes}
    }
}

#[component]
fn OneConflict(
    label: String,
    field: EventField,
    mine: String,
    theirs: String,
    draft: RwSignal<SaveDraft>,
) -> impl IntoView {
    let name = format!("conflict-{label}");
    let radio = |whose: Whose, says: &'static str, value: String| {
        let (picked, set) = (field.clone(), field.clone());
        let chosen =
            move || draft.with(|draft| draft.settled.get(&picked).copied().unwrap_or(Whose::Mine) == whose);
        let choose = move |_| {
            draft.update(|draft| {
                draft.settled.insert(set.clone(), whose);
            });
        };
        view! {
            <label class="choice">
                <input type="radio" name=name.clone() prop:checked=chosen on:change=choose />
                <span>{says} " " <bdi>{value}</bdi></span>
            </label>
        }
        .into_any()
    };
    view! {
        <fieldset class="box">
            <legend>{label}</legend>
            {radio(Whose::Mine, "Yours:", mine)}
            {radio(Whose::Theirs, "Theirs:", theirs)}
        </fieldset>
    }
}

/// The Event is gone; Save makes a new one.
#[component]
pub(crate) fn Gone() -> impl IntoView {
    let card = Card {
        tone: Tone::Warn,
        icon: Icon::Deleted,
        headline: "Deleted in Salesforce meanwhile".to_owned(),
        text: "The event is no longer there, so nothing was changed. Save it as a new event, or leave it."
            .to_owned(),
        code: String::new(),
        links: Vec::new(),
    };
    view! { <SaidCard card=card /> }
}

/// A card without links.
#[component]
fn SaidCard(card: Card) -> impl IntoView {
    let nothing = Callback::new(|_: CardLink| ());
    view! {
        <StatusCard card=Signal::stored(Some(card)) why_is_open=Signal::stored(false) on_link=nothing />
    }
}
