//! Starts the pane: waits for Office and for the configuration, then mounts the app in place of the static skeleton.

use std::panic;

use leptos::prelude::document;
use wasm_bindgen::{JsCast, prelude::wasm_bindgen};
use web_sys::HtmlElement;

use crate::{
    app,
    outlook::{CALL_LIMIT_MS, Outlook, READY_LIMIT_MS},
    send::{self, Config},
    services::{Services, background},
    together::both,
};

/// The longest wait that a timer can count, in milliseconds.
const FOR_EVER_MS: u32 = i32::MAX as u32;

/// What the page runs once wasm is there.
#[wasm_bindgen(start)]
pub fn start() {
    panic::set_hook(Box::new(|_| {
        stopped("Calbridge has stopped", "What you saved is safe. Reload to go on.");
    }));
    background::start(Box::pin(run()));
}

async fn run() {
    let outlook = Outlook::with_limit(CALL_LIMIT_MS);
    let (is_ready, config) = both(Box::pin(outlook.ready(READY_LIMIT_MS)), Box::pin(send::config())).await;
    let Ok(config) = config else {
        stopped(
            "Calbridge could not be set up",
            "Its settings did not arrive. Check your connection, then reload.",
        );
        return;
    };
    let Some(pane) = element("pane") else { return };
    if is_ready {
        mount_app(&pane, outlook, config);
        return;
    }
    pane.set_inner_html("");
    let message = app::mount_outside(&pane);
    // Outlook may only have been slow.
    if outlook.ready(FOR_EVER_MS).await {
        drop(message);
        mount_app(&pane, outlook, config);
    }
}

fn mount_app(pane: &HtmlElement, outlook: Outlook, config: Config) {
    if let Some(is_dark) = outlook.is_dark() {
        let theme = if is_dark { "dark" } else { "light" };
        if let Some(root) = document().document_element() {
            // Refused for names that are no attribute only.
            let _ = root.set_attribute("data-theme", theme);
        }
    }
    pane.set_inner_html("");
    app::mount(pane, move || {
        let services = Services::new(outlook, config);
        services.start();
        services
    });
}

/// Shows the page's static message with its reload button; nothing of the app is needed for it.
fn stopped(headline: &str, advice: &str) {
    for (id, text) in [("stopped-headline", headline), ("stopped-advice", advice)] {
        if let Some(element) = element(id) {
            element.set_text_content(Some(text));
        }
    }
    for (id, is_hidden) in [("pane", true), ("stopped", false)] {
        if let Some(element) = element(id) {
            element.set_hidden(is_hidden);
        }
    }
}

fn element(id: &str) -> Option<HtmlElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}
