//! Picks one record: shows the chosen one, searches while somebody types (PIC-2).

mod combo;
mod groups;
mod list;
mod picker;

use leptos::{
    ev::{FocusEvent, KeyboardEvent, MouseEvent},
    prelude::*,
    web_sys::HtmlInputElement,
};

use crate::{
    lookup::{Field, Hit},
    ui::{
        icons,
        parts::{Post, cross, nothing},
        text_value::TextValue,
        update::Msg,
    },
};

pub(crate) use combo::Press;
pub(crate) use groups::is_searched;
pub(crate) use picker::{Choice, Picker, PickerMsg, Query};

/// A combobox for one record. `refused` says why nothing can be picked here; empty while it can.
pub(crate) fn record_picker(
    picker: &Picker,
    chosen: Option<&Hit>,
    label: &'static str,
    refused: &'static str,
    post: Post,
) -> AnyView {
    let (field, combo) = (picker.field, &picker.combo);
    let id = Picker::id(field);
    let at_rest = chosen.filter(|_| combo.typed.is_none());
    let text = combo.typed.clone().or_else(|| chosen.map(|hit| hit.name.clone())).unwrap_or_default();
    let clear = if chosen.is_some() || !text.is_empty() {
        cross(post, format!("Clear {label}"), Msg::Pick(field, PickerMsg::Clear))
    } else {
        nothing()
    };
    let hits = picker.groups().iter().map(|group| group.hits.len()).sum();
    let list = if combo.open { list::list(picker, label, hits, post) } else { nothing() };
    let class = if at_rest.is_some() { "combo chosen" } else { "combo" };
    let tile = at_rest.map_or_else(nothing, icons::tile);
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <div class=class>{tile} {input(picker, text, refused, post)} {clear} {list}</div>
            <p class="hint" id=format!("{id}-hint")>{refused}</p>
            <p class="spoken" role="status">{picker.count(hits)}</p>
        </div>
    }
    .into_any()
}

fn input(picker: &Picker, text: String, refused: &'static str, post: Post) -> AnyView {
    let (field, combo) = (picker.field, &picker.combo);
    let id = Picker::id(field);
    let active = combo.active.map(|row| format!("{id}-{row}"));
    let typed = move |event| post.send(Msg::Pick(field, PickerMsg::Type(event_target_value(&event))));
    let select = |event: FocusEvent| event_target::<HtmlInputElement>(&event).select();
    // A click would put the cursor into the chosen name, after all handlers have run. Selected instead, the name gives
    // way to what is typed next.
    let is_at_rest = combo.typed.is_none();
    let press = move |event: MouseEvent| {
        if is_at_rest {
            event.prevent_default();
            let input = event_target::<HtmlInputElement>(&event);
            // An input that cannot take the focus is disabled, and then takes no letters either.
            let _ = input.focus();
            input.select();
        }
    };
    let click = move |_: MouseEvent| post.send(Msg::Pick(field, PickerMsg::Open));
    let placeholder = match field {
        Field::Name => "Search contacts and leads",
        Field::RelatedTo => "Search records",
    };
    view! {
        <input id=id type="text" role="combobox" autocomplete="off" spellcheck="false" placeholder=placeholder
            disabled=!refused.is_empty() aria-autocomplete="list" aria-controls=format!("{id}-list")
            aria-activedescendant=active aria-expanded=combo.open.to_string() aria-describedby=format!("{id}-hint")
            prop:value=TextValue(text) on:input=typed on:focus=select on:blur=post.leave(field)
            on:mousedown=press on:click=click on:keydown=keys(picker, post) />
    }
    .into_any()
}

fn keys(picker: &Picker, post: Post) -> impl FnMut(KeyboardEvent) + Clone + 'static {
    let picker = picker.clone();
    move |event| {
        let Some(press) = Press::of(&event.key()) else { return };
        if picker.would_take(press) {
            event.prevent_default();
            event.stop_propagation();
        }
        post.send(Msg::Pick(picker.field, PickerMsg::Press(press)));
    }
}
