//! One record at a time (facts 2.1 to 2.4).

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::salesforce::testing::{Client, meeting};

const KEY: &str = "/sobjects/Event/Calbridge_Sync_Key__c";

fn new_event(client: &mut Client) -> String {
    client.created(&meeting(&json!({})))["Id"].as_str().unwrap().to_owned()
}

#[test]
fn facts_2_1_a_create_answers_the_id_and_where_the_record_is() {
    let answer = Client::demo().create(&meeting(&json!({})));
    let id = answer.body["id"].as_str().unwrap();
    assert_eq!(answer.body, json!({ "id": id, "success": true, "errors": [] }));
    assert_eq!(answer.header("location"), format!("/services/data/v67.0/sobjects/Event/{id}"));
}

#[test]
fn facts_2_1_nulls_are_explicit_and_names_have_any_case() {
    let mut client = Client::demo();
    let id = new_event(&mut client);
    let whole = client.get(&format!("/sobjects/eVENT/{}", &id[..15])).body;
    assert_eq!(whole["Location"], Value::Null);
    assert!(whole.as_object().unwrap().contains_key("Location"));
    let some = client.get(&format!("/sobjects/Event/{id}?fields=subject,WHOID")).body;
    let names: Vec<&String> = some.as_object().unwrap().keys().collect();
    assert_eq!(names, ["attributes", "Subject", "WhoId", "Id"]);
    assert_eq!(client.update(&id, &json!({ "SUBJECT": "Other" })).status, 204);
    assert_eq!(client.event(&id)["Subject"], "Other");
}

#[test]
fn facts_2_2_an_unknown_field_is_refused_by_name() {
    let mut client = Client::demo();
    let answer = client.create(&meeting(&json!({ "Nonsense__c": 1 })));
    let message = "No such column 'Nonsense__c' on sobject of type Event";
    assert_eq!(answer.body, json!([{ "message": message, "errorCode": "INVALID_FIELD" }]));
    let answer = client.create(&meeting(&json!({ "Id": "00U5g0000000001EAA" })));
    assert_eq!(answer.error().0, "INVALID_FIELD");
}

#[test]
fn facts_2_2_unknown_types_and_records_are_not_there() {
    let mut client = Client::demo();
    assert_eq!(client.get("/sobjects/Nonsense/00U5g0000000099EAA").error().0, "NOT_FOUND");
    let unknown = crate::salesforce::ids::numbered("00U", 9_999);
    let address = format!("/sobjects/Event/{unknown}");
    assert_eq!((client.get(&address).status, client.get(&address).error().0.as_str()), (404, "NOT_FOUND"));
    let patch = client.update(&unknown, &json!({ "Subject": "x" }));
    assert_eq!((patch.status, patch.error().0.as_str()), (404, "INVALID_CROSS_REFERENCE_KEY"));
}

#[test]
fn facts_2_1_a_deleted_record_is_gone_for_every_verb() {
    let mut client = Client::demo();
    let id = new_event(&mut client);
    let address = format!("/sobjects/Event/{id}");
    assert_eq!(client.call("DELETE", &address, &Value::Null).status, 204);
    for verb in ["GET", "PATCH", "DELETE"] {
        let answer = client.call(verb, &address, &json!({ "Subject": "x" }));
        assert_eq!(answer.status, 404, "{verb}");
        assert_eq!(
            answer.body,
            json!([{ "message": "entity is deleted", "errorCode": "ENTITY_IS_DELETED", "fields": [] }]),
            "{verb}"
        );
    }
    let statement = format!("SELECT%20Id,IsDeleted%20FROM%20Event%20WHERE%20Id='{id}'");
    assert_eq!(client.get(&format!("/query?q={statement}")).body["totalSize"], 0);
    assert_eq!(client.get(&format!("/queryAll?q={statement}")).body["records"][0]["IsDeleted"], true);
}

