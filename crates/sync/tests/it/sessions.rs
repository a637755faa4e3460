//! What sessions do with what was asked for.

use std::{sync::Arc, time::Duration};

use calbridge_rules::{
    event::{EventField, FieldValue},
    id::ApiName,
    saving::{Choice, Scope},
};
use calbridge_standin::world::definition;
use calbridge_sync::worker;
use chrono::{DateTime, TimeDelta, Utc};
use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    databases::{Place, on_every_database},
    desk::{Desk, INES, MARA},
};

const PRICING: &str = "Renewal 2027: pricing review";
const TRACKED: [&str; 2] = ["Salesforce", "Status: Tracked successfully."];

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
    assert_eq!(desk.categories(MARA, "pricing-review"), TRACKED);
    let pointer = desk.pointer(MARA, "pricing-review");
    assert_eq!(pointer["calbridge.event"], desk.events(PRICING)[0]["Id"]);
    assert_eq!(pointer["calbridge.status"], "saved");
    assert_eq!(pointer["calbridge.code"], "");
}

#[tokio::test]
async fn cat_7_foreign_categories_stay_when_an_item_is_marked() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    desk.categorize(MARA, "lunch", &["Travel", "Salesforce"]).await;
    desk.save(&mara, MARA, "lunch", &desk.with_dana()).await;
    desk.run().await;
    assert_eq!(desk.categories(MARA, "lunch"), ["Salesforce", "Status: Tracked successfully.", "Travel"]);
}

#[tokio::test]
async fn sav_12_another_press_before_the_session_replaces_the_choice() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    desk.save(&mara, MARA, "lunch", &desk.with_dana()).await;
    let acme = desk.record("Account", "Name", "Acme Industrial");
    desk.save(&mara, MARA, "lunch", &Choice { what: Some(acme.clone()), ..desk.with_dana() }).await;
    desk.run().await;
    let events = desk.events("Lunch with Dana");
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["WhatId"], acme.as_str());
}

#[tokio::test]
async fn sav_12_a_request_after_the_save_becomes_an_update() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    desk.save(&mara, MARA, "lunch", &desk.with_dana()).await;
    desk.run().await;
    let before = desk.events("Lunch with Dana");
    let acme = desk.record("Account", "Name", "Acme Industrial");
    desk.save(&mara, MARA, "lunch", &Choice { what: Some(acme.clone()), ..desk.with_dana() }).await;
    desk.run().await;
    let after = desk.events("Lunch with Dana");
    assert_eq!(after.len(), 1);
    assert_eq!(after[0]["Id"], before[0]["Id"]);
    assert_eq!(after[0]["WhatId"], acme.as_str());
    assert_eq!(desk.status(&mara, MARA, "lunch").await["status"], "saved");
}

#[tokio::test]
async fn sav_4_a_kept_request_delivered_after_the_category_was_served_makes_one_event() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    desk.call(&mara, "GET", "/v1/me", Value::Null).await;
    desk.run().await;
    desk.categorize(MARA, "lunch", &["Salesforce"]).await;
    desk.advance(TimeDelta::minutes(10));
    desk.run().await;
    assert_eq!(desk.events("Lunch with Dana").len(), 1);

    let ada = desk.record("Contact", "Email", "ada.morgan@acme.example");
    let mut choice = desk.with_dana();
    if let Some(who) = &mut choice.who {
        who.record = ada.clone();
    }
    desk.save(&mara, MARA, "lunch", &choice).await;
    desk.run().await;
    let events = desk.events("Lunch with Dana");
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["WhoId"], ada.as_str());
}

#[tokio::test]
async fn cat_3_the_category_alone_saves_with_automatic_links() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    desk.categorize(MARA, "lunch", &["Salesforce"]).await;
    desk.call(&mara, "GET", "/v1/me", Value::Null).await;
    desk.run().await;
    let events = desk.events("Lunch with Dana");
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["WhoId"], desk.record("Contact", "Email", "dana@acme.example").as_str());
    assert!(events[0]["WhatId"].is_string(), "PIC-6 links the Opportunity or the Account: {}", events[0]);
    assert_eq!(desk.categories(MARA, "lunch"), TRACKED);
}

