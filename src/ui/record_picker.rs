//! Picks one record: shows the chosen one, searches while somebody types (PIC-2).

mod combo;
mod groups;
mod list;
mod picker;

use leptos::prelude::*;

use crate::{
    lookup::{Field, Hit},
    ui::icons::{self, Icon},
};

use list::list;
use picker::Picker;

/// A combobox for one record.
#[component]
pub(crate) fn RecordPicker(
    field: Field,
    /// Name of the field, as Salesforce calls it.
    label: &'static str,
    #[prop(into)] chosen: Signal<Option<Hit>>,
    on_pick: Callback<Option<Hit>>,
    /// Records of this meeting's people.
    met: Vec<Hit>,
    /// Why nothing can be picked here; empty while it can.
    #[prop(into)]
    refused: Signal<&'static str>,
) -> impl IntoView {
    let picker = Picker::new(field, met, chosen, on_pick);
    let (id, input) = (picker.id, picker.input);
    let tile = move || picker.at_rest().map(|hit| icons::tile(&hit));
    let active = move || picker.combo.with(|combo| combo.active.map(|row| format!("{id}-{row}")));
    let clear = move || picker.is_clearable().then(|| clear_button(picker, label));

    view! {
        <div class="field">
            <label for=id>{label}</label>
            <div class="combo" class:chosen=move || picker.at_rest().is_some()>
                {tile}
                <input
                    node_ref=input id=id type="text" role="combobox" autocomplete="off" spellcheck="false"
                    placeholder=picker.placeholder() disabled=move || !refused.get().is_empty()
                    aria-autocomplete="list" aria-controls=format!("{id}-list") aria-activedescendant=active
                    aria-expanded=move || picker.is_open().to_string() aria-describedby=format!("{id}-hint")
                    prop:value=move || picker.text()
                    on:input=move |event| picker.type_in(event_target_value(&event))
                    on:focus=move |_| picker.select_all()
                    on:click=move |_| picker.open()
                    on:keydown=move |event| picker.press(&event)
                    on:blur=move |_| picker.leave()
                />
                {clear}
                {move || picker.is_open().then(|| list(picker, label))}
            </div>
            <p class="hint" id=format!("{id}-hint")>{move || refused.get()}</p>
            <p class="spoken" role="status">{move || picker.count()}</p>
        </div>
    }
}

fn clear_button(picker: Picker, label: &'static str) -> AnyView {
    let label = format!("Clear {label}");
    view! {
        <button type="button" class="quiet" aria-label=label on:click=move |_| picker.clear()>
            {icons::draw(Icon::Cross)}
        </button>
    }
    .into_any()
}
