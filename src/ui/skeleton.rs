//! The grey shapes shown until there is something to show; the same as in `index.html`, so that nothing jumps.

use crate::ui::{
    parts::group,
    view::{View, el},
};

/// The whole pane as grey shapes.
pub(crate) fn whole() -> View {
    let head = group("head", vec![bone("bone wide"), bone("bone line")]);
    group("pane", vec![head, body()])
}

/// What is below the subject as grey shapes.
pub(crate) fn body() -> View {
    let bones = ["bone card", "bone button", "bone short", "bone row", "bone row"];
    el("div")
        .class("body")
        .attr("role", "status")
        .attr("aria-busy", "true")
        .attr("aria-label", "Loading")
        .children(bones.into_iter().map(bone).collect())
        .into()
}

fn bone(class: &'static str) -> View {
    group(class, Vec::new())
}
