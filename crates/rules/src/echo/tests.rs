use proptest::prelude::*;

use super::*;
use crate::{
    mapping,
    sample::{at, date, meeting, settings},
    saving::Choice,
};

fn synced() -> EventFields {
    let mut fields = mapping::first_save(&meeting(), &Choice::default(), &settings()).fields;
    fields.retain(|_, value| !value.is_empty());
    fields
}

fn with(field: EventField, value: FieldValue) -> EventFields {
    let mut fields = synced();
    fields.insert(field, value);
    fields
}

fn text(text: &str) -> FieldValue {
    FieldValue::Text(text.to_owned())
}

#[track_caller]
fn same(one: &EventFields, other: &EventFields) {
    assert_eq!(fields_hash(one), fields_hash(other));
}

#[test]
fn dwn_5_the_hash_of_fields_is_the_same_for_ever() {
    let fields = EventFields::from([
        (EventField::Subject, text("Renewal")),
        (EventField::Start, FieldValue::Instant(at("2026-11-24T13:00:00Z"))),
        (EventField::End, FieldValue::Date(date("2026-11-24"))),
        (EventField::IsAllDay, FieldValue::Flag(false)),
    ]);
    // Worked out by another program from what the module says of the form.
    let known = "e27d58bf38fb56dbee9dc0247a71474a3274a310e746095c2379512137d2d2c1";
    assert_eq!(fields_hash(&fields), known);
    assert_eq!(
        fields_hash(&EventFields::new()),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
}

#[test]
fn dwn_5_what_makes_no_difference_makes_no_other_hash() {
    same(&synced(), &with(EventField::What, FieldValue::Empty));
    same(&synced(), &with(EventField::Subject, text(" Renewal 2027: pricing review ")));
    same(&synced(), &with(EventField::Start, FieldValue::Instant(at("2026-11-24T13:00:00.900Z"))));
    same(&synced(), &with(EventField::Description, text("Bring the figures.\r\n")));
}

#[test]
fn dwn_5_a_reminder_that_is_off_has_no_time() {
    let off = with(EventField::IsReminderSet, FieldValue::Flag(false));
    let mut timeless = off.clone();
    timeless.remove(&EventField::ReminderAt);
    same(&off, &timeless);
    assert_ne!(fields_hash(&synced()), fields_hash(&off));
}

#[test]
fn dwn_5_every_value_counts_in_its_own_field() {
    let mut met = vec![fields_hash(&synced())];
    for (field, value) in [
        (EventField::Subject, text("Renewal")),
        (EventField::Location, text("Renewal")),
        (EventField::Start, FieldValue::Instant(at("2026-11-24T13:00:01Z"))),
        (EventField::Start, FieldValue::Date(date("2026-11-24"))),
        (EventField::IsPrivate, FieldValue::Flag(true)),
        (EventField::Subject, FieldValue::Number("Renewal".to_owned())),
        (EventField::Subject, FieldValue::Empty),
    ] {
        let hash = fields_hash(&with(field.clone(), value));
        assert!(!met.contains(&hash), "{field:?}");
        met.push(hash);
    }
}

proptest! {
    #[test]
    fn dwn_5_values_that_say_the_same_and_only_those_have_one_hash(
        one in "[ab\\r\\n ]{0,6}", other in "[ab\\r\\n ]{0,6}",
    ) {
        for field in [EventField::Subject, EventField::Description] {
            let hash = |value: &str| fields_hash(&EventFields::from([(field.clone(), text(value))]));
            let same = mapping::same(&field, &text(&one), &text(&other));
            prop_assert_eq!(hash(&one) == hash(&other), same, "{:?} {:?}", one, other);
        }
    }
}
