//! The control API as tests and demos use it.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeZone, Utc};
use http::{Request, Response};
use serde_json::{Value, json};

use super::{Dropped, Late};
use crate::{Setup, Site, World};

mod choice;
mod dumps;

fn noon() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 2, 12, 0, 0).unwrap()
}

fn demo() -> World {
    World::named("demo", Arc::new(Setup::default()), noon()).unwrap()
}

fn control(world: &mut World, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let bytes = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    let request = Request::builder().method(method).uri(path).body(bytes).unwrap();
    let answer = world.answer(noon(), Site::Control, request);
    (answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap())
}

/// A signed-in request of the service to the org.
fn salesforce(world: &mut World, token: &str, method: &str, path: &str, body: &Value) -> Response<Vec<u8>> {
    let request = Request::builder()
        .method(method)
        .uri(format!("/services/data/v67.0{path}"))
        .header("authorization", format!("Bearer {token}"));
    let bytes = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    world.answer(noon(), Site::Salesforce, request.body(bytes).unwrap())
}

fn token(world: &mut World) -> String {
    let form = "grant_type=client_credentials&client_id=calbridge-service&client_secret=salesforce-secret";
    let request = Request::builder().method("POST").uri("/services/oauth2/token");
    let answer = world.answer(noon(), Site::Salesforce, request.body(form.into()).unwrap());
    let body: Value = serde_json::from_slice(answer.body()).unwrap();
    body["access_token"].as_str().unwrap().to_owned()
}

/// A signed-in request of the service to Graph.
fn graph(world: &mut World, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let form = "grant_type=client_credentials&client_id=calbridge-service&client_secret=graph-secret\
                &scope=https%3A%2F%2Fgraph.microsoft.com%2F.default";
    let request = Request::builder().method("POST").uri("/brightwater/oauth2/v2.0/token");
    let answer = world.answer(noon(), Site::Graph, request.body(form.into()).unwrap());
    let token: Value = serde_json::from_slice(answer.body()).unwrap();
    let bearer = format!("Bearer {}", token["access_token"].as_str().unwrap());
    let request =
        Request::builder().method(method).uri(format!("/v1.0{path}")).header("authorization", bearer);
    let bytes = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    let answer = world.answer(noon(), Site::Graph, request.body(bytes).unwrap());
    (answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap_or(Value::Null))
}

fn fault(world: &mut World, fault: &Value) {
    let (status, body) = control(world, "POST", "/faults", fault);
    assert_eq!(status, 200, "{body}");
}

fn meeting() -> Value {
    json!({ "StartDateTime": "2026-03-03T09:00:00Z", "DurationInMinutes": 30 })
}

const BY_KEY: &str = "/sobjects/Event/Calbridge_Sync_Key__c/k1";

#[test]
fn a_world_is_loaded_by_name_with_switches_and_read_back() {
    let mut world = demo();
    let overlay = json!({ "name": "demo-basic", "overlay": { "salesforce": { "apiLimit": 7 } } });
    assert_eq!(control(&mut world, "POST", "/world", &overlay).0, 200);
    let (_, dump) = control(&mut world, "GET", "/world", &Value::Null);
    let events = dump["salesforce"]["records"]["Event"].as_array().unwrap();
    assert!(events.iter().any(|event| event["Id"] == "00UAA00000000012AA"));
    assert!(dump["mailboxes"].as_object().is_some_and(|mailboxes| !mailboxes.is_empty()));
    let token = token(&mut world);
    let answer = salesforce(&mut world, &token, "GET", "/limits", &Value::Null);
    assert_eq!(answer.headers()["sforce-limit-info"], "api-usage=1/7");
    let long = json!({ "StartDateTime": "2026-03-03T09:00:00Z", "DurationInMinutes": 1441 });
    assert_eq!(salesforce(&mut world, &token, "POST", "/sobjects/Event", &long).status(), 400);
}

#[test]
fn a_world_may_stand_in_the_body_and_a_broken_one_changes_nothing() {
    let mut world = demo();
    let of = |records: Value| json!({ "world": { "salesforce": { "records": records } } });
    let broken = of(json!([{ "type": "Account", "Name": "Only", "OwnerId": "@nobody" }]));
    let (status, why) = control(&mut world, "POST", "/world", &broken);
    assert_eq!(status, 400);
    assert!(why["error"].as_str().unwrap().contains("nothing is named nobody"), "{why}");
    assert_eq!(control(&mut world, "POST", "/world", &json!({ "name": "nowhere" })).0, 400);
    let (_, dump) = control(&mut world, "GET", "/world", &Value::Null);
    assert!(dump["salesforce"]["records"]["Contact"].as_array().unwrap().len() >= 30);
    let small = of(json!([{ "type": "Account", "Name": "Only" }]));
    assert_eq!(control(&mut world, "POST", "/world", &small).0, 200);
    let (_, dump) = control(&mut world, "GET", "/world", &Value::Null);
    assert_eq!(dump["salesforce"]["records"]["Account"][0]["Name"], "Only");
    assert_eq!(dump["salesforce"]["records"]["Contact"], json!([]));
}

