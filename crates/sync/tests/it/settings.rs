//! Settings through the API: who may set what, and that it holds without a restart (SET).

use http::StatusCode;
use serde_json::{Value, json};

use crate::desk::{Desk, INES, MARA};

/// One setting as the caller sees it.
async fn shown(desk: &Desk, token: &str, name: &str) -> Value {
    let (status, answer) = desk.call(token, "GET", "/v1/settings", Value::Null).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let settings = answer["settings"].as_array().unwrap();
    settings.iter().find(|setting| setting["name"] == name).cloned().unwrap()
}

async fn put(desk: &Desk, token: &str, path: &str, settings: Value) -> (StatusCode, Value) {
    desk.call(token, "PUT", path, json!({ "settings": settings })).await
}

#[tokio::test]
async fn set_a_user_sets_their_own_and_takes_them_back() {
    let desk = Desk::open().await;
    let (mara, ines) = (desk.sign_in(MARA).await, desk.sign_in(INES).await);
    let before = shown(&desk, &mara, "SafeDescription").await;
    assert_eq!((&before["value"], &before["set_by"]), (&json!("on"), &json!("default")));
    let (status, answer) = put(&desk, &mara, "/v1/settings", json!({ "SafeDescription": "off" })).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let set = shown(&desk, &mara, "SafeDescription").await;
    assert_eq!(
        (&set["value"], &set["set_by"], &set["locked"]),
        (&json!("off"), &json!("user"), &Value::Null)
    );
    assert_eq!(shown(&desk, &ines, "SafeDescription").await["value"], "on", "hers alone");
    let (_, me) = desk.call(&mara, "GET", "/v1/me", Value::Null).await;
    assert_eq!(me["settings"]["safe_description"], false, "it holds without a restart");
    put(&desk, &mara, "/v1/settings", json!({})).await;
    assert_eq!(shown(&desk, &mara, "SafeDescription").await, before);
}

#[tokio::test]
async fn set_an_admin_forces_and_allows() {
    let desk = Desk::open().await;
    let (mara, ines) = (desk.sign_in(MARA).await, desk.sign_in(INES).await);
    put(&desk, &mara, "/v1/settings", json!({ "Direction": "up" })).await;
    let org = |forced: bool| json!({ "Direction": { "value": "down", "forced": forced } });
    assert_eq!(put(&desk, &ines, "/v1/org/settings", org(false)).await.0, StatusCode::OK);
    assert_eq!(shown(&desk, &mara, "Direction").await["value"], "up", "allowed");
    assert_eq!(shown(&desk, &ines, "Direction").await["set_by"], "admin");

    put(&desk, &ines, "/v1/org/settings", org(true)).await;
    let forced = shown(&desk, &mara, "Direction").await;
    assert_eq!((&forced["value"], &forced["set_by"]), (&json!("down"), &json!("forced")));
    assert!(forced["locked"].as_str().unwrap().contains("set by your admin"), "{forced}");
    let (status, problem) = put(&desk, &mara, "/v1/settings", json!({ "Direction": "both" })).await;
    assert_eq!((status, &problem["code"]), (StatusCode::FORBIDDEN, &json!("SET")));

    assert_eq!(
        put(&desk, &mara, "/v1/settings", json!({ "SafeDescription": "off" })).await.0,
        StatusCode::OK
    );
    put(&desk, &ines, "/v1/org/settings", json!({})).await;
    assert_eq!(shown(&desk, &mara, "Direction").await["value"], "up", "kept while it was forced");
}

#[tokio::test]
async fn set_only_admins_set_what_holds_for_the_org() {
    let desk = Desk::open().await;
    let (mara, ines) = (desk.sign_in(MARA).await, desk.sign_in(INES).await);
    for method in ["GET", "PUT"] {
        let (status, problem) = desk.call(&mara, method, "/v1/org/settings", json!({ "settings": {} })).await;
        assert_eq!((status, &problem["code"]), (StatusCode::FORBIDDEN, &json!("not-admin")), "{method}");
    }
    let (status, problem) = put(&desk, &ines, "/v1/settings", json!({ "SessionMinutes": "5" })).await;
    assert_eq!(
        (status, &problem["code"]),
        (StatusCode::FORBIDDEN, &json!("SET")),
        "an admin is a user there"
    );
}

