//! Graph tells of changes, and mailboxes become due: whatever is lost, doubled or made up on the way.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use calbridge_rules::id::Address;
use calbridge_standin::world::definition;
use calbridge_sync::{
    app::App,
    enrol,
    http::routes,
    store::{Store, Subscription},
};
use chrono::TimeDelta;
use http::{Request, StatusCode, header};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::desk::{Desk, MARA};

const URL: &str = "https://sync.brightwater.example/v1/notices";

/// The demo company, whose operator gave the service a public address; everybody's first session has run.
async fn told() -> Desk {
    let mut desk = Desk::of(&definition("demo").unwrap()).await;
    let mut config = desk.app.config.clone();
    config.graph.notification_url = Some(URL.to_owned());
    let store = Store::open(&config.database_url).await.unwrap();
    let transport = Arc::clone(&desk.app.transport);
    desk.app = Arc::new(App::new(config, store, desk.clock.clone(), transport).unwrap());
    enrol::enrol(&desk.app).await.unwrap();
    desk.run().await;
    deliver(&desk).await;
    desk
}

/// One request as Graph makes it.
async fn post(desk: &Desk, uri: &str, body: String) -> http::Response<Vec<u8>> {
    let request = Request::post(uri).header(header::CONTENT_TYPE, "application/json").body(Body::from(body));
    let answer = routes(Arc::clone(&desk.app)).oneshot(request.unwrap()).await.unwrap();
    let (parts, body) = answer.into_parts();
    http::Response::from_parts(parts, to_bytes(body, 1 << 20).await.unwrap().to_vec())
}

/// Carries what Graph wants to send; answers how much that was.
async fn deliver(desk: &Desk) -> usize {
    let parcels = desk.world.lock().unwrap().outgoing(desk.clock.now());
    let count = parcels.len();
    for parcel in parcels {
        let uri = parcel.url.strip_prefix("https://sync.brightwater.example").unwrap().to_owned();
        let answer = post(desk, &uri, parcel.body.clone()).await;
        assert!(answer.status().is_success(), "{}", answer.status());
        desk.world.lock().unwrap().delivered(desk.clock.now(), parcel, Some(&answer));
    }
    count
}

async fn subscription(desk: &Desk) -> Subscription {
    let mara = Address::parse(MARA).unwrap();
    desk.app.store.subscription(&mara).await.unwrap().unwrap()
}

/// Whether a session is due for Mara.
async fn is_due(desk: &Desk) -> bool {
    let mara = Address::parse(MARA).unwrap();
    let work = desk.app.store.work_state(&mara, desk.app.now_ms()).await.unwrap().unwrap();
    work.is_wanted && work.next_due_ms <= desk.app.now_ms() + 1_000
}

fn notice(subscription: &Subscription, secret: &str) -> String {
    json!({ "value": [{ "subscriptionId": subscription.id, "clientState": secret, "changeType": "updated",
        "resource": "users/1/events/2" }] })
    .to_string()
}

#[tokio::test]
async fn aut_7_a_change_in_the_calendar_makes_its_mailbox_due() {
    let desk = told().await;
    desk.categorize(MARA, "pricing-review", &["Salesforce"]).await;
    assert!(!is_due(&desk).await);
    assert!(deliver(&desk).await > 0);
    assert!(is_due(&desk).await);
    desk.advance(TimeDelta::seconds(1));
    desk.run().await;
    assert_eq!(desk.events("Renewal 2027: pricing review").len(), 1);
}

#[tokio::test]
async fn notices_that_come_twice_or_in_any_order_set_off_one_session() {
    let desk = told().await;
    let subscription = subscription(&desk).await;
    for _ in 0..5 {
        let answer = post(&desk, "/v1/notices", notice(&subscription, &subscription.secret)).await;
        assert_eq!(answer.status(), StatusCode::ACCEPTED);
    }
    desk.advance(TimeDelta::seconds(1));
    assert_eq!(desk.run_once().await, 1);
    assert_eq!(desk.run_once().await, 0);
}

