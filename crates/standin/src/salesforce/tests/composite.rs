//! Several requests in one: composite, graph, batch, tree (facts 2.5).

use serde_json::{Value, json};

use crate::salesforce::testing::{Answer, Client, meeting};

const ROWS: &str = "/services/data/v67.0/sobjects";

fn part(method: &str, path: &str, reference: &str, body: &Value) -> Value {
    json!({ "method": method, "url": format!("{ROWS}{path}"), "referenceId": reference, "body": body })
}

fn composed(client: &mut Client, all_or_none: bool, parts: &[Value]) -> Answer {
    let body = json!({ "allOrNone": all_or_none, "compositeRequest": parts });
    client.call("POST", "/composite", &body)
}

fn statuses(results: &Value) -> Vec<u64> {
    results.as_array().unwrap().iter().map(|result| result["httpStatusCode"].as_u64().unwrap()).collect()
}

fn count(client: &mut Client, from: &str) -> u64 {
    client.query(&format!("SELECT COUNT() FROM {from}")).body["totalSize"].as_u64().unwrap()
}

/// An account, a contact of it, and an Event about both.
fn visit(account: &str) -> Vec<Value> {
    let event =
        meeting(&json!({ "WhoId": "@{person.id}", "WhatId": "@{place.id}", "Subject": "With @{place.id}" }));
    let read = json!({ "method": "GET", "referenceId": "read",
        "url": format!("/services/data/v67.0/query?q=SELECT+Id,Name+FROM+Account+WHERE+Id='@{{place.id}}'") });
    vec![
        part("POST", "/Account", "place", &json!({ "Name": account })),
        part("POST", "/Contact", "person", &json!({ "LastName": "Ito", "AccountId": "@{place.id}" })),
        part("POST", "/Event", "event", &event),
        read,
        part(
            "PATCH",
            "/Account/@{read.records[0].Id}",
            "renamed",
            &json!({ "Site": "@{read.records[0].Name}" }),
        ),
    ]
}

#[test]
fn later_parts_build_on_the_answers_of_earlier_ones_s2_5() {
    let mut client = Client::demo();
    let answer = composed(&mut client, true, &visit("Umbra"));
    let results = &answer.body["compositeResponse"];
    assert_eq!((answer.status, statuses(results)), (200, vec![201, 201, 201, 200, 204]), "{results}");
    assert_eq!(client.org.requests_used(), 1);
    let place = results[0]["body"]["id"].as_str().unwrap().to_owned();
    let location = results[0]["httpHeaders"]["Location"].as_str().unwrap();
    assert_eq!(location, format!("{ROWS}/Account/{place}"));
    assert_eq!((&results[4]["body"], &results[4]["referenceId"]), (&Value::Null, &json!("renamed")));
    let event = client.event(results[2]["body"]["id"].as_str().unwrap());
    assert_eq!((&event["WhatId"], &event["Subject"]), (&json!(place), &json!(format!("With {place}"))));
    assert_eq!(count(&mut client, "Account WHERE Site = 'Umbra'"), 1);
}

#[test]
fn all_or_none_undoes_every_part_and_says_so_s2_5() {
    let mut client = Client::demo();
    let before = client.org.dump()["records"].clone();
    let mut parts = visit("Umbra");
    parts.insert(3, part("POST", "/Lead", "bad", &json!({ "LastName": "No company" })));
    let results = composed(&mut client, true, &parts).body["compositeResponse"].clone();
    assert_eq!(statuses(&results), [400; 6]);
    assert_eq!(results[3]["body"][0]["errorCode"], "REQUIRED_FIELD_MISSING");
    for halted in [0, 1, 2, 4, 5] {
        let message =
            "The transaction was rolled back since another operation in the same transaction failed.";
        let expected = json!([{ "message": message, "errorCode": "PROCESSING_HALTED" }]);
        assert_eq!(results[halted]["body"], expected, "{halted}");
    }
    assert_eq!(client.org.dump()["records"], before);
}

#[test]
fn without_all_or_none_only_what_refers_to_a_failure_fails_s2_5() {
    let mut client = Client::demo();
    let parts = [
        part("POST", "/Account", "bad", &json!({})),
        part("POST", "/Contact", "child", &json!({ "LastName": "Ito", "AccountId": "@{bad.id}" })),
        part("POST", "/Contact", "alone", &json!({ "LastName": "Ito" })),
    ];
    let results = composed(&mut client, false, &parts).body["compositeResponse"].clone();
    assert_eq!(statuses(&results), [400, 400, 201]);
    let error = &results[1]["body"][0];
    assert_eq!(error["errorCode"], "PROCESSING_HALTED");
    let message = error["message"].as_str().unwrap();
    assert!(
        message.starts_with("Invalid reference specified. No value for bad.id found in bad."),
        "{message}"
    );
}

