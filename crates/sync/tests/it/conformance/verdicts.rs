//! How it was decided about items that are not saved, and what is remembered of those that were let go.

use calbridge_engine::{
    Outcome,
    report::{Saved, Skipped},
};
use calbridge_rules::{
    autosave::{Past, Skip},
    holding::Holding,
    saving::Check,
    status::RuleAsked,
};
use calbridge_sync::{
    clock::instant,
    store::{Judged, Store},
};

use super::{NOW, address, entry, event, item, leased, new_event, pass, saved};
use crate::databases::{Place, on_every_database};

on_every_database!(
    an_item_that_is_not_saved_has_one_rule_and_its_trace_and_a_saved_one_none,
    an_item_that_is_left_until_later_comes_up_then,
    an_item_that_was_let_go_is_known_by_why_until_it_is_saved_again,
    a_pair_keeps_who_asked_for_it_and_whose_event_it_is,
);

fn skipped(again_ms: Option<i64>) -> Outcome {
    Outcome::Skipped(Skipped { skip: Skip::OutsideWindow, again_at: again_ms.map(instant) })
}

async fn let_go(store: &Store) -> Vec<Past> {
    let found = store.let_go(&address(1), &[item("a"), item("b")]).await.unwrap();
    found.into_iter().map(|(_, past)| past).collect()
}

async fn an_item_that_is_not_saved_has_one_rule_and_its_trace_and_a_saved_one_none(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    let mut left = entry("a", &[], skipped(None));
    left.trace = vec![Check { rule: "AUT-2", says: "Too far ahead".to_owned(), passed: false }];
    store.record(&lease, &pass([left]), NOW).await.unwrap();
    let asked = RuleAsked { rule: "AUT-2".to_owned(), says: "Too far ahead".to_owned(), passed: false };
    let expected = Judged { rule: "AUT-2".to_owned(), trace: vec![asked] };
    assert_eq!(store.verdict(&address(1), &item("a")).await.unwrap(), Some(expected));
    assert_eq!(store.verdict(&address(2), &item("a")).await.unwrap(), None);
    store.record(&lease, &pass([entry("a", &[], saved(1))]), NOW + 1).await.unwrap();
    assert_eq!(store.verdict(&address(1), &item("a")).await.unwrap(), None);
}

async fn an_item_that_is_left_until_later_comes_up_then(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    store.record(&lease, &pass([entry("a", &[], skipped(Some(NOW + 10)))]), NOW).await.unwrap();
    assert!(store.unfinished(&address(1), NOW + 9, 10).await.unwrap().is_empty());
    assert_eq!(store.unfinished(&address(1), NOW + 10, 10).await.unwrap(), [item("a")]);
    store.record(&lease, &pass([entry("a", &[], skipped(None))]), NOW + 11).await.unwrap();
    assert!(store.unfinished(&address(1), NOW + 12, 10).await.unwrap().is_empty());
}

async fn an_item_that_was_let_go_is_known_by_why_until_it_is_saved_again(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    let gone = Outcome::Released { event: event(1), past: Past::EventDeleted };
    let back = Outcome::Removed { event: event(2) };
    store.record(&lease, &pass([entry("a", &[], gone), entry("b", &[], back)]), NOW).await.unwrap();
    let mut pasts = let_go(&store).await;
    pasts.sort_by_key(|past| *past == Past::EventDeleted);
    assert_eq!(pasts, [Past::TakenBack, Past::EventDeleted]);
    store.record(&lease, &pass([entry("a", &[], saved(1)), entry("b", &[], saved(2))]), NOW).await.unwrap();
    assert!(let_go(&store).await.is_empty());
}

async fn a_pair_keeps_who_asked_for_it_and_whose_event_it_is(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    let kept = |is_by_hand, holding| Outcome::Saved(Box::new(Saved { is_by_hand, holding, ..new_event(1) }));
    for (is_by_hand, holding) in [(false, Holding::FirstSavers), (true, Holding::Organizers)] {
        store.record(&lease, &pass([entry("a", &[], kept(is_by_hand, holding))]), NOW).await.unwrap();
        let pairs = store.pairs_of_items(&address(1), &[item("a")]).await.unwrap();
        assert_eq!((pairs[0].is_by_hand, pairs[0].holding), (is_by_hand, holding));
    }
    let savers = store.savers(&[event(1)]).await.unwrap();
    assert_eq!((savers[0].2.since, savers[0].2.is_active), (instant(NOW), true));
}