#[test]
fn dup_3_an_upsert_by_key_creates_once_and_then_updates() {
    let mut client = Client::demo();
    let address = format!("{KEY}/4f2a");
    let first = client.call("PATCH", &address, &meeting(&json!({})));
    assert_eq!((first.status, &first.body["created"]), (201, &json!(true)));
    let second = client.call("PATCH", &format!("{KEY}/4F2A"), &json!({ "Subject": "Again" }));
    assert_eq!((second.status, &second.body["created"]), (200, &json!(false)));
    assert_eq!(first.body["id"], second.body["id"]);
    assert_eq!(client.get(&address).body["Subject"], "Again");
}

#[test]
fn facts_2_1_several_records_with_one_key_are_listed() {
    let mut client = Client::demo();
    for _ in 0..2 {
        client.created(&meeting(&json!({ "Calbridge_Sync_Key__c": "twin" })));
    }
    let answer = client.call("PATCH", &format!("{KEY}/twin"), &json!({ "Subject": "x" }));
    assert_eq!((answer.status, answer.body.as_array().unwrap().len()), (300, 2));
    assert!(answer.body[0].as_str().unwrap().starts_with("/services/data/v67.0/sobjects/Event/00U"));
}

#[test]
fn facts_2_1_an_encoded_slash_stays_inside_the_key() {
    let mut client = Client::demo();
    let answer = client.call("PATCH", &format!("{KEY}/a%2Fb%20c"), &meeting(&json!({})));
    assert_eq!(answer.status, 201, "{}", answer.body);
    let id = answer.body["id"].as_str().unwrap().to_owned();
    assert_eq!(client.event(&id)["Calbridge_Sync_Key__c"], "a/b c");
}

#[test]
fn an_upsert_by_a_field_that_is_no_external_id_is_refused() {
    let mut client = Client::demo();
    let answer = client.call("PATCH", "/sobjects/Event/Subject/x", &meeting(&json!({})));
    assert_eq!((answer.status, answer.error().0.as_str()), (404, "NOT_FOUND"));
    let answer =
        client.call("PATCH", &format!("{KEY}/x"), &meeting(&json!({ "Calbridge_Sync_Key__c": "x" })));
    assert_eq!(answer.error().0, "INVALID_FIELD");
}

#[test]
fn facts_8_change_stamps_rise_even_within_one_millisecond() {
    let mut client = Client::demo();
    let ids: Vec<String> = (0..3).map(|_| new_event(&mut client)).collect();
    let stamps: Vec<String> =
        ids.iter().map(|id| client.event(id)["SystemModstamp"].as_str().unwrap().to_owned()).collect();
    assert!(stamps.windows(2).all(|pair| pair[0] < pair[1]), "{stamps:?}");
}

#[test]
fn the_signed_in_user_is_the_one_who_modified() {
    let mut client = Client::demo();
    let id = new_event(&mut client);
    client.sign_in_as("mara@brightwater.example");
    assert_eq!(client.update(&id, &json!({ "Location": "Here" })).status, 204);
    let by =
        client.query(&format!("SELECT CreatedBy.Name, LastModifiedBy.Name FROM Event WHERE Id = '{id}'"));
    let row = &by.body["records"][0];
    assert_eq!(row["CreatedBy"]["Name"], "Calbridge Integration");
    assert_eq!(row["LastModifiedBy"]["Name"], "Mara Lindqvist");
}

#[test]
fn sav_13_an_update_of_what_has_changed_since_is_refused() {
    let mut client = Client::demo();
    let id = new_event(&mut client);
    let address = format!("/sobjects/Event/{id}");
    let seen = client.get(&address).header("last-modified").to_owned();
    let update = |client: &mut Client, subject: &str| {
        let headers = [("if-unmodified-since", seen.as_str())];
        client.call_with("PATCH", &address, &headers, &json!({ "Subject": subject })).status
    };
    assert_eq!(update(&mut client, "mine"), 204);
    client.wait(TimeDelta::seconds(1));
    assert_eq!(client.update(&id, &json!({ "Subject": "theirs" })).status, 204);
    assert_eq!(update(&mut client, "mine again"), 412);
    assert_eq!(client.event(&id)["Subject"], "theirs");
}

