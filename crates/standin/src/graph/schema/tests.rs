//! What passes and what does not, on a small schema of the generated one's shape.

use super::*;

/// The types that matter here; [`small`] adds the others, which hold nothing.
const SMALL: &str = r##"{"definitions": {
    "Event": {"type": "object", "additionalProperties": false, "properties": {
        "id": {"type": "string"}, "attachments": {"type": "array", "items": {"$ref": "#/definitions/Attachment"}}}},
    "Attachment": {"type": "object", "additionalProperties": false, "properties": {"name": {"type": "string"}}},
    "FileAttachment": {"type": "object", "additionalProperties": false, "properties": {
        "name": {"type": "string"}, "contentBytes": {"type": "number"}}},
    "Subscription": {"type": "object", "properties": {"changeType": {"type": "string"}}},
    "ExchangeIdFormat": {"type": "string", "enum": ["restId", "restImmutableEntryId"]},
    "Extension": {"type": "object", "properties": {"id": {"type": "string"}}}
}}"##;

fn small() -> Value {
    let mut schema: Value = serde_json::from_str(SMALL).expect("JSON");
    for name in TYPES {
        if schema["definitions"][name].is_null() {
            schema["definitions"][name] = json!({ "type": "object", "properties": {} });
        }
    }
    schema
}

#[track_caller]
fn verdict(path: &str, body: &Value) -> Result<(), String> {
    check(&Schema::read(&small().to_string()).expect("a schema"), path, body)
}

#[test]
fn a_member_the_types_do_not_have_is_named() {
    let events = "/v1.0/users/mara@brightwater.example/events";
    assert_eq!(verdict(events, &json!({ "value": [{ "id": "a", "@odata.etag": "b" }] })), Ok(()));
    let wrong = verdict(events, &json!({ "value": [{ "id": "a" }, { "id": "b", "uid": "c" }] }));
    assert!(wrong.expect_err("a violation").contains("uid"));
    let wrong = verdict(&format!("{events}/x"), &json!({ "id": 3 }));
    assert!(wrong.expect_err("a violation").contains("/id"));
}

#[test]
fn removal_rows_files_and_refusals_have_shapes_of_their_own() {
    let delta = "/v1.0/users/mara@brightwater.example/calendarView/delta";
    let removal = json!({ "value": [{ "id": "a", "@removed": { "reason": "deleted" } }] });
    assert_eq!(verdict(delta, &removal), Ok(()));
    let file = json!({ "id": "a", "attachments": [{ "name": "x", "contentBytes": 1 }] });
    assert_eq!(verdict("/v1.0/users/mara/events/1", &file), Ok(()));
    assert!(verdict(delta, &json!({ "error": { "code": "x" } })).is_err());
    assert_eq!(verdict(delta, &json!({ "error": { "code": "x", "message": "y" } })), Ok(()));
}

#[test]
fn a_schema_that_lacks_a_type_is_refused_by_its_name() {
    assert!(Schema::read("{}").is_err());
    assert!(Schema::read(r#"{"definitions": {}}"#).is_err());
    let mut lacking = small();
    lacking["definitions"].as_object_mut().expect("definitions").remove("Subscription");
    assert!(Schema::read(&lacking.to_string()).expect_err("a refusal").contains("Subscription"));
}

#[track_caller]
fn sent(method: &Method, path: &str, body: &Value) -> Result<(), String> {
    let path = format!("/v1.0/{path}");
    check_request(&Schema::read(&small().to_string()).expect("a schema"), method, &path, body)
}

#[test]
fn what_a_request_carries_is_held_against_the_type_of_its_path() {
    assert_eq!(sent(&Method::POST, "users/mara/events", &json!({ "id": "a" })), Ok(()));
    let wrong = sent(&Method::PATCH, "users/mara/events/1", &json!({ "Subject": "a" }));
    assert!(wrong.expect_err("a violation").contains("Subject"));
    assert!(sent(&Method::POST, "subscriptions", &json!({ "changeTypes": "a" })).is_err());
    assert!(sent(&Method::PATCH, "subscriptions/1", &json!({ "changeType": 1 })).is_err());
    assert_eq!(
        sent(&Method::POST, "$batch", &json!({ "requests": [] })),
        Ok(()),
        "its parts are judged one by one"
    );
    assert_eq!(sent(&Method::DELETE, "users/mara/events/1", &Value::Null), Ok(()));
}

#[test]
fn parameters_of_actions_are_known_by_name_in_any_case_and_by_kind() {
    let translate = "users/mara/translateExchangeIds";
    let right =
        json!({ "inputIds": ["a"], "sourceIdType": "restId", "TargetIdType": "restImmutableEntryId" });
    assert_eq!(sent(&Method::POST, translate, &right), Ok(()));
    for wrong in [json!({ "inputIds": "a" }), json!({ "sourceIdType": "ewsID" }), json!({ "ids": [] })] {
        assert!(sent(&Method::POST, translate, &wrong).is_err(), "{wrong}");
    }
    let decline = "users/mara/events/1/decline";
    assert_eq!(sent(&Method::POST, decline, &json!({ "comment": null, "sendResponse": false })), Ok(()));
    assert!(sent(&Method::POST, decline, &json!({ "sendResponse": "no" })).is_err());
}

#[test]
fn the_schema_of_microsofts_types_knows_an_event_and_nothing_beside_it_3() {
    let Some(schema) = Schema::of_set_up().expect("a schema, or none elsewhere than in CI") else { return };
    let path = "/v1.0/users/mara@brightwater.example/events/1";
    let event = json!({ "id": "a", "changeKey": "b", "start": { "dateTime": "2026-11-20T08:00:00", "timeZone": "UTC" } });
    assert_eq!(check(&schema, path, &event), Ok(()));
    let wrong = check(&schema, path, &json!({ "id": "a", "changekey": "b" }));
    assert!(wrong.expect_err("a violation").contains("changekey"));
    let wrong = check(&schema, path, &json!({ "id": "a", "start": { "datetime": "2026-11-20T08:00:00" } }));
    assert!(wrong.expect_err("a violation").contains("/start"));
}
