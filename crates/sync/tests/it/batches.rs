//! Many reads and marks in one call: one that fails keeps none of the others back, and a mailbox that asks to be left alone is.

use std::sync::{Arc, Mutex};

use calbridge_rules::id::{Address, ItemId};
use calbridge_sync::{
    clock::Clock,
    config::{Graph, Secret},
    mailroom::Mailroom,
    transport::{Sending, Transport},
};
use calbridge_wire::{
    CallError, Reply,
    graph::{patch::MarkItem, write::DeleteItem},
};
use chrono::{DateTime, TimeDelta};
use serde_json::{Value, json};

use crate::desk::{ADDIN, Desk, MARA};

/// Answers batches with what it was given, and notes them.
struct Canned {
    answer: Value,
    sent: Mutex<Vec<Value>>,
}

impl Transport for Canned {
    fn send(&self, request: calbridge_wire::Request) -> Sending<'_> {
        let body = if request.url.ends_with("/$batch") {
            self.sent.lock().unwrap().push(serde_json::from_slice(&request.body).unwrap());
            self.answer.clone()
        } else {
            json!({ "token_type": "Bearer", "access_token": "t", "expires_in": 3600 })
        };
        Box::pin(async move {
            Ok(Reply { status: 200, headers: Vec::new(), body: body.to_string().into_bytes() })
        })
    }
}

fn mailroom(transport: &Arc<Canned>, clock: &Clock) -> Mailroom {
    let graph = Graph {
        authority: "https://login.example".to_owned(),
        base: "https://graph.example/v1.0".to_owned(),
        tenant: "t".to_owned(),
        client_id: "c".to_owned(),
        client_secret_file: "secret".into(),
        notification_url: None,
        notification_minutes: 10_080,
    };
    let transport: Arc<dyn Transport> = Arc::clone(transport) as Arc<dyn Transport>;
    Mailroom::new(&graph, ADDIN, &Secret::new("s"), transport, clock.clone())
}

fn mark(id: &str) -> MarkItem {
    MarkItem {
        mailbox: Address::parse(MARA).unwrap(),
        id: ItemId::parse(id).unwrap(),
        etag: None,
        categories: vec!["Salesforce".to_owned()],
        addin_id: ADDIN.to_owned(),
        property_text: None,
    }
}

#[tokio::test]
async fn a_mailbox_is_left_alone_for_as_long_as_one_part_of_a_call_asks_for() {
    let throttled = json!({ "responses": [
        { "id": "0", "status": 429, "headers": { "Retry-After": "7" },
          "body": { "error": { "code": "ApplicationThrottled", "message": "MailboxConcurrency" } } },
        { "id": "1", "status": 424, "body": { "error": { "code": "FailedDependency", "message": "" } } },
    ] });
    let transport = Arc::new(Canned { answer: throttled, sent: Mutex::default() });
    let clock = Clock::standing_at(DateTime::from_timestamp(1_773_820_800, 0).unwrap());
    let mailroom = mailroom(&transport, &clock);
    let mara = Address::parse(MARA).unwrap();
    let told = mailroom.batch(&mara, vec![mark("a"), mark("b")]).await.unwrap();
    assert_eq!(told[0], Err(CallError::Throttled { retry_after_ms: Some(7_000) }));
    let sent = || transport.sent.lock().unwrap().len();
    let refused = mailroom.batch(&mara, vec![mark("b"), mark("c")]).await.unwrap_err();
    assert_eq!(refused, CallError::Throttled { retry_after_ms: Some(7_000) });
    assert_eq!(sent(), 1, "nothing is sent meanwhile");
    clock.set(clock.now() + TimeDelta::seconds(7));
    mailroom.batch(&mara, vec![mark("b"), mark("c")]).await.unwrap();
    assert_eq!(sent(), 2);
    let parts = transport.sent.lock().unwrap()[0]["requests"].clone();
    assert_eq!(parts[1]["dependsOn"], json!(["0"]), "one after the other takes one of the mailbox's four");
}

#[tokio::test]
async fn an_item_that_is_gone_keeps_no_other_of_its_call_back() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    let items = ["pricing-review", "lunch", "buyer", "appointment"];
    for key in items {
        desk.save(&mara, MARA, key, &desk.with_dana()).await;
    }
    let gone = desk.stored(MARA, "lunch")["id"].as_str().unwrap().to_owned();
    let address = Address::parse(MARA).unwrap();
    let delete = DeleteItem { mailbox: address.clone(), id: ItemId::parse(&gone).unwrap() };
    desk.app.mailroom.call(&address, 1, &delete).await.unwrap();
    desk.run().await;
    for key in ["pricing-review", "buyer", "appointment"] {
        let categories = desk.categories(MARA, key);
        assert!(categories.contains(&"Status: Tracked successfully.".to_owned()), "{key}: {categories:?}");
    }
}
