//! The list that floats under a picker.

use crate::{
    lookup::Hit,
    ui::{
        icons,
        parts::{line, span},
        screen,
        update::Msg,
        view::{View, el, text},
    },
};

use super::{
    Picker, PickerMsg,
    groups::{Group, marked},
    picker::Extra,
};

/// The floating list: groups of records, a last row that brings more or tries again, and where one is in it.
pub(super) fn list(picker: &Picker, label: &'static str, hits: usize) -> View {
    let id = Picker::id(picker.field);
    let mut rows = groups(picker);
    match picker.extra() {
        Extra::None => {}
        Extra::More => rows.push(row(picker, hits, "option more", vec![text("Show more")])),
        Extra::Retry => rows.push(row(picker, hits, "option more", vec![text("Try again")])),
    }
    let role = (!rows.is_empty()).then_some("listbox");
    let name = role.map(|_| label);
    let count = picker.count(hits);
    let place = if rows.is_empty() {
        count
    } else {
        format!("{count} · ↑ ↓ to move, Enter to pick, Esc to close")
    };
    let list = el("div")
        .attr("id", format!("{id}-list"))
        .class("rows")
        .attr_if_some("role", role)
        .attr_if_some("aria-label", name)
        .attr("aria-busy", if picker.is_busy { "true" } else { "false" })
        .children(rows);
    el("div")
        .class("popup")
        .attr("id", format!("{id}-popup"))
        // The field keeps the focus while somebody clicks in the list.
        .on("mousedown", |happened| {
            happened.prevent();
            None
        })
        .child(list)
        .children(picker.trouble.iter().map(screen::said).collect())
        .child(el("div").attr("aria-hidden", "true").child(line("place", place)))
        .into()
}

fn groups(picker: &Picker) -> Vec<View> {
    let mut next = 0;
    let mut drawn = Vec::new();
    for (number, Group { title, hits }) in picker.groups().into_iter().enumerate() {
        let heading = format!("{}-group-{number}", Picker::id(picker.field));
        let options = hits.iter().enumerate().map(|(at, hit)| option(picker, next + at, hit)).collect();
        next += hits.len();
        let group = el("div").attr("role", "group").attr("aria-labelledby", heading.clone());
        let title = el("div").class("group").attr("id", heading).text(title);
        drawn.push(group.child(title).children(options).into());
    }
    drawn
}

fn option(picker: &Picker, number: usize, hit: &Hit) -> View {
    let name = marked(&hit.name, picker.combo.text())
        .into_iter()
        .map(|(piece, matches)| if matches { el("b").text(piece).into() } else { text(piece) })
        .collect();
    let name = el("bdi").attr("title", hit.name.clone()).children(name);
    let names = el("span").class("names").child(name).child(span("second", hit.detail.clone())).into();
    row(picker, number, "option", vec![icons::tile(hit), names, span("role", hit.object.label())])
}

fn row(picker: &Picker, number: usize, class: &'static str, content: Vec<View>) -> View {
    let id = format!("{}-{number}", Picker::id(picker.field));
    let is_active = picker.combo.active == Some(number);
    el("div")
        .attr("role", "option")
        .class(class)
        .attr("id", id)
        .attr("aria-selected", if is_active { "true" } else { "false" })
        .click(Msg::Pick(picker.field, PickerMsg::Click(number)))
        .children(content)
        .into()
}
