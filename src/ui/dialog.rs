//! A dialog that covers the whole pane: title, close, content, buttons that stay in sight. Esc closes, Tab stays inside.

use leptos::{ev::KeyboardEvent, prelude::*};

use crate::{
    app::focus,
    ui::{
        parts::{Post, cross, group},
        update::Msg,
    },
};

/// The frame of a dialog. One is open at a time.
pub(crate) fn dialog(
    title: &'static str,
    content: Vec<AnyView>,
    buttons: Vec<AnyView>,
    post: Post,
) -> AnyView {
    let keys = move |event: KeyboardEvent| match event.key().as_str() {
        "Escape" => {
            event.stop_propagation();
            event.prevent_default();
            post.send(Msg::Close);
        }
        "Tab" => focus::keep_inside(".dialog", &event),
        _ => {}
    };
    view! {
        <div class="dialog" role="dialog" aria-modal="true" aria-labelledby="dialog-title" on:keydown=keys>
            <header><h1 id="dialog-title">{title}</h1> {cross(post, "Close".to_owned(), Msg::Close)}</header>
            {group("fields", content)}
            {group("buttons", buttons)}
        </div>
    }
    .into_any()
}
