//! What sessions do with what was asked for.

use calbridge_rules::saving::{Choice, Scope};
use chrono::TimeDelta;
use http::StatusCode;
use serde_json::json;

use crate::desk::{Desk, INES, MARA};

const PRICING: &str = "Renewal 2027: pricing review";

#[tokio::test]
async fn sav_1_a_save_becomes_an_event_with_the_chosen_links() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    let choice = Choice { what: Some(desk.record("Account", "Name", "Acme Industrial")), ..desk.with_dana() };
    let (status, answer) = desk.save(&mara, MARA, "pricing-review", &choice).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{answer}");
    assert_eq!(desk.status(&mara, MARA, "pricing-review").await["status"], "will_be_saved");

    desk.run().await;

    let events = desk.events(PRICING);
    assert_eq!(events.len(), 1, "{events:?}");
    let event = &events[0];
    assert_eq!(event["WhoId"], choice.who.unwrap().record.as_str());
    assert_eq!(event["WhatId"], choice.what.unwrap().as_str());
    assert_eq!(event["OwnerId"], desk.record("User", "Email", MARA).as_str());
    assert_eq!(event["Location"], "Microsoft Teams");
    let status = desk.status(&mara, MARA, "pricing-review").await;
    assert_eq!(status, json!({ "status": "saved", "event": event["Id"] }));
}

#[tokio::test]
async fn cat_1_a_saved_item_is_blue_and_points_to_its_event() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    desk.save(&mara, MARA, "pricing-review", &desk.with_dana()).await;
    desk.run().await;
    assert_eq!(desk.categories(MARA, "pricing-review"), ["Salesforce", "Status: Tracked successfully."]);
    let pointer = desk.pointer(MARA, "pricing-review");
    assert_eq!(pointer["calbridge.event"], desk.events(PRICING)[0]["Id"]);
    assert_eq!(pointer["calbridge.status"], "saved");
    assert_eq!(pointer["calbridge.code"], "");
}