#[test]
fn composite_requests_are_bounded_and_their_references_are_unique_words_s2_5() {
    let mut client = Client::demo();
    let many: Vec<Value> =
        (0..26).map(|place| part("GET", "/Account", &format!("r{place}"), &Value::Null)).collect();
    assert_eq!(composed(&mut client, false, &many).error().0, "LIMIT_EXCEEDED");
    assert_eq!(composed(&mut client, false, &many[..25]).status, 200);
    let query = |place: usize| {
        json!({ "method": "GET", "referenceId": format!("q{place}"),
        "url": "/services/data/v67.0/query?q=SELECT+Id+FROM+Lead" })
    };
    let queries: Vec<Value> = (0..6).map(query).collect();
    assert_eq!(composed(&mut client, false, &queries).error().0, "LIMIT_EXCEEDED");
    let twice = [many[0].clone(), many[0].clone()];
    assert_eq!(composed(&mut client, false, &twice).error().0, "INVALID_INPUT");
    let odd = [part("GET", "/Account", "a[1]", &Value::Null)];
    assert_eq!(composed(&mut client, false, &odd).error().0, "INVALID_INPUT");
    let within = [json!({ "method": "GET", "url": "/services/data/v67.0/limits", "referenceId": "a" })];
    let results = composed(&mut client, false, &within).body["compositeResponse"].clone();
    assert_eq!(results[0]["body"][0]["errorCode"], "INVALID_INPUT");
    assert_eq!(client.call("POST", "/composite", &json!({})).error().0, "JSON_PARSER_ERROR");
    assert_eq!(client.call("PATCH", "/composite", &json!({})).status, 405);
}

fn graph(id: &str, parts: &[Value]) -> Value {
    json!({ "graphId": id, "compositeRequest": parts })
}

#[test]
fn each_graph_is_done_whole_or_not_at_all_s2_5() {
    let mut client = Client::demo();
    let good = [
        part("POST", "/Account", "place", &json!({ "Name": "Umbra" })),
        part("POST", "/Contact", "person", &json!({ "LastName": "Ito", "AccountId": "@{place.id}" })),
    ];
    let bad = [
        part("POST", "/Account", "place", &json!({ "Name": "Penumbra" })),
        part("POST", "/Contact", "person", &json!({ "AccountId": "@{place.id}" })),
    ];
    let graphs = [graph("good", &good), graph("bad", &bad)];
    let answer = client.call("POST", "/composite/graph", &json!({ "graphs": graphs }));
    let graphs = &answer.body["graphs"];
    assert_eq!((answer.status, &graphs[0]["isSuccessful"]), (200, &json!(true)), "{}", answer.body);
    assert_eq!((&graphs[1]["graphId"], &graphs[1]["isSuccessful"]), (&json!("bad"), &json!(false)));
    let results = &graphs[1]["graphResponse"]["compositeResponse"];
    assert_eq!(results[0]["body"][0]["errorCode"], "PROCESSING_HALTED");
    assert_eq!(results[1]["body"][0]["errorCode"], "REQUIRED_FIELD_MISSING");
    assert_eq!(count(&mut client, "Account WHERE Name = 'Umbra'"), 1);
    assert_eq!(count(&mut client, "Account WHERE Name = 'Penumbra'"), 0);
}

#[test]
fn graphs_are_counted_and_stop_after_fourteen_failures_s2_5() {
    let mut client = Client::demo();
    let bad = |place: usize| graph(&format!("g{place}"), &[part("POST", "/Account", "a", &json!({}))]);
    let failing: Vec<Value> = (0..16).map(bad).collect();
    let answer = client.call("POST", "/composite/graph", &json!({ "graphs": failing })).body;
    let code = |place: usize| {
        answer["graphs"][place]["graphResponse"]["compositeResponse"][0]["body"][0]["errorCode"].clone()
    };
    assert_eq!(code(13), "REQUIRED_FIELD_MISSING");
    assert_eq!((code(14), code(15)), (json!("PROCESSING_HALTED"), json!("PROCESSING_HALTED")));
    let many: Vec<Value> = (0..76).map(bad).collect();
    let answer = client.call("POST", "/composite/graph", &json!({ "graphs": many }));
    assert_eq!((answer.status, answer.error().0.as_str()), (400, "LIMIT_EXCEEDED"));
    let nodes: Vec<Value> =
        (0..501).map(|place| part("POST", "/Account", &format!("n{place}"), &json!({}))).collect();
    let answer = client.call("POST", "/composite/graph", &json!({ "graphs": [graph("big", &nodes)] }));
    assert_eq!(answer.error().0, "LIMIT_EXCEEDED");
}

