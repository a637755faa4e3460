//! What is forgotten in time, and who works.

use calbridge_sync::{
    budget::Standstill,
    store::{Accepted, Backlog, LOGIN_TTL_MS, SILENCE_MS},
};
use calbridge_wire::{salesforce::limits::ApiUsage, service::LoginCode};

use super::{LEASE, NOW, address, creates, entry, key, leased, pass, press, saved, signed_in};
use crate::databases::{Place, on_every_database};

const DAY_MS: i64 = 86_400_000;

on_every_database!(
    keys_of_presses_are_kept_for_a_week,
    what_ran_out_is_swept_and_nothing_else,
    workers_are_counted_while_they_are_heard_of,
    the_backlog_counts_what_is_due_and_what_is_served,
    iss_2_of_a_standstill_the_newest_word_is_kept,
);

async fn keys_of_presses_are_kept_for_a_week(place: Place) {
    let store = place.store().await;
    signed_in(&store, 1).await;
    press(&store, 1, "given", "press-1", NOW).await.unwrap();
    store.sweep(NOW + 7 * DAY_MS).await.unwrap();
    assert_eq!(press(&store, 1, "other", "press-1", NOW).await.unwrap(), Accepted::KeyTaken);
    store.sweep(NOW + 7 * DAY_MS + 1).await.unwrap();
    assert!(matches!(press(&store, 1, "other", "press-1", NOW).await.unwrap(), Accepted::Waits { .. }));
}

async fn what_ran_out_is_swept_and_nothing_else(place: Place) {
    let store = place.store().await;
    let one = leased(&store, 1).await;
    let two = leased(&store, 2).await;
    let code = LoginCode { code: "c".to_owned(), state: "s".to_owned() };
    store.put_login("one", &code, NOW).await.unwrap();
    store.foresee(&one, &creates([key(1)]), NOW).await.unwrap();
    store.record(&one, &pass([entry("item", &[], saved(2))]), NOW).await.unwrap();
    store.sweep(NOW + LOGIN_TTL_MS).await.unwrap();
    assert_eq!(store.foresee(&two, &creates([key(1)]), NOW).await.unwrap(), [false]);
    store.sweep(NOW + 90 * DAY_MS).await.unwrap();
    assert_eq!(store.take_login("one", NOW).await.unwrap(), None);
    assert_eq!(store.foresee(&two, &creates([key(1)]), NOW).await.unwrap(), [true]);
    assert_eq!(store.event_by_key(key(2).as_str()).await.unwrap(), Some(super::event(2)), "pairs stay");
    store.renew(&one, NOW + LEASE).await.unwrap();
}

async fn workers_are_counted_while_they_are_heard_of(place: Place) {
    let store = place.store().await;
    assert_eq!(store.backlog(NOW).await.unwrap(), Backlog::default());
    store.worker_seen("one", 3, NOW).await.unwrap();
    store.worker_seen("two", 0, NOW + 10).await.unwrap();
    store.worker_seen("one", 0, NOW + 20).await.unwrap();
    assert_eq!(store.backlog(NOW + 20).await.unwrap().workers, 2);
    assert_eq!(store.backlog(NOW + 10 + SILENCE_MS).await.unwrap().workers, 1);
    store.worker_gone("one").await.unwrap();
    store.sweep(NOW + 2 * DAY_MS).await.unwrap();
    assert_eq!(store.backlog(NOW + 20).await.unwrap().workers, 0);
}

async fn the_backlog_counts_what_is_due_and_what_is_served(place: Place) {
    let store = place.store().await;
    for n in 0..5 {
        signed_in(&store, n).await;
    }
    let leases = store.claim("one", 2, NOW, LEASE).await.unwrap();
    store.finish(&leases[0], NOW, NOW + 600_000).await.unwrap();
    let expected = Backlog { workers: 0, served: 1, due: 3, longest_wait_ms: 4_000 };
    assert_eq!(store.backlog(NOW + 4_000).await.unwrap(), expected);
    assert_eq!(store.work_state(&address(0), NOW).await.unwrap().unwrap().next_due_ms, NOW + 600_000);
}

async fn iss_2_of_a_standstill_the_newest_word_is_kept(place: Place) {
    let store = place.store().await;
    let still = |said_ms, usage| Standstill { since_ms: 5, until_ms: said_ms + 10, said_ms, usage };
    let figures = Some(ApiUsage { used: 95, allowed: 100 });
    assert_eq!(store.standstill().await.unwrap(), None);
    store.put_standstill(&still(20, figures)).await.unwrap();
    store.put_standstill(&still(10, None)).await.unwrap();
    assert_eq!(store.standstill().await.unwrap(), Some(still(20, figures)));
    store.put_standstill(&still(30, None)).await.unwrap();
    store.end_standstill(30).await.unwrap();
    assert_eq!(store.standstill().await.unwrap(), Some(still(30, None)), "nothing newer ended it");
    store.end_standstill(31).await.unwrap();
    assert_eq!(store.standstill().await.unwrap(), None);
}
