//! What mailboxes are told of the org's changes.

use calbridge_sync::store::{Store, Told};

use super::{NOW, address, event, signed_in};
use crate::databases::{Place, on_every_database};

on_every_database!(what_is_told_twice_is_one_piece_of_news_and_other_words_are_another);

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
