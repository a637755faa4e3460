//! The save dialog (SAV-5 to SAV-10): records to link, what the org asks for, then one press of Save.

use calbridge_rules::{
    item::Kind,
    saving::{EventKnown, Refusal, Route, Scope},
};

use crate::{
    lookup::{Field, Hit},
    picture::Picture,
    save::{NotSaved, SaveDraft},
    trouble::Remedy,
    ui::{
        card::{Card, CardLink, of_refusal},
        conflict,
        dialog::dialog,
        icons,
        parts::{Button, bdi, cross, line, span},
        record_picker::record_picker,
        required::required,
        state::{Form, State},
        status,
        update::Msg,
        view::{Element, View, el},
    },
};

/// The title of the dialog (SAV-5).
const TITLE: &str = "Save current event as an Activity in Salesforce";
/// Why Related To is disabled beside a Lead (SAV-6).
const LEAD_ALONE: &str = "Salesforce links an event to a lead or to a record, not to both.";

/// Asks for the records to link, then saves.
pub(crate) fn save_dialog(state: &State, form: &Form) -> View {
    let (mut below, save, leave) = match &form.failure {
        Some(NotSaved::Changed { by, at, conflicts, theirs }) => {
            (conflict::changed(by, *at, conflicts, theirs, form), "Save", "Discard mine")
        }
        Some(NotSaved::Gone) => (vec![conflict::gone()], "Save as new", "Cancel"),
        Some(NotSaved::Refused(_) | NotSaved::Trouble(_)) | None => (fields(form), "Save", "Cancel"),
    };
    let mut content = vec![alert(state, form)];
    content.append(&mut below);
    let label = if form.is_sending { "Saving" } else { save };
    let buttons = vec![
        Button::new(label, Msg::PressSave)
            .class("primary")
            .enabled(!form.is_blocked())
            .busy(form.is_sending)
            .draw(),
        Button::new(leave, Msg::Close).draw(),
    ];
    dialog(TITLE, content, buttons)
}

/// What went wrong, spoken at once, with the remedy as a button. The draft stays as it is.
fn alert(state: &State, form: &Form) -> View {
    let failure = match &form.failure {
        _ if form.is_sending => None,
        Some(NotSaved::Trouble(trouble)) if trouble.remedy == Remedy::SignIn && state.is_signed_in() => {
            return line("hint", "Signed in again. Press Save to send it now.");
        }
        Some(NotSaved::Trouble(trouble)) => Some(Card::of_trouble(trouble)),
        Some(NotSaved::Refused(refusal)) => Some(Card { links: Vec::new(), ..of_refusal(refusal) }),
        Some(NotSaved::Changed { .. } | NotSaved::Gone) | None => None,
    };
    let deed = state.deed_trouble.as_ref().map(Card::of_trouble);
    let alerts = failure.into_iter().chain(deed).map(one_alert).collect();
    el("div").attr("role", "alert").children(alerts).into()
}

fn one_alert(card: Card) -> View {
    let links = card.links.iter().map(|link| {
        // Trying again means pressing Save again.
        let msg = if *link == CardLink::Retry { Msg::PressSave } else { status::link_msg(*link) };
        Button::link(link.label(), msg).draw()
    });
    el("p")
        .class("error")
        .child(el("b").text(card.headline))
        .text(format!(" {} ", card.text))
        .children(links.collect())
        .text(" ")
        .child(span("code", card.code))
        .into()
}

/// Everything that can be filled in, and what is worth knowing before Save is pressed.
fn fields(form: &Form) -> Vec<View> {
    let Form { picture, draft, .. } = form;
    let refused = if draft.related_is_refused() { LEAD_ALONE } else { "" };
    let invalid = draft.invalid(picture);
    let mut fields = vec![draft.is_private.map_or(View::Nothing, privacy)];
    if draft.is_private == Some(true) {
        fields.extend([View::Nothing, View::Nothing, View::Nothing, View::Nothing]);
    } else {
        fields.push(record_picker(&form.name, form.chosen(Field::Name), "Name", ""));
        fields.push(record_picker(&form.related, form.chosen(Field::RelatedTo), "Related To", refused));
        fields.extend(further(form));
    }
    fields.extend(picture.required.iter().map(|field| required(field, draft, &invalid)));
    fields.push(occurrence(picture, draft));
    fields.push(files(form));
    let still = form.refusal().map(|refusal| missing(&refusal)).unwrap_or_default();
    fields.push(el("p").class("error").attr("role", "status").text(still).into());
    fields.extend(notes(picture, draft).into_iter().map(|note| line("hint", note)));
    fields
}

