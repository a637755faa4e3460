//! One mailbox, one worker: on a file always, on a server where `TEST_DATABASE_URL` names one.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use calbridge_rules::{
    id::{Address, RecordId},
    saving::SyncOff,
};
use calbridge_sync::store::{Store, StoreError, SyncSwitch};

use crate::databases::places;

const MAILBOXES: u32 = 400;
const WORKERS: usize = 8;

async fn filled(url: &str, mailboxes: u32) -> Store {
    let store = Store::open(url).await.unwrap();
    for n in 0..mailboxes {
        let user = RecordId::parse(&format!("005{n:012}")).unwrap();
        let address = Address::parse(&format!("user{n}@brightwater.example")).unwrap();
        store.mailbox_at_sign_in(&user, "User", &address, SyncSwitch::Active, 1_000).await.unwrap();
    }
    store
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_mailbox_is_ever_claimed_by_two_workers() {
    for place in places().await {
        let store = filled(&place.url, MAILBOXES).await;
        let claims: Arc<Mutex<BTreeMap<Address, u32>>> = Arc::default();
        let mut workers = Vec::new();
        for worker in 0..WORKERS {
            let (store, claims) = (store.clone(), Arc::clone(&claims));
            workers.push(tokio::spawn(async move {
                let owner = format!("worker-{worker}");
                loop {
                    let leases = store.claim(&owner, 7, 2_000, 60_000).await.unwrap();
                    if leases.is_empty() {
                        return;
                    }
                    for lease in leases {
                        *claims.lock().unwrap().entry(lease.mailbox).or_default() += 1;
                    }
                }
            }));
        }
        for worker in workers {
            worker.await.unwrap();
        }
        // Under contention a claim may come back empty-handed while rows are left: those are due again at once.
        while !store.claim("last", 50, 2_000, 60_000).await.unwrap().is_empty() {}
        let claims = claims.lock().unwrap();
        assert!(claims.values().all(|&count| count == 1), "{:?}", claims.values().max());
        assert!(!claims.is_empty());
    }
}

#[tokio::test]
async fn a_worker_that_slept_through_its_lease_writes_nothing() {
    for place in places().await {
        let store = filled(&place.url, 1).await;
        let slow = store.claim("slow", 1, 2_000, 1_000).await.unwrap().remove(0);
        assert!(store.claim("quick", 1, 2_500, 1_000).await.unwrap().is_empty(), "the lease still holds");
        let quick = store.claim("quick", 1, 3_000, 1_000).await.unwrap().remove(0);
        assert_eq!(quick.fence, slow.fence + 1);
        for refused in [
            store.renew(&slow, 9_000).await,
            store.fail(&slow, 9_000).await,
            store.stop(&slow, SyncOff::Paused, "no").await,
            store.finish(&slow, 3_000, 9_000).await,
            store.marked(&slow, &[calbridge_rules::id::ItemId::parse("AAMk").unwrap()]).await,
        ] {
            assert!(matches!(refused, Err(StoreError::Fenced)), "{refused:?}");
        }
        store.finish(&quick, 3_000, 9_000).await.unwrap();
        assert!(store.claim("slow", 1, 8_999, 1_000).await.unwrap().is_empty());
        assert_eq!(store.claim("slow", 1, 9_000, 1_000).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn what_is_wanted_during_a_session_is_due_after_it() {
    for place in places().await {
        let store = filled(&place.url, 1).await;
        let lease = store.claim("one", 1, 2_000, 60_000).await.unwrap().remove(0);
        for _ in 0..200 {
            store.want(&lease.mailbox, 2_500).await.unwrap();
        }
        assert!(store.claim("two", 1, 2_600, 60_000).await.unwrap().is_empty(), "it is still leased");
        store.finish(&lease, 3_000, 600_000).await.unwrap();
        let again = store.claim("two", 1, 3_000, 60_000).await.unwrap().remove(0);
        store.finish(&again, 3_100, 600_000).await.unwrap();
        assert!(
            store.claim("two", 1, 3_200, 60_000).await.unwrap().is_empty(),
            "two hundred wishes are one session"
        );
    }
}

#[tokio::test]
async fn a_mailbox_that_failed_waits_and_a_parked_one_stays() {
    for place in places().await {
        let store = filled(&place.url, 1).await;
        let lease = store.claim("one", 1, 2_000, 60_000).await.unwrap().remove(0);
        store.fail(&lease, 5_000).await.unwrap();
        assert!(store.claim("one", 1, 4_999, 60_000).await.unwrap().is_empty());
        let lease = store.claim("one", 1, 5_000, 60_000).await.unwrap().remove(0);
        assert_eq!(lease.attempt, 1);
        store.stop(&lease, SyncOff::AuthorizationExpired, "a person must act").await.unwrap();
        assert!(store.claim("one", 1, 900_000, 60_000).await.unwrap().is_empty());
        store.set_sync(&lease.mailbox, SyncSwitch::Active, 900_000).await.unwrap();
        assert_eq!(store.claim("one", 1, 900_000, 60_000).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_worker_gives_back_its_own_mailboxes_and_no_others() {
    for place in places().await {
        let store = filled(&place.url, 2).await;
        let mine = store.claim("mine", 1, 2_000, 60_000).await.unwrap().remove(0);
        store.claim("theirs", 1, 2_000, 60_000).await.unwrap();
        store.release("mine").await.unwrap();
        assert!(matches!(store.renew(&mine, 9_000).await, Err(StoreError::Fenced)));
        let next = store.claim("next", 2, 2_000, 60_000).await.unwrap();
        assert_eq!(next.iter().map(|lease| &lease.mailbox).collect::<Vec<_>>(), [&mine.mailbox]);
        assert_eq!((next[0].fence, next[0].attempt), (mine.fence + 1, 0));
    }
}
