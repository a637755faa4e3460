use super::*;
use crate::{
    event::FieldValue,
    mapping,
    merge::{Merge, Sides, merge},
    sample::{at, meeting, settings},
    saving::Choice,
};

fn going(direction: Direction) -> Down {
    Down { direction, ..Down::default() }
}

#[track_caller]
fn check(direction: Direction, side: Side, expected: [Course; 3]) {
    let deeds = [Deed::Created, Deed::Edited, Deed::Deleted];
    let found = deeds.map(|deed| course(side, deed, &going(direction)).0);
    assert_eq!(found, expected, "{direction:?} {side:?}");
}

#[test]
fn one_1_both_ways_carries_everything() {
    check(Direction::Both, Side::Outlook, [Course::Carry; 3]);
    check(Direction::Both, Side::Salesforce, [Course::Carry; 3]);
}

#[test]
fn one_1_up_reverts_salesforce_and_lets_creations_down() {
    check(Direction::Up, Side::Outlook, [Course::Carry; 3]);
    check(Direction::Up, Side::Salesforce, [Course::Carry, Course::Revert, Course::Recreate]);
}

#[test]
fn one_1_down_reverts_outlook_and_refuses_to_save() {
    check(Direction::Down, Side::Salesforce, [Course::Carry; 3]);
    check(Direction::Down, Side::Outlook, [Course::Refuse, Course::Revert, Course::Recreate]);
}

#[test]
fn dwn_1_nothing_comes_down_with_down_sync_off() {
    let off = Down { is_on: false, ..Down::default() };
    for deed in [Deed::Created, Deed::Edited, Deed::Deleted] {
        let (course_of, check) = course(Side::Salesforce, deed, &off);
        assert_eq!((course_of, check.rule, check.passed), (Course::Ignore, "ONE-1", false));
        assert_eq!(course(Side::Outlook, deed, &off).0, Course::Carry);
    }
}

fn text(text: &str) -> FieldValue {
    FieldValue::Text(text.to_owned())
}

/// A meeting whose subject changed in Outlook and whose place changed in Salesforce, directed.
fn directed(down: &Down) -> (Directed, EventFields, EventFields) {
    let agreed = mapping::follow(&meeting(), &Choice::default(), &settings()).fields;
    let (mut outlook, mut salesforce) = (agreed.clone(), agreed.clone());
    outlook.insert(EventField::Subject, text("Mine"));
    salesforce.insert(EventField::Location, text("Theirs"));
    let sides = Sides { agreed: &agreed, outlook: &outlook, salesforce: &salesforce };
    let Merge::Fields(merged) = merge(sides, &settings()) else { panic!("nothing is private") };
    let mut directed = direct(*merged, &outlook, &salesforce, down);
    outlook.extend(std::mem::take(&mut directed.merged.to_outlook));
    salesforce.extend(std::mem::take(&mut directed.merged.to_salesforce));
    (directed, outlook, salesforce)
}

#[test]
fn one_1_an_edit_against_the_direction_is_put_back_and_told() {
    let (up, outlook, salesforce) = directed(&going(Direction::Up));
    assert_eq!(up.reverted, Some(Cause::Reverted { side: Side::Salesforce }));
    assert_eq!(salesforce[&EventField::Location], text("Microsoft Teams"));
    assert_eq!(salesforce[&EventField::Subject], text("Mine"));
    assert_eq!((&outlook, &up.merged.agreed), (&salesforce, &salesforce));

    let (down, outlook, salesforce) = directed(&going(Direction::Down));
    assert_eq!(down.reverted, Some(Cause::Reverted { side: Side::Outlook }));
    assert_eq!(outlook[&EventField::Subject], text("Renewal 2027: pricing review"));
    assert_eq!(outlook[&EventField::Location], text("Theirs"));
    assert_eq!((&outlook, &down.merged.agreed), (&salesforce, &salesforce));
}

#[test]
fn one_1_both_ways_changes_nothing_about_a_merge() {
    let (both, outlook, salesforce) = directed(&going(Direction::Both));
    assert_eq!((both.reverted, &outlook), (None, &salesforce));
}

#[test]
fn dwn_1_an_edit_that_does_not_come_down_stays_in_salesforce() {
    let (off, outlook, salesforce) = directed(&Down { is_on: false, ..Down::default() });
    assert_eq!(off.reverted, None);
    assert_eq!(outlook[&EventField::Location], text("Microsoft Teams"));
    assert_eq!(salesforce[&EventField::Location], text("Theirs"));
    assert_eq!(salesforce[&EventField::Subject], text("Mine"));
}

fn edits() -> EventFields {
    EventFields::from([
        (EventField::Subject, text("Theirs")),
        (EventField::Start, FieldValue::Instant(at("2026-11-25T13:00:00Z"))),
        (EventField::End, FieldValue::Instant(at("2026-11-25T14:00:00Z"))),
        (EventField::Description, text("Theirs")),
        (EventField::ShowAs, text("Free")),
    ])
}

fn routed(seat: ItemSeat, has_synced_organizer: bool) -> DownRoute {
    let outlook = mapping::follow(&meeting(), &Choice::default(), &settings()).fields;
    down_route(&edits(), &outlook, seat, has_synced_organizer)
}

#[test]
fn dwn_7_everything_goes_down_to_the_organizers_item() {
    let route = routed(ItemSeat::Own, true);
    assert_eq!(route, DownRoute { to_outlook: edits(), ..DownRoute::default() });
}

#[test]
fn dwn_7_an_attendees_item_leaves_the_organizers_fields_to_the_organizers_session() {
    let route = routed(ItemSeat::Attendee, true);
    assert_eq!(route.to_outlook, EventFields::from([(EventField::ShowAs, text("Free"))]));
    assert_eq!(route.for_organizer.len(), 4);
    assert!(route.put_back.is_empty() && route.told.is_none());
    assert_eq!((route.trace[0].rule, route.trace[0].passed), ("DWN-7", true));
}

#[test]
fn dwn_7_without_a_synced_organizer_edits_are_put_back_and_told_but_not_the_description() {
    let route = routed(ItemSeat::Attendee, false);
    assert_eq!(route.to_outlook, EventFields::from([(EventField::ShowAs, text("Free"))]));
    let names: Vec<&EventField> = route.put_back.keys().collect();
    assert_eq!(names, [&EventField::Subject, &EventField::Start, &EventField::End]);
    assert_eq!(route.put_back[&EventField::Subject], text("Renewal 2027: pricing review"));
    let fields = vec!["subject".to_owned(), "time".to_owned()];
    assert_eq!(route.told, Some(Cause::PutBack { fields }));
    assert!(!route.trace[0].passed);
}
