//! A dialog that covers the whole pane: title, close, content, buttons that stay in sight. Esc closes, Tab stays inside.

use crate::ui::{
    parts::{cross, group},
    update::Msg,
    view::{View, el},
};

/// The frame of a dialog. One is open at a time.
pub(crate) fn dialog(title: &'static str, content: Vec<View>, buttons: Vec<View>) -> View {
    let title = el("h1").attr("id", "dialog-title").text(title);
    el("div")
        .class("dialog")
        .attr("role", "dialog")
        .attr("aria-modal", "true")
        .attr("aria-labelledby", "dialog-title")
        .on("keydown", |happened| match happened.key().as_str() {
            "Escape" => {
                happened.keep();
                Some(Msg::Close)
            }
            "Tab" => {
                happened.keep_focus_inside(".dialog");
                None
            }
            _ => None,
        })
        .child(el("header").child(title).child(cross("Close", Msg::Close)))
        .child(group("fields", content))
        .child(group("buttons", buttons))
        .into()
}
