//! Fields that come with a feature of the org, owners, and rules on every way to write (facts 1.1, 1.3, 4).

use serde_json::{Value, json};

use crate::salesforce::testing::{Client, meeting};

#[test]
fn a_field_of_a_feature_is_no_column_while_it_is_off_s1_1() {
    let cases = [
        ("multicurrency", "CurrencyIsoCode", json!("USD")),
        ("selfService", "IsVisibleInSelfService", json!(true)),
        ("eventType", "Type", json!("Meeting")),
    ];
    for (feature, field, value) in cases {
        let refused = Client::demo().create(&meeting(&json!({ field: value })));
        let message = format!("No such column '{field}' on sobject of type Event");
        assert_eq!((refused.status, &refused.body[0]["message"]), (400, &json!(message)));
        let mut client = Client::with(&json!({ feature: true }));
        assert_eq!(client.created(&meeting(&json!({ field: value })))[field], value, "{field}");
    }
}

#[test]
fn the_first_currency_of_the_org_applies_and_others_must_be_active_s1_1() {
    let mut definition = crate::world::definition("demo").unwrap();
    definition["salesforce"]["features"]["multicurrency"] = json!(true);
    definition["salesforce"]["currencies"] = json!(["CHF", "JPY"]);
    let mut client = Client::of(&definition);
    assert_eq!(client.created(&meeting(&json!({})))["CurrencyIsoCode"], "CHF");
    let refused = client.create(&meeting(&json!({ "CurrencyIsoCode": "EUR" })));
    assert_eq!(
        refused.error(),
        ("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST".to_owned(), vec!["CurrencyIsoCode".to_owned()])
    );
}

#[test]
fn field_service_brings_appointments_an_event_can_name_s1_1() {
    assert_eq!(Client::demo().query("SELECT Id FROM ServiceAppointment").error().0, "INVALID_TYPE");
    let mut client = Client::with(&json!({ "fieldService": true }));
    let made = client.call("POST", "/sobjects/ServiceAppointment", &json!({ "Subject": "Repair" }));
    let id = made.body["id"].as_str().unwrap().to_owned();
    assert!(id.starts_with("08p"), "{}", made.body);
    assert_eq!(client.created(&meeting(&json!({ "ServiceAppointmentId": id })))["ServiceAppointmentId"], id);
}

#[test]
fn an_older_org_knows_99_zones_with_their_old_names_s4() {
    let mut client = Client::with(&json!({ "legacyTimezones": true }));
    let fields = client.get("/sobjects/Event/describe").body["fields"].as_array().unwrap().clone();
    let zones = fields.iter().find(|field| field["name"] == "RecurrenceTimeZoneSidKey").unwrap();
    let has = |id: &str| zones["picklistValues"].as_array().unwrap().iter().any(|zone| zone["value"] == id);
    assert_eq!(zones["picklistValues"].as_array().unwrap().len(), 99);
    assert!(has("Asia/Rangoon") && has("Asia/Tehran") && !has("Asia/Yangon"));
}

#[test]
fn an_inactive_owner_is_refused_on_create_and_on_update_s1_3() {
    let mut client = Client::demo();
    let former = client.id("User", "IsActive = false");
    let id = client.created(&meeting(&json!({})))["Id"].as_str().unwrap().to_owned();
    let message = "operation performed with inactive user [Nils Brandt] as owner of Event";
    let expected =
        json!([{ "message": message, "errorCode": "INACTIVE_OWNER_OR_USER", "fields": ["OwnerId"] }]);
    assert_eq!(client.create(&meeting(&json!({ "OwnerId": former }))).body, expected);
    assert_eq!(client.update(&id, &json!({ "OwnerId": former })).body, expected);
}

#[test]
fn a_calendar_may_own_an_event_and_is_not_made_by_the_api_s1_3() {
    let mut definition = crate::world::definition("demo").unwrap();
    let calendar =
        json!({ "type": "Calendar", "ref": "rooms", "Name": "Rooms", "Type": "Public", "IsActive": true });
    definition["salesforce"]["records"].as_array_mut().unwrap().push(calendar);
    let mut client = Client::of(&definition);
    let rooms = client.id("Calendar", "Name = 'Rooms'");
    assert!(rooms.starts_with("023"));
    let event = client.created(&meeting(&json!({ "OwnerId": rooms })));
    assert_eq!(event["OwnerId"], rooms.as_str());
    let owner = client.query(&format!("SELECT Owner.Type, Owner.Name FROM Event WHERE OwnerId = '{rooms}'"));
    assert_eq!(owner.body["records"][0]["Owner"]["Type"], "Calendar");
    let refused = client.call("POST", "/sobjects/Calendar", &json!({}));
    assert_eq!(refused.error().0, "INVALID_TYPE_FOR_OPERATION");
}

#[test]
fn an_administrators_rule_holds_on_every_way_to_write_s2_2() {
    let mut definition = crate::world::definition("demo").unwrap();
    definition["salesforce"]["validationRules"] = json!([{ "object": "Event", "when": "Location = 'Moon'", "message": "Too far.", "field": "Location" }]);
    let mut client = Client::of(&definition);
    let id =
        client.created(&meeting(&json!({ "Calbridge_Sync_Key__c": "k" })))["Id"].as_str().unwrap().to_owned();
    let moon = json!({ "Location": "Moon" });
    let key = "/sobjects/Event/Calbridge_Sync_Key__c";
    let single = [
        client.create(&meeting(&moon)),
        client.update(&id, &moon),
        client.call("PATCH", &format!("{key}/k"), &moon),
        client.call("PATCH", &format!("{key}/new"), &meeting(&moon)),
    ];
    for answer in single {
        assert_eq!(
            answer.body,
            json!([{ "message": "Too far.", "errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "fields": ["Location"] }])
        );
    }
    let row = |more: Value| {
        let mut row = meeting(&json!({ "attributes": { "type": "Event" }, "Location": "Moon" }));
        for (name, value) in more.as_object().unwrap() {
            row[name] = value.clone();
        }
        json!({ "records": [row] })
    };
    let rows = [
        client.call("POST", "/composite/sobjects", &row(json!({}))),
        client.call("PATCH", "/composite/sobjects", &row(json!({ "id": id }))),
        client.call(
            "PATCH",
            "/composite/sobjects/Event/Calbridge_Sync_Key__c",
            &row(json!({ "Calbridge_Sync_Key__c": "k" })),
        ),
    ];
    for answer in rows {
        assert_eq!(
            answer.body[0]["errors"][0]["statusCode"], "FIELD_CUSTOM_VALIDATION_EXCEPTION",
            "{}",
            answer.body
        );
    }
}
