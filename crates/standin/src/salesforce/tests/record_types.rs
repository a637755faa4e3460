//! Record types of a world (facts 1.1, 2.10).

use serde_json::{Value, json};

use crate::salesforce::testing::{Client, meeting};

fn client() -> Client {
    let mut definition = crate::world::definition("demo").unwrap();
    definition["salesforce"]["recordTypes"] = json!([
        { "object": "Event", "name": "Customer visit", "developerName": "Customer_Visit", "default": true,
          "layout": ["Subject", "Location"] },
        { "object": "Event", "name": "Online", "developerName": "Online" },
        { "object": "Event", "name": "Board", "developerName": "Board", "available": false },
        { "object": "Lead", "name": "Partner", "developerName": "Partner" },
    ]);
    Client::of(&definition)
}

fn type_of(client: &mut Client, name: &str) -> String {
    client.id("RecordType", &format!("DeveloperName = '{name}' AND SobjectType != null"))
}

#[test]
fn an_object_without_record_types_has_no_such_field_s1_1() {
    let mut client = Client::demo();
    let refused = client.create(&meeting(&json!({ "RecordTypeId": "0125g0000000001AAA" })));
    assert_eq!(refused.error().0, "INVALID_FIELD");
    let infos = client.get("/sobjects/Event/describe").body["recordTypeInfos"].clone();
    assert_eq!(
        (infos.as_array().unwrap().len(), &infos[0]["recordTypeId"]),
        (1, &json!("012000000000000AAA"))
    );
    assert_eq!(infos[0]["defaultRecordTypeMapping"], true);
}

#[test]
fn a_record_has_the_default_type_or_the_one_it_names_s1_1() {
    let mut client = client();
    let (visit, online) = (type_of(&mut client, "Customer_Visit"), type_of(&mut client, "Online"));
    let event = client.created(&meeting(&json!({})));
    assert_eq!(event["RecordTypeId"], visit.as_str());
    let id = event["Id"].as_str().unwrap();
    assert_eq!(client.update(id, &json!({ "RecordTypeId": online })).status, 204);
    assert_eq!(client.found(&format!("SELECT RecordType.DeveloperName FROM Event WHERE Id = '{id}' AND RecordType.Name = 'Online'"), "nothing").len(), 1);
}

#[test]
fn a_type_of_another_object_or_not_the_users_is_refused_s2_2() {
    let mut client = client();
    for name in ["Board", "Partner"] {
        let id = type_of(&mut client, name);
        let refused = client.create(&meeting(&json!({ "RecordTypeId": id })));
        let message = format!("Record Type ID: this ID value isn't valid for the user: {id}");
        assert_eq!(refused.status, 400);
        assert_eq!(
            refused.body,
            json!([{ "message": message, "errorCode": "INVALID_CROSS_REFERENCE_KEY", "fields": ["RecordTypeId"] }])
        );
    }
}

#[test]
fn describe_and_layouts_name_the_record_types_s2_10() {
    let mut client = client();
    let visit = type_of(&mut client, "Customer_Visit");
    let infos = client.get("/sobjects/Event/describe").body["recordTypeInfos"].clone();
    let seen: Vec<(&str, bool, bool, bool)> = infos
        .as_array()
        .unwrap()
        .iter()
        .map(|info| {
            (
                info["developerName"].as_str().unwrap(),
                info["available"] == true,
                info["defaultRecordTypeMapping"] == true,
                info["master"] == true,
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("Customer_Visit", true, true, false),
            ("Online", true, false, false),
            ("Board", false, false, false),
            ("Master", true, false, true)
        ]
    );
    let layouts = client.get("/sobjects/Event/describe/layouts").body;
    assert_eq!(layouts["recordTypeSelectorRequired"], json!([true]));
    let mapping = layouts["recordTypeMappings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|mapping| mapping["recordTypeId"] == visit.as_str())
        .unwrap()
        .clone();
    let one = client.get(&format!("/sobjects/Event/describe/layouts/{visit}")).body;
    assert_eq!(one["id"], mapping["layoutId"]);
    let shown: Vec<Value> = one["editLayoutSections"][0]["layoutRows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["layoutItems"][0]["layoutComponents"][0]["value"].clone())
        .collect();
    assert_eq!(shown, [json!("Subject"), json!("Location")]);
    assert_eq!(client.get("/sobjects/Event/describe/layouts/012000000000000AAA").status, 200);
    assert_eq!(
        client
            .get(&format!("/sobjects/Event/describe/layouts/{}", crate::salesforce::ids::numbered("012", 99)))
            .status,
        404
    );
}
