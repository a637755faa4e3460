//! The save dialog (SAV-5 to SAV-10): records to link, what the org asks for, then one press of Save.

mod notes;
mod saving;

use leptos::prelude::*;

use calbridge_rules::saving::Refusal;

use crate::{
    lookup::{Field, Hit},
    picture::Picture,
    save::{SaveDraft, Saved},
    services::Services,
    ui::{
        conflict::{ConflictScreen, Gone},
        deeds::Deeds,
        dialog::Dialog,
        record_picker::RecordPicker,
        required::RequiredControl,
        words,
    },
};

use notes::{Notes, Occurrence};
use saving::{Alert, Saving, Stage};

/// The title of the dialog (SAV-5).
const TITLE: &str = "Save current event as an Activity in Salesforce";

/// Asks for the records to link, then saves.
#[component]
pub(crate) fn SaveDialog(
    picture: Picture,
    on_saved: Callback<(Saved, SaveDraft)>,
    on_close: Callback<()>,
) -> impl IntoView {
    let deeds = Deeds::from_context();
    let saving = Saving::new(expect_context::<Services>(), picture, on_saved);
    let stage = Memo::new(move |_| saving.stage());
    let content = move || {
        match stage.get() {
        Stage::Edit => view! { <Fields saving=saving /> }.into_any(),
        Stage::Conflict { by, at, conflicts, theirs } => {
            view! { <ConflictScreen by=by at=at conflicts=conflicts theirs=theirs draft=saving.draft picture=saving.picture /> }
                .into_any()
        }
        Stage::Gone => view! { <Gone /> }.into_any(),
    }
    };
    let buttons = move || {
        let (save, leave) = match stage.get() {
            Stage::Edit => ("Save", "Cancel"),
            Stage::Conflict { .. } => ("Save", "Discard mine"),
            Stage::Gone => ("Save as new", "Cancel"),
        };
        let label = move || if saving.is_running() { "Saving" } else { save };
        view! {
            <button type="button" class="primary" disabled=move || saving.is_blocked()
                aria-disabled=move || saving.is_running().to_string() on:click=move |_| saving.press()>
                {label}
            </button>
            <button type="button" on:click=move |_| on_close.run(())>{leave}</button>
        }
    };

    view! {
        <Dialog title=TITLE on_close=on_close buttons=buttons.into_any()>
            <Alert saving=saving deeds=deeds />
            {content}
        </Dialog>
    }
}

/// Everything that can be filled in.
#[component]
fn Fields(saving: Saving) -> impl IntoView {
    let Saving { draft, picture, .. } = saving;
    let people = picture.with_untracked(words::people_hits);
    let business = picture.with_untracked(words::business_hits);
    let required = picture.with_untracked(|picture| picture.required.clone());
    let who = Signal::derive(move || draft.with(|draft| draft.who.clone()));
    let what = Signal::derive(move || draft.with(|draft| draft.what.clone()));
    let pick_who = Callback::new(move |hit: Option<Hit>| draft.update(|draft| draft.pick_who(hit)));
    let pick_what = Callback::new(move |hit: Option<Hit>| draft.update(|draft| draft.what = hit));
    let refused =
        Signal::derive(move || if draft.with(SaveDraft::related_is_refused) { LEAD_ALONE } else { "" });
    let controls: Vec<AnyView> = required
        .into_iter()
        .map(|field| view! { <RequiredControl field=field draft=draft invalid=saving.invalid /> }.into_any())
        .collect();

    view! {
        <RecordPicker field=Field::Name label="Name" chosen=who on_pick=pick_who met=people refused="" />
        <RecordPicker field=Field::RelatedTo label="Related To" chosen=what on_pick=pick_what met=business refused=refused />
        {controls}
        <Occurrence draft=draft picture=picture />
        <Notes saving=saving />
    }
}

/// Why Related To is disabled beside a Lead (SAV-6).
const LEAD_ALONE: &str = "Salesforce links an event to a lead or to a record, not to both.";

/// What is still missing, in words; nothing where the dialog says it elsewhere.
fn missing(refusal: &Refusal) -> String {
    match refusal {
        Refusal::RequiredMissing { labels } => format!("Still to fill in: {}.", labels.join(", ")),
        Refusal::NotSavedInOutlook
        | Refusal::SyncOff { .. }
        | Refusal::ServiceUnreachable
        | Refusal::LeadWithRelated
        | Refusal::NobodyKnown
        | Refusal::SeriesOff
        | Refusal::TooLong { .. }
        | Refusal::RecurringAllDay
        | Refusal::RecurringLong
        | Refusal::SeriesZone { .. }
        | Refusal::GroupTooLong
        | Refusal::NoMultiday => format!("{} {}", refusal.reason(), refusal.remedy()),
    }
}
