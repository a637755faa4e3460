//! A refusal of the service keeps its words.

use calbridge_rules::{
    id::{Address, ItemId},
    saving::{Choice, SyncOff},
};

use super::*;
use crate::{
    call::Endpoint,
    service::{
        GetLogin, GetMe, IdFormat, ItemRef, LoginCode, LookupItem, PostPage, PostSave, PostSession,
        PostUnsync, PutLogin, PutSync, SaveRequest, SetSync, UnsyncRequest,
    },
    testing::{fixture, reply, shown, with},
};

const BASE: &str = "https://service.example";

fn item() -> ItemRef {
    ItemRef {
        mailbox: Address::parse("mara@brightwater.example").unwrap(),
        item_id: ItemId::parse("AAMk/Item+1=").unwrap(),
        id_format: IdFormat::Ews,
        series_id: None,
    }
}

fn save() -> PostSave {
    let request = SaveRequest {
        idempotency_key: "3f0c9a52-7d1e-4b7e".to_owned(),
        item: item(),
        choice: Choice::default(),
    };
    PostSave { request }
}

#[test]
fn sav_1_a_save_request_says_item_and_choice() {
    insta::assert_snapshot!(shown(&save().request(BASE)), @r#"
    POST https://service.example/v1/saves
    content-type: application/json

    {"choice":{"also_what":[],"also_who":null,"fields":{},"files":null,"scope":"single","what":null,"who":null},"idempotency_key":"3f0c9a52-7d1e-4b7e","item":{"id_format":"ews","item_id":"AAMk/Item+1=","mailbox":"mara@brightwater.example","series_id":null}}
    "#);
    let accepted = save().read(&reply(202, "{\"expected_at\":\"2026-11-20T14:32:00Z\"}")).unwrap();
    assert_eq!(accepted.expected_at.to_rfc3339(), "2026-11-20T14:32:00+00:00");
}

#[test]
fn uns_1_a_request_to_take_an_item_back_says_which_and_hears_whether_it_was_withdrawn() {
    let idempotency_key = "3f0c9a52-7d1e-4b7e".to_owned();
    let request = UnsyncRequest { idempotency_key, item: item(), request_only: false };
    let unsync = PostUnsync { request };
    insta::assert_snapshot!(shown(&unsync.request(BASE)), @r#"
    POST https://service.example/v1/unsyncs
    content-type: application/json

    {"idempotency_key":"3f0c9a52-7d1e-4b7e","item":{"id_format":"ews","item_id":"AAMk/Item+1=","mailbox":"mara@brightwater.example","series_id":null},"request_only":false}
    "#);
    let said = "{\"expected_at\":\"2026-11-20T14:32:00Z\",\"withdrawn\":true}";
    assert!(unsync.read(&reply(202, said)).unwrap().withdrawn);
    assert!(unsync.read(&reply(202, "{}")).is_err());
}

#[test]
fn sav_3_a_refusal_because_sync_is_off_is_recognised() {
    for status in [403, 409, 422] {
        let Err(CallError::Rejected(rejection)) =
            save().read(&reply(status, fixture!("service/sync_off.json")))
        else {
            panic!("{status} is a refusal");
        };
        assert_eq!(rejection.sync_off, Some(SyncOff::Paused));
        assert_eq!(rejection.code, "SAV-3");
        assert_eq!(rejection.message, "Sync is paused for you.");
        assert_eq!(rejection.remedy, "Resume it, then save again.");
    }
}

#[test]
fn other_refusals_say_what_to_do_next() {
    let problem = "{\"code\":\"mailbox\",\"message\":\"Not your mailbox.\",\"remedy\":\"Ask the owner.\"}";
    let heard = |status| check(&reply(status, problem)).unwrap_err();
    assert_eq!(heard(401), CallError::SignedOut);
    let CallError::Forbidden(rejection) = heard(403) else { panic!("403 is forbidden") };
    assert_eq!((rejection.code.as_str(), rejection.remedy.as_str()), ("mailbox", "Ask the owner."));
    assert_eq!(heard(404), CallError::Gone);
    assert!(matches!(heard(400), CallError::Rejected(_)));
    assert_eq!(heard(503), CallError::Unavailable { status: 503, retry_after_ms: None });
    let busy = with(reply(429, problem), "retry-after", "2");
    assert_eq!(check(&busy), Err(CallError::Throttled { retry_after_ms: Some(2000) }));
}

#[test]
fn a_service_that_answers_garbage_is_told_apart() {
    for (status, body) in [(200, "<html>"), (202, ""), (202, "{}"), (404, "<html>"), (400, "{}")] {
        let error = save().read(&reply(status, body)).unwrap_err();
        assert!(matches!(error, CallError::Malformed { .. }), "{status} {body}: {error}");
    }
    assert!(matches!(save().read(&reply(502, "<html>")), Err(CallError::Unavailable { status: 502, .. })));
}

#[test]
fn every_exchange_has_its_address() {
    let wanted = SetSync { active: true };
    let login = LoginCode { code: "aPrx".to_owned(), state: "s".to_owned() };
    let asked = [
        shown(&GetMe.request(BASE)),
        shown(&PutSync { wanted }.request(BASE)),
        shown(&LookupItem { item: item() }.request(BASE)),
        shown(&PostSession.request(BASE)),
        shown(&PostPage.request(BASE)),
        shown(&PutLogin { id: "0123456789abcdef".to_owned(), login }.request(BASE)),
        shown(&GetLogin { id: "../me".to_owned() }.request(BASE)),
    ];
    insta::assert_snapshot!(asked.join("\n"), @r#"
    GET https://service.example/v1/me
    PUT https://service.example/v1/me/sync
    content-type: application/json

    {"active":true}
    POST https://service.example/v1/items/lookup
    content-type: application/json

    {"id_format":"ews","item_id":"AAMk/Item+1=","mailbox":"mara@brightwater.example","series_id":null}
    POST https://service.example/v1/sessions
    POST https://service.example/v1/pages
    PUT https://service.example/v1/logins/0123456789abcdef
    content-type: application/json

    {"code":"aPrx","state":"s"}
    GET https://service.example/v1/logins/..%2Fme
    "#);
}

#[test]
fn a_code_that_was_fetched_already_is_gone() {
    let problem = "{\"code\":\"login\",\"message\":\"Not there.\",\"remedy\":\"Sign in again.\"}";
    let fetch = GetLogin { id: "0123456789abcdef".to_owned() };
    assert_eq!(fetch.read(&reply(404, problem)), Err(CallError::Gone));
}
