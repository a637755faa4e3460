use super::*;
use crate::{
    item::Item,
    mapping::first_save,
    sample::{at, meeting, settings},
    saving::Choice,
};

fn fields(item: &Item) -> EventFields {
    first_save(item, &Choice::default(), &settings()).fields
}

fn text(text: &str) -> FieldValue {
    FieldValue::Text(text.to_owned())
}

fn with(fields: &EventFields, field: EventField, value: FieldValue) -> EventFields {
    let mut fields = fields.clone();
    fields.insert(field, value);
    fields
}

#[test]
fn sav_13_a_field_that_both_changed_is_shown_with_both_values() {
    let shown = fields(&meeting());
    let stands = with(&shown, EventField::Subject, text("Renewal call"));
    let mine = EventFields::from([(EventField::Subject, text("Renewal: pricing"))]);
    assert_eq!(
        conflicts(&shown, &stands, &mine),
        [Conflict {
            field: EventField::Subject,
            mine: text("Renewal: pricing"),
            theirs: text("Renewal call"),
        }]
    );
}

#[test]
fn sav_13_fields_that_only_one_of_both_changed_do_not_conflict() {
    let shown = fields(&meeting());
    let mine = EventFields::from([(EventField::Subject, text("Renewal: pricing"))]);
    assert!(conflicts(&shown, &shown, &mine).is_empty(), "only mine");
    let stands = with(&shown, EventField::Location, text("Acme HQ, Room 4"));
    assert!(conflicts(&shown, &stands, &mine).is_empty(), "only theirs");
}

#[test]
fn sav_13_two_who_changed_a_field_alike_do_not_conflict() {
    let shown = fields(&meeting());
    let stands = with(&shown, EventField::Location, text("Room 4 "));
    let mine = EventFields::from([(EventField::Location, text("Room 4"))]);
    assert!(conflicts(&shown, &stands, &mine).is_empty());
}

#[test]
fn sav_13_a_field_that_was_emptied_meanwhile_conflicts() {
    let shown = fields(&meeting());
    let mut stands = shown.clone();
    stands.remove(&EventField::Location);
    let mine = EventFields::from([(EventField::Location, text("Room 4"))]);
    assert_eq!(conflicts(&shown, &stands, &mine)[0].theirs, FieldValue::Empty);
}

#[test]
fn sav_13_each_time_is_shown_on_its_own() {
    let shown = fields(&meeting());
    let stands = with(&shown, EventField::End, FieldValue::Instant(at("2026-11-24T14:30:00Z")));
    let mine = with(&shown, EventField::End, FieldValue::Instant(at("2026-11-24T15:00:00Z")));
    let clashing: Vec<EventField> =
        conflicts(&shown, &stands, &mine).into_iter().map(|conflict| conflict.field).collect();
    assert_eq!(clashing, [EventField::End]);
}

#[test]
fn des_4_refreshed_head_lines_are_no_conflict() {
    let shown = fields(&meeting());
    let mut fewer = meeting();
    fewer.attendees.truncate(1);
    let stands = fields(&fewer);
    assert!(conflicts(&shown, &stands, &shown).is_empty());
}
