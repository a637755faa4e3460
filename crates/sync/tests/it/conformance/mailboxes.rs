//! Whose mailbox is whose.

use calbridge_rules::saving::SyncOff;
use calbridge_sync::store::{Mailbox, NEVER, SyncSwitch};

use super::{LEASE, NOW, address, signed_in, user};
use crate::databases::{Place, on_every_database};

on_every_database!(
    the_first_sign_in_makes_the_mailbox_and_a_later_one_finds_it,
    a_mailbox_belongs_to_one_user_and_a_user_to_one_mailbox,
    a_switch_stops_the_sessions_and_starts_them_again,
    whoever_never_enabled_sync_is_not_synced_and_whoever_paused_it_is,
    the_look_at_the_categories_is_noted_and_forgotten_with_the_switch,
);

async fn the_first_sign_in_makes_the_mailbox_and_a_later_one_finds_it(place: Place) {
    let store = place.store().await;
    assert_eq!(store.mailbox_of(&user(1)).await.unwrap(), None);
    assert_eq!(store.mailbox_at(&address(1)).await.unwrap(), None);
    let off = SyncSwitch::Off(SyncOff::NeverEnabled);
    let made = store.mailbox_at_sign_in(&user(1), "Mára Ødegård", &address(1), off, NOW).await.unwrap();
    let expected = Mailbox {
        address: address(1),
        user: user(1),
        user_name: "Mára Ødegård".to_owned(),
        sync: off,
        categories_checked_ms: 0,
        first_seen_ms: NOW,
        looked_everywhere_ms: 0,
        zone: String::new(),
    };
    assert_eq!(made, Some(expected.clone()));
    let again =
        store.mailbox_at_sign_in(&user(1), "New", &address(1), SyncSwitch::Active, NOW + 1).await.unwrap();
    assert_eq!(again, Some(expected.clone()));
    assert_eq!(store.mailbox_of(&user(1)).await.unwrap(), Some(expected.clone()));
    assert_eq!(store.mailbox_at(&address(1)).await.unwrap(), Some(expected));
    assert_eq!(store.next_due(NOW).await.unwrap(), NEVER, "no session before somebody turns sync on");
}

async fn a_mailbox_belongs_to_one_user_and_a_user_to_one_mailbox(place: Place) {
    let store = place.store().await;
    signed_in(&store, 1).await;
    let taken =
        store.mailbox_at_sign_in(&user(2), "Thief", &address(1), SyncSwitch::Active, NOW).await.unwrap();
    assert_eq!(taken, None);
    let kept =
        store.mailbox_at_sign_in(&user(1), "User", &address(3), SyncSwitch::Active, NOW).await.unwrap();
    assert_eq!(kept.unwrap().address, address(1));
    assert_eq!(store.mailbox_at(&address(3)).await.unwrap(), None);
    assert_eq!(
        store.claim("one", 10, NOW, LEASE).await.unwrap().len(),
        1,
        "no row of work without a mailbox"
    );
}

async fn a_switch_stops_the_sessions_and_starts_them_again(place: Place) {
    let store = place.store().await;
    let mailbox = signed_in(&store, 1).await;
    assert_eq!(store.next_due(NOW).await.unwrap(), NOW);
    let off = SyncSwitch::Off(SyncOff::Paused);
    store.set_sync(&mailbox, off, NOW + 1).await.unwrap();
    assert_eq!(store.mailbox_at(&mailbox).await.unwrap().unwrap().sync, off);
    assert_eq!(store.next_due(NOW + 2).await.unwrap(), NEVER);
    assert!(store.claim("one", 10, NOW + 2, LEASE).await.unwrap().is_empty());
    let state = store.work_state(&mailbox, NOW).await.unwrap().unwrap();
    assert_eq!((state.parked.as_str(), state.next_due_ms), ("off", NEVER));
    store.set_sync(&mailbox, SyncSwitch::Active, NOW + 3).await.unwrap();
    assert_eq!(store.claim("one", 10, NOW + 3, LEASE).await.unwrap().len(), 1);
}

async fn whoever_never_enabled_sync_is_not_synced_and_whoever_paused_it_is(place: Place) {
    let store = place.store().await;
    let mailbox = signed_in(&store, 1).await;
    for (switch, is_synced) in [
        (SyncSwitch::Active, true),
        (SyncSwitch::Off(SyncOff::Paused), true),
        (SyncSwitch::Off(SyncOff::AuthorizationExpired), true),
        (SyncSwitch::Off(SyncOff::NeverEnabled), false),
    ] {
        store.set_sync(&mailbox, switch, NOW).await.unwrap();
        assert_eq!(store.is_synced(&mailbox).await.unwrap(), is_synced, "{switch:?}");
    }
    assert!(!store.is_synced(&address(2)).await.unwrap(), "a stranger");
}

async fn the_look_at_the_categories_is_noted_and_forgotten_with_the_switch(place: Place) {
    let store = place.store().await;
    let mailbox = signed_in(&store, 1).await;
    store.categories_checked(&mailbox, "Europe/Berlin", NOW + 7).await.unwrap();
    let seen = store.mailbox_at(&mailbox).await.unwrap().unwrap();
    assert_eq!((seen.categories_checked_ms, seen.zone.as_str()), (NOW + 7, "Europe/Berlin"));
    store.set_sync(&mailbox, SyncSwitch::Active, NOW + 8).await.unwrap();
    assert_eq!(store.mailbox_at(&mailbox).await.unwrap().unwrap().categories_checked_ms, 0);
}
