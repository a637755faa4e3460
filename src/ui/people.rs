//! The people of the item.

mod rows;

use calbridge_rules::people::Participant;

use crate::ui::{
    parts::{Button, bdi, span},
    update::Msg,
    view::{View, el},
};

use rows::{Look, Row, rows};

/// Rows shown before somebody asks for all.
const ROWS_AT_FIRST: usize = 8;

/// Lists the people of the item and who they are in Salesforce.
pub(crate) fn people(people: &[Participant], shows_everybody: bool) -> View {
    let rows = rows(people);
    if rows.is_empty() {
        return View::Nothing;
    }
    let count = rows.len();
    let shown = if shows_everybody { count } else { ROWS_AT_FIRST };
    let list: Vec<View> = rows.into_iter().take(shown).map(row).collect();
    let more = if shown < count {
        Button::link(format!("Show all {count}"), Msg::Everybody).draw()
    } else {
        View::Nothing
    };
    el("section")
        .attr("aria-labelledby", "people")
        .child(el("h2").attr("id", "people").text("People"))
        .child(el("ul").class("people").children(list))
        .child(more)
        .into()
}

fn row(row: Row) -> View {
    let class = match row.look {
        Look::Known => "person known",
        Look::Plain => "person",
        Look::Greyed => "person greyed",
    };
    let mut names = vec![bdi(&row.name)];
    names.extend(row.lines.into_iter().map(|line| span("second", line)));
    el("li")
        .class(class)
        .child(el("span").class("avatar").attr("aria-hidden", "true").text(row.initials))
        .child(el("span").class("names").children(names))
        .child(span("role", row.role))
        .into()
}
