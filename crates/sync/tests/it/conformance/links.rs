//! Keys of Events that no field of the org holds, and which field did (DUP-1, DUP-2).

use calbridge_rules::{event::EventFields, id::ApiName};
use calbridge_sync::store::{KeyFieldHad, Unlinked};

use super::{NOW, event, key, subject};
use crate::databases::{Place, on_every_database};

on_every_database!(
    dup_2_a_key_has_one_event_and_an_event_one_key,
    dup_2_many_links_are_kept_and_asked_for_at_once,
    dup_3_what_is_created_is_remembered_until_it_is_linked_or_was_not,
    dup_1_the_field_that_held_the_keys_is_remembered_as_it_was_last,
    dup_3_what_was_never_settled_is_forgotten_in_time,
);

async fn dup_2_a_key_has_one_event_and_an_event_one_key(place: Place) {
    let store = place.store().await;
    assert!(!store.has_links().await.unwrap());
    store.link(&[(key(1), event(1)), (key(2), event(2))]).await.unwrap();
    assert!(store.has_links().await.unwrap());
    store.link(&[(key(1), event(3))]).await.unwrap();
    assert_eq!(store.links_of_keys(&[key(1)]).await.unwrap(), [(key(1), event(3))]);
    assert_eq!(store.links_of_events(&[event(1)]).await.unwrap(), [], "it has no key any more");
    store.link(&[(key(4), event(2))]).await.unwrap();
    assert_eq!(store.links_of_events(&[event(2)]).await.unwrap(), [(key(4), event(2))]);
    assert_eq!(store.links_of_keys(&[key(2)]).await.unwrap(), [], "its Event has another key");
    store.unlink(&[event(2), event(9)]).await.unwrap();
    assert_eq!(store.links_of_keys(&[key(1), key(2), key(4)]).await.unwrap(), [(key(1), event(3))]);
}

async fn dup_2_many_links_are_kept_and_asked_for_at_once(place: Place) {
    let store = place.store().await;
    let links: Vec<_> = (1..=70).map(|n| (key(n), event(n))).collect();
    store.link(&links).await.unwrap();
    store.link(&links).await.unwrap();
    let keys: Vec<_> = (1..=80).map(key).collect();
    let mut found = store.links_of_keys(&keys).await.unwrap();
    found.sort();
    assert_eq!(found, links);
    let events: Vec<_> = (30..=45).map(event).collect();
    assert_eq!(store.links_of_events(&events).await.unwrap().len(), 16);
}

async fn dup_3_what_is_created_is_remembered_until_it_is_linked_or_was_not(place: Place) {
    let store = place.store().await;
    let new: Vec<(_, EventFields)> = (1..=40).map(|n| (key(n), subject("Lunch"))).collect();
    store.put_unlinked(&new, NOW).await.unwrap();
    assert!(store.has_links().await.unwrap(), "keys are kept here from the first one on");
    let known = async |n: u32| store.unlinked(&[key(n), key(99)]).await.unwrap();
    let first = Unlinked { key: key(1), fields: subject("Lunch"), since_ms: NOW };
    assert_eq!(known(1).await, std::slice::from_ref(&first));
    store.put_unlinked(&[(key(1), subject("Dinner"))], NOW + 5).await.unwrap();
    assert_eq!(known(1).await, [Unlinked { fields: subject("Dinner"), since_ms: NOW + 5, ..first }]);
    store.link(&[(key(1), event(1))]).await.unwrap();
    assert_eq!(known(1).await, []);
    store.forget_unlinked(&[key(2)]).await.unwrap();
    assert_eq!((known(2).await.len(), known(3).await.len()), (0, 1));
}

async fn dup_1_the_field_that_held_the_keys_is_remembered_as_it_was_last(place: Place) {
    let store = place.store().await;
    assert_eq!(store.key_field_had().await.unwrap(), None);
    for (name, upserts) in [("Calbridge_Sync_Key__c", true), ("Other__c", false)] {
        let had = KeyFieldHad { name: ApiName::parse(name).ok(), upserts };
        store.put_key_field(&had).await.unwrap();
        assert_eq!(store.key_field_had().await.unwrap(), Some(had));
    }
}

async fn dup_3_what_was_never_settled_is_forgotten_in_time(place: Place) {
    let store = place.store().await;
    store.put_unlinked(&[(key(1), subject("Lunch"))], NOW).await.unwrap();
    store.sweep(NOW + 29 * 86_400_000).await.unwrap();
    assert_eq!(store.unlinked(&[key(1)]).await.unwrap().len(), 1);
    store.sweep(NOW + 31 * 86_400_000).await.unwrap();
    assert_eq!(store.unlinked(&[key(1)]).await.unwrap(), []);
}
