//! Field-level security, rights on objects and records that are their owner's alone (facts 2.2, 8).

use serde_json::{Value, json};

use crate::salesforce::testing::{Answer, Client, meeting};

/// An org whose user Mara has a profile, or whose records are not everybody's.
fn client(part: &Value) -> Client {
    let mut definition = crate::world::definition("demo").unwrap();
    crate::world::overlay(&mut definition, json!({ "salesforce": part }));
    let mut client = Client::of(&definition);
    client.sign_in_as("mara@brightwater.example");
    client
}

fn with_fields(fields: &Value) -> Client {
    client(&json!({ "profiles": { "Sales": { "users": ["mara@brightwater.example"], "fields": fields } } }))
}

fn with_objects(objects: &Value) -> Client {
    client(&json!({ "profiles": { "Sales": { "users": ["mara@brightwater.example"], "objects": objects } } }))
}

fn message(answer: &Answer) -> &str {
    answer.body[0]["message"].as_str().unwrap_or_default()
}

#[test]
fn a_hidden_field_is_not_there_for_the_profile_s8() {
    let mut client = with_fields(&json!({ "Event.Location": "hidden" }));
    let describe = client.get("/sobjects/Event/describe").body;
    assert!(describe["fields"].as_array().unwrap().iter().all(|field| field["name"] != "Location"));
    let no_column = "No such column 'Location' on sobject of type Event";
    let query = client.query("SELECT Location FROM Event");
    assert_eq!((query.status, query.error().0.as_str()), (400, "INVALID_FIELD"));
    assert!(message(&query).contains("No such column 'Location'"), "{}", query.body);
    let filter = client.query("SELECT Id FROM Event WHERE Location = 'x'");
    assert_eq!(filter.error().0, "INVALID_FIELD");
    let create = client.create(&meeting(&json!({ "Location": "x" })));
    assert_eq!((create.error().0.as_str(), message(&create)), ("INVALID_FIELD", no_column));
    let id = client.created(&meeting(&json!({})))["Id"].as_str().unwrap().to_owned();
    assert!(client.event(&id).get("Location").is_none());
    client.sign_in_as("ines@brightwater.example");
    assert_eq!(client.event(&id)["Location"], Value::Null, "others see it");
    assert_eq!(client.update(&id, &json!({ "Location": "Hall" })).status, 204);
}

#[test]
fn a_read_only_field_is_read_and_not_written_s8() {
    let mut client = with_fields(&json!({ "Event.Location": "readOnly" }));
    let create = client.create(&meeting(&json!({ "Location": "x" })));
    assert_eq!(create.error(), ("INVALID_FIELD_FOR_INSERT_UPDATE".to_owned(), vec!["Location".to_owned()]));
    let text = "Unable to create/update fields: Location. Please check the security settings of this field and verify that it is \
                read/write for your profile or permission set.";
    assert_eq!(message(&create), text);
    let id = client.created(&meeting(&json!({})))["Id"].as_str().unwrap().to_owned();
    assert_eq!(client.update(&id, &json!({ "Location": "x" })).error().0, "INVALID_FIELD_FOR_INSERT_UPDATE");
    assert_eq!(client.event(&id)["Location"], Value::Null);
    let fields = client.get("/sobjects/Event/describe").body["fields"].as_array().unwrap().clone();
    let location = fields.iter().find(|field| field["name"] == "Location").unwrap();
    assert_eq!((&location["createable"], &location["updateable"]), (&json!(false), &json!(false)));
}

#[test]
fn an_object_without_rights_is_not_there_s8() {
    let mut client = with_objects(&json!({ "Case": [] }));
    assert_eq!(client.query("SELECT Id FROM Case").error().0, "INVALID_TYPE");
    assert_eq!(client.get("/sobjects/Case/describe").error().0, "NOT_FOUND");
    let global = client.get("/sobjects").body;
    assert!(global["sobjects"].as_array().unwrap().iter().all(|object| object["name"] != "Case"));
    client.sign_in_as("ines@brightwater.example");
    let case = client.id("Case", "Subject = 'Invoice copy'");
    client.sign_in_as("mara@brightwater.example");
    let link = client.create(&meeting(&json!({ "WhatId": case })));
    assert_eq!(link.error().0, "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY");
}

#[test]
fn rights_on_an_object_are_told_and_kept_s8() {
    let mut client = with_objects(&json!({ "Lead": ["read"], "Event": ["read", "create", "edit"] }));
    let describe = client.get("/sobjects/Lead/describe").body;
    assert_eq!(
        (&describe["createable"], &describe["updateable"], &describe["deletable"]),
        (&json!(false), &json!(false), &json!(false))
    );
    let lead = client.lead();
    let refused = [
        client.call("POST", "/sobjects/Lead", &json!({ "LastName": "x", "Company": "y" })),
        client.call("PATCH", &format!("/sobjects/Lead/{lead}"), &json!({ "LastName": "x" })),
        client.call("DELETE", &format!("/sobjects/Lead/{lead}"), &Value::Null),
    ];
    for answer in refused {
        assert_eq!((answer.status, answer.error().0.as_str()), (403, "INSUFFICIENT_ACCESS_OR_READONLY"));
    }
    let id = client.created(&meeting(&json!({})))["Id"].as_str().unwrap().to_owned();
    assert_eq!(client.update(&id, &json!({ "Subject": "x" })).status, 204);
    let body = client.call("DELETE", &format!("/composite/sobjects?ids={id}"), &Value::Null).body;
    assert_eq!(body[0]["errors"][0]["statusCode"], "INSUFFICIENT_ACCESS_OR_READONLY");
}

