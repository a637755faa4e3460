//! What the service saves by itself, leaves, and brings together, by the settings of each user (AUT, DWN, ONE).

use chrono::TimeDelta;
use http::StatusCode;
use serde_json::{Value, json};

use calbridge_rules::settings::{Hold, Setting};
use calbridge_sync::store::{Change, OrgValue};

use crate::desk::{Desk, MARA};

const PRICING: &str = "Renewal 2027: pricing review";

/// Sets values of the org as an admin does.
async fn set(desk: &Desk, values: &[(&str, &str)]) {
    let change = |(name, value): &(&str, &str)| {
        let setting = Setting::by_name(name).unwrap();
        Change::Set(setting, OrgValue { value: (*value).to_owned(), hold: Hold::Allowing })
    };
    let changes: Vec<_> = values.iter().map(change).collect();
    desk.app.store.change_org_settings(&changes, desk.app.now_ms()).await.unwrap();
}

/// Mara's token, once the service has met her.
async fn signed_in(desk: &Desk) -> String {
    let mara = desk.sign_in(MARA).await;
    let (status, me) = desk.call(&mara, "GET", "/v1/me", Value::Null).await;
    assert_eq!(status, StatusCode::OK, "{me}");
    mara
}

/// How it was decided about an item that is not saved.
async fn decided(desk: &Desk, token: &str, key: &str) -> Value {
    let (status, standing) = desk.call(token, "POST", "/v1/items/lookup", desk.item(MARA, key)).await;
    assert_eq!(status, StatusCode::OK, "{standing}");
    standing["decided"].clone()
}

#[tokio::test]
async fn aut_1_what_a_user_lets_sync_save_is_saved_with_links_and_everything_else_says_why_not() {
    let desk = Desk::open().await;
    let mara = signed_in(&desk).await;
    desk.run().await;
    assert!(desk.events(PRICING).is_empty(), "nothing by default");
    let trace = decided(&desk, &mara, "pricing-review").await;
    assert_eq!(trace.as_array().unwrap().last().unwrap()["rule"], "AUT-1", "{trace}");

    set(&desk, &[("SinceEnabled", "off")]).await;
    let put = json!({ "settings": { "AutosaveMeetings": "on" } });
    let (status, problem) = desk.call(&mara, "PUT", "/v1/settings", put).await;
    assert_eq!(status, StatusCode::OK, "{problem}");
    desk.advance(TimeDelta::minutes(10));
    desk.run().await;
    let events = desk.events(PRICING);
    let trace = decided(&desk, &mara, "pricing-review").await;
    assert_eq!(events.len(), 1, "{trace}");
    assert_eq!(events[0]["OwnerId"], desk.record("User", "Email", MARA).as_str());
    assert!(events[0]["WhoId"].is_string(), "PIC-6");
    assert_eq!(desk.status(&mara, MARA, "pricing-review").await["status"], "saved");
    assert_eq!(decided(&desk, &mara, "pricing-review").await, json!([]));
}

#[tokio::test]
async fn aut_7_a_mailbox_comes_up_as_often_as_the_setting_says() {
    let desk = Desk::open().await;
    signed_in(&desk).await;
    set(&desk, &[("SessionMinutes", "30")]).await;
    desk.run().await;
    let due_ms = desk.app.store.next_due(desk.app.now_ms()).await.unwrap();
    let minutes = (due_ms - desk.app.now_ms()) / 60_000;
    assert!((29..=30).contains(&minutes), "{minutes}");
}
