//! The outbox on a device that two panes share.

use std::cell::RefCell;

use calbridge::{
    kept::Kept,
    outbox::{Entry, Outbox, Round},
};
use calbridge_rules::{
    id::{Address, ItemId, RecordId},
    saving::Choice,
};
use calbridge_wire::{
    CallError,
    service::{IdFormat, ItemRef, SaveRequest},
};
use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use wasm_bindgen_test::wasm_bindgen_test;

fn user() -> RecordId {
    RecordId::parse("005D00000000001").unwrap()
}

fn now() -> DateTime<Utc> {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

fn item(id: &str) -> ItemRef {
    ItemRef {
        mailbox: Address::parse("mara@brightwater.example").unwrap(),
        item_id: ItemId::parse(id).unwrap(),
        id_format: IdFormat::Ews,
        series_id: None,
    }
}

fn entry(id: &str) -> Entry {
    let request =
        SaveRequest { idempotency_key: format!("key-{id}"), item: item(id), choice: Choice::default() };
    Entry { user: user(), request, kept_at: now(), categorized: true, refused: None, withdrawn: false }
}

fn offline() -> CallError {
    CallError::Offline { side: "Sync".to_owned() }
}

#[wasm_bindgen_test]
async fn sav_4_panes_that_keep_at_the_same_time_lose_nothing_of_each_other() {
    let (one, two) = (Outbox::new(Kept::of("both.")), Outbox::new(Kept::of("both.")));
    let names: Vec<String> = (0..12).map(|number| format!("I{number}")).collect();
    let keep = |(number, name): (usize, &String)| {
        let outbox = if number % 2 == 0 { one.clone() } else { two.clone() };
        let entry = entry(name);
        async move { outbox.keep(entry).await }
    };
    assert!(join_all(names.iter().enumerate().map(keep)).await.iter().all(Result::is_ok));
    assert!(names.iter().all(|name| one.of(&user(), &item(name)).is_some()));
}

#[wasm_bindgen_test]
async fn sav_4_what_could_not_be_sent_waits_and_is_sent_later_under_its_own_key() {
    let outbox = Outbox::new(Kept::of("later."));
    outbox.keep(entry("A")).await.unwrap();
    outbox.keep(entry("B")).await.unwrap();
    let down = outbox.deliver(&user(), now(), async |_| Err(offline())).await;
    assert_eq!(down, Round { settled: 0, waiting: 2 });

    // Another pane on this device, opened later.
    let sent = RefCell::new(Vec::new());
    let up = async |entry: Entry| {
        sent.borrow_mut().push(entry.request.idempotency_key);
        Ok(())
    };
    let outbox = Outbox::new(Kept::of("later."));
    assert_eq!(outbox.deliver(&user(), now(), up).await, Round { settled: 2, waiting: 0 });
    assert_eq!(sent.take(), ["key-A", "key-B"]);
    assert_eq!(outbox.of(&user(), &item("A")), None);
    assert_eq!(outbox.deliver(&user(), now(), up).await, Round::default());
    assert!(sent.take().is_empty());
}

#[wasm_bindgen_test]
async fn a_refusal_that_nobody_waited_for_stays_to_be_shown() {
    let outbox = Outbox::new(Kept::of("refused."));
    outbox.keep(entry("A")).await.unwrap();
    let refuse = async |_| Err(CallError::Forbidden(calbridge_wire::Rejection::default()));
    assert_eq!(outbox.deliver(&user(), now(), refuse).await, Round { settled: 1, waiting: 0 });
    assert!(outbox.of(&user(), &item("A")).is_some_and(|entry| entry.refused.is_some()));
    outbox.forget(&user(), &item("A")).await;
    assert_eq!(outbox.of(&user(), &item("A")), None);
}

#[wasm_bindgen_test]
async fn a_request_is_sent_in_nobody_elses_name() {
    let outbox = Outbox::new(Kept::of("names."));
    outbox.keep(entry("A")).await.unwrap();
    let other = RecordId::parse("005D00000000002").unwrap();
    let sent = outbox.deliver(&other, now(), async |_| panic!("sent as somebody else")).await;
    assert_eq!(sent, Round { settled: 0, waiting: 0 });
}

#[wasm_bindgen_test]
async fn uns_1_what_is_withdrawn_before_it_is_sent_is_told_as_withdrawn_and_never_sent() {
    let outbox = Outbox::new(Kept::of("withdrawn."));
    outbox.keep(entry("A")).await.unwrap();
    outbox.keep(entry("B")).await.unwrap();
    let other = RecordId::parse("005D00000000002").unwrap();
    assert_eq!(outbox.withdraw(&other, &item("B")).await, None, "somebody else's");
    // While another is on its way, and from another pane of this device.
    let told = RefCell::new(Vec::new());
    let send = async |entry: Entry| {
        if entry.request.item == item("A") {
            let taken = Outbox::new(Kept::of("withdrawn.")).withdraw(&user(), &item("B")).await;
            assert!(taken.is_some_and(|entry| entry.withdrawn));
        }
        told.borrow_mut().push((entry.request.idempotency_key, entry.withdrawn));
        Ok(())
    };
    assert_eq!(outbox.deliver(&user(), now(), send).await, Round { settled: 1, waiting: 1 });
    assert_eq!(outbox.of(&user(), &item("B")), None, "nothing is kept for it any more");
    assert_eq!(outbox.withdraw(&user(), &item("C")).await, None);
    assert_eq!(outbox.deliver(&user(), now(), send).await, Round { settled: 1, waiting: 0 });
    assert_eq!(told.take(), [("key-A".to_owned(), false), ("key-B".to_owned(), true)]);
}

#[wasm_bindgen_test]
async fn sav_12_what_is_saved_again_after_it_was_withdrawn_waits_as_a_save() {
    let outbox = Outbox::new(Kept::of("again."));
    outbox.keep(entry("A")).await.unwrap();
    outbox.withdraw(&user(), &item("A")).await.unwrap();
    outbox.keep(entry("A")).await.unwrap();
    assert!(outbox.of(&user(), &item("A")).is_some_and(|entry| !entry.withdrawn));
}
