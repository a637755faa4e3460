//! What is left on an item is found again, and foreign properties survive it.

use chrono::DateTime;
use proptest::prelude::*;
use serde_json::{Map, Value};

use super::*;
use crate::testing::sorted;

fn saved() -> Pointer {
    Pointer {
        event: Some(RecordId::parse("00U5e00000AbCdE").unwrap()),
        status: PointerStatus::Saved,
        code: String::new(),
        at: DateTime::from_timestamp(1_795_198_325, 0).unwrap(),
    }
}

fn failed() -> Pointer {
    Pointer { event: None, status: PointerStatus::Failed, code: "XCP-1".to_owned(), ..saved() }
}

#[test]
fn a_pointer_is_found_where_it_was_left() {
    for pointer in [saved(), failed()] {
        let text = pointer.merged(None).unwrap();
        assert_eq!(Pointer::parse(&text), Some(pointer));
    }
}

#[test]
fn the_text_is_one_object_with_agreed_keys() {
    insta::assert_snapshot!(
        sorted(&serde_json::from_str(&saved().merged(Some("{\"theirKey\":\"kept\"}")).unwrap()).unwrap()),
        @r#"{"calbridge.at":"2026-11-20T18:12:05Z","calbridge.code":"","calbridge.event":"00U5e00000AbCdEEAV","calbridge.status":"saved","theirKey":"kept"}"#
    );
}

#[test]
fn a_newer_pointer_replaces_the_older_one_whole() {
    let text = failed().merged(Some(&saved().merged(None).unwrap())).unwrap();
    assert_eq!(Pointer::parse(&text), Some(failed()));
}

#[test]
fn what_makes_no_sense_is_no_pointer() {
    let told = saved().merged(None).unwrap();
    for broken in [
        String::new(),
        "[]".to_owned(),
        "{}".to_owned(),
        "{\"theirKey\":1}".to_owned(),
        told.replace("00U5e00000AbCdEEAV", "00U5e00000"),
        told.replace("saved", "maybe"),
        told.replace("2026-11-20T", "yesterday "),
    ] {
        assert_eq!(Pointer::parse(&broken), None, "{broken}");
    }
}

#[test]
fn more_than_outlook_keeps_is_refused() {
    let foreign = |length: usize| format!("{{\"theirKey\":\"{}\"}}", "é".repeat(length));
    let room = TEXT_LIMIT - saved().merged(Some(&foreign(0))).unwrap().chars().count();
    assert!(saved().merged(Some(&foreign(room))).is_ok());
    assert_eq!(saved().merged(Some(&foreign(room + 1))), Err(PointerTooLong));
}

proptest! {
    #[test]
    fn foreign_properties_survive(foreign in prop::collection::btree_map("[a-z.]{1,12}", ".{0,20}", 0..8)) {
        let foreign: Map<String, Value> =
            foreign.into_iter().map(|(key, value)| (key, Value::from(value))).collect();
        let text = saved().merged(Some(&Value::Object(foreign.clone()).to_string())).unwrap();
        let all: Map<String, Value> = serde_json::from_str(&text).unwrap();
        for (key, value) in &foreign {
            prop_assert_eq!(all.get(key), Some(value));
        }
        prop_assert_eq!(all.len(), foreign.len() + 4);
        prop_assert_eq!(Pointer::parse(&text), Some(saved()));
    }

    #[test]
    fn any_text_at_all_can_be_read_and_written_over(text in ".{0,80}") {
        let _ = Pointer::parse(&text);
        let merged = saved().merged(Some(&text)).unwrap();
        prop_assert_eq!(Pointer::parse(&merged), Some(saved()));
    }
}

#[test]
fn uns_1_a_cleared_pointer_leaves_what_others_keep_there() {
    let ours = r#"{"theirs":"kept","calbridge.event":"00U5e00000AbCdEEAV","calbridge.status":"saved","calbridge.code":"","calbridge.at":"2026-03-18T08:00:00Z"}"#;
    assert_eq!(cleared(ours), r#"{"theirs":"kept"}"#);
    assert_eq!(cleared(&cleared(ours)), r#"{"theirs":"kept"}"#);
    assert_eq!(cleared("no json"), "no json");
}
