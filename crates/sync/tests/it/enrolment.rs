//! Mailboxes whose sync an operator turned on, before their users ever call.

use std::{sync::Arc, time::Duration};

use calbridge_rules::id::Address;
use calbridge_sync::{enrol::enrol, worker};
use serde_json::{Value, json};

use crate::desk::{Desk, INES, MARA, THEO};

#[tokio::test]
async fn ppl_2_a_colleague_whose_sync_is_on_is_waited_for_before_they_ever_signed_in() {
    let desk = Desk::open().await;
    assert_eq!(enrol(&desk.app).await.unwrap(), 0);
    let mara = desk.sign_in(MARA).await;
    let (_, standing) = desk.call(&mara, "POST", "/v1/items/lookup", desk.item(MARA, "organizer-ines")).await;
    assert_eq!(standing["synced_organizer"], "Ines Roth");
    desk.save(&mara, MARA, "organizer-ines", &desk.with_dana()).await;
    desk.run().await;
    assert_eq!(desk.status(&mara, MARA, "organizer-ines").await["code"], "ISE-013");
}

#[tokio::test]
async fn cat_3_the_category_counts_before_its_user_ever_signed_in() {
    let desk = Desk::open().await;
    enrol(&desk.app).await.unwrap();
    desk.categorize(INES, "ines-own", &["Salesforce"]).await;
    desk.run().await;
    let subject = desk.stored(INES, "ines-own")["subject"].as_str().unwrap().to_owned();
    let events = desk.events(&subject);
    assert_eq!(events.len(), 1);
    let ines = desk.record("User", "Email", INES);
    assert_eq!(events[0]["OwnerId"], ines.as_str());
}

#[tokio::test]
async fn once_everybody_is_known_enrolling_costs_no_call() {
    let desk = Desk::open().await;
    enrol(&desk.app).await.unwrap();
    let calls = desk.salesforce_calls();
    assert_eq!(enrol(&desk.app).await.unwrap(), 0);
    assert_eq!(desk.salesforce_calls(), calls);
}

#[tokio::test]
async fn an_address_of_two_users_waits_until_one_of_them_signs_in() {
    let desk = Desk::open().await;
    let theo = desk.record("User", "Email", THEO);
    let fields = json!({ "Email": INES });
    desk.control("POST", "/salesforce/records", &json!({ "type": "User", "id": theo, "fields": fields }));
    assert_eq!(enrol(&desk.app).await.unwrap(), 1);
    assert_eq!(desk.app.store.mailbox_at(&Address::parse(INES).unwrap()).await.unwrap(), None);
    assert!(desk.app.store.mailbox_at(&Address::parse(MARA).unwrap()).await.unwrap().is_some());
}

#[tokio::test]
async fn whoever_is_enrolled_and_signs_in_keeps_what_they_set() {
    let desk = Desk::open().await;
    enrol(&desk.app).await.unwrap();
    let ines = desk.sign_in(INES).await;
    let (_, me) = desk.call(&ines, "GET", "/v1/me", Value::Null).await;
    assert_eq!((&me["mailbox"], &me["sync"]["state"]), (&json!(INES), &json!("active")));
    desk.call(&ines, "PUT", "/v1/me/sync", json!({ "active": false })).await;
    enrol(&desk.app).await.unwrap();
    let (_, me) = desk.call(&ines, "GET", "/v1/me", Value::Null).await;
    assert_eq!(me["sync"]["state"], "off");
}

#[tokio::test]
async fn the_worker_enrols_when_it_starts() {
    let desk = Desk::open().await;
    let working = {
        let app = Arc::clone(&desk.app);
        tokio::spawn(async move { worker::run(app, "worker", std::future::pending()).await })
    };
    let ines = Address::parse(INES).unwrap();
    let enrolled = async {
        while desk.app.store.mailbox_at(&ines).await.unwrap().is_none() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), enrolled).await.unwrap();
    working.abort();
}
