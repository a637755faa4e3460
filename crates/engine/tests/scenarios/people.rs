//! Who else an Event is related to, met one by one.

use calbridge_engine::{
    Outcome,
    ports::{Relation, SeenItem, Tie, Trouble},
};
use calbridge_rules::{
    event::{EventField, FieldValue},
    id::RecordId,
    invitees::InviteeStatus,
    item::{Attendee, Response, Role, Sensitivity},
    people::PersonObject,
    relations::Abilities,
    saving::{Choice, ChosenPerson},
    settings::ExternalOrganizer,
};

use crate::desk::{DANA, Desk, Fault, INES, address, dana, item_id, meeting, organized_by, person, record};

const THEO: &str = "theo@brightwater.example";
const MARAS: u32 = 1;
const INESS: u32 = 2;

fn guest(who: &str, response: Response) -> Attendee {
    Attendee { person: person(who), role: Role::Required, response: Some(response) }
}

/// Mara meets Dana, and Ines comes along; Theo is no user of the org.
fn with_colleagues(name: &str, ines: Response) -> SeenItem {
    let mut seen = meeting(name);
    seen.item.attendees =
        vec![guest(DANA, Response::Accepted), guest(INES, ines), guest(THEO, Response::Accepted)];
    seen
}

/// An org of which Ines is a user.
fn desk(items: impl IntoIterator<Item = SeenItem>) -> Desk {
    let desk = Desk::with(items);
    desk.state().users = vec![(address(INES), record("005", INESS))];
    desk
}

fn answer_of(desk: &Desk, who: &RecordId) -> Option<InviteeStatus> {
    let state = desk.state();
    state.relations.iter().find(|row| row.record == *who).and_then(|row| row.tie.invited)
}

fn ines() -> RecordId {
    record("005", INESS)
}

/// Ines' meeting, whose Event is hers and invites Mara.
fn invited_by_ines(desk: &Desk, seen: &SeenItem) -> RecordId {
    let event = desk.has_event(seen, ines());
    let tie = Tie { is_named: false, invited: Some(InviteeStatus::New) };
    let (id, record) = (record("0RE", 900), record("005", MARAS));
    desk.state().relations.push(Relation { event: event.clone(), id, record, tie });
    desk.state().synced.push(address(INES));
    desk.is_saved_by(&event, ines());
    event
}

#[test]
fn ppl_4_colleagues_who_are_users_and_known_people_become_invitees_with_their_answers() {
    let desk = desk([with_colleagues("a", Response::None)]);
    desk.saved("a");
    assert_eq!(answer_of(&desk, &record("003", 1)), Some(InviteeStatus::Accepted), "Dana (PPL-6)");
    assert_eq!(answer_of(&desk, &ines()), Some(InviteeStatus::New));
    assert_eq!(desk.state().relations.len(), 2, "Theo is no user, and the organizer invites nobody twice");
}

#[test]
fn ppl_4_a_second_session_asks_nothing_of_relations() {
    let desk = desk([with_colleagues("a", Response::None)]);
    desk.saved("a");
    desk.session().unwrap();
    assert_eq!(desk.state().calls, ["changes", "record"]);
    desk.edit("a", |seen| "Renamed".clone_into(&mut seen.item.subject));
    desk.session().unwrap();
    assert_eq!((desk.calls("update"), desk.calls("users"), desk.calls("relations")), (1, 0, 0));
}

#[test]
fn ppl_5_a_meeting_of_somebody_without_sync_has_no_invitees() {
    for organizer in [DANA, THEO] {
        let seen = organized_by(with_colleagues("a", Response::Accepted), organizer);
        let desk = desk([seen]);
        desk.saved("a");
        assert_eq!(desk.state().relations, [], "{organizer}");
        assert_eq!(desk.calls("users"), 0);
    }
}

#[test]
fn ppl_6_answers_follow_the_meeting_with_continuous_attendees_only() {
    for (continuous, expected) in [(false, InviteeStatus::New), (true, InviteeStatus::Accepted)] {
        let desk = desk([with_colleagues("a", Response::None)]);
        desk.state().settings.people.continuous_attendees = continuous;
        desk.saved("a");
        desk.edit("a", |seen| seen.item.attendees[1] = guest(INES, Response::Accepted));
        desk.rest();
        assert_eq!(answer_of(&desk, &ines()), Some(expected), "{continuous}");
    }
}

#[test]
fn ppl_6_who_is_not_asked_any_more_is_no_invitee_any_more_and_who_was_added_by_hand_stays() {
    let desk = desk([with_colleagues("a", Response::None)]);
    desk.state().settings.people.continuous_attendees = true;
    let event = desk.saved("a");
    let by_hand = Relation {
        event,
        id: record("0RE", 901),
        record: record("005", 9),
        tie: Tie { is_named: false, invited: Some(InviteeStatus::Accepted) },
    };
    desk.state().relations.push(by_hand.clone());
    desk.edit("a", |seen| drop(seen.item.attendees.remove(1)));
    desk.rest();
    assert_eq!(answer_of(&desk, &ines()), None);
    assert_eq!(answer_of(&desk, &by_hand.record), Some(InviteeStatus::Accepted));
}

