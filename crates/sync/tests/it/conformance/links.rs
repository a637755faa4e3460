//! Keys of Events that no field of the org holds, and which field did (DUP-1, DUP-2).

use calbridge_rules::{event::EventFields, id::ApiName};
use calbridge_sync::store::{KeyFieldHad, Lack, LackOf, Unlinked};

use super::{LEASE, NOW, event, key, subject};
use crate::databases::{Place, on_every_database};

on_every_database!(
    dup_2_a_key_has_one_event_and_an_event_one_key,
    dup_2_many_links_are_kept_and_asked_for_at_once,
    dup_3_what_is_created_is_remembered_until_it_is_linked_or_was_not,
    dup_1_the_field_that_held_the_keys_is_remembered_as_it_was_last,
    dup_3_what_was_never_settled_is_forgotten_in_time,
    dup_2_what_admins_read_of_the_field_for_keys_is_what_was_said_of_it_last,
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

async fn dup_2_what_admins_read_of_the_field_for_keys_is_what_was_said_of_it_last(place: Place) {
    let store = place.store().await;
    let lack =
        |of, why: &str, since_ms| Lack { of, name: "Key__c".to_owned(), why: why.to_owned(), since_ms };
    let watch = store.claim_record_watch("watcher", NOW, LEASE).await.unwrap().unwrap();
    let trips = [("Trip__c".to_owned(), "no such object".to_owned())];
    store.keep_lacking(&watch, LackOf::Object, &trips, NOW).await.unwrap();
    let read = async || store.lacking().await.unwrap().split_off(1);
    let none = lack(LackOf::KeyField, "none", NOW);
    store.keep_key_lack(Some(&none)).await.unwrap();
    store.keep_key_lack(Some(&lack(LackOf::KeyField, "none", NOW + 5))).await.unwrap();
    assert_eq!(read().await, std::slice::from_ref(&none), "since when is kept");
    store.keep_key_lack(Some(&lack(LackOf::KeyField, "still none", NOW + 6))).await.unwrap();
    assert_eq!(read().await, [lack(LackOf::KeyField, "still none", NOW)]);
    store.link(&[(key(1), event(1))]).await.unwrap();
    assert_eq!(read().await, [lack(LackOf::KeyFieldOfLinked, "still none", NOW)]);
    store.keep_lacking(&watch, LackOf::Object, &trips, NOW + 7).await.unwrap();
    store.keep_lacking(&watch, LackOf::Calendar, &[], NOW + 7).await.unwrap();
    assert_eq!(read().await.len(), 1, "what is said of settings changes nothing about keys");
    let gone = lack(LackOf::KeyFieldGone, "gone", NOW + 8);
    store.keep_key_lack(Some(&gone)).await.unwrap();
    assert_eq!(read().await, [gone]);
    store.keep_key_lack(None).await.unwrap();
    assert_eq!(read().await, []);
    assert_eq!(store.lacking().await.unwrap().len(), 1, "the object lacks as before");
}
