//! The open item, read through Office.js.

use calbridge::outlook::{Failure, Mode, OpenItem, Opened, Outlook};
use calbridge_rules::{
    id::{Address, RecordId},
    item::{Kind, Role, Sensitivity, Span},
};
use serde_json::{Value, json};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::fake;

/// Long enough for the fake, which answers within a millisecond or never.
const LIMIT_MS: u32 = 300;
/// 14:00 in Berlin on a winter day.
const START: i64 = 1_800_018_000_000;
const HOUR: i64 = 3_600_000;

fn meeting(mode: &str) -> Value {
    json!({
        "mode": mode,
        "subject": "Renewal 2027: pricing review",
        "location": "Microsoft Teams",
        "start": START,
        "end": START + HOUR,
        "organizer": ["Mara Lindqvist", "mara@brightwater.example"],
        "required": [
            ["Mara Lindqvist", "Mara@brightwater.example"],
            ["Dana \"DJ\" Okafor 🎉", "dana@acme.example"],
            ["مريم", "/o=First/cn=Room"],
        ],
        "optional": [["Luis Moreno", "luis@moreno.example"]],
        "categories": ["Travel"],
        "properties": {
            "calbridge.event": "00UD00000000001",
            "calbridge.status": "saved",
            "calbridge.code": "",
            "calbridge.at": "2026-11-20T13:00:00Z",
            "other": "kept",
        },
    })
}

/// The scene with some of it changed.
fn but(mut scene: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().cloned().unwrap_or_default() {
        scene[name] = value;
    }
    scene
}

async fn read(scene: &Value) -> Result<Opened, Failure> {
    fake::play(&scene.to_string());
    Outlook::with_limit(LIMIT_MS).opened().await
}

async fn open(scene: &Value) -> OpenItem {
    match read(scene).await {
        Ok(Opened::Item(open)) => *open,
        other => panic!("no item: {other:?}"),
    }
}

async fn check_meeting(mode: Mode, word: &str) {
    let open = open(&meeting(word)).await;
    assert_eq!(open.mode, mode);
    assert_eq!(open.user.as_str(), "mara@brightwater.example");
    assert_eq!(open.mailbox, open.user);
    assert_eq!(open.zone, "Europe/Berlin");
    assert_eq!(open.pointer.and_then(|pointer| pointer.event), RecordId::parse("00UD00000000001").ok());
    let item = open.item;
    assert_eq!(item.id.map(String::from).as_deref(), Some("AAA"));
    assert_eq!(item.subject, "Renewal 2027: pricing review");
    assert_eq!(item.location, "Microsoft Teams");
    assert_eq!(item.categories, ["Travel"]);
    assert_eq!(item.kind, Kind::Single);
    assert!(matches!(item.span, Span::Timed { start, .. } if start.timestamp_millis() == START));
    let people: Vec<_> = item
        .attendees
        .iter()
        .map(|one| (one.person.name.as_str(), one.person.address.as_ref().map(Address::as_str), one.role))
        .collect();
    let expected = [
        ("Dana \"DJ\" Okafor 🎉", Some("dana@acme.example"), Role::Required),
        ("مريم", None, Role::Required),
        ("Luis Moreno", Some("luis@moreno.example"), Role::Optional),
    ];
    assert_eq!(people, expected);
}

#[wasm_bindgen_test]
async fn a_meeting_that_is_read_comes_out_as_it_is() {
    check_meeting(Mode::Read, "read").await;
}

#[wasm_bindgen_test]
async fn a_meeting_that_is_composed_comes_out_as_it_is() {
    check_meeting(Mode::Compose, "compose").await;
}

#[wasm_bindgen_test]
async fn outlook_is_asked_no_more_than_three_things_at_once() {
    open(&meeting("compose")).await;
    assert_eq!(fake::most(), 3);
}

#[wasm_bindgen_test]
async fn a_call_that_never_returns_ends_in_words_and_not_in_waiting() {
    for name in ["subject", "start", "requiredAttendees"] {
        let answer = read(&but(meeting("compose"), &json!({ "silent": [name] }))).await;
        assert_eq!(answer, Err(Failure::TimedOut { name: "getAsync".to_owned() }), "{name}");
    }
}

#[wasm_bindgen_test]
async fn what_no_save_hangs_on_may_stay_silent() {
    let silent = json!({ "silent": ["categories", "loadCustomPropertiesAsync", "getSharedPropertiesAsync"] });
    let open = open(&but(meeting("read"), &silent)).await;
    assert!(open.item.categories.is_empty() && open.pointer.is_none());
}

#[wasm_bindgen_test]
async fn an_older_client_that_lacks_functions_still_shows_the_item() {
    let names = [
        "recurrence",
        "seriesId",
        "categories",
        "loadCustomPropertiesAsync",
        "getSharedPropertiesAsync",
        "location",
    ];
    let open = open(&but(meeting("read"), &json!({ "missing": names }))).await;
    assert_eq!((open.item.kind, open.item.location.as_str()), (Kind::Single, ""));
    assert_eq!(open.item.sensitivity, None::<Sensitivity>);
}

#[wasm_bindgen_test]
async fn a_client_that_lacks_what_is_needed_is_named() {
    let answer = read(&but(meeting("read"), &json!({ "missing": ["start"] }))).await;
    assert_eq!(answer, Err(Failure::ApiMissing { name: "start".to_owned() }));
}