#[test]
fn dwn_3_who_declines_is_declined_in_salesforce() {
    let desk = desk([with_colleagues("a", Response::Accepted)]);
    desk.saved("a");
    desk.edit("a", |seen| seen.item.attendees[1] = guest(INES, Response::Declined));
    desk.rest();
    assert_eq!(answer_of(&desk, &ines()), Some(InviteeStatus::Declined));
}

#[test]
fn dwn_3_this_users_own_answer_goes_to_the_organizers_event() {
    let mut seen = organized_by(with_colleagues("a", Response::Accepted), INES);
    seen.response = Some(Response::Accepted);
    let desk = desk([seen.clone()]);
    invited_by_ines(&desk, &seen);
    desk.saved("a");
    assert_eq!(answer_of(&desk, &record("005", MARAS)), Some(InviteeStatus::Accepted));
    desk.edit("a", |seen| seen.response = Some(Response::Declined));
    desk.rest();
    assert_eq!(answer_of(&desk, &record("005", MARAS)), Some(InviteeStatus::Declined));
    assert_eq!(desk.state().events.len(), 1, "and the Event stays the organizer's");
}

#[test]
fn dwn_3_deleting_a_colleagues_meeting_declines_it() {
    let mut seen = organized_by(with_colleagues("a", Response::Accepted), INES);
    seen.response = Some(Response::Accepted);
    let desk = desk([seen.clone()]);
    let event = invited_by_ines(&desk, &seen);
    desk.saved("a");
    desk.delete("a");
    desk.strike("relate", Fault::Instead(Trouble::Later { retry_after_ms: None }));
    desk.session().unwrap();
    assert!(desk.state().pairs.contains_key(&item_id("a")), "nothing is forgotten before it was told");
    desk.rest();
    assert_eq!(answer_of(&desk, &record("005", MARAS)), Some(InviteeStatus::Declined));
    assert!(desk.state().pairs.is_empty());
    assert!(desk.state().events.iter().any(|seen| seen.event.id == event), "the Event is the organizer's");
}

#[test]
fn pic_3_further_people_and_records_are_linked_where_the_org_holds_them() {
    let (ada, hydra, polar) = (record("003", 2), record("a00", 1), record("a00", 2));
    let further = ChosenPerson { record: ada.clone(), object: PersonObject::Contact };
    let choice = Choice { also_who: Some(vec![further]), also_what: vec![hydra.clone()], ..dana() };
    let desk = desk([meeting("a")]);
    desk.state().abilities = Abilities { several_people: true, several_records: true };
    desk.state().settings.shared.multi_link = true;
    desk.press("a", choice.clone());
    desk.rest();
    let named = |desk: &Desk| desk.state().relations.iter().any(|row| row.record == ada && row.tie.is_named);
    assert!(named(&desk));
    let event = desk.state().pairs[&item_id("a")].event.clone();
    assert_eq!(desk.state().links, [(event.clone(), hydra)]);

    desk.press("a", Choice { also_who: Some(Vec::new()), also_what: vec![polar.clone()], ..choice });
    desk.rest();
    assert!(!named(&desk), "SAV-11");
    assert_eq!(desk.state().links, [(event, polar)]);
}

#[test]
fn pic_3_the_rows_of_further_records_go_before_their_event_does() {
    let desk = desk([meeting("a")]);
    desk.state().abilities = Abilities { several_people: false, several_records: true };
    desk.state().settings.shared.multi_link = true;
    desk.press("a", Choice { also_what: vec![record("a00", 1)], ..dana() });
    desk.rest();
    assert_eq!(desk.state().links.len(), 1);
    desk.press_unsync("a");
    desk.strike("relate", Fault::Instead(Trouble::Later { retry_after_ms: None }));
    desk.session().unwrap();
    assert_eq!(desk.state().events.len(), 1, "no row is left behind without its Event");
    desk.rest();
    let state = desk.state();
    assert_eq!((state.events.len(), state.links.len()), (0, 0));
}

#[test]
fn pic_3_without_the_means_of_the_org_one_person_and_one_record_are_linked() {
    let further = ChosenPerson { record: record("003", 2), object: PersonObject::Contact };
    let choice = Choice { also_who: Some(vec![further]), also_what: vec![record("a00", 1)], ..dana() };
    let desk = desk([organized_by(meeting("a"), DANA)]);
    desk.press("a", choice);
    desk.rest();
    let state = desk.state();
    assert_eq!((state.relations.len(), state.links.len()), (0, 0));
}

