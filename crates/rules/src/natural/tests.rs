use super::*;
use crate::{
    item::Sensitivity,
    sample::{DANA, MARA, appointment, at, days, meeting, person, record, settings},
    saving::Choice,
};

fn mara() -> RecordId {
    record("005", 1)
}

fn key() -> NaturalKey {
    NaturalKey::of(&meeting(), &mara()).unwrap()
}

/// What the meeting's Event says.
fn event() -> EventFields {
    let mut fields = mapping::first_save(&meeting(), &Choice::default(), &settings()).fields;
    fields.insert(EventField::Owner, FieldValue::Record(mara()));
    fields
}

#[track_caller]
fn check(change: impl FnOnce(&mut EventFields), expected: bool) {
    let mut fields = event();
    change(&mut fields);
    assert_eq!(key().is_of(&fields), expected, "{fields:?}");
}

fn with(field: EventField, value: FieldValue) -> impl FnOnce(&mut EventFields) {
    move |fields| {
        fields.insert(field, value);
    }
}

fn text(text: &str) -> FieldValue {
    FieldValue::Text(text.to_owned())
}

#[test]
fn dup_2_subject_start_and_organizer_tell_a_meeting() {
    check(|_| {}, true);
    check(with(EventField::Location, text("Elsewhere")), true);
    check(with(EventField::Subject, text("Another")), false);
    check(with(EventField::Start, FieldValue::Instant(at("2026-11-24T13:15:00Z"))), false);
    check(with(EventField::Owner, FieldValue::Record(record("005", 2))), false);
}

#[test]
fn dup_2_who_called_it_stands_in_the_head_of_its_description_where_it_has_one() {
    check(with(EventField::Description, FieldValue::Empty), true);
    check(with(EventField::Description, text("Agenda")), true);
    let from = |who: &str| text(&format!("From: {who}\nTo/CC: somebody\n\nAgenda"));
    check(with(EventField::Description, from(MARA)), true);
    check(with(EventField::Description, from(&format!("Mara L. <{MARA}>"))), true);
    check(with(EventField::Description, from(&format!("Dana <{DANA}>"))), false);
    let mut called_by_dana = meeting();
    called_by_dana.organizer = Some(person(DANA));
    let key = NaturalKey::of(&called_by_dana, &mara()).unwrap();
    assert!(!key.is_of(&event()), "its head names Mara");
}

#[test]
fn dup_2_an_appointment_and_a_meeting_without_a_subject_have_no_natural_key() {
    assert_eq!(NaturalKey::of(&appointment(), &mara()), None);
    let mut untitled = meeting();
    untitled.subject = " ".to_owned();
    assert_eq!(NaturalKey::of(&untitled, &mara()), None);
}

#[test]
fn dup_2_whole_days_are_told_from_their_midnight() {
    let mut whole = meeting();
    whole.span = days(1);
    let key = NaturalKey::of(&whole, &mara()).unwrap();
    assert!(key.is_all_day);
    let mut fields = event();
    fields.insert(EventField::Start, FieldValue::Instant(key.begins));
    assert!(!key.is_of(&fields));
    fields.insert(EventField::Start, FieldValue::Date(key.begins.date_naive()));
    assert!(key.is_of(&fields));
}

#[test]
fn dup_2_privacy_does_not_change_the_key() {
    let mut private = meeting();
    private.sensitivity = Some(Sensitivity::Private);
    assert_eq!(NaturalKey::of(&private, &mara()), Some(key()));
}
