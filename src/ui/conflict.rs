//! Somebody changed or deleted the Event meanwhile (SAV-13): both values, and the user chooses.

use chrono::{DateTime, Utc};

use calbridge_rules::{conflict::Conflict, event::EventField};

use crate::{
    lookup::Hit,
    save::Whose,
    ui::{
        card::{Card, Tone},
        icons::Icon,
        state::Form,
        status,
        times::When,
        update::Msg,
        view::{View, el},
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
) -> Vec<View> {
    let picture = &form.picture;
    let when = When::in_zone(&picture.open.zone);
    let by = if by.is_empty() { "somebody else" } else { by };
    let text = format!("By {by}, {}. Choose what to keep.", when.ago(at));
    let mut known = words::people_hits(picture);
    known.extend(words::business_hits(picture));
    known.extend(theirs.iter().cloned());
    known.extend(form.draft.who.iter().chain(&form.draft.what).cloned());
    let mut drawn = vec![warning(Icon::Swap, "Changed in Salesforce meanwhile", text)];
    drawn.extend(conflicts.iter().map(|conflict| {
        let label = words::field(&conflict.field, picture);
        let mine = words::value(&conflict.mine, &known, &when);
        let theirs = words::value(&conflict.theirs, &known, &when);
        let settled = form.draft.settled.get(&conflict.field).filter(|settled| settled.decides(conflict));
        let whose = settled.map_or(Whose::Mine, |settled| settled.whose);
        one(
            label,
            &conflict.field,
            [(Whose::Mine, "Yours: ", mine), (Whose::Theirs, "Theirs: ", theirs)],
            whose,
        )
    }));
    drawn
}

fn one(label: String, field: &EventField, values: [(Whose, &'static str, String); 2], chosen: Whose) -> View {
    let name = format!("conflict-{label}");
    let radios: Vec<View> = values
        .into_iter()
        .map(|(whose, says, value)| {
            let settle = Msg::Settle(field.clone(), whose);
            let radio = el("input").attr("type", "radio").attr("name", name.clone());
            let radio = radio.checked(whose == chosen).change(settle);
            let says = el("span").text(says).child(el("bdi").text(value));
            el("label").class("choice").child(radio).child(says).into()
        })
        .collect();
    el("fieldset").class("box").child(el("legend").text(label)).children(radios).into()
}

/// The Event is gone; Save makes a new one.
pub(crate) fn gone() -> View {
    let text = "The event is no longer there, so nothing was changed. Save it as a new event, or leave it.";
    warning(Icon::Deleted, "Deleted in Salesforce meanwhile", text.to_owned())
}

fn warning(icon: Icon, headline: &'static str, text: String) -> View {
    let headline = headline.to_owned();
    let card = Card { tone: Tone::Warn, icon, headline, text, code: String::new(), links: Vec::new() };
    status::card(card, "status", false)
}
