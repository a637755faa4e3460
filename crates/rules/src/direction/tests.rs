use super::*;

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