#[tokio::test]
async fn a_notice_that_does_not_know_what_was_agreed_on_is_passed_over() {
    let desk = told().await;
    let known = subscription(&desk).await;
    let unknown = Subscription { id: String::new(), ..known.clone() };
    for body in [notice(&known, "guess"), notice(&known, ""), notice(&unknown, &known.secret)] {
        // Nothing tells a stranger how near the guess was.
        assert_eq!(post(&desk, "/v1/notices", body).await.status(), StatusCode::ACCEPTED);
    }
    assert!(!is_due(&desk).await);
    for body in ["", "[]", "{\"value\":[{}]}"] {
        assert_eq!(post(&desk, "/v1/notices", body.to_owned()).await.status(), StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn the_handshake_repeats_the_token_as_plain_text() {
    let desk = told().await;
    let answer = post(&desk, "/v1/notices?validationToken=Validation%3A%20a%2Bb", String::new()).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.body(), b"Validation: a+b");
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/plain; charset=utf-8");
    assert_eq!(answer.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
}

#[tokio::test]
async fn without_a_public_address_nobody_is_heard_and_nothing_subscribed_to() {
    let desk = Desk::open().await;
    enrol::enrol(&desk.app).await.unwrap();
    desk.run().await;
    assert_eq!(
        post(&desk, "/v1/notices?validationToken=x", String::new()).await.status(),
        StatusCode::NOT_FOUND
    );
    let mara = Address::parse(MARA).unwrap();
    assert_eq!(desk.app.store.subscription(&mara).await.unwrap(), None);
}

#[tokio::test]
async fn a_subscription_is_renewed_long_before_its_end() {
    let desk = told().await;
    let before = subscription(&desk).await;
    desk.advance(TimeDelta::days(2));
    desk.run().await;
    assert_eq!(subscription(&desk).await, before, "half of its life is left");
    desk.advance(TimeDelta::days(2));
    desk.run().await;
    let after = subscription(&desk).await;
    assert_eq!(after.id, before.id);
    assert_eq!(after.until_ms - before.until_ms, TimeDelta::days(4).num_milliseconds());
}

#[tokio::test]
async fn a_subscription_that_graph_removed_is_made_anew_and_what_was_missed_is_looked_at() {
    let desk = told().await;
    let before = subscription(&desk).await;
    lifecycle(&desk, "subscriptionRemoved");
    assert!(deliver(&desk).await > 0);
    assert!(is_due(&desk).await);
    desk.advance(TimeDelta::seconds(1));
    desk.run().await;
    let after = subscription(&desk).await;
    assert!(!after.id.is_empty() && after.id != before.id);
}

#[tokio::test]
async fn a_subscription_that_graph_lost_without_a_word_is_made_anew_when_it_is_renewed() {
    let desk = told().await;
    let before = subscription(&desk).await;
    desk.advance(TimeDelta::days(8));
    desk.run().await;
    assert_ne!(subscription(&desk).await.id, before.id);
}

#[tokio::test]
async fn a_subscription_that_must_be_confirmed_is_renewed_by_the_next_session() {
    let desk = told().await;
    let before = subscription(&desk).await;
    desk.advance(TimeDelta::hours(1));
    lifecycle(&desk, "reauthorizationRequired");
    deliver(&desk).await;
    desk.advance(TimeDelta::seconds(1));
    desk.run().await;
    let after = subscription(&desk).await;
    assert_eq!(after.id, before.id);
    assert!(after.until_ms > before.until_ms);
}

#[tokio::test]
async fn notices_that_were_missed_are_made_up_for_by_a_look() {
    let desk = told().await;
    lifecycle(&desk, "missed");
    deliver(&desk).await;
    assert!(is_due(&desk).await);
}

#[tokio::test]
async fn a_mailbox_that_cannot_be_subscribed_to_is_synced_all_the_same() {
    let desk = told().await;
    desk.fault(json!({ "site": "graph", "path": "/subscriptions", "kind": { "status": 403,
        "body": { "error": { "code": "ErrorAccessDenied", "message": "No.", "innerError": {
            "date": "2026-03-18T08:00:00", "request-id": "a", "client-request-id": "a" } } } } }));
    lifecycle(&desk, "subscriptionRemoved");
    deliver(&desk).await;
    desk.categorize(MARA, "pricing-review", &["Salesforce"]).await;
    desk.advance(TimeDelta::seconds(1));
    desk.run().await;
    assert_eq!(desk.events("Renewal 2027: pricing review").len(), 1);
    assert_eq!(subscription(&desk).await.id, "");
}

fn lifecycle(desk: &Desk, event: &str) {
    let body: Value = json!({ "mailbox": MARA, "event": event });
    desk.control("POST", "/graph/lifecycle", &body);
}
