//! What is asked before something is done that others notice: taking the item back (UNS-1), taking its Event over (PPL-5).

use crate::ui::{
    dialog::dialog,
    parts::{Button, line},
    screen,
    state::{Deed, Question, State},
    update::Msg,
    view::View,
};

impl Question {
    /// What follows from a yes.
    pub(crate) fn deed(self) -> Deed {
        match self {
            Self::Unsync => Deed::Unsync,
            Self::TakeOver => Deed::TakeOver,
        }
    }
}

/// Says what changes and what stays, and asks.
pub(crate) fn question(state: &State, question: Question) -> View {
    let (title, yes, busy, says) = match question {
        Question::Unsync => (
            "Unsync this event?",
            "Unsync",
            "Removing",
            "The event in Salesforce is deleted, and sync saves it no more by itself. The event in Outlook stays.",
        ),
        Question::TakeOver => (
            "Take over this event?",
            "Take over",
            "Taking over",
            "You become its owner in Salesforce, and your changes in Outlook go to it. Its owner until now keeps the event in Outlook.",
        ),
    };
    let is_busy = state.deed == Some(question.deed());
    let content = vec![
        line("", says),
        line("hint", "You can undo this for 30 days in the journal, which the settings open."),
        state.deed_trouble.as_ref().map_or(View::Nothing, screen::said),
    ];
    let label = if is_busy { busy } else { yes };
    let buttons = vec![
        Button::new(label, Msg::Do(question.deed())).class("primary").busy(is_busy).draw(),
        Button::new("Cancel", Msg::Close).draw(),
    ];
    dialog(title, content, buttons)
}
