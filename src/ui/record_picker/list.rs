//! The list that floats under a picker.

use leptos::prelude::*;

use crate::{lookup::Hit, ui::icons};

use super::{
    groups::{Group, marked},
    picker::{Extra, Picker},
};

/// The floating list: groups of records, a last row that brings more or tries again, and where one is in it.
pub(super) fn list(picker: Picker, label: &'static str) -> AnyView {
    let id = picker.id;
    let has_rows = move || picker.rows() > 0;
    let role = move || has_rows().then_some("listbox");
    let name = move || has_rows().then_some(label);
    let trouble = move || {
        let trouble = picker.trouble.get()?;
        Some(view! { <p role="alert" class="error">{trouble.headline} ". " {trouble.advice}</p> })
    };
    let place = move || {
        let count = picker.count();
        if has_rows() { format!("{count} · ↑ ↓ to move, Enter to pick, Esc to close") } else { count }
    };
    view! {
        // The field keeps the focus while somebody clicks in the list.
        <div class="popup" id=format!("{id}-popup") on:mousedown=|event| event.prevent_default()>
            <div id=format!("{id}-list") class="rows" role=role aria-label=name aria-busy=move || picker.is_busy().to_string()>
                {move || groups(picker)}
                {move || extra(picker)}
            </div>
            {trouble}
            <p class="place" aria-hidden="true">{place}</p>
        </div>
    }
    .into_any()
}

fn groups(picker: Picker) -> Vec<AnyView> {
    let typed = picker.combo.with_untracked(|combo| combo.text().to_owned());
    let mut row = 0;
    let mut drawn = Vec::new();
    for (number, Group { title, hits }) in picker.groups.get().into_iter().enumerate() {
        let heading = format!("{}-group-{number}", picker.id);
        let options: Vec<AnyView> =
            hits.into_iter().enumerate().map(|(at, hit)| option(picker, row + at, &hit, &typed)).collect();
        row += options.len();
        let labelled = heading.clone();
        drawn.push(
            view! {
                <div role="group" aria-labelledby=labelled>
                    <div class="group" id=heading>{title}</div>
                    {options}
                </div>
            }
            .into_any(),
        );
    }
    drawn
}

fn option(picker: Picker, row: usize, hit: &Hit, typed: &str) -> AnyView {
    let name: Vec<AnyView> = marked(&hit.name, typed)
        .into_iter()
        .map(|(piece, matches)| if matches { view! { <b>{piece}</b> }.into_any() } else { piece.into_any() })
        .collect();
    view! {
        <div role="option" class="option" id=format!("{}-{row}", picker.id) aria-selected=is_active(picker, row)
            on:click=move |_| picker.pick(row)>
            {icons::tile(hit)}
            <span class="names"><bdi title=hit.name.clone()>{name}</bdi> <span class="second">{hit.detail.clone()}</span></span>
            <span class="role">{hit.object.label()}</span>
        </div>
    }
    .into_any()
}

fn extra(picker: Picker) -> Option<AnyView> {
    let label = match picker.extra.get() {
        Extra::None => return None,
        Extra::More => "Show more",
        Extra::Retry => "Try again",
    };
    let row = picker.rows() - 1;
    let drawn = view! {
        <div role="option" class="option more" id=format!("{}-{row}", picker.id) aria-selected=is_active(picker, row)
            on:click=move |_| picker.pick(row)>
            {label}
        </div>
    };
    Some(drawn.into_any())
}

fn is_active(picker: Picker, row: usize) -> impl Fn() -> String + Copy + Send + 'static {
    move || picker.combo.with(|combo| combo.active == Some(row)).to_string()
}
