//! What is worth knowing before Save is pressed: occurrence or series, what is missing, what is cut.

use leptos::prelude::*;

use calbridge_rules::{
    item::Kind,
    saving::{EventKnown, Refusal, Route, Scope},
};

use crate::{picture::Picture, save::SaveDraft};

use super::{Saving, missing};

/// Asks whether one occurrence or the entire series is meant (SAV-10).
#[component]
pub(super) fn Occurrence(draft: RwSignal<SaveDraft>, picture: RwSignal<Picture>) -> impl IntoView {
    let (occurs, is_meeting, series) = picture.with_untracked(|picture| {
        let item = &picture.open.item;
        let series = picture.settings.recurring_sync && picture.event == EventKnown::Absent;
        (matches!(item.kind, Kind::Occurrence { .. }), item.is_meeting(), series)
    });
    let one = if is_meeting { "This meeting" } else { "This event" };
    let radio = move |scope: Scope, label: &'static str, enabled: bool| {
        view! {
            <label class="choice">
                <input type="radio" name="scope" disabled=!enabled
                    prop:checked=move || draft.with(|draft| draft.scope == scope)
                    on:change=move |_| draft.update(|draft| draft.scope = scope) />
                {label}
            </label>
        }
        .into_any()
    };
    occurs.then(|| {
        let why = (!series).then(|| {
            let off = Refusal::SeriesOff;
            view! { <p class="hint">{off.reason()} " " {off.remedy()} " " <span class="code">{off.rule()}</span></p> }
        });
        view! {
            <fieldset>
                <legend>"Save"</legend>
                {radio(Scope::Single, one, true)}
                {radio(Scope::Series, "Entire series", series)}
                {why}
            </fieldset>
        }
    })
}

/// What is missing, what is cut, and what only sync can tell.
#[component]
pub(super) fn Notes(saving: Saving) -> impl IntoView {
    let cut =
        Memo::new(move |_| saving.draft.with(|draft| saving.picture.with(|picture| draft.told(picture))));
    let told = move || {
        cut.get().into_iter().map(|line| view! { <p class="hint">{line}</p> }.into_any()).collect_view()
    };
    let once = saving.picture.with_untracked(description_goes_once);
    let still = move || saving.refusal().map(|refusal| missing(&refusal));
    let may_change = move || {
        saving.verdict.with(|verdict| {
            let inputs = verdict.may_change.join(", ");
            let waits = verdict.route == Route::Queue && !inputs.is_empty();
            waits.then(|| format!("Only sync can tell, and it may change this: {inputs}."))
        })
    };
    view! {
        <p class="error" role="status">{still}</p>
        {told}
        <p class="hint">{once}</p>
        <p class="hint">{may_change}</p>
    }
}

/// That the description goes up once, where it does (DES-1).
fn description_goes_once(picture: &Picture) -> Option<&'static str> {
    let first = match picture.event {
        EventKnown::Absent | EventKnown::Unknown => true,
        EventKnown::Exists { .. } => false,
    };
    (first && picture.settings.safe_description)
        .then_some("The description is sent once, now. Later edits of it stay where they are made.")
}
