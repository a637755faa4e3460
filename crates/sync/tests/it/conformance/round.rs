//! What sessions leave behind: intents, pairs, issues, settled requests.

use calbridge_engine::{Outcome, ports::Pass, report::Saved};
use calbridge_sync::store::{Lease, Pair, Source, Store};

use super::{
    LEASE, NOW, address, creates, entry, event, issue, item, key, leased, new_event, pass, press, saved,
    signed_in,
};
use crate::databases::{Place, on_every_database};

on_every_database!(
    a_saved_item_is_paired_settled_and_known_by_its_ids,
    a_pair_that_changes_is_marked_anew,
    many_pairs_are_found_by_item_and_by_event_each_in_its_own_mailbox,
    the_event_of_a_key_is_the_one_that_was_saved_first,
    dup_4_one_mailbox_at_a_time_may_intend_a_key,
    an_intent_ends_with_its_pair_or_its_time,
    an_item_has_the_issue_it_has_now,
    a_refused_or_waiting_request_is_asked_again_and_a_lost_or_withdrawn_one_is_not,
    what_was_chosen_for_a_saved_item_and_refused_is_asked_again,
    a_request_found_by_its_category_is_kept_until_it_is_settled,
    a_round_is_kept_whole_or_not_at_all,
);

/// How long an intent holds, in milliseconds.
const INTENT_MS: i64 = 10 * 60_000;

async fn pair_of(store: &Store, given: &str) -> Option<Pair> {
    store.pair(&address(1), &item(given)).await.unwrap()
}

async fn a_saved_item_is_paired_settled_and_known_by_its_ids(place: Place) {
    let store = place.store().await;
    signed_in(&store, 1).await;
    press(&store, 1, "ews", "press-1", NOW).await.unwrap();
    let lease = store.claim("one", 1, NOW, LEASE).await.unwrap().remove(0);
    assert_eq!(store.item_of(&address(1), &item("ews")).await.unwrap(), None);
    store.record(&lease, &pass([entry("immutable", &[("ews", 1)], saved(1))]), NOW).await.unwrap();
    let expected = Pair {
        item: item("immutable"),
        sync_key: key(1).as_str().to_owned(),
        event: event(1),
        is_marked: false,
    };
    assert_eq!(pair_of(&store, "immutable").await, Some(expected.clone()));
    assert_eq!(pair_of(&store, "ews").await, Some(expected));
    assert_eq!(pair_of(&store, "EWS").await, None, "ids are compared byte for byte");
    assert_eq!(store.item_of(&address(1), &item("ews")).await.unwrap(), Some(item("immutable")));
    assert!(store.waiting_saves(&address(1), 10).await.unwrap().is_empty());
    assert_eq!(store.pair(&address(2), &item("immutable")).await.unwrap(), None);
    store.learn_item_id(&address(1), &item("ews"), &item("moved"), "uid").await.unwrap();
    assert_eq!(store.item_of(&address(1), &item("ews")).await.unwrap(), Some(item("moved")));
}

async fn a_pair_that_changes_is_marked_anew(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    store.record(&lease, &pass([entry("a", &[], saved(1)), entry("b", &[], saved(2))]), NOW).await.unwrap();
    let unmarked = store.unmarked(&address(1), 10).await.unwrap();
    assert_eq!(unmarked.iter().map(|pair| pair.item.clone()).collect::<Vec<_>>(), [item("a"), item("b")]);
    assert_eq!(store.unmarked(&address(1), 1).await.unwrap().len(), 1);
    store.marked(&lease, &[item("a"), item("b")], &[]).await.unwrap();
    assert!(pair_of(&store, "a").await.unwrap().is_marked);
    assert!(store.unmarked(&address(1), 10).await.unwrap().is_empty());
    store.record(&lease, &pass([entry("a", &[], saved(3))]), NOW + 1).await.unwrap();
    let pair = pair_of(&store, "a").await.unwrap();
    assert_eq!((pair.is_marked, pair.event), (false, event(3)));
    let carries =
        Pass { carried: vec![item("a")], ..pass([entry("a", &[], saved(4)), entry("b", &[], saved(5))]) };
    store.record(&lease, &carries, NOW + 2).await.unwrap();
    let lacking: Vec<_> =
        store.unmarked(&address(1), 10).await.unwrap().into_iter().map(|pair| pair.item).collect();
    assert_eq!(lacking, [item("b")], "what carries its marks lacks none");
    store.marked(&lease, &[], &[]).await.unwrap();
}

