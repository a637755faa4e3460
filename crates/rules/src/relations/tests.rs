use super::*;
use crate::{
    item::{Attendee, Role},
    people::participants,
    sample::{DANA, INES, LUIS, MARA, address, attendee, dana, luis, meeting, record, settings},
};

const ADA: &str = "ada.morgan@acme.example";

const BOTH: Abilities = Abilities { several_people: true, several_records: true };

fn ada() -> PersonMatch {
    PersonMatch { record: record("003", 7), address: address(ADA), ..dana() }
}

fn ines() -> Colleague {
    Colleague { address: address(INES), user: record("005", 2) }
}

fn guests(of: &[&str]) -> Vec<Attendee> {
    of.iter().map(|who| attendee(who, Role::Required)).collect()
}

/// What varies from test to test.
struct Case {
    seat: ItemSeat,
    who: RecordId,
    is_private: bool,
    choice: Choice,
    abilities: Abilities,
}

/// What an item of these guests is related to, with Dana in Name unless the test says otherwise.
fn of(attendees: &[&str], change: impl FnOnce(&mut Case)) -> Relations {
    let mut case = Case {
        seat: ItemSeat::Own,
        who: dana().record,
        is_private: false,
        choice: Choice::default(),
        abilities: BOTH,
    };
    change(&mut case);
    let item = Item { attendees: guests(attendees), ..meeting() };
    let people = participants(&item, &address(MARA), &settings(), &[dana(), ada(), luis()]);
    relations(&Situation {
        item: &item,
        seat: case.seat,
        participants: &people,
        colleagues: &[ines()],
        who: Some(&case.who),
        is_private: case.is_private,
        choice: &case.choice,
        abilities: case.abilities,
    })
}

#[test]
fn ppl_4_colleagues_and_known_people_are_invited_by_who_organizes() {
    let own = of(&[DANA, INES, "nobody@else.example"], |_| {});
    let invited: Vec<&RecordId> = own.invitees.keys().collect();
    assert_eq!(invited, [&dana().record, &ines().user]);
}

#[test]
fn ppl_5_nobody_is_invited_to_a_meeting_of_somebody_else() {
    let theirs = of(&[DANA, INES], |case| case.seat = ItemSeat::Attendee);
    assert!(theirs.invitees.is_empty());
}

#[test]
fn pic_3_every_contact_at_the_meeting_is_in_name_where_the_org_holds_several() {
    assert_eq!(of(&[DANA, ADA, LUIS], |_| {}).people, [ada().record], "a Lead never joins");
    let one = of(&[DANA, ADA], |case| case.abilities = Abilities::default());
    assert_eq!(one.people, Vec::new());
}

#[test]
fn pic_6_nobody_joins_a_lead() {
    let choice = Choice { also_what: vec![record("001", 7)], ..Choice::default() };
    let relations = of(&[LUIS, ADA], |case| {
        (case.who, case.choice) = (luis().record, choice);
    });
    assert_eq!((relations.people, relations.records), (Vec::new(), Vec::new()));
}

#[test]
fn pic_3_what_the_user_picked_is_what_is_linked() {
    let person = |found: &PersonMatch| ChosenPerson { record: found.record.clone(), object: found.object };
    let (first, second) = (record("001", 7), record("006", 1));
    let choice = Choice {
        what: Some(first.clone()),
        also_who: Some(vec![person(&ada()), person(&dana()), person(&luis()), person(&ada())]),
        also_what: vec![second.clone(), first, second.clone()],
        ..Choice::default()
    };
    let picked = of(&[DANA], |case| case.choice = choice);
    assert_eq!(picked.people, [ada().record], "each once, without the first and without Leads");
    assert_eq!(picked.records, [second]);
    let nobody_else = Choice { also_who: Some(Vec::new()), ..Choice::default() };
    assert_eq!(of(&[DANA, ADA], |case| case.choice = nobody_else).people, Vec::new());
}

#[test]
fn ppl_5_the_organizer_from_outside_is_among_the_people_whomever_the_user_picked() {
    let mut item = Item { attendees: guests(&[MARA, DANA]), ..meeting() };
    item.organizer = Some(attendee(ADA, Role::Required).person);
    let people = participants(&item, &address(MARA), &settings(), &[dana(), ada()]);
    let choice = Choice { also_who: Some(Vec::new()), ..Choice::default() };
    let first = dana().record;
    let situation = Situation {
        item: &item,
        seat: ItemSeat::Attendee,
        participants: &people,
        colleagues: &[],
        who: Some(&first),
        is_private: false,
        choice: &choice,
        abilities: BOTH,
    };
    assert_eq!(relations(&situation).people, [ada().record]);
}

#[test]
fn prv_2_a_private_event_is_linked_to_nobody_and_invites_colleagues_alone() {
    let private = of(&[DANA, ADA, INES], |case| case.is_private = true);
    assert_eq!((private.people, private.records), (Vec::new(), Vec::new()));
    assert_eq!(private.invitees.keys().collect::<Vec<_>>(), [&ines().user]);
}

#[test]
fn pic_3_fifty_people_at_most_are_in_name() {
    let many = (0..70)
        .map(|number| ChosenPerson { record: record("003", 100 + number), object: PersonObject::Contact });
    let choice = Choice { also_who: Some(many.collect()), ..Choice::default() };
    assert_eq!(of(&[DANA], |case| case.choice = choice).people.len(), PEOPLE_LIMIT - 1);
}
