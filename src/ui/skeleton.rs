//! The grey shapes shown until there is something to show; the same as in `index.html`, so that nothing jumps.

use leptos::prelude::*;

/// The whole pane as grey shapes.
#[component]
pub(crate) fn Skeleton() -> impl IntoView {
    view! {
        <div class="pane" role="status" aria-busy="true" aria-label="Loading">
            <div class="head">
                <div class="bone wide"></div>
                <div class="bone line"></div>
            </div>
            <SkeletonBody />
        </div>
    }
}

/// What is below the subject as grey shapes.
#[component]
pub(crate) fn SkeletonBody() -> impl IntoView {
    view! {
        <div class="body" role="status" aria-busy="true" aria-label="Loading">
            <div class="bone card"></div>
            <div class="bone button"></div>
            <div class="bone short"></div>
            <div class="bone row"></div>
            <div class="bone row"></div>
        </div>
    }
}
