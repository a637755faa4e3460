use super::*;
use crate::{
    item::Attendee,
    sample::{
        DANA, HALE, INES, LUIS, MARA, address, attendee, dana, luis, meeting, person, record, settings,
    },
};

fn at_meeting(item: &Item, matches: &[PersonMatch]) -> Vec<Participant> {
    participants(item, &address(MARA), &settings(), matches)
}

fn texts(addresses: &[Address]) -> Vec<&str> {
    addresses.iter().map(Address::as_str).collect()
}

#[test]
fn pic_1_the_user_colleagues_and_blocklisted_people_are_not_looked_up() {
    let settings = Settings { blocklist: vec!["Moreno.example".to_owned()], ..settings() };
    let addresses = addresses_to_match(&meeting(), &address(MARA), &settings);
    assert_eq!(texts(&addresses), [DANA, HALE]);
}

#[test]
fn pic_1_everybody_is_looked_up_once_organizer_first() {
    let mut item = Item { organizer: Some(person(LUIS)), ..meeting() };
    item.attendees.insert(0, attendee(HALE, Role::Optional));
    item.attendees.push(attendee(DANA, Role::Optional));
    let addresses = addresses_to_match(&item, &address(MARA), &settings());
    assert_eq!(texts(&addresses), [LUIS, DANA, HALE]);
}

#[test]
fn pic_1_rooms_are_nobody() {
    let item = Item { attendees: vec![attendee("room@acme.example", Role::Resource)], ..meeting() };
    assert!(addresses_to_match(&item, &address(MARA), &settings()).is_empty());
    assert_eq!(at_meeting(&item, &[]).len(), 1);
}

#[test]
fn pic_5_all_records_with_one_address_are_listed_contacts_first() {
    let lead = PersonMatch { address: address(DANA), ..luis() };
    let twin = PersonMatch { record: record("003", 2), company: "Borealis".to_owned(), ..dana() };
    let people = at_meeting(&meeting(), &[lead.clone(), dana(), twin.clone(), dana()]);
    assert_eq!(people[1].standing, Standing::Known(vec![dana(), twin, lead]));
}

#[test]
fn ppl_1_everybody_has_their_standing() {
    let settings = Settings { blocklist: vec![HALE.to_owned()], ..settings() };
    let people = participants(&meeting(), &address(MARA), &settings, &[dana()]);
    let standings: Vec<&Standing> = people.iter().map(|participant| &participant.standing).collect();
    assert_eq!(
        standings,
        [
            &Standing::Internal,
            &Standing::Known(vec![dana()]),
            &Standing::Unresolved,
            &Standing::Blocklisted { entry: HALE.to_owned() },
            &Standing::Internal,
        ]
    );
}

#[test]
fn ppl_1_the_user_is_flagged_even_from_a_domain_nobody_listed() {
    let people = participants(&meeting(), &address(MARA), &Settings::default(), &[]);
    assert!(people[0].is_user && people[0].standing == Standing::Internal);
    assert!(people[1..].iter().all(|participant| !participant.is_user));
}

#[test]
fn the_organizer_appears_once_even_where_outlook_invites_them_again() {
    let mut item = meeting();
    item.attendees.insert(0, attendee(MARA, Role::Required));
    let seats: Vec<Seat> = at_meeting(&item, &[]).iter().map(|participant| participant.seat).collect();
    assert_eq!(seats, [Seat::Organizer, Seat::Required, Seat::Required, Seat::Optional, Seat::Optional]);
}

#[test]
fn somebody_without_an_address_is_shown_by_name_and_unresolved() {
    let nameless = Person { name: "Kim O’Neil".to_owned(), address: None };
    let invited = Attendee { person: nameless.clone(), role: Role::Required, response: None };
    let item = Item { attendees: vec![invited], ..meeting() };
    let people = at_meeting(&item, &[dana()]);
    assert_eq!((&people[1].person, &people[1].standing), (&nameless, &Standing::Unresolved));
    assert!(addresses_to_match(&item, &address(MARA), &settings()).is_empty());
}

#[test]
fn three_hundred_attendees_are_all_there() {
    let attendees = (0..300).map(|n| attendee(&format!("guest{n}@acme.example"), Role::Required)).collect();
    let item = Item { attendees, ..meeting() };
    assert_eq!(addresses_to_match(&item, &address(MARA), &settings()).len(), 300);
}

#[test]
fn a_colleague_stays_internal_on_a_blocklist() {
    let settings = Settings { blocklist: vec![INES.to_owned()], ..settings() };
    let people = participants(&meeting(), &address(MARA), &settings, &[]);
    assert_eq!(people.last().map(|participant| &participant.standing), Some(&Standing::Internal));
}
