use calbridge_rules::{
    id::RecordId,
    invitees::InviteeStatus::{Accepted, New},
};

use super::*;
use crate::{
    call::{CallError, Endpoint},
    salesforce::query::Query,
    testing::{fixture, reply, shown},
};

fn id(text: &str) -> RecordId {
    RecordId::parse(text).unwrap()
}

fn event() -> RecordId {
    id("00U5e00000AbCdE")
}

fn dana() -> RecordId {
    id("0035e00000Dana1")
}

fn written(several_people: bool) -> WriteRelations {
    let graphs = vec![
        vec![
            Node::Add { event: event(), record: dana(), is_named: true, invited: Some(Accepted) },
            Node::Change { id: id("0RE5e00000Ines1"), is_named: false, invited: Some(New) },
            Node::Remove { id: id("0RE5e00000Theo1") },
        ],
        vec![
            Node::Link { event: event(), record: id("a005e00000Hydra") },
            Node::Unlink { event: event(), record: id("a005e00000Polar") },
        ],
    ];
    WriteRelations { version: "v67.0".to_owned(), several_people, graphs }
}

#[test]
fn ppl_6_relations_are_written_in_graphs() {
    insta::assert_snapshot!(shown(&written(true).request("https://org.example")), @r#"
    POST https://org.example/services/data/v67.0/composite/graph
    content-type: application/json

    {"graphs":[{"compositeRequest":[{"body":{"EventId":"00U5e00000AbCdEEAV","IsInvitee":true,"IsParent":true,"RelationId":"0035e00000Dana1AAB","Status":"Accepted"},"method":"POST","referenceId":"n0","url":"/services/data/v67.0/sobjects/EventRelation"},{"body":{"IsInvitee":true,"IsParent":false,"Status":"New"},"method":"PATCH","referenceId":"n1","url":"/services/data/v67.0/sobjects/EventRelation/0RE5e00000Ines1GAB"},{"method":"DELETE","referenceId":"n2","url":"/services/data/v67.0/sobjects/EventRelation/0RE5e00000Theo1GAB"}],"graphId":"g0"},{"compositeRequest":[{"body":{"Event__c":"00U5e00000AbCdEEAV","Record__c":"a005e00000HydraAAB"},"method":"PATCH","referenceId":"n0","url":"/services/data/v67.0/sobjects/Calbridge_Link__c/Key__c/00U5e00000AbCdEEAV-a005e00000HydraAAB"},{"method":"DELETE","referenceId":"n1","url":"/services/data/v67.0/sobjects/Calbridge_Link__c/Key__c/00U5e00000AbCdEEAV-a005e00000PolarAAB"}],"graphId":"g1"}]}
    "#);
}

#[test]
fn pic_4_an_org_without_shared_activities_is_told_nothing_of_roles() {
    let text = shown(&written(false).request("https://org.example"));
    assert!(!text.contains("IsParent") && !text.contains("IsInvitee"), "{text}");
    assert!(text.contains(r#""Status":"Accepted""#), "{text}");
}

#[test]
fn each_node_says_what_became_of_it_and_a_failed_one_stops_its_graph_alone() {
    let answer = reply(200, fixture!("salesforce/relations_written.json"));
    let graphs = written(true).read(&answer).unwrap();
    assert_eq!((&graphs[0][0], &graphs[0][2]), (&Went::Halted, &Went::Halted));
    match &graphs[0][1] {
        Went::Failed(CallError::Rejected(rejection)) => {
            assert_eq!(rejection.code, "INACTIVE_OWNER_OR_USER");
        }
        other @ (Went::Done | Went::Halted | Went::Failed(_)) => panic!("{other:?}"),
    }
    assert_eq!(graphs[1], [Went::Halted, Went::Done], "what is gone already is as good, for itself");
}

#[test]
fn a_row_that_is_there_already_is_as_good_and_a_locked_one_is_not() {
    let one = |code: &str| {
        let graphs = vec![vec![Node::Add { event: event(), record: dana(), is_named: false, invited: None }]];
        let text = format!(
            r#"{{"graphs": [{{"graphId": "g0", "isSuccessful": false, "graphResponse": {{"compositeResponse": [
               {{"body": [{{"errorCode": "{code}", "message": "m"}}], "httpHeaders": {{}}, "httpStatusCode": 400,
                "referenceId": "n0"}}]}}}}]}}"#
        );
        WriteRelations { graphs, ..written(true) }.read(&reply(200, &text)).unwrap()[0][0].clone()
    };
    assert_eq!(one("DUPLICATE_VALUE"), Went::Done);
    assert!(matches!(one("UNABLE_TO_LOCK_ROW"), Went::Failed(CallError::Contended(_))));
}

#[test]
fn an_answer_with_fewer_results_than_nodes_could_hide_a_write() {
    for text in [r#"{"graphs": []}"#, r#"{"graphs": [{}, {}]}"#] {
        let read = written(true).read(&reply(200, text));
        assert!(matches!(read, Err(CallError::Malformed { .. })), "{read:?}");
    }
}

#[test]
fn pic_4_relations_are_read_by_the_columns_that_the_org_has() {
    let ask = |several_people| RelationsOf { events: vec![event()], several_people };
    assert_eq!(
        ask(true).statements(),
        ["SELECT Id, EventId, RelationId, Status, IsParent, IsInvitee FROM EventRelation \
          WHERE EventId IN ('00U5e00000AbCdEEAV') AND IsWhat = false ORDER BY Id"]
    );
    assert_eq!(
        ask(false).statements(),
        ["SELECT Id, EventId, RelationId, Status FROM EventRelation \
          WHERE EventId IN ('00U5e00000AbCdEEAV') ORDER BY Id"]
    );
}

#[test]
fn a_row_says_what_somebody_is_to_the_event() {
    let answer = r#"{"totalSize": 2, "done": true, "records": [
        {"Id": "0RE5e00000Ines1", "EventId": "00U5e00000AbCdE", "RelationId": "0055e00000Ines1",
         "Status": "Accepted", "IsParent": false, "IsInvitee": true},
        {"Id": "0RE5e00000Dana1", "EventId": "00U5e00000AbCdE", "RelationId": "0035e00000Dana1",
         "Status": "New", "IsParent": true, "IsInvitee": false}]}"#;
    let rows = Query { version: String::new(), soql: String::new() }.read(&reply(200, answer)).unwrap().rows;
    let read = |several_people| {
        let found = RelationsOf { events: vec![event()], several_people }.read(&rows).unwrap();
        found.into_iter().map(|one| (one.is_named, one.invited)).collect::<Vec<_>>()
    };
    assert_eq!(read(true), [(false, Some(Accepted)), (true, None)]);
    assert_eq!(read(false), [(false, Some(Accepted)), (false, Some(New))]);
}