#[tokio::test]
async fn cat_3_a_member_of_a_series_asks_for_the_series_which_ser_1_refuses_once() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    desk.categorize(MARA, "weekly-standup", &["Salesforce"]).await;
    desk.call(&mara, "GET", "/v1/me", Value::Null).await;
    desk.run().await;
    assert_eq!(desk.events("Acme weekly").len(), 0);
    let status = desk.status(&mara, MARA, "weekly-standup").await;
    assert_eq!((&status["status"], &status["code"]), (&json!("issue"), &json!("SER-1")));
    assert!(desk.categories(MARA, "weekly-standup").contains(&"Sync Error".to_owned()));
    assert_eq!(desk.pointer(MARA, "weekly-standup")["calbridge.code"], "SER-1");
}

#[tokio::test]
async fn cat_4_the_categories_are_made_when_sync_begins_and_restored_when_removed() {
    let desk = Desk::open().await;
    let ines = desk.sign_in(INES).await;
    desk.call(&ines, "GET", "/v1/me", Value::Null).await;
    desk.run().await;
    let colour = |name: &str| {
        let mut world = desk.world.lock().unwrap();
        world.graph.mailbox_mut(INES).unwrap().colour(name).map(str::to_owned)
    };
    assert_eq!(colour("Salesforce").as_deref(), Some("preset7"));
    assert_eq!(colour("Sync Error").as_deref(), Some("preset0"));
    assert_eq!(colour("Travel").as_deref(), Some("preset4"));

    desk.call(&ines, "PUT", "/v1/me/sync", json!({ "active": false })).await;
    desk.world.lock().unwrap().graph.mailbox_mut(INES).unwrap().categories.clear();
    desk.call(&ines, "PUT", "/v1/me/sync", json!({ "active": true })).await;
    desk.run().await;
    assert_eq!(colour("Salesforce").as_deref(), Some("preset7"));
}

#[tokio::test]
async fn cat_6_a_request_made_by_category_ends_with_the_category() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    desk.categorize(MARA, "unresolved-only", &["Salesforce", "Travel"]).await;
    desk.call(&mara, "GET", "/v1/me", Value::Null).await;
    desk.run().await;
    assert_eq!(desk.status(&mara, MARA, "unresolved-only").await["code"], "SAV-8");

    desk.categorize(MARA, "unresolved-only", &["Travel"]).await;
    desk.advance(TimeDelta::minutes(10));
    desk.run().await;
    assert_eq!(desk.status(&mara, MARA, "unresolved-only").await["status"], "not_saved");
    assert_eq!(desk.categories(MARA, "unresolved-only"), ["Travel"]);
}

#[tokio::test]
async fn cat_6_a_request_made_in_the_pane_stays_without_the_category() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    desk.save(&mara, MARA, "lunch", &desk.with_dana()).await;
    desk.categorize(MARA, "lunch", &[]).await;
    desk.run().await;
    assert_eq!(desk.events("Lunch with Dana").len(), 1);
}

#[tokio::test]
async fn sav_8_an_issue_is_settled_once_the_person_exists() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    desk.categorize(MARA, "unresolved-only", &["Salesforce"]).await;
    desk.call(&mara, "GET", "/v1/me", Value::Null).await;
    desk.run().await;
    assert_eq!(desk.pointer(MARA, "unresolved-only")["calbridge.code"], "SAV-8");

    let fields = json!({ "LastName": "Hale", "Email": "p.hale@acme.example" });
    desk.control("POST", "/salesforce/records", &json!({ "type": "Contact", "fields": fields }));
    desk.advance(TimeDelta::minutes(10));
    desk.run().await;
    assert_eq!(desk.status(&mara, MARA, "unresolved-only").await["status"], "saved");
    assert_eq!(desk.categories(MARA, "unresolved-only"), TRACKED);
    assert_eq!(desk.pointer(MARA, "unresolved-only")["calbridge.code"], "");
}