#[test]
fn prv_2_a_private_meeting_invites_colleagues_alone() {
    let mut seen = with_colleagues("a", Response::None);
    seen.item.sensitivity = Some(Sensitivity::Private);
    let desk = desk([seen]);
    desk.state().abilities.several_people = true;
    desk.saved("a");
    let related: Vec<RecordId> = desk.state().relations.iter().map(|row| row.record.clone()).collect();
    assert_eq!(related, [ines()]);
}

#[test]
fn relations_that_could_not_be_written_are_tried_again_and_never_twice() {
    for call in ["users", "relations", "relate"] {
        for fault in [Fault::Instead(Trouble::Unclear), Fault::Afterwards(Trouble::Unclear)] {
            let desk = desk([with_colleagues("a", Response::None)]);
            desk.press("a", dana());
            desk.strike(call, fault.clone());
            desk.session().unwrap();
            assert_eq!(desk.state().events.len(), 1, "the Event stands whatever becomes of its relations");
            desk.rest();
            assert_eq!(desk.state().relations.len(), 2, "{call} {fault:?}");
        }
    }
}

#[test]
fn ppl_5_with_an_event_for_each_saver_somebody_elses_is_left_alone() {
    let seen = organized_by(with_colleagues("a", Response::Accepted), DANA);
    let desk = desk([seen.clone()]);
    let theirs = desk.has_event(&seen, ines());
    desk.state().settings.people.external_organizer = ExternalOrganizer::PerSaver;
    let own = desk.saved("a");
    assert_ne!(own, theirs);
    assert_eq!(desk.event(&own)[&EventField::Owner], FieldValue::Record(record("005", MARAS)));
    desk.edit("a", |seen| "Renamed".clone_into(&mut seen.item.subject));
    desk.rest();
    assert_eq!(desk.state().events.len(), 2, "the pair keeps its key");
}

#[test]
fn ppl_5_another_saver_takes_the_event_over_and_keeps_it_up_to_date() {
    let seen = organized_by(with_colleagues("a", Response::Accepted), DANA);
    for is_saved_before in [true, false] {
        let desk = desk([seen.clone()]);
        let event = desk.has_event(&seen, ines());
        desk.is_saved_by(&event, ines());
        if is_saved_before {
            assert_eq!(desk.saved("a"), event);
        }
        desk.press_take_over("a");
        desk.rest();
        let owner = FieldValue::Record(record("005", MARAS));
        assert_eq!(desk.event(&event)[&EventField::Owner], owner, "{is_saved_before}");
        let (of, before, _) = desk.state().journal.last().unwrap().clone();
        assert_eq!((of, &before[&EventField::Owner]), (event.clone(), &FieldValue::Record(ines())), "UNS-2");
        desk.edit("a", |seen| "Renamed".clone_into(&mut seen.item.subject));
        desk.rest();
        assert_eq!(desk.event(&event)[&EventField::Subject], FieldValue::Text("Renamed".to_owned()));
        assert_eq!(desk.state().events.len(), 1);
    }
}

#[test]
fn ppl_5_the_event_of_a_synced_organizer_is_not_taken_over() {
    let seen = organized_by(with_colleagues("a", Response::Accepted), INES);
    let desk = desk([seen.clone()]);
    let event = invited_by_ines(&desk, &seen);
    desk.saved("a");
    desk.press_take_over("a");
    let outcome = desk.outcome();
    let Outcome::Refused(issue) = outcome else { panic!("{outcome:?}") };
    assert_eq!(issue.code, "PPL-5");
    assert_eq!(desk.event(&event)[&EventField::Owner], FieldValue::Record(ines()));
}

#[test]
fn ppl_5_where_there_is_no_event_nothing_is_taken_over() {
    let desk = desk([organized_by(meeting("a"), DANA)]);
    desk.press_take_over("a");
    desk.rest();
    let state = desk.state();
    assert_eq!((state.events.len(), state.requests.len()), (0, 0));
}

#[test]
fn sav_12_a_choice_that_was_written_and_not_kept_is_known_to_stand_when_it_is_tried_again() {
    let relations_after = |dies: bool| {
        let other = ChosenPerson { record: record("003", 2), object: PersonObject::Contact };
        let desk = desk([with_colleagues("a", Response::None)]);
        desk.state().abilities.several_people = true;
        desk.press("a", Choice { who: Some(other), ..Choice::default() });
        desk.rest();
        desk.press("a", dana());
        if dies {
            desk.strike("record", Fault::Instead(Trouble::Later { retry_after_ms: None }));
            drop(desk.session());
        }
        desk.rest();
        let state = desk.state();
        let pair = state.pairs[&item_id("a")].clone();
        assert_eq!(pair.agreed.event[&EventField::Who], FieldValue::Record(record("003", 1)), "{dies}");
        let rows = state.relations.iter().map(|row| (row.record.clone(), row.tie));
        rows.collect::<std::collections::BTreeMap<_, _>>()
    };
    assert_eq!(relations_after(true), relations_after(false));
}
