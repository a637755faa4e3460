//! Presses of Save.

use calbridge_engine::Outcome;
use calbridge_rules::saving::Choice;
use calbridge_sync::{
    clock::instant,
    store::{Accepted, Source},
};

use super::{
    LEASE, NOW, address, entry, event, issue, item, leased, pass, press, press_for, saved, signed_in,
};
use crate::databases::{Place, on_every_database};

on_every_database!(
    a_press_waits_and_makes_its_mailbox_due,
    the_same_press_again_changes_nothing,
    the_same_press_from_many_sides_at_once_is_one,
    a_key_of_another_request_is_refused,
    another_press_for_the_item_replaces_the_choice,
    waiting_requests_come_oldest_first_and_no_more_than_asked_for,
    a_request_is_found_under_every_id_of_its_item,
    a_new_press_forgets_the_issue_of_the_one_before,
    a_press_during_the_session_outlives_it,
);

async fn a_press_waits_and_makes_its_mailbox_due(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    store.finish(&lease, NOW, NOW + 600_000).await.unwrap();
    let accepted = press(&store, 1, "given", "press-1", NOW + 10).await.unwrap();
    assert_eq!(accepted, Accepted::Waits { expected_at: instant(NOW + 5_010) });
    let waiting = store.waiting_saves(&address(1), 10).await.unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!((&waiting[0].given_id, waiting[0].revision), (&item("given"), 1));
    assert_eq!(waiting[0].source, Source::Pane);
    let state = store.work_state(&address(1), NOW + 10).await.unwrap().unwrap();
    assert!(state.is_wanted && state.next_due_ms == NOW + 10, "{state:?}");
}

async fn the_same_press_again_changes_nothing(place: Place) {
    let store = place.store().await;
    signed_in(&store, 1).await;
    let first = press(&store, 1, "given", "press-1", NOW).await.unwrap();
    let before = store.waiting_saves(&address(1), 10).await.unwrap();
    let again = press(&store, 1, "given", "press-1", NOW + 60_000).await.unwrap();
    assert_eq!(again, first, "it is told what it was told first");
    assert_eq!(store.waiting_saves(&address(1), 10).await.unwrap(), before);
    // Also after a session has dealt with it.
    let lease = store.claim("one", 1, NOW, LEASE).await.unwrap().remove(0);
    store.record(&lease, &pass([entry("item", &[("given", 1)], saved(1))]), NOW).await.unwrap();
    assert_eq!(press(&store, 1, "given", "press-1", NOW + 61_000).await.unwrap(), first);
    assert!(store.waiting_saves(&address(1), 10).await.unwrap().is_empty());
}

async fn the_same_press_from_many_sides_at_once_is_one(place: Place) {
    let store = place.store().await;
    signed_in(&store, 1).await;
    let presses: Vec<_> = (0..8)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { press(&store, 1, "given", "press-1", NOW).await.unwrap() })
        })
        .collect();
    for answer in presses {
        assert_eq!(answer.await.unwrap(), Accepted::Waits { expected_at: instant(NOW + 5_000) });
    }
    let waiting = store.waiting_saves(&address(1), 10).await.unwrap();
    assert_eq!(waiting.iter().map(|save| save.revision).collect::<Vec<_>>(), [1]);
}

async fn a_key_of_another_request_is_refused(place: Place) {
    let store = place.store().await;
    signed_in(&store, 1).await;
    signed_in(&store, 2).await;
    press(&store, 1, "given", "press-1", NOW).await.unwrap();
    assert_eq!(press(&store, 1, "other", "press-1", NOW).await.unwrap(), Accepted::KeyTaken);
    assert_eq!(store.waiting_saves(&address(1), 10).await.unwrap().len(), 1);
    let foreign = press(&store, 2, "other", "press-1", NOW).await.unwrap();
    assert!(matches!(foreign, Accepted::Waits { .. }), "another user's keys are another's");
}

