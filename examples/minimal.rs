//! The smallest Leptos page that waits for Office and then shows a button: what the pane's start is measured against.

use leptos::{mount::mount_to_body, prelude::*};
use wasm_bindgen::prelude::wasm_bindgen;

/// Mounts the page; its script has waited for Office before.
#[wasm_bindgen(start)]
pub fn start() {
    mount_to_body(Page);
}

#[component]
fn Page() -> impl IntoView {
    let presses = RwSignal::new(0);
    view! {
        <main>
            <p>{move || presses.get()}</p>
            <button type="button" on:click=move |_| presses.update(|presses| *presses += 1)>"Save"</button>
        </main>
    }
}
