//! What only the store's own connection can bring about: a disk without room.

use calbridge_rules::{
    id::{Address, ItemId, RecordId},
    saving::Choice,
};
use calbridge_wire::service::{IdFormat, ItemRef};

use super::*;
use crate::clock::instant;

/// Presses until the disk is full, at most.
const PRESS_LIMIT: usize = 2_000;

async fn press(store: &Store, count: usize) -> Result<Accepted, StoreError> {
    let mailbox = Address::parse("mara@brightwater.example").unwrap();
    let item = ItemRef {
        mailbox: mailbox.clone(),
        item_id: ItemId::parse(&format!("{count:0>400}")).unwrap(),
        id_format: IdFormat::Ews,
        series_id: None,
    };
    let save = NewSave {
        user: &RecordId::parse("005000000000001").unwrap(),
        mailbox: &mailbox,
        idempotency_key: &format!("press-{count:016}"),
        fingerprint: "one",
        item: &item,
        action: calbridge_engine::ports::Action::Save,
        choice: &Choice::default(),
        expected_at: instant(9_000),
    };
    store.accept_save(&save, 1_000).await
}

#[tokio::test]
async fn a_full_disk_says_so_and_loses_nothing_that_was_accepted() {
    let directory = tempfile::tempdir().unwrap();
    let store =
        Store::open(&format!("sqlite://{}", directory.path().join("full.sqlite").display())).await.unwrap();
    let mailbox = Address::parse("mara@brightwater.example").unwrap();
    let user = RecordId::parse("005000000000001").unwrap();
    store.mailbox_at_sign_in(&user, "Mara", &mailbox, SyncSwitch::Active, 1_000).await.unwrap();
    // SQLite's own name for a full disk, at a size of our choice.
    store.writer.execute("PRAGMA max_page_count = 60").await.unwrap();
    let mut accepted = 0;
    let refusal = loop {
        assert!(accepted < PRESS_LIMIT, "the disk never fills");
        match press(&store, accepted).await {
            Ok(_) => accepted += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(refusal, StoreError::Full(_)), "{refusal}");
    assert!(refusal.to_string().contains("make room"), "{refusal}");
    let waiting = store.waiting_saves(&mailbox, 10_000).await.unwrap();
    assert_eq!(waiting.len(), accepted, "the refused press left nothing, the others stay");

    store.writer.execute("PRAGMA max_page_count = 100000").await.unwrap();
    assert!(matches!(press(&store, accepted).await, Ok(Accepted::Waits { .. })));
    assert_eq!(store.waiting_saves(&mailbox, 10_000).await.unwrap().len(), accepted + 1);
}
