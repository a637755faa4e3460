use calbridge_rules::{event::FieldValue, map::SmallMap};
use chrono::{DateTime, Utc};

use super::*;

fn text(text: &str) -> FieldValue {
    FieldValue::Text(text.to_owned())
}

fn at(hour: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000 + hour * 3600, 0).unwrap_or_default()
}

fn times(start: i64) -> EventFields {
    EventFields::from([
        (EventField::Start, FieldValue::Instant(at(start))),
        (EventField::End, FieldValue::Instant(at(start + 1))),
        (EventField::IsAllDay, FieldValue::Flag(false)),
    ])
}

fn fields(subject: &str, location: &str) -> EventFields {
    EventFields::from([(EventField::Subject, text(subject)), (EventField::Location, text(location))])
}

fn stands(fields: EventFields) -> EventView {
    EventView {
        id: RecordId::parse("00UD00000000001").unwrap(),
        shown: fields,
        modstamp: at(5),
        who: None,
        what: None,
        owner: "You".to_owned(),
        changed_by: "Theo Park".to_owned(),
        changed_at: at(5),
        link: String::new(),
    }
}

fn settled(field: EventField, whose: Whose, theirs: FieldValue) -> SmallMap<EventField, Settled> {
    SmallMap::from([(field, Settled { whose, theirs })])
}

#[test]
fn sav_2_only_what_differs_is_written() {
    let shown = fields("Review", "Teams");
    let changes = changes(&shown, &stands(shown.clone()), &fields("Renewal", "Teams"), &SmallMap::new());
    assert_eq!(changes, Ok(EventFields::from([(EventField::Subject, text("Renewal"))])));
}

#[test]
fn sav_13_somebody_elses_change_is_asked_about_and_never_overwritten() {
    let now = stands(fields("Theirs", "Teams"));
    let asked = changes(&fields("Review", "Teams"), &now, &fields("Mine", "Teams"), &SmallMap::new());
    let conflict = Conflict { field: EventField::Subject, mine: text("Mine"), theirs: text("Theirs") };
    let by = "Theo Park".to_owned();
    assert_eq!(
        asked,
        Err(NotSaved::Changed { by, at: at(5), conflicts: vec![conflict], theirs: Vec::new() })
    );
}

#[test]
fn sav_13_their_change_of_another_field_stays_and_mine_is_written() {
    let shown = fields("Review", "Teams");
    let mut now = stands(shown.clone());
    now.shown.insert(EventField::ShowAs, text("Free"));
    let changes = changes(&shown, &now, &fields("Renewal", "Teams"), &SmallMap::new());
    assert_eq!(changes, Ok(EventFields::from([(EventField::Subject, text("Renewal"))])));
}

#[test]
fn sav_13_the_users_decision_is_carried_out() {
    let shown = fields("Review", "Teams");
    let now = stands(fields("Theirs", "Teams"));
    let mine = fields("Mine", "Room 4");
    let decided = |whose| changes(&shown, &now, &mine, &settled(EventField::Subject, whose, text("Theirs")));
    let location = (EventField::Location, text("Room 4"));
    assert_eq!(decided(Whose::Theirs), Ok(EventFields::from([location.clone()])));
    assert_eq!(decided(Whose::Mine), Ok(EventFields::from([location, (EventField::Subject, text("Mine"))])));
}

#[test]
fn sav_13_a_value_that_came_after_the_decision_is_asked_about_again() {
    let now = stands(fields("Theirs again", "Teams"));
    let (shown, mine) = (fields("Review", "Teams"), fields("Mine", "Teams"));
    for whose in [Whose::Mine, Whose::Theirs] {
        let decided = settled(EventField::Subject, whose, text("Theirs"));
        let asked = changes(&shown, &now, &mine, &decided);
        assert!(matches!(asked, Err(NotSaved::Changed { .. })), "{asked:?}");
    }
}

#[test]
fn sav_13_times_are_decided_together() {
    let now = stands(times(3));
    let asked = changes(&times(0), &now, &times(6), &SmallMap::new());
    assert!(matches!(asked, Err(NotSaved::Changed { .. })), "{asked:?}");
    let theirs = |field| now.shown.get(&field).cloned().unwrap_or(FieldValue::Empty);
    let both = [(EventField::Start, Whose::Theirs), (EventField::End, Whose::Mine)]
        .map(|(field, whose)| (field.clone(), Settled { whose, theirs: theirs(field) }));
    let both = SmallMap::from(both);
    assert_eq!(changes(&times(0), &now, &times(6), &both), Ok(EventFields::new()));
}

#[test]
fn sav_12_a_repeated_update_that_was_applied_already_changes_nothing_and_asks_nothing() {
    let wanted = fields("Renewal", "Teams");
    let applied = stands(wanted.clone());
    let again = changes(&fields("Review", "Teams"), &applied, &wanted, &SmallMap::new());
    assert_eq!(again, Ok(EventFields::new()));
}

#[test]
fn sav_13_an_event_that_was_deleted_meanwhile_is_told_as_such() {
    assert_eq!(not_saved(&CallError::Gone), NotSaved::Gone);
}