#[test]
fn loading_a_world_twice_gives_the_same_ids_and_ends_old_sessions() {
    let mut world = demo();
    let old = token(&mut world);
    let (_, before) = control(&mut world, "GET", "/world", &Value::Null);
    control(&mut world, "POST", "/world", &json!({ "name": "demo" }));
    let (_, after) = control(&mut world, "GET", "/world", &Value::Null);
    assert_eq!(before["salesforce"]["records"], after["salesforce"]["records"]);
    assert_eq!(salesforce(&mut world, &old, "GET", "/limits", &Value::Null).status(), 401);
    assert_ne!(token(&mut world), old);
}

#[test]
fn the_clock_moves_forward_for_every_site() {
    let mut world = demo();
    let token = token(&mut world);
    let (_, moved) = control(&mut world, "POST", "/clock", &json!({ "advance_seconds": 3 * 3600 }));
    assert_eq!(moved["now"], "2026-03-02T15:00:00+00:00");
    assert_eq!(salesforce(&mut world, &token, "GET", "/limits", &Value::Null).status(), 401);
    assert_eq!(control(&mut world, "POST", "/clock", &json!({ "advance_seconds": -1 })).0, 400);
}

#[test]
fn a_dropped_answer_after_the_write_leaves_the_record() {
    let mut world = demo();
    let token = token(&mut world);
    fault(
        &mut world,
        &json!({ "site": "salesforce", "method": "PATCH", "path": "Calbridge_Sync_Key__c", "count": 1, "kind": { "drop": "after" } }),
    );
    let lost = salesforce(&mut world, &token, "PATCH", BY_KEY, &meeting());
    assert!(lost.extensions().get::<Dropped>().is_some() && lost.body().is_empty());
    let again = salesforce(&mut world, &token, "PATCH", BY_KEY, &meeting());
    assert_eq!(again.status(), 200, "the first try was applied, so this one updates");
}

#[test]
fn a_dropped_answer_before_the_write_leaves_nothing() {
    let mut world = demo();
    let token = token(&mut world);
    fault(
        &mut world,
        &json!({ "site": "salesforce", "method": "PATCH", "count": 1, "kind": { "drop": "before" } }),
    );
    assert!(
        salesforce(&mut world, &token, "PATCH", BY_KEY, &meeting()).extensions().get::<Dropped>().is_some()
    );
    assert_eq!(salesforce(&mut world, &token, "PATCH", BY_KEY, &meeting()).status(), 201);
}

#[test]
fn faults_strike_as_often_as_asked_and_can_be_dropped() {
    let mut world = demo();
    let token = token(&mut world);
    fault(
        &mut world,
        &json!({ "site": "salesforce", "path": "/limits", "count": 2, "kind": "session_expired" }),
    );
    fault(
        &mut world,
        &json!({ "site": "salesforce", "path": "/recent", "kind": { "status": 503, "body": "down", "headers": { "x-why": "test" } } }),
    );
    let mut status = |path: &str| salesforce(&mut world, &token, "GET", path, &Value::Null).status().as_u16();
    assert_eq!([status("/limits"), status("/limits"), status("/limits")], [401, 401, 200]);
    assert_eq!([status("/recent"), status("/recent")], [503, 503]);
    let answer = salesforce(&mut world, &token, "GET", "/recent", &Value::Null);
    assert_eq!(
        (answer.body().as_slice(), &answer.headers()["x-why"]),
        (&b"down"[..], &"test".parse().unwrap())
    );
    assert_eq!(control(&mut world, "GET", "/faults", &Value::Null).1["faults"].as_array().unwrap().len(), 1);
    control(&mut world, "DELETE", "/faults", &Value::Null);
    assert_eq!(salesforce(&mut world, &token, "GET", "/recent", &Value::Null).status(), 200);
}