#[test]
fn a_batch_counts_each_request_and_may_halt_s2_5() {
    let mut client = Client::demo();
    let requests = json!([
        { "method": "GET", "url": "v67.0/limits" },
        { "method": "POST", "url": "v67.0/sobjects/Account", "richInput": {} },
        { "method": "POST", "url": "v67.0/sobjects/Account", "richInput": { "Name": "Umbra" } },
    ]);
    let body = json!({ "batchRequests": requests });
    let answer = client.call("POST", "/composite/batch", &body).body;
    let codes = |answer: &Value| -> Vec<u64> {
        answer["results"].as_array().unwrap().iter().filter_map(|one| one["statusCode"].as_u64()).collect()
    };
    assert_eq!((&answer["hasErrors"], codes(&answer)), (&json!(true), vec![200, 400, 201]));
    assert!(answer["results"][0]["result"]["DailyApiRequests"].is_object());
    assert_eq!(client.org.requests_used(), 3);
    let body = json!({ "batchRequests": requests, "haltOnError": true });
    let answer = client.call("POST", "/composite/batch", &body).body;
    assert_eq!(codes(&answer), [200, 400, 412]);
    assert_eq!(answer["results"][2]["result"][0]["errorCode"], "BATCH_PROCESSING_HALTED");
    let nested =
        json!({ "batchRequests": [{ "method": "POST", "url": "v67.0/composite/batch", "richInput": body }] });
    let answer = client.call("POST", "/composite/batch", &nested).body;
    assert_eq!(answer["results"][0]["result"][0]["errorCode"], "INVALID_INPUT");
}

fn node(object: &str, reference: &str, fields: &Value) -> Value {
    let mut node = fields.clone();
    node["attributes"] = json!({ "type": object, "referenceId": reference });
    node
}

#[test]
fn a_tree_is_created_level_by_level_s2_5() {
    let mut client = Client::demo();
    let people = json!([
        node("Contact", "c1", &json!({ "LastName": "Ito" })),
        node("Contact", "c2", &json!({ "LastName": "Abe" }))
    ]);
    let records = json!([
        node("Account", "a1", &json!({ "Name": "Umbra", "Contacts": { "records": people } })),
        node("Account", "a2", &json!({ "Name": "Penumbra" })),
    ]);
    let answer = client.call("POST", "/composite/tree/account", &json!({ "records": records }));
    assert_eq!((answer.status, &answer.body["hasErrors"]), (201, &json!(false)), "{}", answer.body);
    let results = answer.body["results"].as_array().unwrap();
    let order: Vec<&str> = results.iter().map(|one| one["referenceId"].as_str().unwrap()).collect();
    assert_eq!(order, ["a1", "a2", "c1", "c2"]);
    assert_eq!(count(&mut client, "Contact WHERE Account.Name = 'Umbra'"), 2);
}

#[test]
fn a_tree_with_one_bad_record_creates_none_s2_5() {
    let mut client = Client::demo();
    let before = client.org.dump()["records"].clone();
    let bad = json!([node("Contact", "c1", &json!({ "LastName": "Ito", "Email": "nowhere" }))]);
    let records = json!([node("Account", "a1", &json!({ "Name": "Umbra", "Contacts": { "records": bad } }))]);
    let answer = client.call("POST", "/composite/tree/Account", &json!({ "records": records }));
    assert_eq!(answer.status, 400);
    let expected = json!({ "hasErrors": true, "results": [{ "referenceId": "c1", "errors": [{
        "statusCode": "INVALID_EMAIL_ADDRESS", "message": "Email: invalid email address: nowhere",
        "fields": ["Email"] }] }] });
    assert_eq!(answer.body, expected);
    assert_eq!(client.org.dump()["records"], before);
    let twice =
        json!([node("Account", "a", &json!({ "Name": "x" })), node("Account", "a", &json!({ "Name": "y" }))]);
    let answer = client.call("POST", "/composite/tree/Account", &json!({ "records": twice }));
    assert_eq!(answer.error().0, "INVALID_INPUT");
    let many: Vec<Value> = (0..201).map(|place| node("Account", &format!("r{place}"), &json!({}))).collect();
    let answer = client.call("POST", "/composite/tree/Account", &json!({ "records": many }));
    assert_eq!(answer.error().0, "LIMIT_EXCEEDED");
}
