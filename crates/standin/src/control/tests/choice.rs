//! Which requests a fault strikes, on which side of the write, and how requests are counted.

use super::*;

fn statuses(world: &mut World, token: &str, requests: usize) -> Vec<u16> {
    (0..requests)
        .map(|_turn| salesforce(world, token, "GET", "/limits", &Value::Null).status().as_u16())
        .collect()
}

#[test]
fn a_fault_may_strike_every_third_request_only() {
    let mut world = demo();
    let token = token(&mut world);
    let third = json!({ "site": "salesforce", "path": "/limits", "every": 3, "kind": { "status": 503 } });
    fault(&mut world, &third);
    assert_eq!(statuses(&mut world, &token, 6), [200, 200, 503, 200, 200, 503]);
    let never = json!({ "site": "salesforce", "every": 0, "kind": { "status": 503 } });
    assert_eq!(control(&mut world, "POST", "/faults", &never).0, 400);
}

#[test]
fn a_share_of_requests_is_drawn_from_the_seed() {
    let mut world = demo();
    let token = token(&mut world);
    let mut drawn = |seed: u64| {
        control(&mut world, "DELETE", "/faults", &Value::Null);
        let share = json!({ "site": "salesforce", "rate": 0.3, "seed": seed, "kind": { "status": 503 } });
        fault(&mut world, &share);
        statuses(&mut world, &token, 200)
    };
    let (first, again, other) = (drawn(7), drawn(7), drawn(8));
    assert_eq!(first, again);
    assert_ne!(first, other);
    let struck = first.iter().filter(|status| **status == 503).count();
    assert!((30..=90).contains(&struck), "{struck} of 200 at a rate of 0.3");
    let above = json!({ "site": "salesforce", "rate": 1.5, "kind": { "status": 503 } });
    assert_eq!(control(&mut world, "POST", "/faults", &above).0, 400);
}

#[test]
fn a_fault_on_the_side_after_the_write_leaves_it_applied() {
    let mut world = demo();
    let token = token(&mut world);
    let after = json!({ "site": "salesforce", "method": "PATCH", "count": 1, "side": "after", "kind": { "status": 503 } });
    fault(&mut world, &after);
    assert_eq!(salesforce(&mut world, &token, "PATCH", BY_KEY, &meeting()).status(), 503);
    let again = salesforce(&mut world, &token, "PATCH", BY_KEY, &meeting());
    assert_eq!(again.status(), 200, "it was there already");
    let expired = json!({ "site": "salesforce", "count": 1, "side": "after", "kind": "session_expired" });
    fault(&mut world, &expired);
    assert_eq!(salesforce(&mut world, &token, "DELETE", BY_KEY, &Value::Null).status(), 401);
    assert_eq!(salesforce(&mut world, &token, "GET", BY_KEY, &Value::Null).status(), 404);
}

#[test]
fn a_fault_may_be_meant_for_one_mailbox_alone_or_in_a_batch() {
    let mut world = demo();
    fault(
        &mut world,
        &json!({ "site": "graph", "mailbox": "INES@brightwater.example", "kind": { "status": 503 } }),
    );
    let user = |who: &str| format!("/users/{who}");
    assert_eq!(graph(&mut world, "GET", &user("mara@brightwater.example"), &Value::Null).0, 200);
    assert_eq!(graph(&mut world, "GET", &user("ines%40brightwater.example"), &Value::Null).0, 503);
    let batch = |who: &str| json!({ "requests": [{ "id": "1", "method": "GET", "url": user(who) }] });
    assert_eq!(graph(&mut world, "POST", "/$batch", &batch("mara@brightwater.example")).0, 200);
    assert_eq!(graph(&mut world, "POST", "/$batch", &batch("ines@brightwater.example")).0, 503);
    control(&mut world, "DELETE", "/faults", &Value::Null);
    fault(&mut world, &json!({ "site": "graph", "mailbox": "ines", "kind": { "status": 503 } }));
    assert_eq!(graph(&mut world, "GET", &user("ines@brightwater.example"), &Value::Null).0, 503);
}

#[test]
fn requests_are_counted_by_route_with_ids_left_out_and_by_mailbox() {
    let mut world = demo();
    let token = token(&mut world);
    for id in ["00UAA00000000012AA", "00UAA0000000001"] {
        salesforce(&mut world, &token, "GET", &format!("/sobjects/Event/{id}"), &Value::Null);
    }
    salesforce(&mut world, &token, "PATCH", BY_KEY, &meeting());
    salesforce(&mut world, &token, "GET", "/sobjects/Event/describe", &Value::Null);
    let mara = "/users/mara@brightwater.example";
    graph(&mut world, "GET", &format!("{mara}/events/nothing"), &Value::Null);
    let part = |id: &str, who: &str| json!({ "id": id, "method": "GET", "url": format!("/users/{who}@brightwater.example") });
    graph(&mut world, "POST", "/$batch", &json!({ "requests": [part("1", "mara"), part("2", "ines")] }));
    let (_, counters) = control(&mut world, "GET", "/counters", &Value::Null);
    let routes = &counters["routes"]["salesforce"];
    assert_eq!(routes["GET /services/data/v67.0/sobjects/Event/{id}"], 2, "{routes}");
    assert_eq!(
        routes["PATCH /services/data/v67.0/sobjects/Event/Calbridge_Sync_Key__c/{value}"], 1,
        "{routes}"
    );
    assert_eq!(routes["GET /services/data/v67.0/sobjects/Event/describe"], 1, "{routes}");
    assert_eq!(counters["routes"]["graph"]["GET /v1.0/users/{mailbox}/events/{id}"], 1);
    assert_eq!(
        counters["mailboxes"],
        json!({ "ines@brightwater.example": 1, "mara@brightwater.example": 2 })
    );
}

#[test]
fn traffic_that_breaks_the_schema_is_refused_and_remembered() {
    let schema =
        r#"{"definitions": {"Event": {"type": "object", "properties": {"subject": {"type": "string"}}}}}"#;
    let mut schema: Value = serde_json::from_str(schema).unwrap();
    for name in crate::graph::schema::TYPES {
        if schema["definitions"][name].is_null() {
            schema["definitions"][name] = json!({});
        }
    }
    let schema = crate::graph::schema::Schema::read(&schema.to_string()).unwrap();
    let setup = Setup { graph_schema: Some(Arc::new(schema)), ..Setup::default() };
    let mut world = World::named("demo", Arc::new(setup), noon()).unwrap();
    let events = "/users/mara@brightwater.example/events";
    let at = |time: &str| json!({ "dateTime": format!("2026-03-04T{time}:00"), "timeZone": "UTC" });
    let event = json!({ "subject": "Unheard of", "start": at("09:00"), "end": at("10:00") });
    let (status, body) = graph(&mut world, "POST", events, &event);
    assert_eq!((status, &body["error"]["code"]), (500, &json!("StandinSchemaViolation")), "{body}");
    control(&mut world, "POST", "/world", &json!({ "name": "demo" }));
    let (_, told) = control(&mut world, "GET", "/violations", &Value::Null);
    assert!(told["violations"][0].as_str().unwrap().contains("/events"), "{told}");
    control(&mut world, "DELETE", "/violations", &Value::Null);
    assert_eq!(control(&mut world, "GET", "/violations", &Value::Null).1["violations"], json!([]));
}
