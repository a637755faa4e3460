//! What mailboxes are told of the org's changes.

use calbridge_engine::ports::{EventIssue, News, Pass};
use calbridge_sync::{
    clock::instant,
    store::{IssueFilter, Store, Told},
};

use super::{NOW, address, event, issue, item, leased, signed_in};
use crate::databases::{Place, on_every_database};

on_every_database!(
    what_is_told_twice_is_one_piece_of_news_and_other_words_are_another,
    ser_3_what_is_told_of_an_event_ends_with_it_unless_it_is_told_of_another,
);

async fn tell(store: &Store, stamp_ms: i64, says: &str, now_ms: i64) -> Vec<i64> {
    let watch = store.claim_watch("watcher", now_ms, 1).await.unwrap().unwrap();
    let told = Told { mailbox: address(1), event: event(1), stamp_ms, says: says.to_owned() };
    store.tell_news(&watch, &[told], stamp_ms, now_ms, now_ms).await.unwrap();
    store.news(&address(1), now_ms, 10).await.unwrap().into_iter().map(|news| news.revision).collect()
}

async fn what_is_told_twice_is_one_piece_of_news_and_other_words_are_another(place: Place) {
    let store = place.store().await;
    signed_in(&store, 1).await;
    assert_eq!(tell(&store, NOW, "first", NOW).await, [1]);
    assert_eq!(tell(&store, NOW, "first", NOW + 1).await, [1], "the looks overlap");
    assert_eq!(tell(&store, NOW, "second", NOW + 2).await, [2], "two edits of one second");
    assert_eq!(tell(&store, NOW - 1_000, "older", NOW + 3).await, [2]);
    assert_eq!(tell(&store, NOW + 1_000, "second", NOW + 4).await, [3]);
}

async fn ser_3_what_is_told_of_an_event_ends_with_it_unless_it_is_told_of_another(place: Place) {
    const DAY: i64 = 24 * 3_600_000;
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    let watch = store.claim_watch("watcher", NOW, 1).await.unwrap().unwrap();
    let told = |n: u32| Told { mailbox: address(1), event: event(n), stamp_ms: NOW, says: String::new() };
    store.tell_news(&watch, &[told(1), told(2)], NOW, NOW, NOW).await.unwrap();
    let heard = |n: u32| News { event: event(n), revision: 1 };
    let tells =
        |n: u32, name: &str| EventIssue { about: item(name), event: event(n), issue: Some(issue("SER-3")) };
    let again = |n: u32, after_ms: i64| (event(n), instant(NOW + after_ms));
    let pass = Pass {
        heard: vec![heard(1), heard(2)],
        later: vec![again(1, DAY), again(2, 2 * DAY)],
        told: vec![tells(1, "weekly"), tells(2, "daily")],
        ..Pass::default()
    };
    store.record(&lease, &pass, NOW).await.unwrap();
    let coming = async |now_ms: i64| store.news(&address(1), now_ms, 10).await.unwrap();
    let listed = async || {
        let issues = store.issues(&IssueFilter::default(), 10).await.unwrap();
        issues.into_iter().map(|one| one.item).collect::<Vec<_>>()
    };
    assert_eq!((coming(NOW + 1).await, listed().await.len()), (vec![], 2));

    // An Event of which nothing is told.
    let gone = |n: u32| Pass { heard: vec![heard(n)], gone: vec![event(n)], ..Pass::default() };
    store.record(&lease, &gone(3), NOW + 1).await.unwrap();
    assert_eq!((coming(NOW + 1).await, listed().await.len()), (vec![], 2));

    store.record(&lease, &gone(1), NOW + DAY).await.unwrap();
    assert_eq!(listed().await, [item("daily")]);
    assert_eq!(coming(NOW + DAY).await, [heard(2)], "it may be what the issue is of, too");
}
