//! The footer: when sync runs next, and the way to the settings.

use calbridge_rules::saving::SyncKnown;

use crate::ui::{
    parts::Button,
    state::{Deed, State},
    times::When,
    update::Msg,
    view::{View, el, text},
};

/// What the footer says of sync.
pub(crate) fn sync_words(sync: &SyncKnown, when: &When) -> String {
    match sync {
        SyncKnown::Active { next_session: Some(at) } if *at > when.now => {
            format!("Next sync {}", when.ahead(*at))
        }
        SyncKnown::Active { next_session: Some(_) } => "Sync runs now".to_owned(),
        SyncKnown::Active { next_session: None } => "Sync is on".to_owned(),
        SyncKnown::Off { why } => why.headline().to_owned(),
        SyncKnown::Unreachable | SyncKnown::Never => "Sync cannot be reached".to_owned(),
    }
}

/// Whether a session can be asked for.
fn can_sync(sync: &SyncKnown) -> bool {
    match sync {
        SyncKnown::Active { .. } => true,
        SyncKnown::Off { .. } | SyncKnown::Unreachable | SyncKnown::Never => false,
    }
}

/// The footer.
pub(crate) fn footer(state: &State) -> View {
    let words = state.picture().map(|picture| sync_words(&picture.sync, &When::in_zone(&picture.open.zone)));
    let mut says = vec![text(words.unwrap_or_default())];
    if state.sync().is_some_and(can_sync) {
        let label = if state.deed == Some(Deed::SyncNow) { "Asking" } else { "Sync now" };
        says.push(text(" · "));
        says.push(Button::link(label, Msg::Do(Deed::SyncNow)).draw());
    }
    let settings = Button::link("Settings", Msg::OpenSettings).opens_dialog().draw();
    el("footer").child(el("span").children(says)).child(settings).into()
}
