//! What an item says, as fields of an Event. Links are no part of it: they belong to the Event alone.

use calbridge_rules::{
    description,
    event::{EventField, EventFields},
    item::Item,
    mapping::{self, ItemValues},
    saving::Choice,
    settings::Settings,
};

/// The fields that follow the item.
pub(crate) fn item_fields(item: &Item, settings: &Settings) -> EventFields {
    let mut fields = mapping::follow(item, &Choice::default(), settings).fields;
    for link in [EventField::Who, EventField::What] {
        fields.remove(&link);
    }
    fields
}

/// Everything that the item says, its body too.
pub(crate) fn whole_item(item: &Item, settings: &Settings) -> EventFields {
    let with_body = Settings { safe_description: false, ..settings.clone() };
    item_fields(item, &with_body)
}

/// What goes down, as values of the item; what does not go down is left out.
pub(crate) fn item_values(down: &EventFields, event: &EventFields, item: &Item) -> ItemValues {
    let mut fields = event.clone();
    fields.extend(down.clone());
    let all = mapping::back(&fields, item);
    let goes = |field: &EventField| down.contains_key(field);
    let times = goes(&EventField::Start) || goes(&EventField::End) || goes(&EventField::IsAllDay);
    // DES-3: what stands may hold the block of an online meeting that somebody lost in Salesforce.
    let standing = item.body.as_deref().unwrap_or_default();
    let body = all.body.filter(|_| goes(&EventField::Description));
    ItemValues {
        subject: all.subject.filter(|_| goes(&EventField::Subject)),
        body: body.and_then(|body| description::body_down(&body, standing)),
        location: all.location.filter(|_| goes(&EventField::Location)),
        span: all.span.filter(|_| times),
        show_as: all.show_as.filter(|_| goes(&EventField::ShowAs)),
        reminder: all.reminder.filter(|_| goes(&EventField::IsReminderSet) || goes(&EventField::ReminderAt)),
        sensitivity: all.sensitivity.filter(|_| goes(&EventField::IsPrivate)),
    }
}
