//! What is kept before it is written, and what a large session keeps.

use calbridge_engine::ports::Foresight;

use super::{LEASE, NOW, address, creates, entry, event, item, key, leased, pass, saved, subject};
use crate::databases::{Place, on_every_database};

on_every_database!(
    uns_2_a_session_of_many_items_keeps_each_of_them,
    dup_4_of_many_creates_those_are_refused_that_another_mailbox_is_about_to_make,
);

async fn uns_2_a_session_of_many_items_keeps_each_of_them(place: Place) {
    const MANY: u32 = 45;
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    let entries: Vec<_> = (1..=MANY).map(|n| entry(&format!("item{n}"), &[], saved(n))).collect();
    store.record(&lease, &pass(entries), NOW).await.unwrap();
    assert_eq!(store.count_pairs(&address(1)).await.unwrap(), i64::from(MANY));

    let before = |n: u32| (event(n), subject(&format!("before {n}")), subject("after"));
    let overwrites = (1..=MANY).map(before).collect();
    store.foresee(&lease, &Foresight { overwrites, ..Foresight::default() }, NOW + 1).await.unwrap();
    for n in 1..=MANY {
        let kept = store.journal_entry(&address(1), &event(n), lease.fence).await.unwrap().unwrap();
        assert_eq!((kept.item, kept.before), (Some(item(&format!("item{n}"))), before(n).1));
    }
    let given: Vec<String> = (1..=MANY).map(|n| format!("given{n}")).collect();
    let entries: Vec<_> = (1..=MANY)
        .map(|n| entry(&format!("item{n}"), &[(&given[n as usize - 1], 1)], saved(n + 100)))
        .collect();
    store.record(&lease, &pass(entries), NOW + 2).await.unwrap();
    for n in 1..=MANY {
        let pair = store.pair(&address(1), &item(&given[n as usize - 1])).await.unwrap().unwrap();
        assert_eq!((pair.item, pair.event), (item(&format!("item{n}")), event(n + 100)));
    }
}

async fn dup_4_of_many_creates_those_are_refused_that_another_mailbox_is_about_to_make(place: Place) {
    let store = place.store().await;
    let one = leased(&store, 1).await;
    super::signed_in(&store, 2).await;
    let two = store.claim("two", 1, NOW, LEASE).await.unwrap().remove(0);
    assert_eq!(store.foresee(&one, &creates([key(3), key(11)]), NOW).await.unwrap(), [true, true]);
    let many: Vec<_> = (1..=12).rev().map(key).collect();
    let granted = store.foresee(&two, &creates(many), NOW + 1).await.unwrap();
    let refused: Vec<u32> =
        (1..=12).rev().zip(granted).filter(|(_, is_ours)| !is_ours).map(|(n, _)| n).collect();
    assert_eq!(refused, [11, 3]);
}
