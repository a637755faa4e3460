//! The save dialog (SAV-5 to SAV-10): records to link, what the org asks for, then one press of Save.

use leptos::prelude::*;

use calbridge_rules::{
    item::Kind,
    saving::{EventKnown, Refusal, Route, Scope},
};

use crate::{
    lookup::Field,
    picture::Picture,
    save::{NotSaved, SaveDraft},
    trouble::Remedy,
    ui::{
        card::{Card, CardLink, of_refusal},
        conflict,
        dialog::dialog,
        parts::{Button, Post, line, nothing, span},
        record_picker::record_picker,
        required::required,
        state::{Form, State},
        status,
        update::Msg,
    },
};

/// The title of the dialog (SAV-5).
const TITLE: &str = "Save current event as an Activity in Salesforce";
/// Why Related To is disabled beside a Lead (SAV-6).
const LEAD_ALONE: &str = "Salesforce links an event to a lead or to a record, not to both.";

/// Asks for the records to link, then saves.
pub(crate) fn save_dialog(state: &State, form: &Form, post: Post) -> AnyView {
    let (mut below, save, leave) = match &form.failure {
        Some(NotSaved::Changed { by, at, conflicts, theirs }) => {
            (conflict::changed(by, *at, conflicts, theirs, form, post), "Save", "Discard mine")
        }
        Some(NotSaved::Gone) => (vec![conflict::gone(post)], "Save as new", "Cancel"),
        Some(NotSaved::Refused(_) | NotSaved::Trouble(_)) | None => (fields(form, post), "Save", "Cancel"),
    };
    let mut content = vec![alert(state, form, post)];
    content.append(&mut below);
    let label = if form.is_sending { "Saving" } else { save };
    let buttons = vec![
        Button::new(label, Msg::PressSave)
            .class("primary")
            .enabled(!form.is_blocked())
            .busy(form.is_sending)
            .draw(post),
        Button::new(leave, Msg::Close).draw(post),
    ];
    dialog(TITLE, content, buttons, post)
}

/// What went wrong, spoken at once, with the remedy as a button. The draft stays as it is.
fn alert(state: &State, form: &Form, post: Post) -> AnyView {
    let failure = match &form.failure {
        _ if form.is_sending => None,
        Some(NotSaved::Trouble(trouble)) if trouble.remedy == Remedy::SignIn && state.is_signed_in() => {
            return line("hint", "Signed in again. Press Save to send it now.".to_owned());
        }
        Some(NotSaved::Trouble(trouble)) => Some(Card::of_trouble(trouble)),
        Some(NotSaved::Refused(refusal)) => Some(Card { links: Vec::new(), ..of_refusal(refusal) }),
        Some(NotSaved::Changed { .. } | NotSaved::Gone) | None => None,
    };
    let deed = state.deed_trouble.as_ref().map(Card::of_trouble);
    let alerts: Vec<AnyView> = failure.into_iter().chain(deed).map(|card| one_alert(card, post)).collect();
    view! { <div role="alert">{alerts}</div> }.into_any()
}

fn one_alert(card: Card, post: Post) -> AnyView {
    let links = card.links.iter().map(|link| {
        // Trying again means pressing Save again.
        let msg = if *link == CardLink::Retry { Msg::PressSave } else { status::link_msg(*link) };
        Button::link(link.label(), msg).draw(post)
    });
    let links: Vec<AnyView> = links.collect();
    let text = format!(" {} ", card.text);
    view! { <p class="error"><b>{card.headline}</b> {text} {links} " " {span("code", card.code)}</p> }
        .into_any()
}

/// Everything that can be filled in, and what is worth knowing before Save is pressed.
fn fields(form: &Form, post: Post) -> Vec<AnyView> {
    let Form { picture, draft, .. } = form;
    let refused = if draft.related_is_refused() { LEAD_ALONE } else { "" };
    let invalid = draft.invalid(picture);
    let mut fields = vec![
        record_picker(&form.name, form.chosen(Field::Name), "Name", "", post),
        record_picker(&form.related, form.chosen(Field::RelatedTo), "Related To", refused, post),
    ];
    fields.extend(picture.required.iter().map(|field| required(field, draft, &invalid, post)));
    fields.push(occurrence(picture, draft, post));
    let still = form.refusal().map(|refusal| missing(&refusal)).unwrap_or_default();
    fields.push(view! { <p class="error" role="status">{still}</p> }.into_any());
    fields.extend(notes(picture, draft).into_iter().map(|note| line("hint", note)));
    fields
}

/// Asks whether one occurrence or the entire series is meant (SAV-10).
fn occurrence(picture: &Picture, draft: &SaveDraft, post: Post) -> AnyView {
    let item = &picture.open.item;
    match item.kind {
        Kind::Occurrence { .. } => {}
        Kind::Single | Kind::Series => return nothing(),
    }
    let has_series = picture.settings.recurring_sync && picture.event == EventKnown::Absent;
    let one = if item.is_meeting() { "This meeting" } else { "This event" };
    let radio = |scope: Scope, label: &'static str, enabled: bool| {
        view! {
            <label class="choice">
                <input type="radio" name="scope" disabled=!enabled prop:checked=draft.scope == scope
                    on:change=post.change(Msg::Choose(scope)) />
                {label}
            </label>
        }
        .into_any()
    };
    let off = Refusal::SeriesOff;
    let why =
        if has_series { String::new() } else { format!("{} {} {}", off.reason(), off.remedy(), off.rule()) };
    view! {
        <fieldset>
            <legend>"Save"</legend>
            {radio(Scope::Single, one, true)}
            {radio(Scope::Series, "Entire series", has_series)}
            {line("hint", why)}
        </fieldset>
    }
    .into_any()
}

/// What is cut, that the description goes up once (DES-1), and what only sync can tell.
fn notes(picture: &Picture, draft: &SaveDraft) -> Vec<String> {
    let mut notes = draft.told(picture);
    let is_first = match picture.event {
        EventKnown::Absent | EventKnown::Unknown => true,
        EventKnown::Exists { .. } => false,
    };
    if is_first && picture.settings.safe_description {
        notes.push(
            "The description is sent once, now. Later edits of it stay where they are made.".to_owned(),
        );
    }
    let verdict = draft.verdict(picture);
    if verdict.route == Route::Queue {
        notes.extend(status::may_change(&verdict));
    }
    notes
}

/// What is still missing, in words.
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
