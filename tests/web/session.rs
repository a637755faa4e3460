//! Token life: two panes, one refresh token that changes with each use.

use calbridge::{
    kept::Kept,
    outlook::Outlook,
    send::Config,
    session::{Session, SignedIn, pkce::challenge},
};
use calbridge_wire::{CallError, salesforce::userinfo::UserInfo};
use futures_util::future::join;
use leptos::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::fake;

fn device() -> web_sys::Storage {
    window().local_storage().unwrap().unwrap()
}

/// A device that remembers Mara, under a partition of its own, and a pane on it.
fn remember(partition: &str, refresh: &str) {
    device().set_item(&format!("{partition}calbridge.refresh"), refresh).unwrap();
    let user = r#"{"id":"005D00000000001","name":"Mara Lindqvist"}"#;
    device().set_item(&format!("{partition}calbridge.user"), user).unwrap();
}

fn pane(partition: &str) -> (Session, RwSignal<SignedIn>) {
    let config = Config {
        service: "https://service.example".to_owned(),
        my_domain: "https://brightwater.my.salesforce.example".to_owned(),
        client_id: "calbridge-pane".to_owned(),
        api_version: "v67.0".to_owned(),
    };
    let signed_in = RwSignal::new(SignedIn::Starting);
    let session = Session::new(config, Outlook::with_limit(1000), Kept::of(partition), signed_in);
    (session, signed_in)
}

fn mara() -> SignedIn {
    SignedIn::As { name: "Mara Lindqvist".to_owned() }
}

#[wasm_bindgen_test]
async fn two_panes_take_turns_over_one_rotating_refresh_token() {
    fake::open_org("first");
    remember("turns.", "first");
    let ((one, one_in), (two, two_in)) = (pane("turns."), pane("turns."));
    assert_eq!((one_in.get_untracked(), two_in.get_untracked()), (mara(), mara()));
    for round in 1..=5 {
        let (first, second) = join(one.salesforce(UserInfo), two.salesforce(UserInfo)).await;
        assert!(first.is_ok() && second.is_ok(), "round {round}: {first:?} {second:?}");
        fake::expire_access();
    }
    assert_eq!(fake::refreshes(), 10);
    assert_eq!((one_in.get_untracked(), two_in.get_untracked()), (mara(), mara()));
}

#[wasm_bindgen_test]
async fn many_calls_of_one_pane_renew_an_expired_token_once() {
    fake::open_org("first");
    remember("once.", "first");
    let (session, _) = pane("once.");
    let all = futures_util::future::join_all((0..6).map(|_| session.salesforce(UserInfo))).await;
    assert!(all.iter().all(Result::is_ok), "{all:?}");
    assert_eq!(fake::refreshes(), 1);
    fake::expire_access();
    let again = join(session.salesforce(UserInfo), session.salesforce(UserInfo)).await;
    assert!(again.0.is_ok() && again.1.is_ok());
    assert_eq!(fake::refreshes(), 2);
}

#[wasm_bindgen_test]
async fn a_session_that_has_ended_is_told_and_its_token_forgotten() {
    fake::open_org("another");
    remember("ended.", "stale");
    let (session, signed_in) = pane("ended.");
    assert_eq!(session.salesforce(UserInfo).await, Err(CallError::SignedOut));
    assert_eq!(signed_in.get_untracked(), SignedIn::Out { ended: true });
    assert_eq!(device().get_item("ended.calbridge.refresh").unwrap(), None);
    assert_eq!(session.user(), None);
}

#[wasm_bindgen_test]
fn a_first_start_knows_nobody_and_blames_nothing() {
    let (session, signed_in) = pane("fresh.");
    assert_eq!(signed_in.get_untracked(), SignedIn::Out { ended: false });
    assert_eq!(session.user(), None);
}

/// RFC 7636, appendix B.
#[wasm_bindgen_test]
async fn the_browser_makes_the_challenge_of_the_standards_own_example() {
    let challenge = challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").await;
    assert_eq!(challenge.as_deref(), Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
}