#[tokio::test]
async fn xcp_1_what_is_too_long_becomes_an_issue_in_red() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    desk.save(&mara, MARA, "allday-15", &desk.with_dana()).await;
    desk.run().await;
    let status = desk.status(&mara, MARA, "allday-15").await;
    assert_eq!((&status["status"], &status["code"]), (&json!("issue"), &json!("XCP-1")));
    assert_eq!(desk.events("Trade fair tour").len(), 0);
    let categories = desk.categories(MARA, "allday-15");
    assert!(categories.contains(&"Sync Error".to_owned()), "{categories:?}");
    assert_eq!(desk.pointer(MARA, "allday-15")["calbridge.status"], "failed");
}

#[tokio::test]
async fn tzn_2_whole_days_are_saved_as_dates() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    desk.save(&mara, MARA, "allday-3", &desk.with_dana()).await;
    desk.run().await;
    let event = &desk.events("Acme on site")[0];
    assert_eq!(event["IsAllDayEvent"], true);
    assert!(event["StartDateTime"].as_str().unwrap().starts_with("2026-03-20T00:00"), "{event}");
}

#[tokio::test]
async fn xcp_5_the_first_refused_length_tells_that_the_org_lacks_multiday_events() {
    let desk = Desk::of(&definition("demo-basic").unwrap()).await;
    let mara = desk.sign_in(MARA).await;
    desk.save(&mara, MARA, "timed-30h", &desk.with_dana()).await;
    desk.run().await;
    assert_eq!(desk.status(&mara, MARA, "timed-30h").await["code"], "XCP-5");
    let (_, me) = desk.call(&mara, "GET", "/v1/me", Value::Null).await;
    assert_eq!(me["settings"]["multiday_events"], "off", "PIC-4");
}

#[tokio::test]
async fn ppl_2_the_organizers_save_comes_first() {
    let desk = Desk::open().await;
    let (mara, ines) = (desk.sign_in(MARA).await, desk.sign_in(INES).await);
    desk.call(&ines, "GET", "/v1/me", Value::Null).await;
    desk.save(&mara, MARA, "organizer-ines", &desk.with_dana()).await;
    desk.run().await;
    let status = desk.status(&mara, MARA, "organizer-ines").await;
    assert_eq!((&status["status"], &status["code"]), (&json!("issue"), &json!("ISE-013")));
    assert_eq!(desk.events("Acme: technical questions").len(), 0);
    assert_eq!(desk.categories(MARA, "organizer-ines"), ["Salesforce"]);

    desk.save(&ines, INES, "organizer-ines", &desk.with_dana()).await;
    desk.run().await;
    desk.advance(TimeDelta::minutes(10));
    desk.run().await;
    let events = desk.events("Acme: technical questions");
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["OwnerId"], desk.record("User", "Email", INES).as_str());
    assert_eq!(desk.status(&mara, MARA, "organizer-ines").await["event"], events[0]["Id"]);
}

#[tokio::test]
async fn ppl_5_an_outsiders_meeting_belongs_to_the_first_saver() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    desk.save(&mara, MARA, "organizer-dana", &desk.with_dana()).await;
    desk.run().await;
    let events = desk.events("Acme internal review (guest)");
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["OwnerId"], desk.record("User", "Email", MARA).as_str());
}

#[tokio::test]
async fn sav_7_a_draft_meeting_waits() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    desk.save(&mara, MARA, "draft-meeting", &desk.with_dana()).await;
    desk.run().await;
    assert_eq!(desk.status(&mara, MARA, "draft-meeting").await["code"], "SAV-7");
}

