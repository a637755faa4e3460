//! World files: those that ship are right, and mistakes in others are told by place and remedy.

use chrono::TimeZone;
use serde_json::json;

use super::*;

#[test]
fn every_world_that_ships_is_as_the_schema_says_and_loads() {
    let now = Utc.with_ymd_and_hms(2026, 3, 2, 12, 0, 0).unwrap();
    for name in ["demo", "demo-basic", "generated-20-7"] {
        let world = definition(name).unwrap();
        assert_eq!(check(&world), Ok(()), "{name}");
        World::build(world, Arc::default(), now).unwrap();
    }
    for overlay in [DEMO_BASIC, "{}"] {
        assert_eq!(check(&serde_json::from_str(overlay).unwrap()), Ok(()));
    }
}

#[test]
fn the_schema_knows_every_switch_and_no_other() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let known = &schema["properties"]["mailboxes"]["properties"]["switches"]["properties"];
    let switches = serde_json::to_value(graph::switches::Switches::default()).unwrap();
    let mut names: Vec<&String> = switches.as_object().unwrap().keys().collect();
    let mut known: Vec<&String> = known.as_object().unwrap().keys().collect();
    names.sort_unstable();
    known.sort_unstable();
    assert_eq!(known, names, "worlds/schema.json names the switches of graph/switches.rs");
}

#[track_caller]
fn told(world: &Value, parts: &[&str]) {
    let refusal = check(world).expect_err("a refusal");
    for part in parts {
        assert!(refusal.contains(part), "{refusal} should say {part}");
    }
}

#[test]
fn an_unknown_member_is_refused_with_its_place_and_what_is_known_there() {
    told(&json!({ "salesforces": {} }), &["the world", "salesforces", "known there", "mailboxes"]);
    told(
        &json!({ "salesforce": { "recrods": [] } }),
        &["/salesforce", "recrods", "records", "worlds/schema.json"],
    );
    let item = json!({ "key": "a", "mailbox": "mara", "subject": "b", "day": 0, "form": "09:00" });
    told(&json!({ "mailboxes": { "items": [item] } }), &["/mailboxes/items/0", "form", "from"]);
    told(&json!({ "mailboxes": { "switches": { "speed": 1 } } }), &["/mailboxes/switches", "latency_ms"]);
}

#[test]
fn a_value_that_cannot_be_is_refused_with_its_place() {
    told(&json!({ "salesforce": { "records": [{ "Name": "Acme" }] } }), &["/salesforce/records/0", "type"]);
    let field = json!({ "name": "A__c", "label": "A", "type": "text" });
    told(
        &json!({ "salesforce": { "fields": { "Event": [field] } } }),
        &["/salesforce/fields/Event/0/type", "textarea"],
    );
    let when = json!({ "type": "Event", "StartDateTime": { "day": "tomorrow" } });
    told(&json!({ "salesforce": { "records": [when] } }), &["/salesforce/records/0/StartDateTime"]);
    told(&json!({ "salesforce": { "apiLimit": -1 } }), &["/salesforce/apiLimit"]);
}
