use calbridge_rules::{id::RecordId, item::Person};

use super::*;

fn somebody(name: &str, address: &str, seat: Seat, standing: Standing) -> Participant {
    let person = Person { name: name.to_owned(), address: Address::parse(address).ok() };
    Participant { person, seat, is_user: false, standing }
}

fn mara(seat: Seat) -> Participant {
    Participant {
        is_user: true,
        ..somebody("Mara Lindqvist", "mara@brightwater.example", seat, Standing::Internal)
    }
}

fn colleague(name: &str, seat: Seat) -> Participant {
    somebody(
        name,
        &format!("{}@brightwater.example", name.to_lowercase().replace(' ', ".")),
        seat,
        Standing::Internal,
    )
}

fn found(number: u32, object: PersonObject, company: &str) -> PersonMatch {
    PersonMatch {
        record: RecordId::parse(&format!("003{number:012}")).expect("an id"),
        object,
        name: "Dana Okafor".to_owned(),
        company: company.to_owned(),
        account: None,
        address: Address::parse("dana@acme.example").expect("an address"),
    }
}

fn dana(name: &str, records: Vec<PersonMatch>) -> Participant {
    somebody(name, "dana@acme.example", Seat::Required, Standing::Known(records))
}

#[track_caller]
fn check(people: &[Participant], shows: &[(&str, &str, &str)]) {
    let rows = rows(people);
    let seen: Vec<(&str, String, &str)> =
        rows.iter().map(|row| (row.name.as_str(), row.lines.join(" / "), row.role)).collect();
    let shows: Vec<(&str, String, &str)> =
        shows.iter().map(|(name, lines, role)| (*name, (*lines).to_owned(), *role)).collect();
    assert_eq!(seen, shows);
}

#[test]
fn ppl_1_known_people_come_first_then_unresolved_ones_then_the_company_then_who_is_left_out() {
    let blocked = Standing::Blocklisted { entry: "press.example".to_owned() };
    check(
        &[
            mara(Seat::Organizer),
            somebody("Newsdesk", "desk@press.example", Seat::Optional, blocked),
            somebody("", "p.hale@acme.example", Seat::Required, Standing::Unresolved),
            dana("Dana Okafor", vec![found(1, PersonObject::Contact, "Acme Industrial")]),
            colleague("Ines Roth", Seat::Required),
            colleague("Theo Park", Seat::Required),
        ],
        &[
            ("Dana Okafor", "Contact · Acme Industrial", ""),
            ("p.hale@acme.example", "Not in Salesforce", ""),
            ("You and 2 colleagues", "Not linked", "Organizer"),
            ("Newsdesk", "Left out: press.example is on the blocklist", "Optional"),
        ],
    );
}

#[test]
fn pic_5_every_record_with_the_address_is_listed() {
    let records =
        vec![found(1, PersonObject::Contact, "Acme Industrial"), found(2, PersonObject::Lead, "Borealis")];
    check(
        &[dana("Dana Okafor", records)],
        &[("Dana Okafor", "Contact · Acme Industrial / Lead · Borealis", "")],
    );
}

#[test]
fn a_known_person_without_a_name_in_outlook_has_that_of_the_record() {
    check(&[dana("", vec![found(1, PersonObject::Contact, "")])], &[("Dana Okafor", "Contact", "")]);
}

#[test]
fn an_address_in_place_of_a_name_has_no_initials() {
    let address = "p.hale@acme.example";
    for name in ["", address] {
        let rows = rows(&[somebody(name, address, Seat::Required, Standing::Unresolved)]);
        assert_eq!((rows[0].name.as_str(), rows[0].initials.as_str()), (address, "?"));
    }
}

#[test]
fn an_attendee_without_address_is_said_to_have_none() {
    check(
        &[somebody("Boardroom guest", "", Seat::Required, Standing::Unresolved)],
        &[("Boardroom guest", "No e-mail address in Outlook", "")],
    );
}

#[test]
fn one_colleague_is_named() {
    check(
        &[mara(Seat::Required), colleague("Ines Roth", Seat::Organizer)],
        &[("You and Ines Roth", "Not linked · Ines Roth organizes", "")],
    );
}

#[test]
fn the_user_alone_is_you() {
    check(&[mara(Seat::Organizer)], &[("You", "Not linked", "Organizer")]);
}

#[test]
fn nobody_makes_no_rows() {
    check(&[], &[]);
}
