//! Many records in one request (facts 2.5).

use serde_json::{Value, json};

use crate::salesforce::testing::{Client, meeting};

fn row(subject: &str) -> Value {
    meeting(&json!({ "attributes": { "type": "Event" }, "Subject": subject }))
}

#[test]
fn facts_2_5_each_record_has_its_own_outcome() {
    let mut client = Client::demo();
    let bad = json!({ "attributes": { "type": "Event" }, "Subject": "no times" });
    let answer = client.call("POST", "/composite/sobjects", &json!({ "records": [row("a"), bad, row("b")] }));
    assert_eq!(answer.status, 200);
    assert_eq!((&answer.body[0]["success"], &answer.body[2]["success"]), (&json!(true), &json!(true)));
    assert_eq!(
        answer.body[1],
        json!({ "success": false, "errors": [{
            "statusCode": "REQUIRED_FIELD_MISSING",
            "message": "Required fields are missing: [DurationInMinutes, ActivityDateTime]",
            "fields": ["DurationInMinutes", "ActivityDateTime"] }] })
    );
    assert_eq!(client.org.requests_used(), 1);
}

#[test]
fn facts_2_5_all_or_none_leaves_nothing_behind() {
    let mut client = Client::demo();
    let bad = json!({ "attributes": { "type": "Event" } });
    let body = json!({ "allOrNone": true, "records": [row("half"), bad] });
    let answer = client.call("POST", "/composite/sobjects", &body);
    assert_eq!(answer.body[0]["errors"][0]["statusCode"], "ALL_OR_NONE_OPERATION_ROLLED_BACK");
    assert_eq!(client.query("SELECT COUNT() FROM Event WHERE Subject = 'half'").body["totalSize"], 0);
}

#[test]
fn facts_2_5_more_than_200_records_are_refused() {
    let records: Vec<Value> = (0..201).map(|_| row("x")).collect();
    let answer = Client::demo().call("POST", "/composite/sobjects", &json!({ "records": records }));
    assert_eq!(answer.status, 400);
}

#[test]
fn facts_2_5_an_update_takes_the_id_in_any_case() {
    let mut client = Client::demo();
    let id = client.created(&row("a"))["Id"].clone();
    let records =
        json!([{ "attributes": { "type": "Event" }, "id": id, "Location": "Here" }, { "id": "nonsense" }]);
    let answer = client.call("PATCH", "/composite/sobjects", &json!({ "records": records })).body;
    assert_eq!(answer[0], json!({ "id": id, "success": true, "errors": [] }));
    assert_eq!(answer[1]["errors"][0]["statusCode"], "MALFORMED_ID");
}

#[test]
fn dup_3_many_upserts_by_key_make_one_event_a_key() {
    let mut client = Client::demo();
    let keyed =
        |key: &str| meeting(&json!({ "attributes": { "type": "Event" }, "Calbridge_Sync_Key__c": key }));
    let body = json!({ "records": [keyed("k1"), keyed("k2"), keyed("k1")] });
    let answer = client.call("PATCH", "/composite/sobjects/Event/Calbridge_Sync_Key__c", &body).body;
    let created: Vec<&Value> = answer.as_array().unwrap().iter().map(|row| &row["created"]).collect();
    assert_eq!(created, [&json!(true), &json!(true), &json!(false)]);
    assert_eq!(answer[0]["id"], answer[2]["id"]);
}

#[test]
fn facts_2_5_many_are_read_and_deleted_at_once() {
    let mut client = Client::demo();
    let one = client.created(&row("one"))["Id"].as_str().unwrap().to_owned();
    let two = client.created(&row("two"))["Id"].as_str().unwrap().to_owned();
    let none = crate::salesforce::ids::numbered("00U", 9_999);
    let body = json!({ "ids": [one, none, two], "fields": ["Subject"] });
    let answer = client.call("POST", "/composite/sobjects/Event", &body).body;
    assert_eq!(
        (&answer[0]["Subject"], &answer[1], &answer[2]["Subject"]),
        (&json!("one"), &Value::Null, &json!("two"))
    );
    let answer = client.call("DELETE", &format!("/composite/sobjects?ids={one},{two}"), &Value::Null).body;
    assert_eq!(
        answer,
        json!([{ "id": one, "success": true, "errors": [] }, { "id": two, "success": true, "errors": [] }])
    );
}

#[test]
fn neighbours_of_one_object_make_a_chunk_and_ten_chunks_are_enough_s2_5() {
    let mut client = Client::demo();
    let account = json!({ "attributes": { "type": "Account" }, "Name": "Umbra" });
    let mixed = |chunks: usize| -> Vec<Value> {
        (0..chunks).map(|place| if place % 2 == 0 { row("x") } else { account.clone() }).collect()
    };
    let mut send =
        |records: &[Value]| client.call("POST", "/composite/sobjects", &json!({ "records": records }));
    assert_eq!(send(&mixed(10)).status, 200);
    let answer = send(&mixed(11));
    assert_eq!((answer.status, answer.error().0.as_str()), (400, "LIMIT_EXCEEDED"));
    assert_eq!(answer.body[0]["message"].as_str().unwrap().find("more than 10 chunks"), Some(12));
    let mut sorted = mixed(40);
    sorted.sort_by_key(|record| record["attributes"]["type"].to_string());
    assert_eq!(send(&sorted).status, 200);
}

#[test]
fn both_forms_of_reading_many_agree_s2_5() {
    let mut client = Client::demo();
    let id = client.contact();
    let none = crate::salesforce::ids::numbered("003", 9_999);
    let by_address =
        client.get(&format!("/composite/sobjects/contact?ids={},{none}&fields=email,NAME", &id[..15]));
    let body = json!({ "ids": [&id[..15], none], "fields": ["email", "NAME"] });
    let by_body = client.call("POST", "/composite/sobjects/contact", &body);
    assert_eq!(by_address.body, by_body.body);
    assert_eq!((&by_body.body[0]["Email"], &by_body.body[1]), (&json!("dana@acme.example"), &Value::Null));
    let many = json!({ "ids": vec![id; 2_001], "fields": ["Id"] });
    assert_eq!(client.call("POST", "/composite/sobjects/Contact", &many).error().0, "LIMIT_EXCEEDED");
}
