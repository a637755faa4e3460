//! Controls for the Event fields that the org demands (SAV-9).

use std::collections::BTreeMap;

use leptos::prelude::*;

use calbridge_rules::id::ApiName;

use crate::{
    picture::{Control, FieldToFill},
    save::SaveDraft,
};

/// One required field, marked, with what is missing said below it.
#[component]
pub(crate) fn RequiredControl(
    field: FieldToFill,
    draft: RwSignal<SaveDraft>,
    /// What cannot be sent as it was typed, by field.
    invalid: Memo<BTreeMap<ApiName, String>>,
) -> impl IntoView {
    let FieldToFill { field, control } = field;
    let id = format!("field-{}", field.name);
    let name = field.name.clone();
    let value =
        Signal::derive(move || draft.with(|draft| draft.fields.get(&name).cloned().unwrap_or_default()));
    let checked = field.name.clone();
    let wrong = move || {
        let missing = value.with(|value| value.trim().is_empty());
        let says = missing.then(|| "Salesforce asks for this before it takes the event.".to_owned());
        says.or_else(|| invalid.with(|invalid| invalid.get(&checked).cloned()))
    };
    let hint = format!("{id}-hint");
    let input = control_view(control, &id, hint.clone(), value, Edit { draft, name: field.name });
    view! {
        <div class="field">
            <label for=id>{field.label} <span class="star" aria-hidden="true">" *"</span></label>
            {input}
            <p class="error" id=hint>{wrong}</p>
        </div>
    }
}

/// Writes a field of the draft.
#[derive(Clone)]
struct Edit {
    draft: RwSignal<SaveDraft>,
    name: ApiName,
}

impl Edit {
    fn set(&self, value: String) {
        self.draft.update(|draft| {
            draft.fields.insert(self.name.clone(), value);
        });
    }
}

fn control_view(control: Control, id: &str, hint: String, value: Signal<String>, edit: Edit) -> AnyView {
    match control {
        Control::Pick(choices) => pick(choices, id, hint, value, edit),
        Control::Text { limit } => input("text", limit, id, hint, value, edit),
        Control::Number => input("number", NUMBER_LIMIT, id, hint, value, edit),
        Control::Date => input("date", DATE_LIMIT, id, hint, value, edit),
        Control::Flag => pick(yes_or_no(), id, hint, value, edit),
    }
}

/// Characters of the longest number that Salesforce takes.
const NUMBER_LIMIT: usize = 20;
/// Characters of a date.
const DATE_LIMIT: usize = 10;

fn yes_or_no() -> Vec<(String, String)> {
    vec![("true".to_owned(), "Yes".to_owned()), ("false".to_owned(), "No".to_owned())]
}

fn input(
    kind: &'static str,
    limit: usize,
    id: &str,
    hint: String,
    value: Signal<String>,
    edit: Edit,
) -> AnyView {
    view! {
        <input id=id.to_owned() type=kind maxlength=limit.to_string() required=true aria-describedby=hint
            prop:value=move || value.get() on:input=move |event| edit.set(event_target_value(&event)) />
    }
    .into_any()
}

fn pick(
    choices: Vec<(String, String)>,
    id: &str,
    hint: String,
    value: Signal<String>,
    edit: Edit,
) -> AnyView {
    let options: Vec<AnyView> = choices
        .into_iter()
        .map(|(value, label)| view! { <option value=value>{label}</option> }.into_any())
        .collect();
    view! {
        <select id=id.to_owned() required=true aria-describedby=hint
            prop:value=move || value.get() on:change=move |event| edit.set(event_target_value(&event))>
            <option value="">"Choose one"</option>
            {options}
        </select>
    }
    .into_any()
}
