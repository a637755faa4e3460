//! The grey shapes shown until there is something to show; the same as in `index.html`, so that nothing jumps.

use leptos::prelude::*;

use crate::ui::parts::group;

/// The whole pane as grey shapes.
pub(crate) fn whole() -> AnyView {
    let head = group("head", vec![bone("bone wide"), bone("bone line")]);
    group("pane", vec![head, body()])
}

/// What is below the subject as grey shapes.
pub(crate) fn body() -> AnyView {
    let bones = ["bone card", "bone button", "bone short", "bone row", "bone row"];
    let bones: Vec<AnyView> = bones.into_iter().map(bone).collect();
    view! { <div class="body" role="status" aria-busy="true" aria-label="Loading">{bones}</div> }.into_any()
}

fn bone(class: &'static str) -> AnyView {
    group(class, Vec::new())
}
