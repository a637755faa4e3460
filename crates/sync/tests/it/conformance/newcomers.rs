//! Records that are made for people who are in none: claimed by one session, and journalled.

use calbridge_engine::ports::{Claim, Journalled};
use calbridge_sync::store::{MadeRecord, StoreError};

use super::{LEASE, NOW, address, event, item, leased, signed_in};
use crate::databases::{Place, on_every_database};

/// Longer than any claim holds, in milliseconds.
const LONG: i64 = 10 * 60_000;

on_every_database!(
    ppl_7_what_one_session_makes_no_other_makes,
    ppl_7_a_session_that_lost_its_lease_may_still_be_making,
    ppl_7_what_was_made_is_journalled_once,
);

fn jan() -> Claim {
    Claim::Person(address(9))
}

fn company() -> Claim {
    Claim::Account { domain: "nowak.example".to_owned() }
}

fn made(n: u32) -> Journalled {
    Journalled { record: event(n), item: item("one") }
}

async fn ppl_7_what_one_session_makes_no_other_makes(place: Place) {
    let store = place.store().await;
    let (one, other) = (leased(&store, 1).await, leased(&store, 2).await);
    assert_eq!(store.claim_making(&one, &[jan(), company()], NOW).await.unwrap(), [true, true]);
    assert_eq!(store.claim_making(&one, &[jan()], NOW).await.unwrap(), [true], "its own");
    assert_eq!(store.claim_making(&other, &[company(), jan()], NOW).await.unwrap(), [false, false]);
    store.end_making(&one, &[(jan(), Some(made(1))), (company(), None)], NOW).await.unwrap();
    assert_eq!(store.claim_making(&other, &[jan(), company()], NOW).await.unwrap(), [true, true]);
    assert_eq!(store.claim_making(&one, &[jan()], NOW + LONG).await.unwrap(), [true], "claims end");
}

async fn ppl_7_a_session_that_lost_its_lease_may_still_be_making(place: Place) {
    let store = place.store().await;
    let lost = leased(&store, 1).await;
    store.claim_making(&lost, &[jan()], NOW).await.unwrap();
    let later = NOW + LEASE + 1;
    let again = store.claim("two", 1, later, LEASE).await.unwrap().remove(0);
    assert_eq!(store.claim_making(&again, &[jan()], later).await.unwrap(), [false]);
    assert!(matches!(
        store.end_making(&lost, &[(jan(), Some(made(1)))], later).await,
        Err(StoreError::Fenced)
    ));
    assert!(matches!(store.claim_making(&lost, &[jan()], later).await, Err(StoreError::Fenced)));
    assert_eq!(store.claim_making(&again, &[jan()], later + LONG).await.unwrap(), [true]);
}

async fn ppl_7_what_was_made_is_journalled_once(place: Place) {
    let store = place.store().await;
    let lease = leased(&store, 1).await;
    signed_in(&store, 2).await;
    for now_ms in [NOW, NOW + 5] {
        store.end_making(&lease, &[(jan(), Some(made(1)))], now_ms).await.unwrap();
    }
    let expected = MadeRecord {
        mailbox: address(1),
        record: event(1),
        item: item("one"),
        made_for: format!("person {}", address(9)),
        made_ms: NOW,
    };
    assert_eq!(store.made(None, 10).await.unwrap(), std::slice::from_ref(&expected));
    assert_eq!(store.made(Some(&address(1)), 10).await.unwrap(), [expected]);
    assert_eq!(store.made(Some(&address(2)), 10).await.unwrap(), []);
    store.sweep(NOW + 31 * 86_400_000).await.unwrap();
    assert_eq!(store.made(None, 10).await.unwrap(), [], "for 30 days");
}