/// Records beside the first in Related To, and the field that adds one (PIC-3).
fn further(form: &Form) -> [View; 2] {
    let draft = &form.draft;
    let row = |hit: &Hit| {
        let leave_out = cross(format!("Leave out {}", hit.name), Msg::LeaveOut(hit.record.clone()));
        el("li").child(icons::tile(hit)).child(bdi(&hit.name)).child(leave_out).into()
    };
    let list = match draft.further.as_slice() {
        [] => View::Nothing,
        hits => el("ul")
            .class("further")
            .attr("aria-label", "Also related to")
            .children(hits.iter().map(row).collect())
            .into(),
    };
    let add = if draft.takes_further(&form.picture) {
        record_picker(&form.further, None, "Also related to", "")
    } else {
        View::Nothing
    };
    [list, add]
}

/// The files of the item: those that go along can be left out, those that cannot say why (ATT-1).
fn files(form: &Form) -> View {
    let Form { picture, draft, left_out, .. } = form;
    if !draft.takes_files(picture) || (draft.files.is_empty() && left_out.is_empty()) {
        return View::Nothing;
    }
    let tick = || el("input").attr("type", "checkbox");
    let row = |tick: Element, name: &str| el("label").class("choice").child(tick).child(bdi(name));
    let going = draft.files.iter().enumerate().map(|(place, (file, goes))| {
        row(tick().checked(*goes).change(Msg::TickFile(place)), &file.name).into()
    });
    let left = left_out.iter().map(|(name, why)| {
        row(tick().flag("disabled", true).checked(false), name).child(span("hint", why.reason())).into()
    });
    el("fieldset").child(el("legend").text("Files to save")).children(going.chain(left).collect()).into()
}

/// Asks what becomes of a private item: Salesforce takes no links on a private Event (PRV-2).
fn privacy(is_private: bool) -> View {
    el("fieldset")
        .child(el("legend").text("This event is private"))
        .child(choice("privacy", "Private, without links", is_private, true, Msg::Private(true)))
        .child(choice("privacy", "With links, not private", !is_private, true, Msg::Private(false)))
        .into()
}

/// A radio button of a group, with its label.
fn choice(group: &'static str, label: &'static str, is_chosen: bool, is_enabled: bool, msg: Msg) -> View {
    let radio = el("input").attr("type", "radio").attr("name", group).flag("disabled", !is_enabled);
    el("label").class("choice").child(radio.checked(is_chosen).change(msg)).text(label).into()
}

/// Asks whether one occurrence or the entire series is meant (SAV-10).
fn occurrence(picture: &Picture, draft: &SaveDraft) -> View {
    let item = &picture.open.item;
    match item.kind {
        Kind::Occurrence { .. } => {}
        Kind::Single | Kind::Series => return View::Nothing,
    }
    let has_series = picture.settings.recurring_sync && picture.event == EventKnown::Absent;
    let one = if item.is_meeting() { "This meeting" } else { "This event" };
    let radio = |scope: Scope, label: &'static str, is_enabled: bool| {
        choice("scope", label, draft.scope == scope, is_enabled, Msg::Choose(scope))
    };
    let off = Refusal::SeriesOff;
    let why =
        if has_series { String::new() } else { format!("{} {} {}", off.reason(), off.remedy(), off.rule()) };
    el("fieldset")
        .child(el("legend").text("Save"))
        .child(radio(Scope::Single, one, true))
        .child(radio(Scope::Series, "Entire series", has_series))
        .child(line("hint", why))
        .into()
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
        | Refusal::DownOnly
        | Refusal::NoMultiday => format!("{} {}", refusal.reason(), refusal.remedy()),
    }
}
