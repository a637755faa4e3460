//! Who is named as the one who saved an Event.

use calbridge_rules::event::Event;

use super::*;

fn user(letter: char) -> NamedRecord {
    let record = RecordId::parse(&format!("0055e0000000{letter}01")).unwrap();
    NamedRecord { record, object: "User".to_owned(), name: letter.to_string() }
}

#[track_caller]
fn check(owner: char, created_by: char, changed_by: char, expected: bool) {
    let event = Event {
        id: RecordId::parse("00U5e00000AbCdE").unwrap(),
        fields: EventFields::new(),
        system_modstamp: DateTime::default(),
        last_modified_by: None,
        last_modified: DateTime::default(),
    };
    let read = event::EventView {
        event,
        who: None,
        what: None,
        owner: Some(user(owner)),
        created_by: Some(user(created_by).record),
        last_modified_by: Some(user(changed_by)),
    };
    assert_eq!(writes_for_others(&read), expected);
}

#[test]
fn cat_5_what_sync_wrote_for_its_owner_counts_as_the_owners_save() {
    check('M', 'I', 'I', true);
}

#[test]
fn cat_5_a_colleagues_change_of_an_event_that_sync_created_is_theirs() {
    check('M', 'I', 'T', false);
}

#[test]
fn cat_5_an_event_made_by_hand_is_its_makers() {
    check('M', 'M', 'M', false);
    check('M', 'M', 'I', false);
}
