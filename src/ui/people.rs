//! The people of the item.

mod rows;

use leptos::prelude::*;

use calbridge_rules::people::Participant;

use crate::ui::{
    parts::{Button, Post, bdi, nothing, span},
    update::Msg,
};

use rows::{Look, Row, rows};

/// Rows shown before somebody asks for all.
const ROWS_AT_FIRST: usize = 8;

/// Lists the people of the item and who they are in Salesforce.
pub(crate) fn people(people: &[Participant], shows_everybody: bool, post: Post) -> AnyView {
    let rows = rows(people);
    if rows.is_empty() {
        return nothing();
    }
    let count = rows.len();
    let shown = if shows_everybody { count } else { ROWS_AT_FIRST };
    let list: Vec<AnyView> = rows.into_iter().take(shown).map(row).collect();
    let more = if shown < count {
        Button::link(format!("Show all {count}"), Msg::Everybody).draw(post)
    } else {
        nothing()
    };
    view! {
        <section aria-labelledby="people"><h2 id="people">"People"</h2> <ul class="people">{list}</ul> {more}</section>
    }
    .into_any()
}

fn row(row: Row) -> AnyView {
    let class = match row.look {
        Look::Known => "person known",
        Look::Plain => "person",
        Look::Greyed => "person greyed",
    };
    let mut names = vec![bdi(&row.name)];
    names.extend(row.lines.into_iter().map(|line| span("second", line)));
    view! {
        <li class=class>
            <span class="avatar" aria-hidden="true">{row.initials}</span>
            <span class="names">{names}</span>
            {span("role", row.role.to_owned())}
        </li>
    }
    .into_any()
}
