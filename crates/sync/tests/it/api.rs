//! The API itself: who may call, what is refused, and that a press of Save counts once.

use std::sync::Arc;

use axum::body::Body;
use calbridge_rules::saving::Choice;
use calbridge_sync::http::routes;
use chrono::TimeDelta;
use http::{Request, StatusCode, header};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::desk::{Desk, INES, MARA, PANE, THEO};

#[tokio::test]
async fn the_service_says_who_calls_and_that_sync_runs() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    let (status, me) = desk.call(&mara, "GET", "/v1/me", Value::Null).await;
    assert_eq!(status, StatusCode::OK, "{me}");
    assert_eq!(me["mailbox"], MARA);
    assert_eq!(me["name"], "Mara Lindqvist");
    assert_eq!(me["sync"], json!({ "state": "active" }));
    assert_eq!(me["settings"]["company_domains"], json!(["brightwater.example"]));
    assert!(me["next_session"].is_string(), "{me}");
}

#[tokio::test]
async fn nobody_calls_without_a_token_of_the_org() {
    let desk = Desk::open().await;
    for token in ["", "00Dxx!made-up"] {
        let (status, problem) = desk.call(token, "GET", "/v1/me", Value::Null).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
        assert_eq!(problem["code"], "signed-out");
    }
}

#[tokio::test]
async fn a_token_is_believed_for_a_minute_and_no_longer() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    desk.call(&mara, "GET", "/v1/me", Value::Null).await;
    desk.world.lock().unwrap().salesforce.expire_sessions();
    assert_eq!(desk.call(&mara, "GET", "/v1/me", Value::Null).await.0, StatusCode::OK);
    desk.advance(TimeDelta::seconds(61));
    assert_eq!(desk.call(&mara, "GET", "/v1/me", Value::Null).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn sav_3_without_sync_a_save_is_refused_with_the_reason_and_nothing_is_kept() {
    let desk = Desk::open().await;
    let theo = desk.sign_in(THEO).await;
    let (status, problem) = desk.save(&theo, THEO, "theo-own", &Choice::default()).await;
    assert_eq!(
        (status, &problem["code"], &problem["sync_off"]),
        (StatusCode::CONFLICT, &json!("SAV-3"), &json!("never_enabled"))
    );
    assert_eq!(desk.status(&theo, THEO, "theo-own").await["status"], "not_saved");

    let (status, me) = desk.call(&theo, "PUT", "/v1/me/sync", json!({ "active": true })).await;
    assert_eq!((status, &me["sync"]["state"]), (StatusCode::OK, &json!("active")));
    assert_eq!(desk.save(&theo, THEO, "theo-own", &desk.with_dana()).await.0, StatusCode::ACCEPTED);

    let (_, me) = desk.call(&theo, "PUT", "/v1/me/sync", json!({ "active": false })).await;
    assert_eq!(me["sync"], json!({ "state": "off", "why": "paused" }));
    assert_eq!(me["next_session"], Value::Null);
    let (_, problem) = desk.save(&theo, THEO, "theo-own", &Choice::default()).await;
    assert_eq!(problem["sync_off"], "paused");
    assert_eq!(desk.call(&theo, "POST", "/v1/sessions", Value::Null).await.0, StatusCode::CONFLICT);
}

#[tokio::test]
async fn sav_12_the_same_key_brings_the_same_answer_and_one_event() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    let request = json!({
        "idempotency_key": desk.key(),
        "item": desk.item(MARA, "lunch"),
        "choice": desk.with_dana(),
    });
    let first = desk.call(&mara, "POST", "/v1/saves", request.clone()).await;
    assert_eq!(first.0, StatusCode::ACCEPTED);
    desk.advance(TimeDelta::seconds(3));
    assert_eq!(desk.call(&mara, "POST", "/v1/saves", request.clone()).await, first);
    desk.run().await;
    assert_eq!(desk.call(&mara, "POST", "/v1/saves", request).await, first);
    desk.run().await;
    assert_eq!(desk.events("Lunch with Dana").len(), 1);
    assert_eq!(desk.status(&mara, MARA, "lunch").await["status"], "saved");
}

