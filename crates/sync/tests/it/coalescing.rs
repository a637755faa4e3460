//! What many mailboxes cost the org: one call serves all of them, and fewer are made as they run out.

use std::sync::{Arc, Mutex};

use calbridge_rules::id::Address;
use calbridge_standin::world::definition;
use calbridge_sync::{
    app::App,
    store::{Store, SyncSwitch},
    transport::{Sending, Transport},
    worker,
};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::desk::Desk;

/// What was sent to the org, and its answers' statuses.
type Log = Arc<Mutex<Vec<(String, u16)>>>;

/// Notes what is sent to the org.
struct Noting {
    inner: Arc<dyn Transport>,
    log: Log,
}

impl Transport for Noting {
    fn send(&self, request: calbridge_wire::Request) -> Sending<'_> {
        let line = format!("{} {}", request.method.as_str(), request.url);
        let sending = self.inner.send(request);
        Box::pin(async move {
            let reply = sending.await;
            if let (true, Ok(reply)) = (line.contains("/services/data/"), &reply) {
                self.log.lock().unwrap().push((line, reply.status));
            }
            reply
        })
    }
}

/// A generated company whose mailboxes are all in sync, and what it sends to the org.
async fn company(mailboxes: usize) -> (Desk, Log) {
    let mut desk = Desk::of(&definition(&format!("generated-{mailboxes}")).unwrap()).await;
    let log = Log::default();
    let noting = Noting { inner: Arc::clone(&desk.app.transport), log: Arc::clone(&log) };
    let mut config = desk.app.config.clone();
    config.salesforce.linger_ms = 30_000;
    let store = Store::open(&config.database_url).await.unwrap();
    desk.app = Arc::new(App::new(config, store, desk.clock.clone(), Arc::new(noting)).unwrap());
    for n in 0..mailboxes {
        let address = Address::parse(&mailbox(n)).unwrap();
        let user = desk.record("User", "Email", &mailbox(n));
        let now_ms = desk.app.now_ms();
        desk.app
            .store
            .mailbox_at_sign_in(&user, "Somebody", &address, SyncSwitch::Active, now_ms)
            .await
            .unwrap();
    }
    (desk, log)
}

fn mailbox(n: usize) -> String {
    format!("user{n}@generated.example")
}

/// Everybody marks one meeting with a customer.
async fn everybody_marks_a_meeting(desk: &Desk, mailboxes: usize) {
    for n in 0..mailboxes {
        desk.categorize(&mailbox(n), &meeting(n), &["Salesforce"]).await;
    }
}

fn meeting(n: usize) -> String {
    format!("u{n}-3")
}

async fn run(desk: &Desk) {
    for _ in 0..20 {
        if worker::run_due_together(&desk.app, "worker").await.unwrap() == 0 {
            return;
        }
    }
    panic!("the queue never empties");
}

/// The Events of everybody's meeting, which must be one for each.
#[track_caller]
fn one_event_each(desk: &Desk, mailboxes: usize) -> Vec<Value> {
    let events = desk.records("Event");
    let of = |n: usize| {
        let subject = desk.stored(&mailbox(n), &meeting(n))["subject"].clone();
        let found: Vec<&Value> = events.iter().filter(|event| event["Subject"] == subject).collect();
        let ours: Vec<&Value> =
            found.into_iter().filter(|event| event["Calbridge_Sync_Key__c"].is_string()).collect();
        assert_eq!(ours.len(), 1, "{subject}");
        ours[0].clone()
    };
    (0..mailboxes).map(of).collect()
}

fn count(log: &Log, what: &str) -> usize {
    log.lock().unwrap().iter().filter(|(line, _)| line.contains(what)).count()
}

#[tokio::test]
async fn sessions_that_run_side_by_side_share_their_calls() {
    let (desk, log) = company(12).await;
    everybody_marks_a_meeting(&desk, 12).await;
    run(&desk).await;
    one_event_each(&desk, 12);
    let lines = log.lock().unwrap().clone();
    assert_eq!(count(&log, "PATCH"), 1, "{lines:#?}");
    assert_eq!(count(&log, "/composite/sobjects/Event/"), 1, "{lines:#?}");
    assert_eq!(count(&log, "/composite/graph"), 1, "invitees of all of them at once: {lines:#?}");
    assert!(lines.len() <= 11, "describes, layout, three rounds of questions and two writes: {lines:#?}");
}

#[tokio::test]
async fn a_mailbox_without_changes_costs_the_org_nothing() {
    let (desk, log) = company(12).await;
    everybody_marks_a_meeting(&desk, 12).await;
    run(&desk).await;
    log.lock().unwrap().clear();
    for _ in 0..144 {
        desk.advance(TimeDelta::minutes(10));
        assert_eq!(worker::run_due_together(&desk.app, "worker").await.unwrap(), 12);
    }
    assert_eq!(log.lock().unwrap().as_slice(), [], "a whole day");
}

