//! One mailbox, one worker: what each move of the row of work promises, one after the other.

use calbridge_rules::saving::SyncOff;
use calbridge_sync::store::{NEVER, StoreError, SyncSwitch};

use super::{LEASE, NOW, address, creates, entry, item, key, leased, pass, saved, signed_in};
use crate::databases::{Place, on_every_database};

on_every_database!(
    the_longest_due_are_claimed_first_and_no_more_than_asked_for,
    a_worker_that_slept_through_its_lease_writes_nothing,
    a_renewed_lease_holds,
    what_is_wanted_during_a_session_is_due_after_it,
    a_mailbox_that_failed_waits_and_one_that_stopped_stays,
    a_switch_during_a_session_holds_after_it,
    a_worker_gives_back_its_own_mailboxes_and_no_others,
    the_next_due_is_one_that_nobody_has,
);

async fn the_longest_due_are_claimed_first_and_no_more_than_asked_for(place: Place) {
    let store = place.store().await;
    for n in 0..4 {
        let mailbox = signed_in(&store, n).await;
        store.set_sync(&mailbox, SyncSwitch::Active, NOW + 100 - i64::from(n)).await.unwrap();
    }
    let first = store.claim("one", 2, NOW + 100, LEASE).await.unwrap();
    assert_eq!(first.iter().map(|lease| lease.mailbox.clone()).collect::<Vec<_>>(), [address(3), address(2)]);
    assert!(store.claim("one", 0, NOW + 100, LEASE).await.unwrap().is_empty());
    assert_eq!(store.claim("two", 9, NOW + 99, LEASE).await.unwrap().len(), 1, "the last is not due yet");
}

async fn a_worker_that_slept_through_its_lease_writes_nothing(place: Place) {
    let store = place.store().await;
    let slow = leased(&store, 1).await;
    assert!(
        store.claim("quick", 1, NOW + LEASE - 1, LEASE).await.unwrap().is_empty(),
        "the lease still holds"
    );
    let quick = store.claim("quick", 1, NOW + LEASE, LEASE).await.unwrap().remove(0);
    assert_eq!(quick.fence, slow.fence + 1);
    for refused in [
        store.renew(&slow, NOW + 900_000).await,
        store.fail(&slow, NOW + 900_000).await,
        store.stop(&slow, SyncOff::Paused, "no").await,
        store.finish(&slow, NOW, NOW + 900_000).await,
        store.marked(&slow, &[item("AAMk")], &[]).await,
        store.record(&slow, &pass([entry("AAMk", &[], saved(1))]), NOW).await,
        store.foresee(&slow, &creates([key(1)]), NOW).await.map(drop),
    ] {
        assert!(matches!(refused, Err(StoreError::Fenced)), "{refused:?}");
    }
    assert_eq!(store.pair(&address(1), &item("AAMk")).await.unwrap(), None);
    assert!(store.mailbox_at(&address(1)).await.unwrap().unwrap().sync == SyncSwitch::Active);
    store.finish(&quick, NOW + LEASE, NOW + 900_000).await.unwrap();
    assert!(store.claim("slow", 1, NOW + 899_999, LEASE).await.unwrap().is_empty());
    assert_eq!(store.claim("slow", 1, NOW + 900_000, LEASE).await.unwrap().len(), 1);
}

async fn a_renewed_lease_holds(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    store.renew(&lease, NOW + 3 * LEASE).await.unwrap();
    assert!(store.claim("two", 1, NOW + 3 * LEASE - 1, LEASE).await.unwrap().is_empty());
    assert!(store.work_state(&address(1), NOW + 2 * LEASE).await.unwrap().unwrap().is_leased);
    store.finish(&lease, NOW, NOW + 900_000).await.unwrap();
    assert!(!store.work_state(&address(1), NOW).await.unwrap().unwrap().is_leased);
}

