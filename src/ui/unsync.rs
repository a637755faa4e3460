//! The question before an item is taken back (UNS-1).

use crate::ui::{
    dialog::dialog,
    parts::{Button, line},
    screen,
    state::{Deed, State},
    update::Msg,
    view::View,
};

/// Says what is deleted and what stays, and asks.
pub(crate) fn unsync(state: &State) -> View {
    let is_busy = state.deed == Some(Deed::Unsync);
    let label = if is_busy { "Removing" } else { "Unsync" };
    let says = "The event in Salesforce is deleted, and sync saves it no more by itself. The event in Outlook stays.";
    let content = vec![
        line("", says),
        line("hint", "You can undo this for 30 days in the journal, which the settings open."),
        state.deed_trouble.as_ref().map_or(View::Nothing, screen::said),
    ];
    let buttons = vec![
        Button::new(label, Msg::Do(Deed::Unsync)).class("primary").busy(is_busy).draw(),
        Button::new("Cancel", Msg::Close).draw(),
    ];
    dialog("Unsync this event?", content, buttons)
}