#[tokio::test]
async fn a_row_that_is_refused_is_that_mailboxs_alone() {
    let (desk, _) = company(6).await;
    everybody_marks_a_meeting(&desk, 6).await;
    let user = desk.record("User", "Email", &mailbox(2));
    let fields = json!({ "IsActive": false });
    desk.control(
        "POST",
        "/salesforce/records",
        &json!({ "type": "User", "id": user.as_str(), "fields": fields }),
    );
    run(&desk).await;
    let events = desk.records("Event");
    let ours = events.iter().filter(|event| event["Calbridge_Sync_Key__c"].is_string()).count();
    assert_eq!(ours, 5);
    assert!(desk.categories(&mailbox(2), &meeting(2)).contains(&"Sync Error".to_owned()));
}

#[tokio::test]
async fn a_call_that_is_refused_as_a_whole_is_split_until_the_others_are_through() {
    let (desk, log) = company(8).await;
    everybody_marks_a_meeting(&desk, 8).await;
    let body = json!([{ "errorCode": "JSON_PARSER_ERROR", "message": "one row makes no sense" }]);
    desk.fault(json!({ "site": "salesforce", "path": "/composite/sobjects", "count": 3,
        "kind": { "status": 400, "body": body } }));
    run(&desk).await;
    one_event_each(&desk, 8);
    assert_eq!(count(&log, "/composite/sobjects/Event/"), 7, "8, 4 + 4, 2 + 2 + 2 + 2 rows");
}

#[tokio::test]
async fn dup_3_an_answer_lost_for_many_mailboxes_is_settled_by_reading_each_key() {
    let (desk, log) = company(8).await;
    everybody_marks_a_meeting(&desk, 8).await;
    desk.fault(json!({ "site": "salesforce", "path": "/composite/sobjects", "count": 1, "side": "after",
        "kind": { "status": 503 } }));
    run(&desk).await;
    one_event_each(&desk, 8);
    assert_eq!(count(&log, "/composite/sobjects/Event/"), 1, "nothing is written twice");
}

#[tokio::test]
async fn people_who_were_found_or_missed_are_not_asked_for_again_for_a_while() {
    let (desk, log) = company(4).await;
    everybody_marks_a_meeting(&desk, 4).await;
    run(&desk).await;
    log.lock().unwrap().clear();
    desk.advance(TimeDelta::minutes(1));
    for n in 0..4 {
        // The company has one customer.
        desk.categorize(&mailbox(n), &format!("u{n}-4"), &["Salesforce"]).await;
    }
    desk.advance(TimeDelta::minutes(10));
    run(&desk).await;
    let lines = log.lock().unwrap().clone();
    assert!(!lines.iter().any(|(line, _)| line.contains("Lead")), "{lines:#?}");
}

#[tokio::test]
async fn what_has_not_changed_of_the_org_is_not_described_again() {
    let (desk, log) = company(2).await;
    desk.app.org.shape().await.unwrap();
    desk.advance(TimeDelta::minutes(31));
    desk.app.org.shape().await.unwrap();
    let described = log.lock().unwrap().clone();
    let described: Vec<u16> =
        described.iter().filter(|(line, _)| line.ends_with("/describe")).map(|(_, status)| *status).collect();
    assert_eq!(described, [200, 200, 200, 304, 304, 304]);
}

#[tokio::test]
async fn iss_2_without_calls_left_only_who_presses_is_served_and_the_rest_goes_on_by_itself() {
    let (desk, log) = company(3).await;
    everybody_marks_a_meeting(&desk, 3).await;
    desk.fault(json!({ "site": "salesforce", "path": "/services/data", "kind": "limit_exceeded" }));
    run(&desk).await;
    assert!(desk.app.org.standstill().unwrap().reason().starts_with("ISS-2"));
    let (_, health) = desk.call("", "GET", "/healthz", Value::Null).await;
    assert!(health["standstill"]["reason"].as_str().unwrap().starts_with("ISS-2"), "{health}");
    let before = log.lock().unwrap().len();
    assert!(before <= 4, "nobody insists: {before}");
    desk.control("DELETE", "/faults", &Value::Null);
    desk.advance(TimeDelta::minutes(5));
    run(&desk).await;
    assert_eq!(log.lock().unwrap().len(), before, "it stands still");

    let pressing = Address::parse(&mailbox(1)).unwrap();
    desk.app.store.want(&pressing, desk.app.now_ms()).await.unwrap();
    run(&desk).await;
    assert!(desk.categories(&mailbox(1), &meeting(1)).contains(&"Status: Tracked successfully.".to_owned()));

    desk.advance(TimeDelta::minutes(25));
    run(&desk).await;
    one_event_each(&desk, 3);
    assert_eq!(desk.app.org.standstill(), None);
}
