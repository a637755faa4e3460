//! The people of the item.

mod rows;

use leptos::prelude::*;

use calbridge_rules::people::Participant;

use rows::{Look, Row, rows};

/// Rows shown before somebody asks for all.
const ROWS_AT_FIRST: usize = 8;

/// Lists the people of the item and who they are in Salesforce.
#[component]
pub(crate) fn People(#[prop(into)] people: Signal<Vec<Participant>>) -> impl IntoView {
    let all = RwSignal::new(false);
    let list = Memo::new(move |_| rows(&people.read()));
    let shown = move || {
        let list = list.get();
        let count = if all.get() { list.len() } else { ROWS_AT_FIRST.min(list.len()) };
        list.into_iter().take(count).map(row_view).collect_view()
    };
    let hidden = move || list.read().len() > ROWS_AT_FIRST && !all.get();
    let more = move || {
        hidden().then(|| {
            let label = format!("Show all {}", list.read().len());
            view! { <button type="button" class="link" on:click=move |_| all.set(true)>{label}</button> }
        })
    };
    let present = move || !list.read().is_empty();

    view! {
        <section aria-labelledby="people" class:gone=move || !present()>
            <h2 id="people">"People"</h2>
            <ul class="people">{shown}</ul>
            {more}
        </section>
    }
}

fn row_view(row: Row) -> AnyView {
    let class = match row.look {
        Look::Known => "person known",
        Look::Plain => "person",
        Look::Greyed => "person greyed",
    };
    let lines = row.lines.into_iter().map(|line| view! { <span class="second">{line}</span> }).collect_view();
    view! {
        <li class=class>
            <span class="avatar" aria-hidden="true">{row.initials}</span>
            <span class="names"><bdi title=row.name.clone()>{row.name.clone()}</bdi>{lines}</span>
            <span class="role">{row.role}</span>
        </li>
    }
    .into_any()
}
