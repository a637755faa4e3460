//! What the org says about itself (facts 2.10).

use serde_json::{Value, json};

use crate::salesforce::testing::Client;

fn field(describe: &Value, name: &str) -> Value {
    let fields = describe["fields"].as_array().unwrap();
    fields.iter().find(|field| field["name"] == name).cloned().unwrap_or_default()
}

#[test]
fn facts_2_10_describe_names_flags_lengths_and_choices() {
    let describe = Client::demo().get("/sobjects/event/describe").body;
    assert_eq!((&describe["name"], &describe["keyPrefix"]), (&json!("Event"), &json!("00U")));
    assert_eq!(field(&describe, "Subject")["length"], 255);
    assert_eq!(field(&describe, "Description")["filterable"], false);
    let show_as = field(&describe, "ShowAs");
    assert_eq!(show_as["restrictedPicklist"], true);
    assert_eq!(show_as["picklistValues"][0]["defaultValue"], true);
    let what = field(&describe, "WhatId");
    assert_eq!((&what["namePointing"], &what["relationshipName"]), (&json!(true), &json!("What")));
    assert!(what["referenceTo"].as_array().unwrap().contains(&json!("Project__c")));
    let key = field(&describe, "Calbridge_Sync_Key__c");
    assert_eq!(
        (&key["externalId"], &key["custom"], &key["length"]),
        (&json!(true), &json!(true), &json!(64))
    );
}

#[test]
fn every_object_a_reference_of_an_event_names_can_be_queried() {
    let mut client = Client::demo();
    let describe = client.get("/sobjects/Event/describe").body;
    for name in ["WhoId", "WhatId"] {
        for target in field(&describe, name)["referenceTo"].as_array().unwrap() {
            let statement = format!("SELECT COUNT() FROM {}", target.as_str().unwrap());
            assert_eq!(client.query(&statement).status, 200, "{statement}");
        }
    }
}

#[test]
fn facts_2_3_a_describe_unchanged_since_is_not_sent_again() {
    let mut client = Client::demo();
    let seen = client.get("/sobjects/Event/describe").header("last-modified").to_owned();
    let again =
        client.call_with("GET", "/sobjects/Event/describe", &[("if-modified-since", &seen)], &Value::Null);
    assert_eq!((again.status, again.response.body().len()), (304, 0));
}

#[test]
fn facts_2_10_the_layout_asks_for_what_a_create_needs() {
    let mut client = Client::demo();
    let layouts = client.get("/sobjects/Lead/describe/layouts").body;
    let rows = layouts["layouts"][0]["editLayoutSections"][0]["layoutRows"].as_array().unwrap();
    let required: Vec<&str> = rows
        .iter()
        .map(|row| &row["layoutItems"][0])
        .filter(|item| item["required"] == true)
        .map(|item| item["layoutComponents"][0]["value"].as_str().unwrap())
        .collect();
    assert_eq!(required, ["LastName", "Company"]);
    let master = layouts["recordTypeMappings"][0]["recordTypeId"].as_str().unwrap();
    let one = client.get(&format!("/sobjects/Lead/describe/layouts/{master}"));
    assert_eq!(one.body["id"], layouts["layouts"][0]["id"]);
}

#[test]
fn facts_0_the_resources_name_the_identity() {
    let mut client = Client::demo();
    let identity = client.get("").body["identity"].as_str().unwrap().to_owned();
    assert!(identity.starts_with("https://localhost:3002/id/00D5g000000BrgtEAC/005"), "{identity}");
    let global = client.get("/sobjects").body;
    assert_eq!((&global["encoding"], &global["maxBatchSize"]), (&json!("UTF-8"), &json!(200)));
    let names: Vec<&str> = global["sobjects"]
        .as_array()
        .unwrap()
        .iter()
        .map(|object| object["name"].as_str().unwrap())
        .collect();
    assert!(names.contains(&"Event") && names.contains(&"Project__c"), "{names:?}");
}
