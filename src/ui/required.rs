//! Controls for the Event fields that the org demands (SAV-9).

use calbridge_rules::{id::ApiName, map::SmallMap};

use crate::{
    picture::{Control, FieldToFill},
    save::SaveDraft,
    ui::{
        update::Msg,
        view::{View, el},
    },
};

/// Characters of the longest number that Salesforce takes.
const NUMBER_LIMIT: usize = 20;
/// Characters of a date.
const DATE_LIMIT: usize = 10;

/// One required field, marked, with what is missing or wrong said below it.
pub(crate) fn required(field: &FieldToFill, draft: &SaveDraft, invalid: &SmallMap<ApiName, String>) -> View {
    let name = field.field.name.clone();
    let id = format!("field-{name}");
    let value = draft.fields.get(&name).cloned().unwrap_or_default();
    let says = match invalid.get(&name) {
        _ if value.trim().is_empty() => "Salesforce asks for this before it takes the event.".to_owned(),
        Some(why) => why.clone(),
        None => String::new(),
    };
    let hint = format!("{id}-hint");
    let control = control(&field.control, id.clone(), hint.clone(), &value, name);
    let star = el("span").class("star").attr("aria-hidden", "true").text(" *");
    let label = el("label").attr("for", id).text(field.field.label.clone()).child(star);
    let says = el("p").class("error").attr("id", hint).text(says);
    el("div").class("field").child(label).child(control).child(says).into()
}

fn control(control: &Control, id: String, hint: String, value: &str, name: ApiName) -> View {
    let input = |kind: &'static str, limit: usize| {
        let name = name.clone();
        el("input")
            .attr("id", id.clone())
            .attr("type", kind)
            .attr("maxlength", limit.to_string())
            .flag("required", true)
            .attr("aria-describedby", hint.clone())
            .value(value.to_owned())
            .on("input", move |happened| Some(Msg::Fill(name.clone(), happened.value()?)))
            .into()
    };
    match control {
        Control::Text { limit } => input("text", *limit),
        Control::Number => input("number", NUMBER_LIMIT),
        Control::Date => input("date", DATE_LIMIT),
        Control::Pick(choices) => pick(choices.clone(), id, hint, value, name),
        Control::Flag => {
            let choices = [("true", "Yes"), ("false", "No")];
            let choices = choices.map(|(value, label)| (value.to_owned(), label.to_owned())).to_vec();
            pick(choices, id, hint, value, name)
        }
    }
}

fn pick(choices: Vec<(String, String)>, id: String, hint: String, chosen: &str, name: ApiName) -> View {
    let first = (String::new(), "Choose one".to_owned());
    let options: Vec<View> = std::iter::once(first)
        .chain(choices)
        .map(|(value, label)| {
            let is_chosen = value == chosen;
            el("option").attr("value", value).flag("selected", is_chosen).text(label).into()
        })
        .collect();
    el("select")
        .attr("id", id)
        .flag("required", true)
        .attr("aria-describedby", hint)
        .on("change", move |happened| Some(Msg::Fill(name.clone(), happened.value()?)))
        .children(options)
        .into()
}