async fn many_pairs_are_found_by_item_and_by_event_each_in_its_own_mailbox(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    let all: Vec<_> = (0..250).map(|n| item(&format!("item{n:03}"))).collect();
    let entries: Vec<_> = (0..250).step_by(2).map(|n| entry(&format!("item{n:03}"), &[], saved(n))).collect();
    store.record(&lease, &pass(entries), NOW).await.unwrap();
    let mut pairs = store.pairs_of_items(&address(1), &all).await.unwrap();
    pairs.sort_by(|a, b| a.item.cmp(&b.item));
    let paired: Vec<_> = pairs.iter().map(|pair| pair.item.clone()).collect();
    assert_eq!(paired, all.iter().step_by(2).cloned().collect::<Vec<_>>());
    let Saved { agreed, origin, .. } = new_event(0);
    assert_eq!((&pairs[0].agreed, pairs[0].origin, &pairs[0].ruled), (&agreed, origin, &None));
    let events: Vec<_> = (0..250).map(event).collect();
    assert_eq!(store.pairs_of_events(&address(1), &events).await.unwrap().len(), 125);
    assert_eq!(store.count_pairs(&address(1)).await.unwrap(), 125);
    assert!(store.pairs_of_items(&address(1), &[]).await.unwrap().is_empty());
    assert!(store.pairs_of_items(&address(2), &all).await.unwrap().is_empty());
    assert!(store.pairs_of_events(&address(2), &events).await.unwrap().is_empty());
}

async fn the_event_of_a_key_is_the_one_that_was_saved_first(place: Place) {
    let store = place.store().await;
    assert_eq!(store.event_by_key(key(1).as_str()).await.unwrap(), None);
    let one = leased(&store, 1).await;
    let two = leased(&store, 2).await;
    let with = |event| Outcome::Saved(Box::new(Saved { event, ..new_event(1) }));
    store.record(&two, &pass([entry("theirs", &[], with(event(7)))]), NOW).await.unwrap();
    store.record(&one, &pass([entry("mine", &[], with(event(8)))]), NOW + 1).await.unwrap();
    assert_eq!(store.event_by_key(key(1).as_str()).await.unwrap(), Some(event(7)));
}

async fn intend(store: &Store, lease: &Lease, keys: &[u32], now_ms: i64) -> Vec<bool> {
    let keys: Vec<_> = keys.iter().map(|&n| key(n)).collect();
    store.foresee(lease, &creates(keys), now_ms).await.unwrap()
}

async fn dup_4_one_mailbox_at_a_time_may_intend_a_key(place: Place) {
    let store = place.store().await;
    let one = leased(&store, 1).await;
    let two = leased(&store, 2).await;
    assert_eq!(intend(&store, &one, &[3, 1], NOW).await, [true, true]);
    assert_eq!(intend(&store, &one, &[1], NOW + 1).await, [true], "again by the same");
    assert_eq!(intend(&store, &two, &[4, 3, 2, 1], NOW + 2).await, [true, false, true, false]);
    assert_eq!(intend(&store, &two, &[], NOW + 2).await, [false; 0]);
}

async fn an_intent_ends_with_its_pair_or_its_time(place: Place) {
    let store = place.store().await;
    let one = leased(&store, 1).await;
    let two = leased(&store, 2).await;
    assert_eq!(intend(&store, &one, &[1, 2], NOW).await, [true, true]);
    store.record(&one, &pass([entry("mine", &[], saved(1))]), NOW + 1).await.unwrap();
    assert_eq!(intend(&store, &two, &[1, 2], NOW + 2).await, [false, false], "they may have looked before");
    assert_eq!(intend(&store, &two, &[1, 2], NOW + 60_001).await, [true, false]);
    assert_eq!(intend(&store, &two, &[2], NOW + INTENT_MS - 1).await, [false]);
    assert_eq!(intend(&store, &two, &[2], NOW + INTENT_MS).await, [true]);
}