#[tokio::test]
async fn sav_12_one_key_never_stands_for_two_requests() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    let mut request =
        json!({ "idempotency_key": desk.key(), "item": desk.item(MARA, "lunch"), "choice": {} });
    desk.call(&mara, "POST", "/v1/saves", request.clone()).await;
    request["item"] = desk.item(MARA, "pricing-review");
    let (status, problem) = desk.call(&mara, "POST", "/v1/saves", request).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("SAV-12")));
}

#[tokio::test]
async fn sav_12_keys_of_presses_are_forgotten_after_a_week() {
    let desk = Desk::open().await;
    let press = async |item: &str| {
        let mara = desk.sign_in(MARA).await;
        let request = json!({ "idempotency_key": "one-key-for-all-of-them", "item": desk.item(MARA, item), "choice": {} });
        desk.call(&mara, "POST", "/v1/saves", request).await.0
    };
    assert_eq!(press("lunch").await, StatusCode::ACCEPTED);
    for (later, answer) in
        [(TimeDelta::days(6), StatusCode::CONFLICT), (TimeDelta::days(2), StatusCode::ACCEPTED)]
    {
        desk.advance(later);
        desk.app.store.sweep(desk.app.now_ms()).await.unwrap();
        assert_eq!(press("pricing-review").await, answer);
    }
}

#[tokio::test]
async fn sav_12_two_people_may_use_one_key() {
    let desk = Desk::open().await;
    let (mara, ines) = (desk.sign_in(MARA).await, desk.sign_in(INES).await);
    let request =
        |item: Value| json!({ "idempotency_key": "one-key-for-two-people", "item": item, "choice": {} });
    let first = desk.call(&mara, "POST", "/v1/saves", request(desk.item(MARA, "lunch"))).await;
    let second = desk.call(&ines, "POST", "/v1/saves", request(desk.item(INES, "ines-own"))).await;
    assert_eq!((first.0, second.0), (StatusCode::ACCEPTED, StatusCode::ACCEPTED));
}

#[tokio::test]
async fn dlg_1_another_persons_mailbox_is_refused() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    let (status, problem) = desk.save(&mara, INES, "ines-own", &Choice::default()).await;
    assert_eq!((status, &problem["code"]), (StatusCode::FORBIDDEN, &json!("DLG-1")));
    let (status, _) = desk.call(&mara, "POST", "/v1/items/lookup", desk.item(INES, "ines-own")).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_mailbox_belongs_to_the_first_user_who_has_its_address() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    desk.call(&mara, "GET", "/v1/me", Value::Null).await;
    let theo = desk.record("User", "Email", THEO);
    let fields = json!({ "Email": MARA });
    desk.control("POST", "/salesforce/records", &json!({ "type": "User", "id": theo, "fields": fields }));
    let theo = desk.sign_in(THEO).await;
    let (_, me) = desk.call(&theo, "GET", "/v1/me", Value::Null).await;
    assert_eq!(me["mailbox"], Value::Null, "{me}");
    let (status, problem) = desk.save(&theo, MARA, "lunch", &Choice::default()).await;
    assert_eq!((status, &problem["code"]), (StatusCode::FORBIDDEN, &json!("no-mailbox")));
}

