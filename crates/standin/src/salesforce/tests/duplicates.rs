//! Duplicate rules of a world (facts 2.2).

use serde_json::{Value, json};

use crate::salesforce::testing::{Answer, Client};

fn client(action: &str) -> Client {
    let mut definition = crate::world::definition("demo").unwrap();
    definition["salesforce"]["duplicateRules"] = json!([{
        "name": "Standard_Contact_Duplicate_Rule", "object": "Contact", "fields": ["Email"], "action": action,
        "matchingRule": "Standard_Contact_Match_Rule_v1_1",
    }]);
    Client::of(&definition)
}

fn twin() -> Value {
    json!({ "LastName": "Okafor", "Email": "DANA@acme.example" })
}

fn create(client: &mut Client, headers: &[(&str, &str)]) -> Answer {
    client.call_with("POST", "/sobjects/Contact", headers, &twin())
}

#[test]
fn a_save_that_matches_is_refused_with_what_it_matches_s2_2() {
    let mut client = client("alert");
    let dana = client.contact();
    let refused = create(&mut client, &[]);
    assert_eq!(refused.status, 400);
    let url = format!("/services/data/v67.0/sobjects/Contact/{dana}");
    assert_eq!(
        refused.body,
        json!([{
            "message": "Use one of these records?",
            "errorCode": "DUPLICATES_DETECTED",
            "duplicateResut": {
                "allowSave": true,
                "duplicateRule": "Standard_Contact_Duplicate_Rule",
                "duplicateRuleEntityType": "Contact",
                "errorMessage": "Use one of these records?",
                "matchResults": [{
                    "entityType": "Contact", "errors": [], "matchEngine": "ExactMatchEngine",
                    "matchRecords": [{
                        "additionalInformation": [], "fieldDiffs": [], "matchConfidence": 100.0,
                        "record": { "attributes": { "type": "Contact", "url": url }, "Id": dana },
                    }],
                    "rule": "Standard_Contact_Match_Rule_v1_1", "size": 1, "success": true,
                }],
            },
        }])
    );
}

#[test]
fn a_warning_can_be_overridden_by_header_and_a_block_cannot_s2_2() {
    let header = [("Sforce-Duplicate-Rule-Header", "allowSave=true; includeRecordDetails=true")];
    assert_eq!(create(&mut client("alert"), &header).status, 201);
    let blocked = create(&mut client("block"), &header);
    assert_eq!((blocked.status, blocked.error().0.as_str()), (400, "DUPLICATES_DETECTED"));
    let detail = &blocked.body[0]["duplicateResut"];
    assert_eq!(detail["allowSave"], false);
    assert_eq!(detail["matchResults"][0]["matchRecords"][0]["record"]["Email"], "dana@acme.example");
    assert_eq!(
        create(&mut client("alert"), &[("Sforce-Duplicate-Rule-Header", "allowSave=false")]).status,
        400
    );
}

#[test]
fn an_update_is_looked_at_too_and_a_record_does_not_match_itself_s2_2() {
    let mut client = client("block");
    let (dana, ada) = (client.contact(), client.id("Contact", "Email = 'ada.morgan@acme.example'"));
    let own = client.call("PATCH", &format!("/sobjects/Contact/{dana}"), &json!({ "Title": "Buyer" }));
    assert_eq!(own.status, 204);
    let other =
        client.call("PATCH", &format!("/sobjects/Contact/{ada}"), &json!({ "Email": "dana@acme.example" }));
    assert_eq!(other.error().0, "DUPLICATES_DETECTED");
}

#[test]
fn in_collections_the_row_has_the_error_s2_5() {
    let mut client = client("block");
    let mut row = twin();
    row["attributes"] = json!({ "type": "Contact" });
    let free = json!({ "attributes": { "type": "Contact" }, "LastName": "Free" });
    let answer = client.call("POST", "/composite/sobjects", &json!({ "records": [row, free] }));
    assert_eq!(answer.status, 200);
    let message = "Use one of these records?";
    let error = json!({ "statusCode": "DUPLICATES_DETECTED", "message": message, "fields": [] });
    assert_eq!(answer.body[0]["errors"], json!([error]));
    assert_eq!(answer.body[1]["success"], true);
}

#[test]
fn a_rule_of_unknown_fields_refuses_the_world() {
    let mut definition = crate::world::definition("demo").unwrap();
    definition["salesforce"]["duplicateRules"] =
        json!([{ "name": "r", "object": "Contact", "fields": ["Nonsense"], "action": "block" }]);
    let error = crate::salesforce::Org::load(
        &definition,
        &crate::Setup::default(),
        crate::salesforce::testing::noon(),
    )
    .unwrap_err();
    assert_eq!(error, "duplicate rule r: no field Contact.Nonsense");
}