#[wasm_bindgen_test]
async fn a_call_that_throws_at_once_is_a_refusal() {
    let answer = read(&but(meeting("compose"), &json!({ "throwing": ["start"] }))).await;
    assert!(matches!(answer, Err(Failure::Failed { .. })), "{answer:?}");
}

#[wasm_bindgen_test]
async fn an_item_that_changed_during_the_call_keeps_outlooks_code() {
    let answer = read(&but(meeting("compose"), &json!({ "refused": { "end": 9030 } }))).await;
    assert!(matches!(answer, Err(Failure::Failed { code: 9030, .. })), "{answer:?}");
}

#[wasm_bindgen_test]
async fn nothing_open_and_a_mail_are_told_apart() {
    assert_eq!(read(&json!({ "mode": "none" })).await, Ok(Opened::Nothing));
    assert_eq!(read(&json!({ "mode": "read", "itemType": "message" })).await, Ok(Opened::NotCalendar));
    fake::leave();
    assert_eq!(Outlook::with_limit(LIMIT_MS).opened().await, Ok(Opened::Nothing));
}

#[wasm_bindgen_test]
async fn sav_7_an_item_that_was_never_saved_has_no_id() {
    let open = open(&but(meeting("compose"), &json!({ "itemId": null }))).await;
    assert_eq!(open.item.id, None);
}

#[wasm_bindgen_test]
async fn ser_7_an_occurrence_and_its_series_are_told_apart() {
    let occurrence = open(&but(meeting("read"), &json!({ "recurs": true, "seriesId": "SERIES" }))).await;
    assert!(matches!(occurrence.item.kind, Kind::Occurrence { series } if series.as_str() == "SERIES"));
    let series = open(&but(meeting("compose"), &json!({ "recurs": true }))).await;
    assert_eq!(series.item.kind, Kind::Series);
    assert_eq!(series.item.zone.as_deref(), Some("W. Europe Standard Time"));
}

#[wasm_bindgen_test]
async fn tzn_2_midnight_to_midnight_in_the_mailboxs_zone_is_all_day() {
    // 29 March 2026, when clocks go forward in Berlin: a day of 23 hours.
    let (start, end) = (1_774_738_800_000_i64, 1_774_821_600_000_i64);
    let day = json!({ "start": start, "end": end });
    let berlin = open(&but(meeting("read"), &day)).await;
    assert!(matches!(berlin.item.span, Span::AllDay { first, end_exclusive }
        if first.to_string() == "2026-03-29" && end_exclusive.to_string() == "2026-03-30"));
    let tokyo = but(but(meeting("read"), &day), &json!({ "timeZone": "Tokyo Standard Time" }));
    assert!(!open(&tokyo).await.item.span.is_all_day());
}

#[wasm_bindgen_test]
async fn dlg_1_an_item_of_a_shared_calendar_belongs_to_its_owner() {
    let open = open(&but(meeting("read"), &json!({ "targetMailbox": "ines@brightwater.example" }))).await;
    assert_eq!(open.mailbox.as_str(), "ines@brightwater.example");
    assert_eq!(open.user.as_str(), "mara@brightwater.example");
}

#[wasm_bindgen_test]
async fn three_hundred_attendees_are_all_read() {
    let crowd: Vec<_> =
        (0..300).map(|n| json!([format!("Guest {n}"), format!("guest{n}@acme.example")])).collect();
    let open = open(&but(meeting("compose"), &json!({ "required": crowd }))).await;
    assert_eq!(open.item.attendees.len(), 301);
}

#[wasm_bindgen_test]
async fn cat_7_a_category_counts_only_where_outlook_confirmed_it() {
    for (refused, confirmed) in [(json!({}), true), (json!({ "categories.addAsync": 5000 }), false)] {
        fake::play(&but(meeting("compose"), &json!({ "refused": refused })).to_string());
        assert_eq!(Outlook::with_limit(LIMIT_MS).add_category().await, confirmed);
        assert_eq!(fake::calls_of("categories.addAsync"), 1);
    }
    fake::play(&but(meeting("compose"), &json!({ "silent": ["categories.addAsync"] })).to_string());
    assert!(!Outlook::with_limit(LIMIT_MS).add_category().await);
}

#[wasm_bindgen_test]
async fn outside_of_outlook_waiting_ends() {
    fake::leave();
    assert!(!Outlook::with_limit(LIMIT_MS).ready(LIMIT_MS).await);
    fake::play(&meeting("read").to_string());
    assert!(Outlook::with_limit(LIMIT_MS).ready(LIMIT_MS).await);
}

#[wasm_bindgen_test]
async fn uns_1_the_category_is_taken_off_again_where_outlook_lets_it() {
    for (refused, confirmed) in [(json!({}), true), (json!({ "categories.removeAsync": 5000 }), false)] {
        let scene = json!({ "refused": refused, "categories": ["Travel", "Salesforce"] });
        let held = but(meeting("compose"), &scene);
        let left = if confirmed { vec!["Travel"] } else { vec!["Travel", "Salesforce"] };
        fake::play(&held.to_string());
        let outlook = Outlook::with_limit(LIMIT_MS);
        assert_eq!(outlook.remove_category().await, confirmed);
        let Ok(Opened::Item(open)) = outlook.opened().await else { panic!("an item is open") };
        assert_eq!(open.item.categories, left);
    }
}