#[tokio::test]
async fn sav_9_a_required_field_is_named_and_a_new_press_fills_it() {
    let mut company = definition("demo").unwrap();
    company["salesforce"]["features"]["requiredMeetingType"] = json!(true);
    let desk = Desk::of(&company).await;
    let mara = desk.sign_in(MARA).await;
    desk.save(&mara, MARA, "lunch", &desk.with_dana()).await;
    desk.run().await;
    let status = desk.status(&mara, MARA, "lunch").await;
    assert_eq!(status["code"], "SAV-9");
    assert!(status["reason"].as_str().unwrap().contains("Meeting Type"), "{status}");

    let mut choice = desk.with_dana();
    let field = EventField::Custom(ApiName::parse("Meeting_Type__c").unwrap());
    choice.fields.insert(field, FieldValue::Text("Online".to_owned()));
    desk.save(&mara, MARA, "lunch", &choice).await;
    assert_eq!(desk.status(&mara, MARA, "lunch").await["status"], "will_be_saved");
    desk.run().await;
    assert_eq!(desk.events("Lunch with Dana")[0]["Meeting_Type__c"], "Online");
    assert_eq!(desk.categories(MARA, "lunch"), TRACKED);
}

#[tokio::test]
async fn a_record_deleted_between_picking_and_saving_is_an_issue_and_no_event() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    let choice = desk.with_dana();
    desk.save(&mara, MARA, "lunch", &choice).await;
    let path = format!("/salesforce/records/{}", choice.who.unwrap().record);
    desk.control("DELETE", &path, &Value::Null);
    desk.run().await;
    let status = desk.status(&mara, MARA, "lunch").await;
    assert_eq!(status["status"], "issue", "{status}");
    assert!(status["remedy"].as_str().unwrap().contains("Pick another record"), "{status}");
    assert_eq!(desk.events("Lunch with Dana").len(), 0);
}

#[tokio::test]
async fn an_item_deleted_before_the_session_is_told_and_asked_for_no_more() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    let mut item = desk.item(MARA, "lunch");
    item["item_id"] = json!("AAMkADgone");
    let request = json!({ "idempotency_key": desk.key(), "item": item, "choice": {} });
    desk.call(&mara, "POST", "/v1/saves", request).await;
    desk.run().await;
    let (_, standing) = desk.call(&mara, "POST", "/v1/items/lookup", item).await;
    assert_eq!(standing["status"]["code"], "ISE-404");
}

#[tokio::test]
async fn odd_items_are_saved_whole() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    let before = desk.records("Event").len();
    for key in ["odd-names", "long-subject", "crowd", "no-address", "private-meeting", "appointment"] {
        desk.save(&mara, MARA, key, &desk.with_dana()).await;
    }
    desk.run().await;
    for key in ["odd-names", "long-subject", "crowd", "no-address", "private-meeting", "appointment"] {
        assert_eq!(desk.status(&mara, MARA, key).await["status"], "saved", "{key}");
    }
    let events = desk.records("Event");
    assert_eq!(events.len(), before + 6);
    assert!(events.iter().all(|event| event["Subject"].as_str().unwrap().chars().count() <= 255));
}

#[tokio::test]
async fn ser_7_an_occurrence_is_saved_alone() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    let master = desk.item(MARA, "weekly-standup");
    let mut item = master.clone();
    let target = calbridge_standin::graph::ids::read(
        master["item_id"].as_str().unwrap(),
        calbridge_standin::graph::ids::Form::Ews,
    )
    .unwrap();
    let date = (desk.clock.now() + TimeDelta::days(1)).date_naive();
    let occurrence = calbridge_standin::graph::ids::Target { occurrence: Some(date), ..target };
    item["item_id"] =
        json!(calbridge_standin::graph::ids::write(occurrence, calbridge_standin::graph::ids::Form::Ews));
    item["series_id"] = master["item_id"].clone();
    let request = json!({ "idempotency_key": desk.key(), "item": item, "choice": desk.with_dana() });
    assert_eq!(desk.call(&mara, "POST", "/v1/saves", request).await.0, StatusCode::ACCEPTED);
    desk.run().await;
    let events = desk.events("Acme weekly");
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["IsRecurrence"], false);

    let choice = Choice { scope: Scope::Series, ..desk.with_dana() };
    desk.save(&mara, MARA, "weekly-standup", &choice).await;
    desk.run().await;
    assert_eq!(desk.status(&mara, MARA, "weekly-standup").await["code"], "SER-1");
    assert_eq!(desk.events("Acme weekly").len(), 1);
}

