//! Moves the keyboard focus: into a dialog, round inside it, and back to where it came from.
//!
//! Outlook's script listens to every key that reaches the document and takes the focus out of the pane on Tab, so that a
//! dialog moves the focus itself and keeps its keys to itself.

use leptos::{
    prelude::document,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement, KeyboardEvent, NodeList},
};

/// Everything that takes the focus.
const FOCUSABLE: &str = "a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled)";

/// Where the focus is now.
pub(crate) fn here() -> Option<HtmlElement> {
    document().active_element().and_then(|element| element.dyn_into().ok())
}

/// Brings the focus back, or to the first control of the pane where that place is gone.
pub(crate) fn back(place: Option<HtmlElement>) {
    match place.filter(|place| place.is_connected()) {
        Some(place) => put(&place),
        None => first(".pane .body"),
    }
}

/// Moves the focus on where this page has it, but nothing in it: what had it went away.
pub(crate) fn go_on() {
    let is_lost = document().active_element().is_none_or(|element| element.tag_name() == "BODY");
    if is_lost && document().has_focus().unwrap_or(false) {
        let is_covered = document().query_selector(".dialog").ok().flatten().is_some();
        first(if is_covered { ".dialog .fields" } else { ".pane .body" });
    }
}

/// Focuses an element by its id.
pub(crate) fn element(id: &str) {
    if let Some(element) = document().get_element_by_id(id).and_then(|element| element.dyn_into().ok()) {
        put(&element);
    }
}

/// Focuses the first control inside the first element that a selector finds.
pub(crate) fn first(selector: &str) {
    let within = document().query_selector(selector).ok().flatten();
    let control = within.and_then(|within| within.query_selector(FOCUSABLE).ok().flatten());
    if let Some(control) = control.and_then(|control| control.dyn_into().ok()) {
        put(&control);
    }
}

/// Lets Tab go round inside an element.
pub(crate) fn keep_inside(selector: &str, event: &KeyboardEvent) {
    event.stop_propagation();
    let Some(within) = document().query_selector(selector).ok().flatten() else { return };
    let Ok(controls) = within.query_selector_all(FOCUSABLE) else { return };
    let (Some(start), Some(end)) = (at(&controls, 0), at(&controls, controls.length().saturating_sub(1)))
    else {
        return;
    };
    let now = document().active_element();
    let is = |element: &HtmlElement| now.as_ref() == Some(element.unchecked_ref::<Element>());
    if event.shift_key() && is(&start) {
        event.prevent_default();
        put(&end);
    } else if !event.shift_key() && is(&end) {
        event.prevent_default();
        put(&start);
    }
}

/// Scrolls an element into sight, if it is not, as little as possible.
pub(crate) fn reveal(id: &str) {
    use leptos::web_sys::{ScrollIntoViewOptions, ScrollLogicalPosition};
    if let Some(element) = document().get_element_by_id(id) {
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

fn at(controls: &NodeList, index: u32) -> Option<HtmlElement> {
    controls.item(index).and_then(|control| control.dyn_into().ok())
}

fn put(element: &HtmlElement) {
    // A control that went away meanwhile refuses; the focus then stays where it is.
    let _ = element.focus();
}