#[test]
fn records_that_are_their_owners_alone_are_not_there_for_others_s8() {
    let mut client = client(&json!({ "sharing": { "Opportunity": "ownerOnly" } }));
    let own = client.id("Opportunity", "Name = 'Borealis – Pilot'");
    assert!(client.found("SELECT Id FROM Opportunity WHERE Name = 'Borealis – Rollout'", "Id").is_empty());
    client.sign_in_as("ines@brightwater.example");
    let other = client.id("Opportunity", "Name = 'Borealis – Rollout'");
    client.sign_in_as("mara@brightwater.example");
    assert_eq!(client.get(&format!("/sobjects/Opportunity/{other}")).error().0, "NOT_FOUND");
    let by_id = client.query(&format!("SELECT Id FROM Opportunity WHERE Id = '{other}'"));
    assert_eq!(by_id.body["totalSize"], 0);
    let search = client.get("/parameterizedSearch?q=Borealis&sobject=Opportunity").body;
    assert_eq!(search["searchRecords"].as_array().unwrap().len(), 1);
    let edit = client.call("PATCH", &format!("/sobjects/Opportunity/{other}"), &json!({ "Name": "x" }));
    let message = format!("insufficient access rights on cross-reference id: {}", &other[..15]);
    assert_eq!(
        edit.body,
        json!([{ "message": message, "errorCode": "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", "fields": [] }])
    );
    let link = client.create(&meeting(&json!({ "WhatId": other })));
    assert_eq!(link.error().0, "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY");
    client.created(&meeting(&json!({ "WhatId": own })));
}

#[test]
fn records_others_only_read_are_not_changed_by_them_s8() {
    let mut client = client(&json!({ "sharing": { "Event": "ownerEdits" } }));
    let id = client.created(&meeting(&json!({})))["Id"].as_str().unwrap().to_owned();
    client.sign_in_as("ines@brightwater.example");
    assert_eq!(client.event(&id)["Subject"], "Review");
    let edit = client.update(&id, &json!({ "Subject": "x" }));
    assert_eq!(edit.status, 403);
    assert_eq!(
        edit.body,
        json!([{ "message": "insufficient access rights on object id", "errorCode": "INSUFFICIENT_ACCESS_OR_READONLY", "fields": [] }])
    );
    let row = json!({ "records": [{ "attributes": { "type": "Event" }, "id": id, "Subject": "x" }] });
    let rows = client.call("PATCH", "/composite/sobjects", &row);
    assert_eq!(
        (rows.status, &rows.body[0]["errors"][0]["statusCode"]),
        (200, &json!("INSUFFICIENT_ACCESS_OR_READONLY"))
    );
}

#[test]
fn a_profile_may_be_above_sharing_s8() {
    let mut client = client(&json!({
        "sharing": { "Opportunity": "ownerOnly" },
        "profiles": { "Integration": { "users": ["integration@brightwater.example"], "allRecords": true } },
    }));
    assert_eq!(client.query("SELECT COUNT() FROM Opportunity").body["totalSize"], 3);
    client.sign_in_as("integration@brightwater.example");
    assert_eq!(client.query("SELECT COUNT() FROM Opportunity").body["totalSize"], 4);
}

#[test]
fn a_profile_that_names_what_is_not_there_refuses_the_world() {
    let load = |part: Value| {
        let mut definition = crate::world::definition("demo").unwrap();
        crate::world::overlay(&mut definition, json!({ "salesforce": part }));
        crate::salesforce::Org::load(
            &definition,
            &crate::Setup::default(),
            crate::salesforce::testing::noon(),
        )
        .unwrap_err()
    };
    let error = load(json!({ "profiles": { "P": { "fields": { "Event.Nonsense": "hidden" } } } }));
    assert_eq!(error, "salesforce.profiles.P.fields names the unknown field Event.Nonsense");
    let error = load(json!({ "profiles": { "P": { "users": ["nobody@x.example"] } } }));
    assert_eq!(error, "salesforce.profiles.P names the unknown user nobody@x.example");
    assert!(load(json!({ "sharing": { "Event": "nobody" } })).starts_with("salesforce.sharing"));
    assert_eq!(
        load(json!({ "sharing": { "Nonsense": "ownerOnly" } })),
        "salesforce.sharing names the unknown object Nonsense"
    );
}
