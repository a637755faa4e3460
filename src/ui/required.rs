//! Controls for the Event fields that the org demands (SAV-9).

use std::collections::BTreeMap;

use leptos::prelude::*;

use calbridge_rules::id::ApiName;

use crate::{
    picture::{Control, FieldToFill},
    save::SaveDraft,
    ui::{parts::Post, text_value::TextValue, update::Msg},
};

/// Characters of the longest number that Salesforce takes.
const NUMBER_LIMIT: usize = 20;
/// Characters of a date.
const DATE_LIMIT: usize = 10;

/// One required field, marked, with what is missing or wrong said below it.
pub(crate) fn required(
    field: &FieldToFill,
    draft: &SaveDraft,
    invalid: &BTreeMap<ApiName, String>,
    post: Post,
) -> AnyView {
    let name = field.field.name.clone();
    let id = format!("field-{name}");
    let value = draft.fields.get(&name).cloned().unwrap_or_default();
    let says = match invalid.get(&name) {
        _ if value.trim().is_empty() => "Salesforce asks for this before it takes the event.".to_owned(),
        Some(why) => why.clone(),
        None => String::new(),
    };
    let hint = format!("{id}-hint");
    let control = control(&field.control, id.clone(), hint.clone(), &value, name, post);
    view! {
        <div class="field">
            <label for=id>{field.field.label.clone()} <span class="star" aria-hidden="true">" *"</span></label>
            {control}
            <p class="error" id=hint>{says}</p>
        </div>
    }
    .into_any()
}

fn control(control: &Control, id: String, hint: String, value: &str, name: ApiName, post: Post) -> AnyView {
    let input = |kind: &'static str, limit: usize| {
        let name = name.clone();
        let typed = move |event| post.send(Msg::Fill(name.clone(), event_target_value(&event)));
        view! {
            <input id=id.clone() type=kind maxlength=limit.to_string() required=true aria-describedby=hint.clone()
                prop:value=TextValue(value.to_owned()) on:input=typed />
        }
        .into_any()
    };
    match control {
        Control::Text { limit } => input("text", *limit),
        Control::Number => input("number", NUMBER_LIMIT),
        Control::Date => input("date", DATE_LIMIT),
        Control::Pick(choices) => pick(choices.clone(), id, hint, value, name, post),
        Control::Flag => {
            let choices = [("true", "Yes"), ("false", "No")];
            let choices = choices.map(|(value, label)| (value.to_owned(), label.to_owned())).to_vec();
            pick(choices, id, hint, value, name, post)
        }
    }
}

fn pick(
    choices: Vec<(String, String)>,
    id: String,
    hint: String,
    chosen: &str,
    name: ApiName,
    post: Post,
) -> AnyView {
    let picked = move |event| post.send(Msg::Fill(name.clone(), event_target_value(&event)));
    let first = (String::new(), "Choose one".to_owned());
    let options: Vec<AnyView> = std::iter::once(first)
        .chain(choices)
        .map(|(value, label)| {
            let is_chosen = value == chosen;
            view! { <option value=value selected=is_chosen>{label}</option> }.into_any()
        })
        .collect();
    view! {
        <select id=id required=true aria-describedby=hint on:change=picked>{options}</select>
    }
    .into_any()
}