async fn another_press_for_the_item_replaces_the_choice(place: Place) {
    let store = place.store().await;
    signed_in(&store, 1).await;
    press(&store, 1, "given", "press-1", NOW).await.unwrap();
    let choice = Choice { what: Some(event(9)), ..Choice::default() };
    press_for(&store, 1, "given", "press-2", &choice, NOW + 1).await.unwrap();
    let waiting = store.waiting_saves(&address(1), 10).await.unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!((waiting[0].revision, &waiting[0].choice), (2, &choice));
    assert_eq!(waiting[0].expected_at, instant(NOW + 5_001));
}

async fn waiting_requests_come_oldest_first_and_no_more_than_asked_for(place: Place) {
    let store = place.store().await;
    signed_in(&store, 1).await;
    signed_in(&store, 2).await;
    for (n, given) in ["c", "a", "b"].into_iter().enumerate() {
        press(&store, 1, given, &format!("press-{n}"), NOW + i64::try_from(n).unwrap()).await.unwrap();
    }
    press(&store, 2, "foreign", "press-1", NOW).await.unwrap();
    press(&store, 1, "c", "press-again", NOW + 10).await.unwrap();
    let waiting = store.waiting_saves(&address(1), 10).await.unwrap();
    let order: Vec<&str> = waiting.iter().map(|save| save.given_id.as_str()).collect();
    assert_eq!(order, ["a", "b", "c"]);
    assert_eq!(store.waiting_saves(&address(1), 2).await.unwrap(), waiting[..2]);
}

async fn a_request_is_found_under_every_id_of_its_item(place: Place) {
    let store = place.store().await;
    signed_in(&store, 1).await;
    press(&store, 1, "ews", "press-1", NOW).await.unwrap();
    store.learn_item_id(&address(1), &item("ews"), &item("immutable"), "uid").await.unwrap();
    let found = |given: &'static str, id: Option<&'static str>| {
        let store = store.clone();
        async move {
            let id = id.map(item);
            store.waiting_save(&address(1), &item(given), id.as_ref()).await.unwrap().is_some()
        }
    };
    assert!(found("ews", None).await);
    assert!(found("rest", Some("immutable")).await);
    assert!(found("rest", Some("ews")).await);
    assert!(!found("rest", None).await);
    assert!(!found("EWS", None).await, "ids are compared byte for byte");
    assert!(store.waiting_save(&address(2), &item("ews"), None).await.unwrap().is_none());
}

async fn a_new_press_forgets_the_issue_of_the_one_before(place: Place) {
    let store = place.store().await;
    signed_in(&store, 1).await;
    press(&store, 1, "ews", "press-1", NOW).await.unwrap();
    let lease = store.claim("one", 1, NOW, LEASE).await.unwrap().remove(0);
    let refused = entry("immutable", &[("ews", 1)], Outcome::Refused(issue("XCP-1")));
    store.record(&lease, &pass([refused]), NOW).await.unwrap();
    assert_eq!(store.issue(&address(1), &item("ews")).await.unwrap(), Some(issue("XCP-1")));
    press(&store, 1, "ews", "press-2", NOW + 1).await.unwrap();
    assert_eq!(store.issue(&address(1), &item("ews")).await.unwrap(), None);
    assert_eq!(store.issue(&address(1), &item("immutable")).await.unwrap(), None);
}

async fn a_press_during_the_session_outlives_it(place: Place) {
    let store = place.store().await;
    signed_in(&store, 1).await;
    press(&store, 1, "given", "press-1", NOW).await.unwrap();
    let lease = store.claim("one", 1, NOW, LEASE).await.unwrap().remove(0);
    press(&store, 1, "given", "press-2", NOW + 1).await.unwrap();
    store.record(&lease, &pass([entry("item", &[("given", 1)], saved(1))]), NOW + 2).await.unwrap();
    store.finish(&lease, NOW + 3, NOW + 600_000).await.unwrap();
    let waiting = store.waiting_saves(&address(1), 10).await.unwrap();
    assert_eq!(waiting.iter().map(|save| save.revision).collect::<Vec<_>>(), [2]);
    assert_eq!(store.next_due(NOW + 3).await.unwrap(), NOW + 3);
}
