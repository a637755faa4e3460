//! The list that floats under a picker.

use leptos::prelude::*;

use crate::{
    lookup::Hit,
    ui::{
        icons,
        parts::{Post, line, span},
        screen,
        update::Msg,
    },
};

use super::{
    Picker, PickerMsg,
    groups::{Group, marked},
    picker::Extra,
};

/// The floating list: groups of records, a last row that brings more or tries again, and where one is in it.
pub(super) fn list(picker: &Picker, label: &'static str, hits: usize, post: Post) -> AnyView {
    let id = Picker::id(picker.field);
    let mut rows = groups(picker, post);
    match picker.extra() {
        Extra::None => {}
        Extra::More => rows.push(row(picker, hits, "option more", vec!["Show more".into_any()], post)),
        Extra::Retry => rows.push(row(picker, hits, "option more", vec!["Try again".into_any()], post)),
    }
    let role = (!rows.is_empty()).then_some("listbox");
    let name = role.map(|_| label);
    let count = picker.count(hits);
    let place = if rows.is_empty() {
        count
    } else {
        format!("{count} · ↑ ↓ to move, Enter to pick, Esc to close")
    };
    let busy = picker.is_busy.to_string();
    let trouble: Vec<AnyView> = picker.trouble.iter().map(screen::said).collect();
    view! {
        // The field keeps the focus while somebody clicks in the list.
        <div class="popup" id=format!("{id}-popup") on:mousedown=|event| event.prevent_default()>
            <div id=format!("{id}-list") class="rows" role=role aria-label=name aria-busy=busy>{rows}</div>
            {trouble}
            <div aria-hidden="true">{line("place", place)}</div>
        </div>
    }
    .into_any()
}

fn groups(picker: &Picker, post: Post) -> Vec<AnyView> {
    let mut next = 0;
    let mut drawn = Vec::new();
    for (number, Group { title, hits }) in picker.groups().into_iter().enumerate() {
        let heading = format!("{}-group-{number}", Picker::id(picker.field));
        let options: Vec<AnyView> =
            hits.iter().enumerate().map(|(at, hit)| option(picker, next + at, hit, post)).collect();
        next += hits.len();
        drawn.push(
            view! {
                <div role="group" aria-labelledby=heading.clone()>
                    <div class="group" id=heading.clone()>{title}</div>
                    {options}
                </div>
            }
            .into_any(),
        );
    }
    drawn
}

fn option(picker: &Picker, number: usize, hit: &Hit, post: Post) -> AnyView {
    let name: Vec<AnyView> = marked(&hit.name, picker.combo.text())
        .into_iter()
        .map(|(piece, matches)| if matches { view! { <b>{piece}</b> }.into_any() } else { piece.into_any() })
        .collect();
    let name = view! { <bdi title=hit.name.clone()>{name}</bdi> }.into_any();
    let names = vec![name, span("second", hit.detail.clone())];
    let names = view! { <span class="names">{names}</span> }.into_any();
    row(picker, number, "option", vec![icons::tile(hit), names, span("role", hit.object.label())], post)
}

fn row(picker: &Picker, number: usize, class: &'static str, content: Vec<AnyView>, post: Post) -> AnyView {
    let id = format!("{}-{number}", Picker::id(picker.field));
    let selected = (picker.combo.active == Some(number)).to_string();
    let click = post.click(Msg::Pick(picker.field, PickerMsg::Click(number)));
    view! { <div role="option" class=class id=id aria-selected=selected on:click=click>{content}</div> }
        .into_any()
}