#[tokio::test]
async fn set_what_cannot_be_is_refused_whole_and_says_what_is_taken() {
    let desk = Desk::open().await;
    let ines = desk.sign_in(INES).await;
    for (settings, says) in [
        (json!({ "SafeDescription": "off", "Direction": "sideways" }), "both · up · down"),
        (json!({ "SafeDescription": "off", "Blocklist": "*.acme.example" }), "wildcard"),
        (json!({ "SafeDescription": "off", "SafeDescriptions": "on" }), "no setting"),
    ] {
        let (status, problem) = put(&desk, &ines, "/v1/settings", settings).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{problem}");
        assert!(problem["message"].as_str().unwrap().contains(says), "{problem}");
        assert_eq!(shown(&desk, &ines, "SafeDescription").await["set_by"], "default");
    }
    let org = json!({ "SessionMinutes": { "value": "0" } });
    assert_eq!(put(&desk, &ines, "/v1/org/settings", org).await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn set_what_was_exported_is_imported() {
    let desk = Desk::open().await;
    let ines = desk.sign_in(INES).await;
    let wanted = json!({
        "Blocklist": { "value": "pat@acme.example, moreno.example", "forced": true },
        "CompanyDomains": { "value": "brightwater.example, bw.example", "forced": false },
        "WindowFutureDays": { "value": "90", "forced": false },
    });
    put(&desk, &ines, "/v1/org/settings", wanted.clone()).await;
    let (_, exported) = desk.call(&ines, "GET", "/v1/org/settings", Value::Null).await;
    assert_eq!(exported["settings"], wanted);
    put(&desk, &ines, "/v1/org/settings", json!({})).await;
    let (_, first) = desk.call(&ines, "GET", "/v1/org/settings", Value::Null).await;
    let of_file = json!({ "CompanyDomains": { "value": "brightwater.example", "forced": false } });
    assert_eq!(first["settings"], of_file, "what the configuration file says");
    assert_eq!(
        desk.call(&ines, "PUT", "/v1/org/settings", exported.clone()).await,
        (StatusCode::OK, exported)
    );
}

#[tokio::test]
async fn set_a_settings_change_has_the_whole_window_read_again() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    desk.call(&mara, "GET", "/v1/me", Value::Null).await;
    desk.run().await;
    let mailbox = calbridge_rules::id::Address::parse(MARA).unwrap();
    assert!(desk.app.store.cursor(&mailbox).await.unwrap().is_some());
    put(&desk, &mara, "/v1/settings", json!({ "AutosaveMeetings": "on" })).await;
    assert_eq!(desk.app.store.cursor(&mailbox).await.unwrap(), None);
    desk.advance(chrono::TimeDelta::seconds(1));
    desk.run().await;
    assert!(desk.app.store.cursor(&mailbox).await.unwrap().is_some());
}

#[tokio::test]
async fn set_a_preview_tells_what_settings_would_do_and_writes_nothing() {
    let desk = Desk::open().await;
    let (mara, ines) = (desk.sign_in(MARA).await, desk.sign_in(INES).await);
    for token in [&mara, &ines] {
        desk.call(token, "GET", "/v1/me", Value::Null).await;
    }
    desk.run().await;
    let before = desk.records("Event").len();
    let foreseen = async |settings: Value| {
        let (status, effect) =
            desk.call(&mara, "POST", "/v1/settings/preview", json!({ "settings": settings })).await;
        assert_eq!(status, StatusCode::OK, "{effect}");
        effect
    };
    assert_eq!(foreseen(json!({})).await["saves"], 0);
    assert_eq!(foreseen(json!({ "AutosaveMeetings": "on" })).await["saves"], 0, "AUT-4: all are older");
    desk.save(&mara, MARA, "lunch", &desk.with_dana()).await;
    let effect = foreseen(json!({ "Direction": "up" })).await;
    assert_eq!((&effect["saves"], &effect["deletes"], &effect["mails"]), (&json!(1), &json!(0), &json!(0)));
    assert_eq!(desk.records("Event").len(), before, "nothing was written");
    assert_eq!(shown(&desk, &mara, "Direction").await["value"], "both", "nothing was kept");

    let org =
        json!({ "settings": { "SinceEnabled": { "value": "off" }, "AutosaveMeetings": { "value": "on" } } });
    let (status, effect) = desk.call(&ines, "POST", "/v1/org/settings/preview", org.clone()).await;
    assert_eq!((status, &effect["mailboxes"]), (StatusCode::OK, &json!(2)), "{effect}");
    assert!(effect["saves"].as_u64().unwrap() > 1, "{effect}");
    assert_eq!(desk.call(&mara, "POST", "/v1/org/settings/preview", org).await.0, StatusCode::FORBIDDEN);
    assert_eq!(desk.records("Event").len(), before);
}