#[tokio::test]
async fn an_address_that_nobody_verified_brings_no_mailbox() {
    let desk = Desk::open().await;
    let theo = desk.sign_in(THEO).await;
    let body = json!({
        "user_id": desk.record("User", "Email", THEO),
        "organization_id": "00D5e00000BrighEAB",
        "name": "Theo Park",
        "email": MARA,
        "email_verified": false,
    });
    let kind = json!({ "status": 200, "body": body });
    desk.fault(json!({ "site": "salesforce", "path": "/userinfo", "count": 1, "kind": kind }));
    let (status, me) = desk.call(&theo, "GET", "/v1/me", Value::Null).await;
    assert_eq!((status, &me["mailbox"]), (StatusCode::OK, &Value::Null), "{me}");
    let mara = desk.sign_in(MARA).await;
    assert_eq!(desk.call(&mara, "GET", "/v1/me", Value::Null).await.1["mailbox"], MARA);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_as_a_problem() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    let item = desk.item(MARA, "lunch");
    for request in [
        json!({ "idempotency_key": "short", "item": item, "choice": {} }),
        json!({ "idempotency_key": "has blanks and more", "item": item, "choice": {} }),
        json!({ "idempotency_key": desk.key(), "item": { "mailbox": MARA, "item_id": "" }, "choice": {} }),
        json!({ "idempotency_key": desk.key(), "item": item, "choice": { "what": "no record" } }),
        json!([]),
    ] {
        let (status, problem) = desk.call(&mara, "POST", "/v1/saves", request.clone()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{request}");
        assert_eq!(problem["code"], "bad-request", "{request}");
    }
    let (status, problem) = desk.call(&mara, "GET", "/v1/nothing", Value::Null).await;
    assert_eq!((status, &problem["code"]), (StatusCode::NOT_FOUND, &json!("no-route")));
    let (status, problem) = desk.call(&mara, "DELETE", "/v1/me", Value::Null).await;
    assert_eq!((status, &problem["code"]), (StatusCode::METHOD_NOT_ALLOWED, &json!("no-method")));
    let huge = json!({ "idempotency_key": "x".repeat(300_000) });
    assert_eq!(desk.call(&mara, "POST", "/v1/saves", huge).await.1["code"], "bad-request");
}

#[tokio::test]
async fn a_sign_in_code_is_relayed_once_within_two_minutes() {
    let desk = Desk::open().await;
    let code = json!({ "code": "aPrx", "state": "s1" });
    let id = |n: u8| format!("/v1/logins/{}", char::from(b'a' + n).to_string().repeat(32));
    assert_eq!(desk.call("", "GET", &id(0), Value::Null).await.0, StatusCode::NOT_FOUND);
    assert_eq!(desk.call("", "PUT", &id(0), code.clone()).await.0, StatusCode::NO_CONTENT);
    assert_eq!(desk.call("", "PUT", &id(0), code.clone()).await.0, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(desk.call("", "GET", &id(0), Value::Null).await, (StatusCode::OK, code.clone()));
    assert_eq!(desk.call("", "GET", &id(0), Value::Null).await.0, StatusCode::NOT_FOUND);

    desk.call("", "PUT", &id(1), code.clone()).await;
    desk.advance(TimeDelta::seconds(120));
    assert_eq!(desk.call("", "GET", &id(1), Value::Null).await.0, StatusCode::NOT_FOUND);

    let guessable = "/v1/logins/1234567890";
    assert_eq!(desk.call("", "PUT", guessable, code).await.0, StatusCode::BAD_REQUEST);
    let long = json!({ "code": "c".repeat(5_000), "state": "s" });
    assert_eq!(desk.call("", "PUT", &id(2), long).await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn only_pages_of_the_pane_may_call() {
    let desk = Desk::open().await;
    for (origin, status, allowed) in
        [(PANE, StatusCode::NO_CONTENT, Some(PANE)), ("https://evil.example", StatusCode::FORBIDDEN, None)]
    {
        let preflight = Request::options("/v1/saves")
            .header(header::ORIGIN, origin)
            .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
            .body(Body::empty());
        let answer = routes(Arc::clone(&desk.app)).oneshot(preflight.unwrap()).await.unwrap();
        assert_eq!(answer.status(), status, "{origin}");
        let named = answer.headers().get(header::ACCESS_CONTROL_ALLOW_ORIGIN);
        assert_eq!(named.map(|value| value.to_str().unwrap()), allowed, "{origin}");
    }
}

#[tokio::test]
async fn the_api_describes_itself_and_says_how_it_is() {
    let desk = Desk::open().await;
    let nobody = json!({ "served": 0, "due": 0, "longest_wait_ms": 0 });
    assert_eq!(
        desk.call("", "GET", "/healthz", Value::Null).await,
        (StatusCode::OK, json!({ "status": "no-worker", "workers": 0, "mailboxes": nobody }))
    );
    let (_, api) = desk.call("", "GET", "/openapi.json", Value::Null).await;
    let paths: Vec<&String> = api["paths"].as_object().unwrap().keys().collect();
    let expected = [
        "/healthz",
        "/v1/calendars",
        "/v1/deeds",
        "/v1/issues",
        "/v1/items/lookup",
        "/v1/journal",
        "/v1/logins/{id}",
        "/v1/me",
        "/v1/me/sync",
        "/v1/notices",
        "/v1/org/issues",
        "/v1/org/journal",
        "/v1/org/settings",
        "/v1/org/settings/preview",
        "/v1/pages",
        "/v1/saves",
        "/v1/sessions",
        "/v1/settings",
        "/v1/settings/preview",
        "/v1/take-overs",
        "/v1/unsyncs",
    ];
    assert_eq!(paths, expected);
    for schema in ["Me", "SaveRequest", "ItemStanding", "Problem"] {
        assert!(api["components"]["schemas"][schema].is_object(), "{schema}");
    }
    let standing = &api["components"]["schemas"]["ItemStanding"]["properties"];
    for member in ["status", "synced_organizer", "is_draft", "is_all_day", "is_private", "chosen"] {
        assert!(standing[member].is_object(), "{member}");
    }
}

#[tokio::test]
async fn a_lookup_tells_what_only_the_service_knows() {
    let desk = Desk::open().await;
    let (mara, ines) = (desk.sign_in(MARA).await, desk.sign_in(INES).await);
    desk.call(&ines, "GET", "/v1/me", Value::Null).await;
    let look = async |key: &str| desk.call(&mara, "POST", "/v1/items/lookup", desk.item(MARA, key)).await.1;
    assert_eq!(look("organizer-ines").await["synced_organizer"], "Ines Roth");
    assert_eq!(look("organizer-dana").await["synced_organizer"], Value::Null);
    assert_eq!(look("organizer-theo").await["synced_organizer"], Value::Null);
    assert_eq!(look("draft-meeting").await["is_draft"], true);
    assert_eq!(look("lunch").await["is_draft"], false);
    assert_eq!(look("allday-3").await["is_all_day"], true);
    assert_eq!(look("lunch").await["is_private"], false);
    assert_eq!(look("private-doctor").await["is_private"], true);
}

#[tokio::test]
async fn tzn_2_a_lookup_tells_whether_a_saved_item_is_all_day() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    let look = async |key: &str| desk.call(&mara, "POST", "/v1/items/lookup", desk.item(MARA, key)).await.1;
    for (key, is_all_day) in [("lunch", false), ("allday-3", true)] {
        desk.save(&mara, MARA, key, &desk.with_dana()).await;
        desk.run().await;
        let standing = look(key).await;
        assert_eq!(standing["status"]["status"], "saved", "{key}");
        assert_eq!(standing["is_all_day"], is_all_day, "{key}");
        assert_eq!(standing["is_private"], false, "{key}");
    }
    desk.fault(json!({ "site": "graph", "kind": { "status": 503 } }));
    assert_eq!(look("lunch").await["status"]["status"], "saved");
}

#[tokio::test]
async fn sav_11_a_lookup_tells_what_was_chosen_while_the_save_waits() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    let look = async |key: &str| desk.call(&mara, "POST", "/v1/items/lookup", desk.item(MARA, key)).await.1;
    assert_eq!(look("lunch").await["chosen"], Value::Null);
    let choice = desk.with_dana();
    desk.save(&mara, MARA, "lunch", &choice).await;
    let standing = look("lunch").await;
    assert_eq!(standing["status"]["status"], "will_be_saved");
    assert_eq!(serde_json::from_value::<Choice>(standing["chosen"].clone()).unwrap(), choice);
    desk.run().await;
    assert_eq!(look("lunch").await["chosen"], Value::Null, "carried out");

    desk.save(&mara, MARA, "draft-meeting", &choice).await;
    desk.run().await;
    let standing = look("draft-meeting").await;
    assert_eq!(standing["status"]["status"], "issue");
    assert_eq!(serde_json::from_value::<Choice>(standing["chosen"].clone()).unwrap(), choice);
}

#[tokio::test]
async fn sav_11_nobody_chose_the_links_of_a_category() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    desk.call(&mara, "GET", "/v1/me", Value::Null).await;
    desk.categorize(MARA, "draft-meeting", &["Salesforce"]).await;
    desk.run().await;
    let (_, standing) = desk.call(&mara, "POST", "/v1/items/lookup", desk.item(MARA, "draft-meeting")).await;
    assert_eq!((&standing["status"]["status"], &standing["chosen"]), (&json!("issue"), &Value::Null));
}

#[tokio::test]
async fn a_lookup_answers_without_the_calendar() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    desk.fault(json!({ "site": "graph", "kind": { "status": 503 } }));
    let (status, standing) = desk.call(&mara, "POST", "/v1/items/lookup", desk.item(MARA, "lunch")).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(standing["status"]["status"], "not_saved");
    assert_eq!(standing["is_draft"], Value::Null);
    assert_eq!(standing["is_private"], Value::Null);
}
