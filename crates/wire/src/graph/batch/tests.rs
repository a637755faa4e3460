//! Several marks in one call, each judged by itself.

use calbridge_rules::id::{Address, ItemId};

use super::*;
use crate::{
    graph::patch::{MarkItem, Marked},
    testing::{fixture, reply, shown},
};

fn mark(id: &str, etag: Option<&str>) -> MarkItem {
    MarkItem {
        mailbox: Address::parse("mara@brightwater.example").unwrap(),
        id: ItemId::parse(id).unwrap(),
        etag: etag.map(str::to_owned),
        categories: vec!["Salesforce".to_owned()],
        addin_id: "A1".to_owned(),
        property_text: None,
    }
}

fn batch() -> Batch<MarkItem> {
    Batch { parts: vec![mark("AAkItem1=", Some("W/\"v1\"")), mark("AAkItem2=", None)] }
}

#[test]
fn parts_are_addressed_from_the_version_on() {
    insta::assert_snapshot!(shown(&batch().request("https://graph.example/v1.0")), @r#"
    POST https://graph.example/v1.0/$batch
    content-type: application/json

    {"requests":[{"body":{"categories":["Salesforce"]},"headers":{"accept":"application/json","content-type":"application/json","if-match":"W/\"v1\"","prefer":"IdType=\"ImmutableId\", outlook.timezone=\"UTC\", outlook.body-content-type=\"text\""},"id":"0","method":"PATCH","url":"/users/mara%40brightwater.example/events/AAkItem1%3D"},{"body":{"categories":["Salesforce"]},"dependsOn":["0"],"headers":{"accept":"application/json","content-type":"application/json","prefer":"IdType=\"ImmutableId\", outlook.timezone=\"UTC\", outlook.body-content-type=\"text\""},"id":"1","method":"PATCH","url":"/users/mara%40brightwater.example/events/AAkItem2%3D"}]}
    "#);
}

#[test]
fn each_part_has_an_answer_of_its_own_whatever_their_order() {
    let answers = batch().read(&reply(200, fixture!("graph/batch.json"))).unwrap();
    assert_eq!(answers[0], Ok(Marked { etag: Some("W/\"next\"".to_owned()) }));
    assert_eq!(answers[1], Err(CallError::Throttled { retry_after_ms: Some(7000) }));
}

#[test]
fn a_part_without_an_answer_is_no_success() {
    let answers = batch().read(&reply(200, "{\"responses\":[]}")).unwrap();
    assert!(answers.iter().all(|answer| matches!(answer, Err(CallError::Malformed { .. }))));
}

#[test]
fn a_part_behind_one_that_failed_was_left_out() {
    let body = r#"{"responses":[
        {"id":"0","status":412,"body":{"error":{"code":"ErrorIrresolvableConflict","message":"Changed."}}},
        {"id":"1","status":424,"body":{"error":{"code":"FailedDependency","message":"Not carried out."}}}]}"#;
    let answers = batch().read(&reply(200, body)).unwrap();
    assert_eq!(answers[0], Err(CallError::Stale));
    assert!(is_left_out(answers[1].as_ref().unwrap_err()));
}
