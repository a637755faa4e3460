//! What happens in Salesforce while a mailbox stands still, and is done once it goes on.

use calbridge_rules::{id::Address, saving::SyncOff};
use calbridge_sync::{store::SyncSwitch, watch};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::desk::{Desk, MARA};

impl Desk {
    /// Somebody turns Mara's sync on or off.
    async fn switch(&self, switch: SyncSwitch) {
        self.app.store.set_sync(&Address::parse(MARA).unwrap(), switch, self.app.now_ms()).await.unwrap();
    }

    /// Mara makes an Event in Salesforce.
    fn makes(&self, subject: &str) {
        let start = (self.clock.now() + TimeDelta::days(2)).format("%Y-%m-%dT%H:%M:%S.000Z").to_string();
        let fields = json!({ "Subject": subject, "StartDateTime": start, "DurationInMinutes": 30 });
        self.control(
            "POST",
            "/salesforce/records",
            &json!({ "by": MARA, "type": "Event", "fields": fields }),
        );
    }

    /// Minutes pass, each with a look at the org and what it brings.
    async fn minutes(&self, count: i64) {
        for _ in 0..count {
            self.advance(TimeDelta::minutes(1));
            watch::look(&self.app, "watcher").await.unwrap();
            self.run().await;
        }
    }

    fn has_item(&self, subject: &str) -> bool {
        let items = self.world.lock().unwrap().graph.dump()[MARA].clone();
        items.as_array().unwrap().iter().any(|item| item["subject"] == subject)
    }
}

#[tokio::test]
async fn dwn_1_events_made_while_a_mailbox_is_paused_come_down_once_it_goes_on() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    desk.call(&mara, "GET", "/v1/me", Value::Null).await;
    desk.minutes(2).await;
    desk.switch(SyncSwitch::Off(SyncOff::Paused)).await;
    desk.makes("Made in the pause");
    desk.minutes(10).await;
    assert!(!desk.has_item("Made in the pause"), "nothing is written while the mailbox stands still");
    desk.switch(SyncSwitch::Active).await;
    desk.run().await;
    assert!(desk.has_item("Made in the pause"));
    desk.minutes(5).await;
    assert_eq!(desk.events("Made in the pause").len(), 1);
}

#[tokio::test]
async fn dwn_1_the_second_of_two_edits_within_one_second_comes_down_too() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    desk.call(&mara, "GET", "/v1/me", Value::Null).await;
    desk.minutes(2).await;
    desk.makes("Draft");
    desk.minutes(2).await;
    let event = desk.events("Draft")[0]["Id"].clone();
    let says = |subject: &str| {
        let body = json!({ "by": MARA, "type": "Event", "id": event, "fields": { "Subject": subject } });
        desk.control("POST", "/salesforce/records", &body);
    };
    // The clock stands between both edits, and a session takes in the first one.
    desk.advance(TimeDelta::minutes(1));
    says("First word");
    watch::look(&desk.app, "watcher").await.unwrap();
    desk.run().await;
    assert!(desk.has_item("First word"));
    says("Last word");
    desk.minutes(3).await;
    assert!(desk.has_item("Last word"));
}

#[tokio::test]
async fn iss_2_a_process_that_begins_keeps_to_a_standstill_that_others_know_of() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    desk.call(&mara, "GET", "/v1/me", Value::Null).await;
    desk.minutes(1).await;
    desk.fault(json!({ "site": "salesforce", "path": "/services/data", "kind": "limit_exceeded" }));
    desk.categorize(MARA, "pricing-review", &["Salesforce"]).await;
    desk.advance(TimeDelta::minutes(11));
    desk.run().await;
    let told = desk.call("", "GET", "/healthz", Value::Null).await.1["standstill"].clone();
    assert!(told["reason"].as_str().unwrap().starts_with("ISS-2"), "{told}");

    let desk = desk.restarted().await;
    assert_eq!(desk.app.org.standstill(), None, "a new process has asked nothing yet");
    assert_eq!(desk.call("", "GET", "/healthz", Value::Null).await.1["standstill"], told);
    let calls = desk.salesforce_calls();
    desk.run().await;
    assert_eq!(desk.salesforce_calls(), calls, "it asks nothing either");
}
