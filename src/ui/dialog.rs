//! A dialog that covers the whole pane: title, close, content, buttons that stay in sight. Esc closes, Tab stays inside,
//! the focus returns.

use leptos::{ev::KeyboardEvent, prelude::*};

use crate::{
    app::focus,
    ui::icons::{self, Icon},
};

/// The frame of a dialog. One is open at a time.
#[component]
pub(crate) fn Dialog(
    #[prop(into)] title: String,
    on_close: Callback<()>,
    /// The buttons at the bottom; the content scrolls above them.
    buttons: AnyView,
    children: Children,
) -> impl IntoView {
    let opener = StoredValue::new_local(focus::here());
    on_cleanup(move || {
        // Until the next frame the pane below is still inert and takes no focus.
        let opener = opener.try_get_value().flatten();
        request_animation_frame(move || focus::back(opener));
    });
    let keys = move |event: KeyboardEvent| match event.key().as_str() {
        "Escape" => {
            event.stop_propagation();
            event.prevent_default();
            on_close.run(());
        }
        "Tab" => focus::keep_inside(".dialog", &event),
        _ => {}
    };
    Effect::new(move |_| focus::first(".dialog .fields"));

    view! {
        <div class="dialog" role="dialog" aria-modal="true" aria-labelledby="dialog-title" on:keydown=keys>
            <header>
                <h1 id="dialog-title">{title}</h1>
                <button type="button" class="quiet" aria-label="Close" on:click=move |_| on_close.run(())>
                    {icons::draw(Icon::Cross)}
                </button>
            </header>
            <div class="fields">{children()}</div>
            <div class="buttons">{buttons}</div>
        </div>
    }
}
