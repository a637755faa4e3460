//! What is kept before it is written, and what a large session keeps.

use calbridge_engine::{
    Outcome,
    pair::Agreed,
    ports::{Foresight, Intended},
};
use calbridge_rules::holding::Holding;

use super::{LEASE, NOW, address, creates, entry, event, item, key, leased, pass, saved, subject};
use crate::databases::{Place, on_every_database};

on_every_database!(
    uns_2_a_session_of_many_items_keeps_each_of_them,
    dwn_5_what_was_to_be_created_is_known_until_somebody_knows_what_became_of_it,
    dup_4_of_many_creates_those_are_refused_that_another_mailbox_is_about_to_make,
    dup_4_what_another_mailbox_just_made_is_looked_for_before_it_is_made_anew,
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

async fn dup_4_what_another_mailbox_just_made_is_looked_for_before_it_is_made_anew(place: Place) {
    let store = place.store().await;
    let one = leased(&store, 1).await;
    super::signed_in(&store, 2).await;
    let two = store.claim("two", 1, NOW, LEASE).await.unwrap().remove(0);
    // Both looked, and found nothing.
    assert_eq!(store.foresee(&one, &creates([key(1)]), NOW).await.unwrap(), [true]);
    store.record(&one, &pass([entry("item1", &[], saved(1))]), NOW).await.unwrap();
    assert_eq!(store.foresee(&two, &creates([key(1)]), NOW + 1).await.unwrap(), [false]);
    assert_eq!(store.foresee(&one, &creates([key(1)]), NOW + 1).await.unwrap(), [true], "it is its own");
    store.record(&one, &pass([entry("item1", &[], saved(1))]), NOW + 1).await.unwrap();
    // Whoever looked since knows that it is gone.
    assert_eq!(store.foresee(&two, &creates([key(1)]), NOW + 60_001).await.unwrap(), [true]);
}

fn intended(n: u32, title: &str) -> Intended {
    Intended {
        item: item(&format!("item{n}")),
        key: key(n),
        is_by_hand: n.is_multiple_of(2),
        holding: Holding::EachSavers,
        agreed: Agreed { item: subject(title), event: subject("as an Event") },
        ruled: None,
    }
}

async fn dwn_5_what_was_to_be_created_is_known_until_somebody_knows_what_became_of_it(place: Place) {
    let store = place.store().await;
    let one = leased(&store, 1).await;
    super::signed_in(&store, 2).await;
    let two = store.claim("two", 1, NOW, LEASE).await.unwrap().remove(0);
    let about = |all: Vec<Intended>| Foresight {
        creates: all.iter().map(|one| one.key.clone()).collect(),
        intended: all,
        ..Foresight::default()
    };
    store.foresee(&one, &about(vec![intended(1, "first"), intended(2, "second")]), NOW).await.unwrap();
    assert_eq!(store.foresee(&two, &about(vec![intended(2, "theirs")]), NOW).await.unwrap(), [false]);
    assert_eq!(
        store.intended(&two.mailbox).await.unwrap(),
        [],
        "what is not its to create it does not intend"
    );
    store.foresee(&one, &about(vec![intended(1, "renamed")]), NOW + 1).await.unwrap();
    let standing = async || {
        let mut all = store.intended(&one.mailbox).await.unwrap();
        all.sort_by(|one, other| one.item.cmp(&other.item));
        all
    };
    assert_eq!(standing().await, [intended(1, "renamed"), intended(2, "second")]);

    store.record(&one, &pass([entry("item1", &[], Outcome::Deferred)]), NOW + 2).await.unwrap();
    assert_eq!(standing().await.len(), 2, "nobody knows what became of it");
    store.record(&one, &pass([entry("item1", &[], saved(1))]), NOW + 3).await.unwrap();
    assert_eq!(standing().await, [intended(2, "second")]);
    store.sweep(NOW + 31 * 86_400_000).await.unwrap();
    assert_eq!(standing().await, []);
}
