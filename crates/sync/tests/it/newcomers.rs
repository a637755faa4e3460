//! Records that sessions make in an org for people who are in none (PPL-7).

use calbridge_rules::settings::{Hold, Setting};
use calbridge_standin::world::definition;
use calbridge_sync::store::{Change, OrgValue};
use chrono::TimeDelta;
use http::StatusCode;
use serde_json::{Value, json};

use crate::desk::{Desk, INES, MARA};

/// Mara's meeting with Pat Hale of Acme and Jan Nowak, whom nobody knows.
const UNKNOWN: &str = "unresolved-only";
const SUBJECT: &str = "Intro call with unknown people";
const JAN: &str = "jan@nowak.example";

/// The demo's meeting with its subject as it stands there.
fn demo() -> Value {
    let mut company = definition("demo").unwrap();
    item_of(&mut company, UNKNOWN)["subject"] = json!(SUBJECT);
    company
}

fn item_of<'c>(company: &'c mut Value, key: &str) -> &'c mut Value {
    let items = company["mailboxes"]["items"].as_array_mut().unwrap();
    items.iter_mut().find(|item| item["key"] == key).unwrap()
}

fn add_record(company: &mut Value, record: Value) {
    company["salesforce"]["records"].as_array_mut().unwrap().push(record);
}

impl Desk {
    /// A service that makes records of a kind, with both users known.
    async fn making(company: &Value, auto_create: &str) -> Self {
        let desk = Self::of(company).await;
        for user in [MARA, INES] {
            let token = desk.sign_in(user).await;
            assert_eq!(desk.call(&token, "GET", "/v1/me", Value::Null).await.0, StatusCode::OK);
        }
        desk.let_make(Setting::AutoCreatePeople, auto_create).await;
        desk.run().await;
        desk
    }

    async fn let_make(&self, setting: Setting, value: &str) {
        let value = OrgValue { value: value.to_owned(), hold: Hold::Allowing };
        let change = [Change::Set(setting, value)];
        self.app.store.change_org_settings(&change, self.app.now_ms()).await.unwrap();
    }

    /// Marks an item by hand and lets everything come to rest.
    async fn save_by_category(&self, mailbox: &str, key: &str) {
        self.categorize(mailbox, key, &["Salesforce"]).await;
        for _ in 0..3 {
            self.advance(TimeDelta::minutes(10));
            self.run().await;
        }
    }

    fn with(&self, object: &str, field: &str, value: &str) -> Vec<Value> {
        let is_there = |row: &Value| row["IsDeleted"] != true && row[field] == value;
        self.records(object).into_iter().filter(is_there).collect()
    }
}

#[tokio::test]
async fn ppl_7_people_of_a_saved_item_become_contacts_of_their_accounts_and_are_journalled() {
    let desk = Desk::making(&demo(), "contact-and-account").await;
    desk.save_by_category(MARA, UNKNOWN).await;
    let (pat, jan) =
        (desk.with("Contact", "Email", "p.hale@acme.example"), desk.with("Contact", "Email", JAN));
    assert_eq!((pat.len(), jan.len()), (1, 1));
    assert_eq!(pat[0]["AccountId"], desk.record("Account", "Name", "Acme Industrial").as_str());
    let nowak = desk.with("Account", "Website", "nowak.example");
    assert_eq!((nowak.len(), &jan[0]["AccountId"]), (1, &nowak[0]["Id"]));
    assert_eq!((&jan[0]["FirstName"], &jan[0]["LastName"]), (&json!("Jan"), &json!("Nowak")));
    assert_eq!(jan[0]["OwnerId"], desk.record("User", "Email", MARA).as_str());
    let events = desk.events(SUBJECT);
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["WhoId"], pat[0]["Id"], "PIC-6");

    let mara = desk.sign_in(MARA).await;
    let (_, journal) = desk.call(&mara, "GET", "/v1/journal", Value::Null).await;
    let made: Vec<&str> =
        journal["made"].as_array().unwrap().iter().map(|one| one["made_for"].as_str().unwrap()).collect();
    assert_eq!(made.len(), 3, "{journal}");
    for what in ["account nowak.example", "person jan@nowak.example", "person p.hale@acme.example"] {
        assert!(made.contains(&what), "{made:?}");
    }
}

#[tokio::test]
async fn ppl_7_two_mailboxes_make_one_record_and_the_second_finds_it() {
    let mut company = demo();
    item_of(&mut company, "ines-own")["required"] = json!([format!("Jan Nowak <{JAN}>")]);
    let desk = Desk::making(&company, "lead").await;
    desk.categorize(INES, "ines-own", &["Salesforce"]).await;
    desk.save_by_category(MARA, UNKNOWN).await;
    let jan = desk.with("Lead", "Email", JAN);
    assert_eq!((jan.len(), &jan[0]["Company"]), (1, &json!("Nowak")));
    let (mara, ines) = (desk.sign_in(MARA).await, desk.sign_in(INES).await);
    assert_eq!(desk.status(&mara, MARA, UNKNOWN).await["status"], "saved");
    assert_eq!(desk.status(&ines, INES, "ines-own").await["status"], "saved");
}