#[test]
fn facts_2_3_a_row_unchanged_since_is_not_sent_again() {
    let mut client = Client::demo();
    let id = new_event(&mut client);
    let address = format!("/sobjects/Event/{id}");
    let seen = client.get(&address).header("last-modified").to_owned();
    let headers = [("if-modified-since", seen.as_str())];
    assert_eq!(client.call_with("GET", &address, &headers, &Value::Null).status, 304);
    let headers = [("if-modified-since", "yesterday")];
    assert_eq!(client.call_with("GET", &address, &headers, &Value::Null).status, 400);
}

#[test]
fn facts_2_2_a_wrong_verb_says_which_are_right() {
    let answer = Client::demo().call("PUT", "/sobjects/Event", &json!({}));
    assert_eq!((answer.status, answer.error().0.as_str()), (405, "METHOD_NOT_ALLOWED"));
}

#[test]
fn people_are_named_by_their_parts_and_required_ones_are_asked_for() {
    let mut client = Client::demo();
    let answer = client.call("POST", "/sobjects/Lead", &json!({ "FirstName": "Pat" }));
    assert_eq!(
        answer.error(),
        ("REQUIRED_FIELD_MISSING".to_owned(), vec!["LastName".to_owned(), "Company".to_owned()])
    );
    let answer = client.call(
        "POST",
        "/sobjects/Contact",
        &json!({ "FirstName": "Pat", "LastName": "Hale", "Email": "p.hale" }),
    );
    assert_eq!(answer.error(), ("INVALID_EMAIL_ADDRESS".to_owned(), vec!["Email".to_owned()]));
    let answer = client.call("POST", "/sobjects/Contact", &json!({ "FirstName": "Pat", "LastName": "Hale" }));
    assert_eq!(answer.status, 201);
    assert_eq!(client.found("SELECT Name FROM Contact WHERE LastName = 'Hale'", "Name"), ["Pat Hale"]);
}

#[test]
fn an_administrators_rule_refuses_what_meets_it() {
    let mut definition = crate::world::definition("demo").unwrap();
    definition["salesforce"]["validationRules"] = json!([{
        "object": "Event", "when": "Location = null AND ShowAs = 'OutOfOffice'", "message": "Say where you are.", "field": "Location",
    }]);
    let mut client = Client::of(&definition);
    let answer = client.create(&meeting(&json!({ "ShowAs": "OutOfOffice" })));
    assert_eq!(
        answer.body,
        json!([{ "message": "Say where you are.", "errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "fields": ["Location"] }])
    );
    client.created(&meeting(&json!({ "ShowAs": "OutOfOffice", "Location": "Hamburg" })));
}

#[test]
fn a_task_has_an_owner_a_day_and_defaults_and_its_deletion_is_told() {
    let mut client = Client::demo();
    let made =
        client.call("POST", "/sobjects/Task", &json!({ "Subject": "Call", "ActivityDate": "2026-03-25" }));
    let id = made.body["id"].as_str().unwrap().to_owned();
    assert!(id.starts_with("00T"));
    let task = client.get(&format!("/sobjects/Task/{id}")).body;
    assert_eq!((&task["ActivityDate"], &task["Status"]), (&json!("2026-03-25"), &json!("Not Started")));
    assert!(task["OwnerId"].as_str().unwrap().starts_with("005"));
    assert_eq!(client.call("DELETE", &format!("/sobjects/Task/{id}"), &Value::Null).status, 204);
    let q: String = url::form_urlencoded::byte_serialize(b"SELECT Id, IsDeleted FROM Task").collect();
    let all = client.get(&format!("/queryAll?q={q}")).body;
    assert_eq!((&all["records"][0]["Id"], &all["records"][0]["IsDeleted"]), (&json!(id), &json!(true)));
}