#[tokio::test]
async fn dup_3_a_create_whose_answer_is_lost_makes_one_event() {
    for kind in [json!({ "drop": "after" }), json!({ "drop": "before" }), json!({ "status": 502 })] {
        let desk = Desk::open().await;
        let mara = desk.sign_in(MARA).await;
        desk.save(&mara, MARA, "lunch", &desk.with_dana()).await;
        desk.fault(
            json!({ "site": "salesforce", "method": "PATCH", "path": "/Event", "count": 1, "kind": kind }),
        );
        desk.run().await;
        assert_eq!(desk.events("Lunch with Dana").len(), 1, "{kind}");
        assert_eq!(desk.status(&mara, MARA, "lunch").await["status"], "saved", "{kind}");
    }
}

#[tokio::test]
async fn dup_3_an_event_is_found_again_after_the_database_is_lost() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    desk.call(&mara, "GET", "/v1/me", Value::Null).await;
    let before = desk.records("Event").len();
    // "saved-1" carries the category and the pointer; this service never saw it.
    desk.run().await;
    assert_eq!(desk.records("Event").len(), before);
    assert_eq!(desk.status(&mara, MARA, "saved-1").await["status"], "saved");
}

#[tokio::test]
async fn a_mailbox_that_asks_for_patience_is_left_alone_so_long() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    desk.save(&mara, MARA, "lunch", &desk.with_dana()).await;
    desk.fault(
        json!({ "site": "graph", "path": "calendarView", "count": 1, "kind": { "throttled_seconds": 60 } }),
    );
    desk.run().await;
    assert_eq!(desk.events("Lunch with Dana").len(), 0);
    desk.advance(TimeDelta::seconds(50));
    assert_eq!(desk.run_once().await, 0, "Retry-After is not over");
    desk.advance(TimeDelta::seconds(15));
    desk.run().await;
    assert_eq!(desk.events("Lunch with Dana").len(), 1);
}

#[tokio::test]
async fn a_limit_that_is_reached_delays_the_save_and_loses_nothing() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    desk.save(&mara, MARA, "lunch", &desk.with_dana()).await;
    desk.fault(
        json!({ "site": "salesforce", "path": "/services/data", "count": 3, "kind": "limit_exceeded" }),
    );
    for _ in 0..6 {
        desk.run().await;
        desk.advance(TimeDelta::seconds(30));
    }
    assert_eq!(desk.events("Lunch with Dana").len(), 1);
    assert_eq!(desk.status(&mara, MARA, "lunch").await["status"], "saved");
}

#[tokio::test]
async fn tokens_that_ended_are_renewed_in_the_middle_of_the_work() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    desk.save(&mara, MARA, "lunch", &desk.with_dana()).await;
    desk.run().await;
    {
        let mut world = desk.world.lock().unwrap();
        world.graph.expire_tokens();
        world.salesforce.expire_sessions();
    }
    let mara = desk.sign_in(MARA).await;
    desk.save(&mara, MARA, "pricing-review", &desk.with_dana()).await;
    desk.run().await;
    assert_eq!(desk.events(PRICING).len(), 1);
}

#[tokio::test]
async fn sav_3_an_ended_authorization_stops_the_mailbox_until_somebody_acts() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    desk.save(&mara, MARA, "lunch", &desk.with_dana()).await;
    let body = json!({ "error": "invalid_client", "error_description": "expired" });
    desk.fault(
        json!({ "site": "graph", "path": "/token", "count": 1, "kind": { "status": 401, "body": body } }),
    );
    desk.run().await;
    let (_, problem) = desk.save(&mara, MARA, "lunch", &desk.with_dana()).await;
    assert_eq!(problem["sync_off"], "authorization_expired");

    desk.call(&mara, "PUT", "/v1/me/sync", json!({ "active": true })).await;
    desk.run().await;
    assert_eq!(desk.events("Lunch with Dana").len(), 1, "the request waited");
}