async fn what_is_wanted_during_a_session_is_due_after_it(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    for _ in 0..200 {
        store.want(&lease.mailbox, NOW + 500).await.unwrap();
    }
    assert!(store.claim("two", 1, NOW + 600, LEASE).await.unwrap().is_empty(), "it is still leased");
    store.finish(&lease, NOW + 1_000, NOW + 600_000).await.unwrap();
    let again = store.claim("two", 1, NOW + 1_000, LEASE).await.unwrap().remove(0);
    assert_eq!(again.wanted_seq, lease.wanted_seq + 200);
    store.finish(&again, NOW + 1_100, NOW + 600_000).await.unwrap();
    assert!(
        store.claim("two", 1, NOW + 1_200, LEASE).await.unwrap().is_empty(),
        "two hundred wishes are one session"
    );
}

async fn a_mailbox_that_failed_waits_and_one_that_stopped_stays(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    store.fail(&lease, NOW + 5_000).await.unwrap();
    assert!(store.claim("one", 1, NOW + 4_999, LEASE).await.unwrap().is_empty());
    let lease = store.claim("one", 1, NOW + 5_000, LEASE).await.unwrap().remove(0);
    assert_eq!(lease.attempt, 1);
    store.stop(&lease, SyncOff::AuthorizationExpired, "a person must act").await.unwrap();
    assert!(store.claim("one", 1, NOW + 900_000, LEASE).await.unwrap().is_empty());
    let known = store.mailbox_at(&lease.mailbox).await.unwrap().unwrap();
    assert_eq!(known.sync, SyncSwitch::Off(SyncOff::AuthorizationExpired));
    let state = store.work_state(&lease.mailbox, NOW).await.unwrap().unwrap();
    assert_eq!(state.parked, "a person must act");
    store.set_sync(&lease.mailbox, SyncSwitch::Active, NOW + 900_000).await.unwrap();
    let lease = store.claim("one", 1, NOW + 900_000, LEASE).await.unwrap().remove(0);
    assert_eq!(lease.attempt, 0);
    store.finish(&lease, NOW + 900_000, NOW + 950_000).await.unwrap();
}

async fn a_switch_during_a_session_holds_after_it(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    store.set_sync(&lease.mailbox, SyncSwitch::Off(SyncOff::Paused), NOW + 1).await.unwrap();
    store.finish(&lease, NOW + 2, NOW + 3).await.unwrap();
    assert_eq!(store.next_due(NOW + 9).await.unwrap(), NEVER);
    assert!(store.claim("two", 1, NOW + 900_000, LEASE).await.unwrap().is_empty());
    assert_eq!(store.work_state(&address(1), NOW).await.unwrap().unwrap().next_due_ms, NEVER);
}

async fn a_worker_gives_back_its_own_mailboxes_and_no_others(place: Place) {
    let store = place.store().await;
    let mine = leased(&store, 1).await;
    signed_in(&store, 2).await;
    store.claim("theirs", 1, NOW, LEASE).await.unwrap();
    store.release("one").await.unwrap();
    assert!(matches!(store.renew(&mine, NOW + 9_000).await, Err(StoreError::Fenced)));
    let next = store.claim("next", 2, NOW, LEASE).await.unwrap();
    assert_eq!(next.iter().map(|lease| &lease.mailbox).collect::<Vec<_>>(), [&mine.mailbox]);
    assert_eq!((next[0].fence, next[0].attempt), (mine.fence + 1, 0));
}

async fn the_next_due_is_one_that_nobody_has(place: Place) {
    let store = place.store().await;
    assert_eq!(store.next_due(NOW).await.unwrap(), NEVER);
    leased(&store, 1).await;
    assert_eq!(store.next_due(NOW).await.unwrap(), NEVER, "its lease holds");
    assert_eq!(store.next_due(NOW + LEASE).await.unwrap(), NOW, "and then it is due again");
    assert_eq!(store.work_state(&address(2), NOW).await.unwrap(), None);
    store.want(&address(2), NOW).await.unwrap();
    assert_eq!(store.work_state(&address(2), NOW).await.unwrap(), None, "nobody wants a stranger's mailbox");
}
