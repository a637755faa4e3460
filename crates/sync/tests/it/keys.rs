//! Where the keys of Events are: in the org's own field, in that of clients' ids, in none (DUP-1, DUP-2).

use calbridge_rules::id::ApiName;
use calbridge_standin::world::definition;
use calbridge_sync::{store::KeyFieldHad, watch};
use calbridge_wire::{CallError, Endpoint, Reply, Request, message::Method};
use chrono::TimeDelta;
use http::StatusCode;
use serde_json::{Value, json};

use crate::desk::{Desk, INES, MARA};

const LUNCH: &str = "Lunch with Dana";
const OWN_FIELD: &str = "Calbridge_Sync_Key__c";

/// The demo company, whose admin deployed no field for keys.
pub(crate) fn without_a_field() -> Value {
    let mut company = definition("demo").unwrap();
    let fields = company["salesforce"]["fields"]["Event"].as_array_mut().unwrap();
    fields.retain(|field| field["name"] != OWN_FIELD);
    company
}

/// The same, where Salesforce lets clients write their own ids.
fn with_client_ids() -> Value {
    let mut company = without_a_field();
    let features = company["salesforce"]["features"].as_object_mut().unwrap();
    features.insert("advancedCalendaring".to_owned(), json!(true));
    features.insert("clientGuidWritable".to_owned(), json!(true));
    company
}

/// What the org says of Event, word for word.
struct EventAsDescribed;

impl Endpoint for EventAsDescribed {
    type Answer = Value;

    fn request(&self, base: &str) -> Request {
        let url = format!("{base}/services/data/v67.0/sobjects/Event/describe");
        Request { method: Method::Get, url, headers: Vec::new(), body: Vec::new() }
    }

    fn read(&self, reply: &Reply) -> Result<Value, CallError> {
        Ok(serde_json::from_slice(&reply.body).unwrap())
    }
}

impl Desk {
    /// Time passes, the org is watched, and everybody's session runs.
    pub(crate) async fn minutes_later(&self, minutes: i64) {
        self.advance(TimeDelta::minutes(minutes));
        watch::look(&self.app, "watch").await.unwrap();
        self.run().await;
    }

    /// Code and reason of each thing that admins read is lacking.
    pub(crate) async fn lacking(&self) -> Vec<(String, String)> {
        let admin = self.sign_in(INES).await;
        let (status, waits) = self.call(&admin, "GET", "/v1/org/issues", Value::Null).await;
        assert_eq!(status, StatusCode::OK, "{waits}");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let lacking = waits["lacking"].as_array().unwrap();
        lacking.iter().map(|one| (text(&one["code"]), text(&one["reason"]))).collect()
    }

    /// From now on the org says that Event has no such field.
    async fn hide(&self, name: &str) {
        let mut event = self.app.org.call(&EventAsDescribed).await.unwrap();
        event["fields"].as_array_mut().unwrap().retain(|field| field["name"] != name);
        self.fault(json!({ "site": "salesforce", "path": "/sobjects/Event/describe",
            "kind": { "status": 200, "body": event } }));
    }
}

#[tokio::test]
async fn dup_1_a_clients_id_holds_the_key_where_the_org_has_no_field_of_its_own() {
    let desk = Desk::of(&with_client_ids()).await;
    let mara = desk.sign_in(MARA).await;
    desk.save(&mara, MARA, "lunch", &desk.with_dana()).await;
    desk.run().await;
    let [event] = desk.events(LUNCH).try_into().unwrap();
    assert_eq!(event["ClientGuid"].as_str().unwrap().len(), 64, "{event}");
    assert_eq!(desk.status(&mara, MARA, "lunch").await, json!({ "status": "saved", "event": event["Id"] }));
    desk.minutes_later(10).await;
    desk.save(&mara, MARA, "lunch", &desk.with_dana()).await;
    desk.run().await;
    assert_eq!(desk.events(LUNCH).len(), 1);
}

#[tokio::test]
async fn dup_3_an_answer_that_was_lost_is_settled_by_reading_the_clients_id() {
    let desk = Desk::of(&with_client_ids()).await;
    let mara = desk.sign_in(MARA).await;
    desk.fault(json!({ "site": "salesforce", "method": "POST", "path": "/composite/sobjects", "count": 1,
        "kind": { "drop": "after" } }));
    desk.save(&mara, MARA, "lunch", &desk.with_dana()).await;
    desk.run().await;
    let [event] = desk.events(LUNCH).try_into().unwrap();
    assert_eq!(desk.status(&mara, MARA, "lunch").await, json!({ "status": "saved", "event": event["Id"] }));
}

#[tokio::test]
async fn dup_4_colleagues_find_one_event_by_its_clients_id() {
    let desk = Desk::of(&with_client_ids()).await;
    let (mara, ines) = (desk.sign_in(MARA).await, desk.sign_in(INES).await);
    for token in [&mara, &ines] {
        desk.call(token, "GET", "/v1/me", Value::Null).await;
    }
    desk.save(&ines, INES, "pricing-review", &desk.with_dana()).await;
    desk.save(&mara, MARA, "pricing-review", &desk.with_dana()).await;
    desk.run().await;
    desk.minutes_later(10).await;
    assert_eq!(desk.events("Renewal 2027: pricing review").len(), 1);
}