#[test]
fn each_kind_of_fault_answers_as_its_vendor_would() {
    let mut world = demo();
    let token = token(&mut world);
    let graph = |world: &mut World| {
        world.answer(noon(), Site::Graph, Request::builder().uri("/v1.0/me").body(Vec::new()).unwrap())
    };
    fault(&mut world, &json!({ "site": "salesforce", "count": 1, "kind": "limit_exceeded" }));
    let limited = salesforce(&mut world, &token, "GET", "/limits", &Value::Null);
    assert_eq!(limited.status(), 403);
    assert!(String::from_utf8_lossy(limited.body()).contains("REQUEST_LIMIT_EXCEEDED"));
    fault(&mut world, &json!({ "site": "graph", "count": 1, "kind": { "throttled_seconds": 7 } }));
    let throttled = graph(&mut world);
    assert_eq!(
        (throttled.status().as_u16(), &throttled.headers()["retry-after"]),
        (429, &"7".parse().unwrap())
    );
    fault(&mut world, &json!({ "site": "salesforce", "count": 1, "kind": { "delay_ms": 250 } }));
    let late = salesforce(&mut world, &token, "GET", "/limits", &Value::Null);
    assert_eq!(
        (late.status().as_u16(), late.extensions().get::<Late>().unwrap().0),
        (200, Duration::from_millis(250))
    );
}

#[test]
fn a_fault_nobody_understands_is_refused() {
    let mut world = demo();
    for bad in [
        json!({ "site": "salesforce", "kind": "meteor" }),
        json!({ "site": "nowhere", "kind": "session_expired" }),
        json!({ "site": "salesforce", "kind": "session_expired", "often": 1 }),
    ] {
        assert_eq!(control(&mut world, "POST", "/faults", &bad).0, 400, "{bad}");
    }
    assert_eq!(control(&mut world, "POST", "/nonsense", &json!({})).0, 404);
}

#[test]
fn requests_are_counted_by_site_verb_and_path() {
    let mut world = demo();
    let token = token(&mut world);
    for _ in 0..3 {
        salesforce(&mut world, &token, "GET", "/limits", &Value::Null);
    }
    let (_, counters) = control(&mut world, "GET", "/counters", &Value::Null);
    assert_eq!(counters["requests"]["salesforce"]["GET /services/data/v67.0/limits"], 3);
    assert_eq!(world.control.requests(Site::Salesforce), 4);
    control(&mut world, "DELETE", "/counters", &Value::Null);
    assert_eq!(world.control.requests(Site::Salesforce), 0);
}

#[test]
fn expiring_sessions_ends_access_but_not_the_right_to_renew() {
    let mut world = demo();
    let token = token(&mut world);
    let (_, expired) = control(&mut world, "POST", "/sessions/expire", &Value::Null);
    assert_eq!(expired["expired"], 1);
    assert_eq!(salesforce(&mut world, &token, "GET", "/limits", &Value::Null).status(), 401);
}

#[test]
fn sav_13_a_record_can_be_changed_and_deleted_as_somebody_else() {
    let mut world = demo();
    let saved = "00UAA00000000012AA";
    let change =
        json!({ "id": saved, "by": "theo@brightwater.example", "fields": { "Subject": "Changed by Theo" } });
    assert_eq!(control(&mut world, "POST", "/salesforce/records", &change).0, 200);
    let token = token(&mut world);
    let read = |world: &mut World| {
        salesforce(world, &token, "GET", &format!("/sobjects/Event/{saved}"), &Value::Null)
    };
    let body: Value = serde_json::from_slice(read(&mut world).body()).unwrap();
    assert_eq!(body["Subject"], "Changed by Theo");
    let new = json!({ "type": "Account", "fields": { "Name": "New one" } });
    assert!(
        control(&mut world, "POST", "/salesforce/records", &new).1["id"].as_str().unwrap().starts_with("001")
    );
    let path = format!("/salesforce/records/{saved}");
    assert_eq!(control(&mut world, "DELETE", &path, &Value::Null).0, 200);
    assert!(String::from_utf8_lossy(read(&mut world).body()).contains("ENTITY_IS_DELETED"));
    assert_eq!(control(&mut world, "DELETE", &format!("{path}?purge=true"), &Value::Null).0, 200);
    assert!(String::from_utf8_lossy(read(&mut world).body()).contains("NOT_FOUND"));
}

#[test]
fn the_panes_page_may_read_an_injected_refusal() {
    let mut world = demo();
    fault(&mut world, &json!({ "site": "salesforce", "count": 1, "kind": "session_expired" }));
    let request =
        Request::builder().uri("/services/data/v67.0/limits").header("origin", "https://localhost:3000");
    let answer = world.answer(noon(), Site::Salesforce, request.body(Vec::new()).unwrap());
    assert_eq!(answer.status(), 401);
    assert_eq!(answer.headers()["access-control-allow-origin"], "https://localhost:3000");
    assert_eq!(control(&mut world, "GET", "/faults", &Value::Null).1["faults"], json!([]), "it has struck");
}
