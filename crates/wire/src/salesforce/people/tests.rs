//! People are found by every address they have (PIC-1, PIC-5).

use super::*;
use crate::{
    call::Endpoint,
    salesforce::query::Query,
    testing::{fixture, reply},
};

fn asked(addresses: &[&str]) -> PeopleByEmail {
    let names = |names: &[&str]| names.iter().map(|name| ApiName::parse(name).unwrap()).collect();
    PeopleByEmail {
        addresses: addresses.iter().map(|address| Address::parse(address).unwrap()).collect(),
        contact_fields: names(&["Email", "Other_Email__c"]),
        lead_fields: names(&["Email"]),
    }
}

fn rows() -> Vec<Row> {
    let query = Query { version: "v67.0".to_owned(), soql: String::new() };
    query.read(&reply(200, fixture!("salesforce/people.json"))).unwrap().rows
}

#[test]
fn pic_1_every_e_mail_field_is_asked() {
    insta::assert_snapshot!(asked(&["dana@acme.example", "o'hara@acme.example"]).statements().join("\n"), @r"
    SELECT Id, Name, AccountId, Account.Name, Email, Other_Email__c FROM Contact WHERE (Email IN ('dana@acme.example','o\'hara@acme.example') OR Other_Email__c IN ('dana@acme.example','o\'hara@acme.example')) ORDER BY Name, Id LIMIT 2000
    SELECT Id, Name, Company, Email FROM Lead WHERE IsConverted = false AND (Email IN ('dana@acme.example','o\'hara@acme.example')) ORDER BY Name, Id LIMIT 2000
    ");
}

#[test]
fn three_hundred_attendees_are_asked_for_in_portions() {
    let addresses: Vec<String> = (0..300).map(|n| format!("person{n}@acme.example")).collect();
    let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
    let statements = asked(&addresses).statements();
    for address in addresses {
        let naming =
            statements.iter().filter(|statement| statement.contains(&format!("'{address}'"))).count();
        assert_eq!(naming, 2, "{address} stands once for Contacts and once for Leads");
    }
}

#[test]
fn nobody_to_ask_for_costs_no_query() {
    assert!(asked(&[]).statements().is_empty());
}

#[test]
fn pic_5_all_people_of_one_address_are_listed_contacts_first() {
    let people = asked(&["dana@acme.example", "luis@moreno.example"]).read(&rows()).unwrap();
    let told: Vec<String> = people
        .iter()
        .map(|p| format!("{:?} {} ({}) by {}", p.object, p.name, p.company, p.address))
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    Contact Dana Okafor (Acme Industrial) by dana@acme.example
    Contact Ada Morgan () by dana@acme.example
    Lead Luis Moreno (Moreno Logistics) by luis@moreno.example
    ");
    assert_eq!(people[0].account.as_ref().unwrap().as_str(), "0015e00000Acme1AAB");
}

#[test]
fn a_person_found_by_two_addresses_stands_under_each() {
    let people = asked(&["dana@acme.example", "dana.private@mail.example"]).read(&rows()).unwrap();
    let of_dana: Vec<&str> =
        people.iter().filter(|p| p.name == "Dana Okafor").map(|p| p.address.as_str()).collect();
    assert_eq!(of_dana, ["dana.private@mail.example", "dana@acme.example"]);
}
