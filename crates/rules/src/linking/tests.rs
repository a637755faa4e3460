use super::*;
use crate::{
    item::{Item, Role},
    people::participants,
    sample::{
        DANA, HALE, LUIS, MARA, acme, address, at, attendee, business, dana, date, luis, meeting, person,
        record, renewal, settings,
    },
};

fn known(item: &Item) -> Vec<Participant> {
    participants(item, &address(MARA), &settings(), &[dana(), luis()])
}

fn links(item: &Item, related: &Related) -> (Option<String>, Option<String>) {
    let links = automatic_links(&known(item), related, &settings());
    (links.who.map(|person| person.name), links.what.map(|record| record.name))
}

fn named(who: &str, what: &str) -> (Option<String>, Option<String>) {
    let some = |name: &str| (!name.is_empty()).then(|| name.to_owned());
    (some(who), some(what))
}

fn acme_with(opportunities: Vec<Opportunity>) -> Related {
    Related { accounts: vec![acme()], opportunities, cases: Vec::new() }
}

fn invited(people: &[(&str, Role)]) -> Item {
    let attendees = people.iter().map(|(address, role)| attendee(address, *role)).collect();
    Item { attendees, ..meeting() }
}

fn another_opportunity() -> Opportunity {
    Opportunity { record: business(record("006", 2), "Opportunity", "Acme – Upgrade"), ..renewal() }
}

#[test]
fn pic_1_open_opportunities_are_offered_up_to_180_days_ahead() {
    let due = |close| Opportunity { close_date: date(close), ..renewal() }.is_offered(date("2026-11-20"));
    assert!(due("2027-05-19"));
    assert!(!due("2027-05-20"));
    assert!(due("2026-01-01"), "overdue and still open");
}

#[test]
fn pic_1_closed_opportunities_are_offered_up_to_365_days_back() {
    let closed = |close| {
        Opportunity { close_date: date(close), is_closed: true, ..renewal() }.is_offered(date("2026-11-20"))
    };
    assert!(closed("2025-11-20"));
    assert!(!closed("2025-11-19"));
}

#[test]
fn pic_1_open_cases_are_offered_for_90_days() {
    let now = at("2026-11-20T12:00:00Z");
    let case = |created, is_closed| Case {
        record: business(record("500", 1), "Case", "00001026"),
        is_closed,
        created: at(created),
    };
    assert!(case("2026-08-22T12:00:00Z", false).is_offered(now));
    assert!(!case("2026-08-22T11:59:59Z", false).is_offered(now));
    assert!(!case("2026-11-19T12:00:00Z", true).is_offered(now));
}

#[test]
fn pic_1_what_is_not_offered_is_left_out() {
    let old = Opportunity { close_date: date("2028-01-01"), ..another_opportunity() };
    let related = acme_with(vec![old, renewal()]).offered(at("2026-11-20T12:00:00Z"));
    assert_eq!(related, acme_with(vec![renewal()]));
}

#[test]
fn pic_6_the_only_opportunity_goes_before_its_account() {
    assert_eq!(links(&meeting(), &acme_with(vec![renewal()])), named("Dana Okafor", "Acme – Renewal 2027"));
}

#[test]
fn pic_6_several_or_no_opportunities_mean_the_account() {
    let several = acme_with(vec![renewal(), another_opportunity()]);
    assert_eq!(links(&meeting(), &several), named("Dana Okafor", "Acme Industrial"));
    assert_eq!(links(&meeting(), &acme_with(Vec::new())), named("Dana Okafor", "Acme Industrial"));
}

#[test]
fn pic_6_the_only_open_opportunity_goes_before_closed_ones() {
    let closed = Opportunity { is_closed: true, ..another_opportunity() };
    assert_eq!(
        links(&meeting(), &acme_with(vec![closed, renewal()])),
        named("Dana Okafor", "Acme – Renewal 2027")
    );
}

#[test]
fn pic_6_opportunities_of_other_accounts_do_not_count() {
    let foreign = Opportunity { account: Some(record("001", 9)), ..another_opportunity() };
    assert_eq!(
        links(&meeting(), &acme_with(vec![foreign, renewal()])),
        named("Dana Okafor", "Acme – Renewal 2027")
    );
}

#[test]
fn pic_6_link_opportunities_off_means_the_account() {
    let settings = Settings { link_opportunities: false, ..settings() };
    let links = automatic_links(&known(&meeting()), &acme_with(vec![renewal()]), &settings);
    assert_eq!(links.what, Some(acme()));
}

#[test]
fn pic_6_a_contact_goes_before_a_lead_of_the_same_role() {
    let item = invited(&[(LUIS, Role::Required), (DANA, Role::Required)]);
    assert_eq!(links(&item, &acme_with(Vec::new())).0, Some("Dana Okafor".to_owned()));
}

#[test]
fn pic_6_required_people_go_before_optional_ones() {
    let item = invited(&[(DANA, Role::Optional), (LUIS, Role::Required)]);
    assert_eq!(links(&item, &acme_with(Vec::new())), named("Luis Moreno", ""));
}

#[test]
fn pic_6_an_external_organizer_goes_first() {
    let item = Item { organizer: Some(person(LUIS)), ..invited(&[(DANA, Role::Required)]) };
    assert_eq!(links(&item, &acme_with(vec![renewal()])), named("Luis Moreno", ""));
}

#[test]
fn pic_6_a_lead_never_gets_a_business_record() {
    let item = invited(&[(LUIS, Role::Required)]);
    assert_eq!(links(&item, &acme_with(vec![renewal()])), named("Luis Moreno", ""));
}

#[test]
fn pic_6_nobody_known_links_the_one_account_of_the_domain() {
    let item = invited(&[(HALE, Role::Required)]);
    assert_eq!(links(&item, &acme_with(vec![renewal()])), named("", "Acme Industrial"));
    let two = Related {
        accounts: vec![acme(), business(record("001", 2), "Account", "Acme Holding")],
        ..Related::default()
    };
    assert_eq!(links(&item, &two), named("", ""));
}

#[test]
fn pic_6_a_contact_without_account_is_linked_alone() {
    let loner = PersonMatch { account: None, ..dana() };
    let people = participants(&meeting(), &address(MARA), &settings(), std::slice::from_ref(&loner));
    let links = automatic_links(&people, &acme_with(vec![renewal()]), &settings());
    assert_eq!(links, Links { who: Some(loner), what: None });
}

#[test]
fn pic_1_accounts_are_found_by_domain_only_when_no_person_matched() {
    assert!(domains_to_match(&known(&meeting()), &settings()).is_empty());
    let item = invited(&[(HALE, Role::Required), ("q@acme.example", Role::Optional)]);
    assert_eq!(domains_to_match(&known(&item), &settings()), ["acme.example"]);
}

#[test]
fn pic_1_free_mail_colleagues_and_blocked_domains_name_no_company() {
    let item =
        invited(&[("someone@gmail.com", Role::Required), ("ines@brightwater.example", Role::Required)]);
    assert!(domains_to_match(&known(&item), &settings()).is_empty());
    let blocked = Settings { blocklist: vec!["acme.example".to_owned()], ..settings() };
    let item = invited(&[(HALE, Role::Required)]);
    let people = participants(&item, &address(MARA), &blocked, &[]);
    assert!(domains_to_match(&people, &blocked).is_empty());
}
