//! Event fields that Outlook fills because the operator says so (FLD-3).

use calbridge_rules::{id::ApiName, settings::OutlookValue};
use calbridge_standin::world::definition;
use calbridge_sync::field_map::FieldMap;
use chrono::TimeDelta;
use http::StatusCode;
use serde_json::{Value, json};

use crate::desk::{Desk, MARA};

const CATEGORIES: &str = "Outlook_Categories__c";

/// The demo company with further fields on Event.
fn company() -> Value {
    let mut company = definition("demo").unwrap();
    let fields = company["salesforce"]["fields"]["Event"].as_array_mut().unwrap();
    for (name, kind, is_writable) in [
        (CATEGORIES, "string", true),
        ("Called_By__c", "string", true),
        ("Locked__c", "string", false),
        ("Rating__c", "double", true),
    ] {
        fields.push(json!({
            "name": name, "label": name, "type": kind, "length": 20, "nillable": true,
            "createable": is_writable, "updateable": is_writable,
        }));
    }
    company
}

fn map(entries: &[(&str, OutlookValue)]) -> FieldMap {
    entries.iter().map(|(name, value)| (ApiName::parse(name).unwrap(), *value)).collect()
}

fn categories() -> FieldMap {
    map(&[(CATEGORIES, OutlookValue::Categories)])
}

#[tokio::test]
async fn fld_3_mapped_values_are_saved_and_follow() {
    let mut field_map = categories();
    field_map.extend(map(&[("Called_By__c", OutlookValue::OrganizerAddress)]));
    let desk = Desk::mapping(&company(), field_map).await;
    let mara = desk.sign_in(MARA).await;
    desk.categorize(MARA, "lunch", &["Customer"]).await;
    desk.save(&mara, MARA, "lunch", &desk.with_dana()).await;
    desk.run().await;
    let event = desk.events("Lunch with Dana").remove(0);
    assert_eq!(event[CATEGORIES], "Customer");
    assert_eq!(event["Called_By__c"], MARA[..20], "as much as the field takes");

    desk.categorize(MARA, "lunch", &["Salesforce", "Key account", "North"]).await;
    desk.save(&mara, MARA, "lunch", &desk.with_dana()).await;
    desk.run().await;
    let events = desk.events("Lunch with Dana");
    assert_eq!(events.len(), 1);
    assert_eq!(events[0][CATEGORIES], "Key account;North");
}

#[tokio::test]
async fn fld_3_what_the_org_does_not_take_is_left_out_and_the_pane_is_told_what_holds() {
    let mut field_map = categories();
    field_map.extend(map(&[
        ("Locked__c", OutlookValue::Organizer),
        ("Nothing__c", OutlookValue::Organizer),
        ("Rating__c", OutlookValue::Zone),
    ]));
    let desk = Desk::mapping(&company(), field_map).await;
    let mara = desk.sign_in(MARA).await;
    let (_, me) = desk.call(&mara, "GET", "/v1/me", Value::Null).await;
    let holds = json!({ CATEGORIES: { "value": "categories", "limit": 20 } });
    assert_eq!(me["settings"]["field_map"], holds, "{me}");
    desk.save(&mara, MARA, "lunch", &desk.with_dana()).await;
    desk.run().await;
    assert_eq!(desk.status(&mara, MARA, "lunch").await["status"], "saved");
}

#[tokio::test]
async fn fld_3_the_pane_is_answered_while_the_org_is_silent() {
    let desk = Desk::mapping(&company(), categories()).await;
    let mara = desk.sign_in(MARA).await;
    desk.fault(json!({ "site": "salesforce", "path": "/describe", "kind": { "status": 503 } }));
    let (status, me) = desk.call(&mara, "GET", "/v1/me", Value::Null).await;
    assert_eq!((status, &me["settings"]["field_map"]), (StatusCode::OK, &json!({})));
}

#[tokio::test]
async fn fld_3_a_field_that_is_deleted_meanwhile_delays_the_save_and_stops_nobody() {
    let desk = Desk::mapping(&company(), categories()).await;
    let mara = desk.sign_in(MARA).await;
    desk.save(&mara, MARA, "lunch", &desk.with_dana()).await;
    let message = format!("No such column '{CATEGORIES}' on entity 'Event'.");
    let body = json!([{ "errorCode": "INVALID_FIELD", "message": message }]);
    let kind = json!({ "status": 400, "body": body });
    desk.fault(json!({ "site": "salesforce", "path": CATEGORIES, "count": 1, "kind": kind }));
    desk.run_once().await;
    assert_eq!(desk.status(&mara, MARA, "lunch").await["status"], "will_be_saved");
    let (_, me) = desk.call(&mara, "GET", "/v1/me", Value::Null).await;
    assert_eq!(me["sync"]["state"], "active");
    desk.advance(TimeDelta::minutes(1));
    desk.run().await;
    assert_eq!(desk.status(&mara, MARA, "lunch").await["status"], "saved");
}

#[tokio::test]
async fn fld_3_an_idle_mailbox_asks_the_org_once_for_all_in_ten_minutes() {
    let desk = Desk::mapping(&company(), categories()).await;
    let mara = desk.sign_in(MARA).await;
    desk.call(&mara, "GET", "/v1/me", Value::Null).await;
    desk.run().await;
    let calls = desk.salesforce_calls();
    desk.call(&mara, "POST", "/v1/sessions", Value::Null).await;
    desk.run().await;
    assert_eq!(desk.salesforce_calls(), calls);
}
