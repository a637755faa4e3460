use calbridge_rules::invitees::InviteeStatus::{self, Accepted, Declined, New};

use super::*;

fn id(prefix: &str, number: u32) -> RecordId {
    RecordId::parse(&format!("{prefix}{number:012}")).unwrap()
}

fn row(number: u32, is_named: bool, invited: Option<InviteeStatus>) -> Relation {
    let tie = Tie { is_named, invited };
    Relation { event: id("00U", 1), id: id("0RE", number), record: id("003", number), tie }
}

fn invites(of: &[(u32, InviteeStatus)]) -> Relations {
    let invitees = of.iter().map(|(number, status)| (id("003", *number), *status)).collect();
    Relations { invitees, ..Relations::default() }
}

fn kept(of: &[(u32, InviteeStatus)], people: &[u32]) -> Kept {
    Kept {
        event: id("00U", 1),
        people: people.iter().map(|number| id("003", *number)).collect(),
        records: Vec::new(),
        invitees: invites(of).invitees,
        answers: crate::relate::Answers::new(),
        missing: None,
    }
}

#[track_caller]
fn check(relations: &Relations, kept: Option<&Kept>, stands: &[Relation], expected: &[Tying]) {
    let wanted = Wanted { relations, who: None, kept, are_links_chosen: true, continuous_attendees: true };
    assert_eq!(change(wanted, &stands.iter().collect::<Vec<_>>()), expected);
}

#[test]
fn ppl_6_somebody_in_name_is_invited_by_the_row_they_have() {
    let tie = Tie { is_named: true, invited: Some(Accepted) };
    let expected = [Tying::Change { id: id("0RE", 1), tie }];
    check(&invites(&[(1, Accepted)]), None, &[row(1, true, None)], &expected);
}

#[test]
fn ppl_6_who_leaves_the_meeting_and_stands_in_name_stays_there() {
    let tie = Tie { is_named: true, invited: None };
    let expected = [Tying::Change { id: id("0RE", 1), tie }];
    check(&invites(&[]), Some(&kept(&[(1, New)], &[])), &[row(1, true, Some(New))], &expected);
    let expected = [Tying::Remove { id: id("0RE", 1) }];
    check(&invites(&[]), Some(&kept(&[(1, New)], &[])), &[row(1, false, Some(New))], &expected);
}

#[test]
fn pic_3_of_the_people_in_name_only_those_that_sync_put_there_are_taken_away() {
    let relations = Relations { people: vec![id("003", 3)], ..Relations::default() };
    let tie = Tie { is_named: true, invited: None };
    let expected = [Tying::Remove { id: id("0RE", 1) }, Tying::Add { record: id("003", 3), tie }];
    check(&relations, Some(&kept(&[], &[1])), &[row(1, true, None), row(2, true, None)], &expected);
}

#[test]
fn what_stands_is_not_written_again() {
    check(&invites(&[(1, Declined)]), None, &[row(1, false, Some(Declined))], &[]);
    check(&Relations::default(), Some(&kept(&[(1, New)], &[2])), &[], &[]);
}

#[test]
fn links_that_nobody_chose_now_stay_as_people_left_them() {
    let relations =
        Relations { records: vec![id("001", 1)], people: vec![id("003", 3)], ..Relations::default() };
    let kept = kept(&[], &[1]);
    let wanted = Wanted {
        relations: &relations,
        who: None,
        kept: Some(&kept),
        are_links_chosen: false,
        continuous_attendees: true,
    };
    assert_eq!(change(wanted, &[]), []);
}
