//! Picks one record: shows the chosen one, searches while somebody types (PIC-2).

mod combo;
mod groups;
mod list;
mod picker;

use crate::{
    drawn::Happened,
    lookup::{Field, Hit},
    ui::{
        icons,
        parts::cross,
        update::Msg,
        view::{Element, View, el},
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
) -> View {
    let (field, combo) = (picker.field, &picker.combo);
    let id = Picker::id(field);
    let at_rest = chosen.filter(|_| combo.typed.is_none());
    let text = combo.typed.clone().or_else(|| chosen.map(|hit| hit.name.clone())).unwrap_or_default();
    let clear = if chosen.is_some() || !text.is_empty() {
        cross(format!("Clear {label}"), Msg::Pick(field, PickerMsg::Clear))
    } else {
        View::Nothing
    };
    let hits = picker.groups().iter().map(|group| group.hits.len()).sum();
    let list = if combo.open { list::list(picker, label, hits) } else { View::Nothing };
    let class = if at_rest.is_some() { "combo chosen" } else { "combo" };
    let tile = at_rest.map_or(View::Nothing, icons::tile);
    let input = input(picker, text, refused);
    el("div")
        .class("field")
        .child(el("label").attr("for", id).text(label))
        .child(el("div").class(class).child(tile).child(input).child(clear).child(list))
        .child(el("p").class("hint").attr("id", format!("{id}-hint")).text(refused))
        .child(el("p").class("spoken").attr("role", "status").text(picker.count(hits)))
        .into()
}

fn input(picker: &Picker, text: String, refused: &'static str) -> Element {
    let (field, combo) = (picker.field, &picker.combo);
    let id = Picker::id(field);
    let active = combo.active.map(|row| format!("{id}-{row}"));
    let placeholder = match field {
        Field::Name => "Search contacts and leads",
        Field::RelatedTo | Field::Further => "Search records",
    };
    // A click would put the cursor into the chosen name, after all handlers have run. Selected instead, the name gives
    // way to what is typed next.
    let is_at_rest = combo.typed.is_none();
    let asks = move |msg: PickerMsg| Some(Msg::Pick(field, msg));
    el("input")
        .attr("id", id)
        .attr("type", "text")
        .attr("role", "combobox")
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
        .attr("placeholder", placeholder)
        .flag("disabled", !refused.is_empty())
        .attr("aria-autocomplete", "list")
        .attr("aria-controls", format!("{id}-list"))
        .attr_if_some("aria-activedescendant", active)
        .attr("aria-expanded", if combo.open { "true" } else { "false" })
        .attr("aria-describedby", format!("{id}-hint"))
        .value(text)
        .on("input", move |happened| asks(PickerMsg::Type(happened.value()?)))
        .on("focus", |happened| {
            happened.select();
            None
        })
        .on("blur", move |_| asks(PickerMsg::Leave))
        .on("mousedown", move |happened| {
            if is_at_rest {
                happened.prevent();
                happened.select();
            }
            None
        })
        .on("click", move |_| asks(PickerMsg::Open))
        .on("keydown", keys(picker))
}

fn keys(picker: &Picker) -> impl Fn(&Happened) -> Option<Msg> + 'static {
    let picker = picker.clone();
    move |happened| {
        let press = Press::of(&happened.key())?;
        if picker.would_take(press) {
            happened.keep();
        }
        Some(Msg::Pick(picker.field, PickerMsg::Press(press)))
    }
}