async fn an_item_has_the_issue_it_has_now(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    for (outcome, expected) in [
        (Outcome::Refused(issue("XCP-1")), Some(issue("XCP-1"))),
        (Outcome::Waiting(issue("ISE-013")), Some(issue("ISE-013"))),
        (saved(1), None),
        (Outcome::Lost(issue("ISE-001")), Some(issue("ISE-001"))),
        (Outcome::Withdrawn, None),
        (Outcome::Refused(issue("XCP-2")), Some(issue("XCP-2"))),
        (Outcome::Deferred, Some(issue("XCP-2"))),
    ] {
        store.record(&lease, &pass([entry("item", &[("given", 1)], outcome)]), NOW).await.unwrap();
        assert_eq!(store.issue(&lease.mailbox, &item("item")).await.unwrap(), expected);
        assert_eq!(store.issue(&lease.mailbox, &item("given")).await.unwrap(), expected);
    }
    assert_eq!(store.issue(&address(2), &item("item")).await.unwrap(), None);
}

async fn a_refused_or_waiting_request_is_asked_again_and_a_lost_or_withdrawn_one_is_not(place: Place) {
    let store = place.store().await;
    signed_in(&store, 1).await;
    for given in ["deferred", "lost", "refused", "waiting", "withdrawn"] {
        press(&store, 1, given, given, NOW).await.unwrap();
    }
    let lease = store.claim("one", 1, NOW, LEASE).await.unwrap().remove(0);
    let entries = [
        entry("d", &[("deferred", 1)], Outcome::Deferred),
        entry("l", &[("lost", 1)], Outcome::Lost(issue("ISE-001"))),
        entry("r", &[("refused", 1)], Outcome::Refused(issue("XCP-1"))),
        entry("wa", &[("waiting", 1)], Outcome::Waiting(issue("ISE-013"))),
        entry("wi", &[("withdrawn", 1)], Outcome::Withdrawn),
    ];
    store.record(&lease, &pass(entries), NOW).await.unwrap();
    let left = store.waiting_saves(&address(1), 10).await.unwrap();
    let left: Vec<&str> = left.iter().map(|save| save.given_id.as_str()).collect();
    assert_eq!(left, ["deferred", "refused", "waiting"]);
}

async fn what_was_chosen_for_a_saved_item_and_refused_is_asked_again(place: Place) {
    let store = place.store().await;
    signed_in(&store, 1).await;
    press(&store, 1, "given", "key", NOW).await.unwrap();
    let lease = store.claim("one", 1, NOW, LEASE).await.unwrap().remove(0);
    let refused = Saved { issue: Some(issue("SAV-9")), is_asked_again: true, ..new_event(1) };
    let entries = [entry("item", &[("given", 1)], Outcome::Saved(Box::new(refused)))];
    store.record(&lease, &pass(entries), NOW).await.unwrap();
    assert_eq!(store.waiting_saves(&address(1), 10).await.unwrap().len(), 1);
    assert_eq!(store.issue(&address(1), &item("item")).await.unwrap(), Some(issue("SAV-9")));
    store.record(&lease, &pass([entry("item", &[("given", 1)], saved(1))]), NOW + 1).await.unwrap();
    assert!(store.waiting_saves(&address(1), 10).await.unwrap().is_empty());
    assert_eq!(store.issue(&address(1), &item("item")).await.unwrap(), None);
}

async fn a_request_found_by_its_category_is_kept_until_it_is_settled(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    store.record(&lease, &pass([entry("item", &[], Outcome::Deferred)]), NOW).await.unwrap();
    let kept = store.waiting_saves(&address(1), 10).await.unwrap();
    assert_eq!((kept.len(), kept[0].source, &kept[0].given_id), (1, Source::Category, &item("item")));
    store.record(&lease, &pass([entry("item", &[("item", 1)], saved(1))]), NOW + 1).await.unwrap();
    assert!(store.waiting_saves(&address(1), 10).await.unwrap().is_empty());
}

async fn a_round_is_kept_whole_or_not_at_all(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    // Somebody turns the mailbox over while this round is on its way.
    store.release("one").await.unwrap();
    let entries = [entry("a", &[], saved(1)), entry("b", &[], Outcome::Refused(issue("XCP-1")))];
    assert!(store.record(&lease, &pass(entries), NOW).await.is_err());
    assert_eq!(pair_of(&store, "a").await, None);
    assert_eq!(store.issue(&address(1), &item("b")).await.unwrap(), None);
    assert!(store.waiting_saves(&address(1), 10).await.unwrap().is_empty());
}
