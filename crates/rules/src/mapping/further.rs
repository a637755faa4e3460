//! Outlook values that an org keeps in fields of its own (FLD-3).

use super::Mapped;
use crate::{
    category::is_ours,
    event::EventField,
    item::{Item, Person, Role, Sensitivity, ShowAs},
    settings::{FieldSource, OutlookValue, Settings},
    text::{cut, one_line},
};

/// Between several names: Salesforce parts the values of a multi-select picklist by it.
const PART: &str = ";";

impl Mapped {
    /// Fields of the org's own choice. Where Outlook has nothing, the org's default stands (FLD-1); what the reader
    /// cannot tell is left alone.
    pub(super) fn add_further(&mut self, item: &Item, settings: &Settings) {
        for (name, source) in &settings.field_map {
            let Some(text) = text(source.value, item) else { continue };
            let short = short(&text, *source);
            if short.len() < text.len() {
                self.told.push(format!("{name} is cut to {} characters.", source.limit));
            }
            let default = settings.field_defaults.get(name).map_or("", |default| default.trim());
            let value = super::text_or_empty(if short.is_empty() { default } else { short });
            self.fields.insert(EventField::Custom(name.clone()), value);
        }
    }
}

/// Whether the item itself fills a field.
pub(crate) fn fills(source: FieldSource, item: &Item) -> bool {
    text(source.value, item).is_some_and(|text| !text.is_empty())
}

fn short(text: &str, source: FieldSource) -> &str {
    cut(text, usize::try_from(source.limit).unwrap_or(usize::MAX)).trim_end()
}

/// A value in one line; nothing where the reader of the item cannot tell it.
fn text(value: OutlookValue, item: &Item) -> Option<String> {
    let text = match value {
        OutlookValue::Categories => {
            joined(item.categories.iter().filter(|name| !is_ours(name)).map(String::as_str))
        }
        OutlookValue::Organizer => item.organizer.as_ref()?.label().to_owned(),
        OutlookValue::OrganizerAddress => address(item.organizer.as_ref()?).to_owned(),
        OutlookValue::RequiredAttendees => invited(item, Role::Required),
        OutlookValue::OptionalAttendees => invited(item, Role::Optional),
        OutlookValue::Resources => invited(item, Role::Resource),
        OutlookValue::ShowAs => show_as(item.show_as?).to_owned(),
        OutlookValue::Sensitivity => sensitivity(item.sensitivity?).to_owned(),
        OutlookValue::Zone => item.zone.clone()?,
    };
    Some(one_line(&text))
}

fn invited(item: &Item, role: Role) -> String {
    joined(
        item.attendees
            .iter()
            .filter(|attendee| attendee.role == role)
            .map(|attendee| attendee.person.label()),
    )
}

fn joined<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for name in names.map(str::trim).filter(|name| !name.is_empty()) {
        if !text.is_empty() {
            text.push_str(PART);
        }
        text.push_str(name);
    }
    text
}

fn address(person: &Person) -> &str {
    person.address.as_ref().map_or("", |address| address.as_str())
}

/// As Outlook calls it.
fn show_as(show_as: ShowAs) -> &'static str {
    match show_as {
        ShowAs::Free => "Free",
        ShowAs::Tentative => "Tentative",
        ShowAs::Busy => "Busy",
        ShowAs::OutOfOffice => "Out of office",
        ShowAs::WorkingElsewhere => "Working elsewhere",
    }
}

/// As Outlook calls it.
fn sensitivity(sensitivity: Sensitivity) -> &'static str {
    match sensitivity {
        Sensitivity::Normal => "Normal",
        Sensitivity::Personal => "Personal",
        Sensitivity::Private => "Private",
        Sensitivity::Confidential => "Confidential",
    }
}

#[cfg(test)]
mod tests;