#[tokio::test]
async fn aut_7_an_idle_mailbox_is_looked_at_every_ten_minutes_without_a_salesforce_call() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    desk.save(&mara, MARA, "lunch", &desk.with_dana()).await;
    desk.run().await;
    let calls = desk.salesforce_calls();
    assert_eq!(desk.run_once().await, 0);
    desk.advance(TimeDelta::minutes(9));
    assert_eq!(desk.run_once().await, 0);
    desk.advance(TimeDelta::minutes(1));
    assert_eq!(desk.run_once().await, 1);
    assert_eq!(desk.salesforce_calls(), calls);
}

#[tokio::test]
async fn a_new_process_goes_on_where_the_old_one_stopped() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    desk.save(&mara, MARA, "lunch", &desk.with_dana()).await;
    let desk = desk.restarted().await;
    desk.run().await;
    assert_eq!(desk.events("Lunch with Dana").len(), 1);
    let desk = desk.restarted().await;
    desk.run().await;
    assert_eq!(desk.events("Lunch with Dana").len(), 1);
    assert_eq!(desk.status(&mara, MARA, "lunch").await["status"], "saved");
}

on_every_database!(the_whole_way_is_the_same);

async fn the_whole_way_is_the_same(place: Place) {
    let company = definition("demo").unwrap();
    let desk = Desk::on(&company, &place.url, tempfile::tempdir().unwrap()).await;
    let mara = desk.sign_in(MARA).await;
    desk.save(&mara, MARA, "lunch", &desk.with_dana()).await;
    desk.save(&mara, MARA, "allday-15", &desk.with_dana()).await;
    desk.categorize(MARA, "pricing-review", &["Salesforce"]).await;
    desk.run().await;
    let acme = desk.record("Account", "Name", "Acme Industrial");
    desk.save(&mara, MARA, "lunch", &Choice { what: Some(acme.clone()), ..desk.with_dana() }).await;
    desk.run().await;
    assert_eq!(desk.events("Lunch with Dana")[0]["WhatId"], acme.as_str());
    assert_eq!(desk.events(PRICING).len(), 1);
    assert_eq!(desk.status(&mara, MARA, "allday-15").await["code"], "XCP-1");
    let code = json!({ "code": "c", "state": "s" });
    let login = format!("/v1/logins/{}", "l".repeat(32));
    desk.call("", "PUT", &login, code.clone()).await;
    assert_eq!(desk.call("", "GET", &login, Value::Null).await.1, code);
}

#[tokio::test]
async fn a_token_refused_again_and_again_delays_the_save_and_the_pane_is_told_until_when() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    desk.save(&mara, MARA, "lunch", &desk.with_dana()).await;
    desk.fault(
        json!({ "site": "salesforce", "path": "/services/data", "count": 6, "kind": "session_expired" }),
    );
    for _ in 0..2 {
        desk.run().await;
        desk.advance(TimeDelta::seconds(5));
    }
    desk.run().await;
    let status = desk.status(&mara, MARA, "lunch").await;
    let at: DateTime<Utc> = status["at"].as_str().unwrap().parse().unwrap();
    assert!(at > desk.clock.now() + TimeDelta::seconds(3), "{status}");
    for _ in 0..6 {
        desk.advance(TimeDelta::minutes(1));
        desk.run().await;
    }
    assert_eq!(desk.status(&mara, MARA, "lunch").await["status"], "saved");
}

#[tokio::test]
async fn aut_7_a_press_of_save_wakes_the_worker_at_once() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    let working = {
        let app = Arc::clone(&desk.app);
        tokio::spawn(async move { worker::run(app, "worker", std::future::pending()).await })
    };
    desk.save(&mara, MARA, "lunch", &desk.with_dana()).await;
    let saved = async {
        while desk.status(&mara, MARA, "lunch").await["status"] != "saved" {
            tokio::task::yield_now().await;
        }
    };
    // Left alone, the worker would look again after half a minute.
    tokio::time::timeout(Duration::from_secs(20), saved).await.unwrap();
    working.abort();
    assert_eq!(desk.events("Lunch with Dana").len(), 1);
}