#[tokio::test]
async fn ser_1_a_clients_id_holds_the_keys_of_series_too() {
    let desk = Desk::of(&with_client_ids()).await.syncing_series().await;
    let mara = desk.sign_in(MARA).await;
    desk.save(&mara, MARA, "weekly-standup", &desk.with_dana()).await;
    desk.run().await;
    let masters = || desk.events("Acme weekly").into_iter().filter(|event| event["IsRecurrence"] == true);
    assert_eq!(masters().count(), 1);
    assert!(masters().all(|master| master["ClientGuid"].is_string()));
    desk.minutes_later(10).await;
    assert_eq!(masters().count(), 1);
}

#[tokio::test]
async fn dup_1_a_field_that_is_hidden_stops_the_mailbox_and_nothing_takes_its_place() {
    for (company, field) in [(definition("demo").unwrap(), OWN_FIELD), (with_client_ids(), "ClientGuid")] {
        let desk = Desk::of(&company).await;
        let mara = desk.sign_in(MARA).await;
        desk.save(&mara, MARA, "lunch", &desk.with_dana()).await;
        desk.run().await;
        assert_eq!(desk.events(LUNCH).len(), 1);
        desk.hide(field).await;
        let desk = desk.restarted().await;
        desk.save(&mara, MARA, "pricing-review", &desk.with_dana()).await;
        desk.run().await;
        assert_eq!(desk.events("Renewal 2027: pricing review").len(), 0, "{field}");
        let (_, me) = desk.call(&mara, "GET", "/v1/me", Value::Null).await;
        assert_eq!(me["sync"]["why"], "authorization_expired", "{me}");
        let stoppages = desk.app.store.stoppages(None, 10).await.unwrap();
        assert!(format!("{stoppages:?}").contains(field), "{stoppages:?}");
    }
}

#[tokio::test]
async fn dup_1_a_field_that_is_shown_again_is_gone_on_with() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    desk.save(&mara, MARA, "lunch", &desk.with_dana()).await;
    desk.run().await;
    desk.hide(OWN_FIELD).await;
    let desk = desk.restarted().await;
    desk.save(&mara, MARA, "pricing-review", &desk.with_dana()).await;
    desk.run().await;
    desk.control("DELETE", "/faults", &Value::Null);
    desk.advance(TimeDelta::minutes(2));
    let (status, _) = desk.call(&mara, "PUT", "/v1/me/sync", json!({ "active": true })).await;
    assert_eq!(status, StatusCode::OK);
    desk.run().await;
    assert_eq!(desk.events("Renewal 2027: pricing review").len(), 1);
}

#[tokio::test]
async fn dup_1_admins_read_that_the_keys_are_in_the_field_of_clients_ids() {
    let desk = Desk::of(&with_client_ids()).await;
    desk.minutes_later(1).await;
    let [(code, reason)] = desk.lacking().await.try_into().unwrap();
    assert_eq!(code, "ISE-414");
    assert!(reason.contains(OWN_FIELD) && reason.contains("ClientGuid"), "{reason}");
}

#[tokio::test]
async fn dup_1_admins_read_of_a_field_that_is_gone_until_it_is_there_again() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    desk.save(&mara, MARA, "lunch", &desk.with_dana()).await;
    desk.run().await;
    desk.minutes_later(1).await;
    assert_eq!(desk.lacking().await, [], "the keys are where they belong");
    desk.hide(OWN_FIELD).await;
    let desk = desk.restarted().await;
    desk.save(&mara, MARA, "pricing-review", &desk.with_dana()).await;
    desk.run().await;
    let [(code, reason)] = desk.lacking().await.try_into().unwrap();
    assert_eq!(code, "ISE-415");
    assert!(reason.contains(OWN_FIELD), "{reason}");
    desk.minutes_later(2).await;
    assert_eq!(desk.lacking().await.len(), 1, "it is still hidden");
    desk.control("DELETE", "/faults", &Value::Null);
    desk.minutes_later(2).await;
    assert_eq!(desk.lacking().await, [], "nobody resumed a mailbox yet");
}

#[tokio::test]
async fn dup_2_a_process_that_knows_of_no_field_takes_up_the_one_that_another_found() {
    let desk = Desk::open().await;
    desk.hide(OWN_FIELD).await;
    desk.minutes_later(1).await;
    assert_eq!(desk.lacking().await[0].0, "ISE-412");
    desk.control("DELETE", "/faults", &Value::Null);
    let found = KeyFieldHad { name: Some(ApiName::parse(OWN_FIELD).unwrap()), upserts: true };
    desk.app.store.put_key_field(&found).await.unwrap();
    let mara = desk.sign_in(MARA).await;
    desk.save(&mara, MARA, "lunch", &desk.with_dana()).await;
    desk.minutes_later(1).await;
    desk.minutes_later(5).await;
    let events = desk.events(LUNCH);
    assert_eq!(events.len(), 1);
    assert!(events[0][OWN_FIELD].is_string(), "{:#}", events[0]);
    assert!(!desk.app.store.has_links().await.unwrap());
}
