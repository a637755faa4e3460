use super::*;
use crate::{
    item::{Item, Role},
    people::Seat,
    sample::{Desk, INES, MARA, appointment, attendee, days, luis, meeting, person, record},
    saving::{Choice, SyncKnown, SyncOff},
};

#[track_caller]
fn check(desk: &Desk, comes_first: ComesFirst, expected: &Decision) -> Vec<Check> {
    let verdict = desk.ask(|situation| session_verdict(situation, comes_first));
    assert_eq!(verdict.decision, *expected, "{:?}", verdict.trace);
    assert!(!verdict.trace.is_empty(), "every decision has its trace");
    verdict.trace
}

#[test]
fn sav_1_a_session_creates_the_event() {
    check(&Desk::default(), ComesFirst::This, &Decision::Create);
}

#[test]
fn sav_12_a_request_that_arrives_after_the_save_becomes_an_update() {
    let expected = Decision::Update { event: record("00U", 1) };
    let trace = check(&Desk::saved(meeting()), ComesFirst::This, &expected);
    assert_eq!(trace.last().map(|check| check.rule), Some("SAV-12"));
}

#[test]
fn ppl_2_the_organizers_save_comes_first() {
    let mut item = Item { organizer: Some(person(INES)), ..meeting() };
    item.attendees.push(attendee(MARA, Role::Required));
    let expected = Decision::Wait(Wait::Organizer { name: INES.to_owned() });
    let trace = check(&Desk::with(item), ComesFirst::Organizer, &expected);
    assert_eq!(trace.last().map(|check| (check.rule, check.passed)), Some(("PPL-2", false)));
}

#[test]
fn ppl_2_is_settled_once_the_organizers_event_exists() {
    let item = Item { organizer: Some(person(INES)), ..meeting() };
    let expected = Decision::Update { event: record("00U", 1) };
    check(&Desk::saved(item), ComesFirst::Organizer, &expected);
}

#[test]
fn sav_7_a_draft_meeting_waits_until_it_is_sent() {
    let draft = |item| Item { is_draft: Some(true), ..item };
    check(&Desk::with(draft(meeting())), ComesFirst::This, &Decision::Wait(Wait::Draft));
    check(&Desk::with(draft(appointment())), ComesFirst::This, &Decision::Create);
}

#[test]
fn sav_8_a_category_on_an_item_without_known_people_is_an_issue() {
    let desk = Desk { matches: Vec::new(), ..Desk::default() };
    check(&desk, ComesFirst::This, &Decision::Refuse(Refusal::NobodyKnown));
    check(&Desk { matches: vec![luis()], ..desk }, ComesFirst::This, &Decision::Create);
}

#[test]
fn xcp_1_what_no_path_can_save_never_waits() {
    let item = Item { span: days(15), is_draft: Some(true), ..meeting() };
    check(&Desk::with(item), ComesFirst::Organizer, &Decision::Refuse(Refusal::TooLong { days: 15 }));
}

#[test]
fn a_running_session_does_not_ask_whether_sync_runs() {
    let desk = Desk { sync: SyncKnown::Off { why: SyncOff::Paused }, ..Desk::default() };
    check(&desk, ComesFirst::This, &Decision::Create);
}

#[test]
fn pane_and_session_agree_where_the_service_knows_nothing_more() {
    use crate::saving::{Route, verdict};
    for item in
        [meeting(), appointment(), Item { span: days(20), ..meeting() }, Item { id: None, ..meeting() }]
    {
        let desk = Desk { choice: Choice::default(), ..Desk::with(item) };
        let promised = desk.ask(verdict).route;
        let decided = desk.ask(|situation| session_verdict(situation, ComesFirst::This)).decision;
        let agree = match (&promised, &decided) {
            (Route::Queue, Decision::Create) => true,
            (Route::Refuse(one), Decision::Refuse(other)) => one == other,
            (_, _) => false,
        };
        assert!(agree, "{promised:?} against {decided:?}");
    }
}

#[test]
fn the_organizer_without_a_name_goes_by_the_address() {
    let desk = Desk::with(Item { organizer: Some(person(INES)), ..meeting() });
    let seats: Vec<Seat> = desk.participants().iter().map(|participant| participant.seat).collect();
    assert_eq!(seats[0], Seat::Organizer);
    assert_eq!(organizer_name(&desk.participants()), INES);
}
