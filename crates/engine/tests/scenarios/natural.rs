//! Orgs that hold no keys: of a meeting whose key nobody knows, what it says is the last resort (DUP-2).

use calbridge_engine::{
    Outcome,
    ports::{Born, SeenItem, Trouble},
};
use calbridge_rules::{
    event::{EventField, EventFields, FieldValue},
    id::RecordId,
    item::Span,
};

use crate::desk::{
    Desk, Fault, INES, appointment, dana, invited, item_id, meeting, now, organized_by, record,
};

/// A desk whose org holds no keys.
fn desk(items: impl IntoIterator<Item = SeenItem>) -> Desk {
    let desk = Desk::with(items);
    desk.state().lacks_keys = true;
    desk
}

/// An Event of Mara's that says what an item says, and that nobody keeps a key of.
fn alike(seen: &SeenItem) -> EventFields {
    let Span::Timed { start, end } = seen.item.span else { panic!("an hour") };
    EventFields::from([
        (EventField::Subject, FieldValue::Text(seen.item.subject.clone())),
        (EventField::Start, FieldValue::Instant(start)),
        (EventField::End, FieldValue::Instant(end)),
        (EventField::Owner, FieldValue::Record(record("005", 1))),
    ])
}

fn born() -> Born {
    Born { by: record("005", 1), at: now() }
}

/// The Events that stand, with their keys.
fn stands(desk: &Desk) -> Vec<(RecordId, bool)> {
    desk.state().events.iter().map(|event| (event.event.id.clone(), !event.key.is_empty())).collect()
}

#[test]
fn dup_2_the_event_that_says_what_a_meeting_says_is_the_meetings() {
    let desk = desk([meeting("a")]);
    let event = desk.make_event(alike(&meeting("a")), born());
    assert_eq!(desk.saved("a"), event);
    assert_eq!(stands(&desk), [(event, true)], "it got the key, under which others find it");
    assert_eq!(desk.state().items.len(), 1, "DWN-1: it becomes no second item");
}

#[test]
fn dup_2_an_appointment_never_takes_an_event_for_what_it_says() {
    let desk = desk([appointment("a")]);
    let event = desk.state().put_stranger(alike(&appointment("a")));
    assert_ne!(desk.saved("a"), event);
    assert_eq!(desk.state().events.len(), 2);
}

#[test]
fn dup_2_several_events_that_say_the_same_are_told_and_none_is_guessed() {
    let desk = desk([meeting("a")]);
    for _ in 0..2 {
        desk.state().put_stranger(alike(&meeting("a")));
    }
    desk.press("a", dana());
    assert_eq!(desk.told().expect("an issue").code, "DUP-1");
    assert_eq!(stands(&desk).iter().filter(|(_, has_key)| *has_key).count(), 0);
    let one = desk.state().events[0].event.id.clone();
    desk.state().events.retain(|event| event.event.id != one);
    desk.press("a", dana());
    desk.rest();
    assert_eq!(stands(&desk).len(), 1, "the one that is left is the meeting's");
}

#[test]
fn dup_2_somebody_elses_event_is_left_to_them() {
    let desk = desk([invited(meeting("a"))]);
    let mut fields = alike(&meeting("a"));
    fields.insert(EventField::Owner, FieldValue::Record(record("005", 9)));
    let event = desk.state().put_stranger(fields);
    assert_ne!(desk.saved("a"), event);
}

#[test]
fn dup_2_a_colleagues_meeting_is_theirs_to_find() {
    let desk = desk([organized_by(meeting("a"), INES)]);
    desk.state().synced = vec![crate::desk::address(INES)];
    desk.state().put_stranger(alike(&meeting("a")));
    desk.press("a", dana());
    assert!(matches!(desk.outcome(), Outcome::Waiting(_)), "PPL-2");
    assert_eq!(stands(&desk).iter().filter(|(_, has_key)| *has_key).count(), 0);
}

#[test]
fn dup_2_a_meeting_that_points_to_its_event_takes_no_other_that_says_the_same() {
    let desk = desk([meeting("a")]);
    let event = desk.saved("a");
    // The database was lost, and the keys with it.
    let item = item_id("a");
    desk.state().pairs.remove(&item);
    desk.state().events[0].key.clear();
    desk.state().put_stranger(alike(&meeting("a")));
    desk.press("a", dana());
    desk.rest();
    assert_eq!(desk.state().pairs[&item].event, event);
}

#[test]
fn dup_2_an_event_whose_key_could_not_be_kept_is_found_again() {
    let desk = desk([meeting("a")]);
    let event = desk.state().put_stranger(alike(&meeting("a")));
    desk.strike("update", Fault::Instead(Trouble::Later { retry_after_ms: None }));
    assert_eq!(desk.saved("a"), event);
    assert_eq!(stands(&desk), [(event, true)]);
}