#[tokio::test]
async fn ppl_7_an_answer_that_was_lost_makes_nobody_twice() {
    for side in ["before", "after"] {
        let desk = Desk::making(&demo(), "lead").await;
        let drop = json!({ "drop": side });
        desk.fault(json!({ "site": "salesforce", "path": "/sobjects/Lead", "method": "POST", "count": 1, "kind": drop }));
        desk.save_by_category(MARA, UNKNOWN).await;
        assert_eq!(desk.with("Lead", "Email", JAN).len(), 1, "{side}");
        assert_eq!(desk.with("Lead", "Email", "p.hale@acme.example").len(), 1, "{side}");
        assert_eq!(desk.events(SUBJECT).len(), 1, "{side}");
    }
}

#[tokio::test]
async fn ppl_7_the_only_record_a_duplicate_rule_finds_is_used_and_several_are_named() {
    for (twins, expected) in [(1, "saved"), (2, "issue")] {
        let mut company = demo();
        item_of(&mut company, UNKNOWN)["required"] = json!([format!("Jan Nowak <{JAN}>")]);
        company["salesforce"]["duplicateRules"] =
            json!([{ "name": "Same_Name", "object": "Contact", "fields": ["LastName"], "action": "block" }]);
        for n in 0..twins {
            let first = format!("Jan {n}");
            add_record(&mut company, json!({ "type": "Contact", "FirstName": first, "LastName": "Nowak" }));
        }
        let desk = Desk::making(&company, "contact").await;
        desk.save_by_category(MARA, UNKNOWN).await;
        let mara = desk.sign_in(MARA).await;
        let status = desk.status(&mara, MARA, UNKNOWN).await;
        assert_eq!(status["status"], expected, "{status}");
        assert!(desk.with("Contact", "Email", JAN).is_empty(), "nobody is made");
        let events = desk.events(SUBJECT);
        if expected == "saved" {
            assert_eq!(events[0]["WhoId"], desk.with("Contact", "LastName", "Nowak")[0]["Id"]);
        } else {
            assert!(events.is_empty());
            assert_eq!(status["code"], "PPL-7");
            let reason = status["reason"].as_str().unwrap();
            assert!(reason.contains("Jan 0 Nowak") && reason.contains("Jan 1 Nowak"), "{reason}");
        }
    }
}

#[tokio::test]
async fn ppl_7_what_the_org_demands_of_a_record_is_named_and_who_is_known_is_linked() {
    let mut company = demo();
    let region = json!({ "name": "Region__c", "label": "Sales Region", "type": "string", "length": 40,
        "nillable": false, "createable": true, "updateable": true });
    company["salesforce"]["fields"]["Lead"] = json!([region]);
    // The demo's own Leads have one.
    for record in company["salesforce"]["records"].as_array_mut().unwrap() {
        if record["type"] == "Lead" {
            record["Region__c"] = json!("North");
        }
    }
    item_of(&mut company, UNKNOWN)["required"] =
        json!([format!("Jan Nowak <{JAN}>"), "Dana Okafor <dana@acme.example>"]);
    let desk = Desk::making(&company, "lead").await;
    desk.save_by_category(MARA, UNKNOWN).await;
    let events = desk.events(SUBJECT);
    assert_eq!(events.len(), 1, "it is saved without Jan");
    assert_eq!(events[0]["WhoId"], desk.record("Contact", "Email", "dana@acme.example").as_str());
    assert!(desk.with("Lead", "Email", JAN).is_empty());
}

#[tokio::test]
async fn ppl_7_a_new_account_gets_one_opportunity() {
    let desk = Desk::making(&demo(), "contact-and-account").await;
    desk.let_make(Setting::AutoCreateOpportunity, "on").await;
    desk.save_by_category(MARA, UNKNOWN).await;
    let nowak = desk.with("Account", "Website", "nowak.example").remove(0);
    let made = desk.with("Opportunity", "AccountId", nowak["Id"].as_str().unwrap());
    assert_eq!(made.len(), 1);
    assert_eq!((&made[0]["Name"], &made[0]["StageName"]), (&json!("Nowak"), &json!("Prospecting")));
    let acme = desk.record("Account", "Name", "Acme Industrial");
    let of_acme = desk.with("Opportunity", "AccountId", acme.as_str());
    assert!(of_acme.iter().all(|one| one["Name"] != "Acme Industrial"), "it has an open one");
}

#[tokio::test]
async fn ppl_7_a_preview_counts_whom_it_would_make() {
    let desk = Desk::making(&demo(), "off").await;
    desk.categorize(MARA, UNKNOWN, &["Salesforce"]).await;
    let ines = desk.sign_in(INES).await;
    let org = json!({ "settings": { "AutoCreatePeople": { "value": "lead" } } });
    let (status, effect) = desk.call(&ines, "POST", "/v1/org/settings/preview", org).await;
    assert_eq!(
        (status, &effect["people"], &effect["saves"]),
        (StatusCode::OK, &json!(2), &json!(1)),
        "{effect}"
    );
    assert!(desk.with("Lead", "Email", JAN).is_empty(), "nothing is made");
}
