//! A world taken down, compared and put up again.

use super::*;

fn dump(world: &mut World) -> Value {
    let (status, dump) = control(world, "GET", "/dump", &Value::Null);
    assert_eq!(status, 200, "{dump}");
    dump
}

fn put_up(world: &mut World, dump: &Value) {
    let (status, body) = control(world, "POST", "/world", &json!({ "dump": dump }));
    assert_eq!(status, 200, "{body}");
}

fn item_of(world: &World, key: &str) -> String {
    let dump = world.graph.dump();
    let items = dump["mara@brightwater.example"].as_array().unwrap();
    let item = items.iter().find(|item| item["key"] == key).unwrap();
    item["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_dump_is_stable_and_nothing_differs_from_it() {
    let mut world = demo();
    let first = dump(&mut world);
    assert_eq!(first.to_string(), dump(&mut world).to_string());
    let (_, diff) = control(&mut world, "POST", "/diff", &first);
    assert_eq!(diff["same"], true, "{diff}");
    put_up(&mut world, &first);
    assert_eq!(first.to_string(), dump(&mut world).to_string(), "a world put up again is the same");
}

#[test]
fn asking_for_the_rows_that_follow_from_events_is_no_difference() {
    let mut world = demo();
    let token = token(&mut world);
    let before = dump(&mut world);
    assert!(!before["salesforce"]["records"]["EventRelation"].as_array().unwrap().is_empty());
    let asked = "/query?q=SELECT+COUNT()+FROM+EventRelation";
    assert_eq!(salesforce(&mut world, &token, "GET", asked, &Value::Null).status(), 200);
    let (_, diff) = control(&mut world, "POST", "/diff", &before);
    assert_eq!(diff["records"], json!({}), "{diff}");
}

#[test]
fn a_diff_names_records_items_and_switches_that_came_went_or_changed_field_by_field() {
    let mut world = demo();
    let token = token(&mut world);
    let before = dump(&mut world);
    salesforce(&mut world, &token, "PATCH", BY_KEY, &meeting());
    let renamed = json!({ "Subject": "Renamed" });
    salesforce(&mut world, &token, "PATCH", "/sobjects/Event/00UAA00000000012AA", &renamed);
    let lunch = item_of(&world, "lunch");
    let mara = "/users/mara@brightwater.example";
    assert_eq!(
        graph(&mut world, "PATCH", &format!("{mara}/events/{lunch}"), &json!({ "subject": "Late lunch" })).0,
        200
    );
    assert_eq!(graph(&mut world, "POST", &format!("{mara}/events"), &event("Brand new")).0, 201);
    control(&mut world, "PATCH", "/graph/switches", &json!({ "delivery_seconds": 9 }));
    let (_, diff) = control(&mut world, "POST", "/diff", &before);
    assert_eq!(diff["same"], false);
    let events = &diff["records"]["Event"];
    assert_eq!(events["added"].as_object().unwrap().len(), 1, "{events}");
    let subject = &events["changed"]["00UAA00000000012AA"]["Subject"];
    assert_eq!(subject, &json!({ "before": "Borealis: quarterly check-in", "after": "Renamed" }));
    let items = &diff["items"]["mara@brightwater.example"];
    assert_eq!(items["added"].as_object().unwrap().len(), 1, "{items}");
    let changed = items["changed"].as_object().unwrap().values().next().unwrap();
    assert_eq!(changed["content.subject"]["after"], "Late lunch", "{changed}");
    assert_eq!(diff["switches"], json!({ "delivery_seconds": { "before": 0, "after": 9 } }));
    let present = dump(&mut world);
    let (_, back) = control(&mut world, "POST", "/diff", &present);
    assert_eq!(back["same"], true);
}

fn event(subject: &str) -> Value {
    let at = |time: &str| json!({ "dateTime": format!("2026-03-04T{time}"), "timeZone": "UTC" });
    json!({ "subject": subject, "start": at("09:00:00"), "end": at("10:00:00") })
}

#[test]
fn a_world_put_up_again_goes_on_where_it_was_but_knows_no_token() {
    let mut world = demo();
    let old = token(&mut world);
    control(&mut world, "POST", "/clock", &json!({ "advance_seconds": 3600 }));
    let first = salesforce(&mut world, &old, "POST", "/sobjects/Event", &meeting());
    let first: Value = serde_json::from_slice(first.body()).unwrap();
    let before = dump(&mut world);
    put_up(&mut world, &before);
    assert_eq!(salesforce(&mut world, &old, "GET", "/limits", &Value::Null).status(), 401);
    assert_eq!(control(&mut world, "GET", "/clock", &Value::Null).1["now"], "2026-03-02T13:00:00+00:00");
    let token = token(&mut world);
    let next = salesforce(&mut world, &token, "POST", "/sobjects/Event", &meeting());
    let next: Value = serde_json::from_slice(next.body()).unwrap();
    assert!(first["id"].as_str() < next["id"].as_str(), "ids go on: {first} {next}");
    let read = salesforce(&mut world, &token, "GET", "/sobjects/Event/00UAA00000000012AA", &Value::Null);
    assert_eq!(read.status(), 200);
    let long = json!({ "StartDateTime": "2026-03-03T09:00:00Z", "DurationInMinutes": 1441 });
    let multiday = salesforce(&mut world, &token, "POST", "/sobjects/Event", &long);
    assert_eq!(multiday.status(), 201, "the org's features come back too");
    let lunch = item_of(&world, "lunch");
    let (status, read) = graph(&mut world, "GET", &format!("/users/mara/events/{lunch}"), &Value::Null);
    assert_eq!((status, &read["subject"]), (200, &json!("Lunch with Dana")), "{read}");
}

#[test]
fn what_is_no_dump_is_refused_with_the_place_that_is_wrong() {
    let mut world = demo();
    let good = dump(&mut world);
    let mut refusals = Vec::new();
    for (place, value) in [
        ("/format", json!("other 2")),
        ("/clock_offset_seconds", json!("soon")),
        ("/salesforce/numbers", json!([])),
        ("/graph/mailboxes/0/zone", json!(5)),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(place).unwrap() = value;
        let (status, body) = control(&mut world, "POST", "/world", &json!({ "dump": bad }));
        assert_eq!(status, 400, "{place}: {body}");
        refusals.push(body["error"].as_str().unwrap().to_owned());
    }
    assert!(refusals[0].contains("format") && refusals[2].contains("salesforce"), "{refusals:?}");
    assert_eq!(good.to_string(), dump(&mut world).to_string(), "nothing changed");
}
