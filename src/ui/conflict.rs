//! Somebody changed or deleted the Event meanwhile (SAV-13): both values, and the user chooses.

use chrono::{DateTime, Utc};
use leptos::prelude::*;

use calbridge_rules::{conflict::Conflict, event::EventField};

use crate::{
    lookup::Hit,
    save::Whose,
    ui::{
        card::{Card, Tone},
        icons::Icon,
        parts::Post,
        state::Form,
        status,
        times::When,
        update::Msg,
        words,
    },
};

/// Shows both values per field and asks. `theirs` are the records that the Event points to now.
pub(crate) fn changed(
    by: &str,
    at: DateTime<Utc>,
    conflicts: &[Conflict],
    theirs: &[Hit],
    form: &Form,
    post: Post,
) -> Vec<AnyView> {
    let picture = &form.picture;
    let when = When::in_zone(&picture.open.zone);
    let by = if by.is_empty() { "somebody else" } else { by };
    let text = format!("By {by}, {}. Choose what to keep.", when.ago(at));
    let mut known = words::people_hits(picture);
    known.extend(words::business_hits(picture));
    known.extend(theirs.iter().cloned());
    known.extend(form.draft.who.iter().chain(&form.draft.what).cloned());
    let mut drawn = vec![warning(Icon::Swap, "Changed in Salesforce meanwhile", text, post)];
    drawn.extend(conflicts.iter().map(|conflict| {
        let label = words::field(&conflict.field, picture);
        let mine = words::value(&conflict.mine, &known, &when);
        let theirs = words::value(&conflict.theirs, &known, &when);
        let whose = form.draft.settled.get(&conflict.field).copied().unwrap_or(Whose::Mine);
        one(
            label,
            &conflict.field,
            [(Whose::Mine, "Yours: ", mine), (Whose::Theirs, "Theirs: ", theirs)],
            whose,
            post,
        )
    }));
    drawn
}

fn one(
    label: String,
    field: &EventField,
    values: [(Whose, &'static str, String); 2],
    chosen: Whose,
    post: Post,
) -> AnyView {
    let name = format!("conflict-{label}");
    let radios: Vec<AnyView> = values
        .into_iter()
        .map(|(whose, says, value)| {
            let settle = Msg::Settle(field.clone(), whose);
            view! {
                <label class="choice">
                    <input type="radio" name=name.clone() prop:checked=whose == chosen on:change=post.change(settle) />
                    <span>{says} <bdi>{value}</bdi></span>
                </label>
            }
            .into_any()
        })
        .collect();
    view! { <fieldset class="box"><legend>{label}</legend> {radios}</fieldset> }.into_any()
}

/// The Event is gone; Save makes a new one.
pub(crate) fn gone(post: Post) -> AnyView {
    let text = "The event is no longer there, so nothing was changed. Save it as a new event, or leave it.";
    warning(Icon::Deleted, "Deleted in Salesforce meanwhile", text.to_owned(), post)
}

fn warning(icon: Icon, headline: &'static str, text: String, post: Post) -> AnyView {
    let headline = headline.to_owned();
    let card = Card { tone: Tone::Warn, icon, headline, text, code: String::new(), links: Vec::new() };
    status::card(card, "status", false, post)
}
