//! Several processes on one database, at the same time.

use calbridge_engine::{Outcome, ports::Foresight};
use calbridge_rules::{saving::SyncOff, status::Issue};
use calbridge_sync::store::{Lease, Store, StoreError, SyncSwitch};
use sqlx::Row;

use super::{
    LEASE, NOW, address, creates, entry, event, issue, item, key, leased, pass, press, saved, signed_in,
    subject,
};
use crate::databases::{Place, on_shared_databases};

/// Rounds of each side of a race.
const ROUNDS: u32 = 40;

on_shared_databases!(
    processes_that_start_together_make_the_tables_once,
    what_one_process_wrote_another_reads,
    presses_and_sessions_of_one_mailbox_never_wait_for_each_other_for_ever,
    sessions_that_intend_the_same_keys_never_wait_for_each_other_for_ever,
    a_session_that_ends_never_waits_for_ever_for_one_that_intends_its_keys,
    a_switch_and_a_stop_of_one_mailbox_never_wait_for_each_other_for_ever,
    uns_2_what_was_overwritten_is_kept_as_it_was_first_and_for_thirty_days,
    a_lasting_issue_keeps_when_it_was_first_seen,
    a_writer_that_is_held_up_says_so_and_has_written_nothing,
);

async fn processes_that_start_together_make_the_tables_once(place: Place) {
    let openings: Vec<_> = (0..6)
        .map(|_| {
            let url = place.url.clone();
            tokio::spawn(async move { Store::open(&url).await })
        })
        .collect();
    for opening in openings {
        let store = opening.await.unwrap().unwrap();
        assert_eq!(store.mailbox_at(&address(1)).await.unwrap(), None);
    }
}

async fn what_one_process_wrote_another_reads(place: Place) {
    let (one, two) = (place.store().await, place.store().await);
    signed_in(&one, 1).await;
    press(&one, 1, "given", "press-1", NOW).await.unwrap();
    assert_eq!(two.waiting_saves(&address(1), 10).await.unwrap().len(), 1);
    let lease = two.claim("two", 1, NOW, LEASE).await.unwrap().remove(0);
    assert!(one.claim("one", 1, NOW, LEASE).await.unwrap().is_empty());
    one.renew(&lease, NOW + LEASE).await.unwrap();
}

async fn presses_and_sessions_of_one_mailbox_never_wait_for_each_other_for_ever(place: Place) {
    let (api, worker) = (place.store().await, place.store().await);
    let lease = leased(&worker, 1).await;
    let pressing = tokio::spawn(async move {
        for n in 0..ROUNDS {
            press(&api, 1, "given", &format!("press-{n}"), NOW).await.unwrap();
        }
    });
    for n in 0..ROUNDS {
        let outcome = Outcome::Refused(issue(&format!("C-{n}")));
        worker
            .record(&lease, &pass([entry("item", &[("given", i64::from(n))], outcome)]), NOW)
            .await
            .unwrap();
        worker
            .record(&lease, &pass([entry("item", &[("given", i64::from(n))], saved(1))]), NOW)
            .await
            .unwrap();
    }
    pressing.await.unwrap();
}

async fn sessions_that_intend_the_same_keys_never_wait_for_each_other_for_ever(place: Place) {
    let (one, two) = (place.store().await, place.store().await);
    let (first, second) = (leased(&one, 1).await, leased(&one, 2).await);
    let intending = |store: Store, lease: Lease, keys: [u32; 4]| {
        tokio::spawn(async move {
            for _ in 0..ROUNDS {
                store.foresee(&lease, &creates(keys.map(key)), NOW).await.unwrap();
                let round = keys.map(|n| entry(&format!("item{n}"), &[], saved(n)));
                store.record(&lease, &pass(round), NOW).await.unwrap();
            }
        })
    };
    let (up, down) = (intending(one, first, [1, 2, 3, 4]), intending(two, second, [4, 3, 2, 1]));
    up.await.unwrap();
    down.await.unwrap();
}

/// Rows that were put down one by one, from the last key to the first, lie in that order.
async fn a_session_that_ends_never_waits_for_ever_for_one_that_intends_its_keys(place: Place) {
    const KEYS: [u32; 4] = [1, 2, 3, 4];
    let (one, two) = (place.store().await, place.store().await);
    let (first, second) = (leased(&one, 1).await, leased(&two, 2).await);
    let intending = tokio::spawn(async move {
        for _ in 0..ROUNDS * 5 {
            one.foresee(&first, &creates(KEYS.map(key)), NOW).await.unwrap();
        }
    });
    let lapsed = KEYS.map(|n| entry(&format!("item{n}"), &[], saved(n)));
    for round in 0..i64::from(ROUNDS) {
        // Long enough apart that what the other one put down has lapsed.
        let now = NOW + round * 3_600_000;
        for n in KEYS.into_iter().rev() {
            two.foresee(&second, &creates([key(n)]), now).await.unwrap();
        }
        two.record(&second, &pass(lapsed.clone()), now).await.unwrap();
    }
    intending.await.unwrap();
}

async fn a_switch_and_a_stop_of_one_mailbox_never_wait_for_each_other_for_ever(place: Place) {
    let (api, worker) = (place.store().await, place.store().await);
    let mailbox = signed_in(&api, 1).await;
    let switching = {
        let mailbox = mailbox.clone();
        tokio::spawn(async move {
            for n in 0..i64::from(ROUNDS) {
                api.set_sync(&mailbox, SyncSwitch::Active, NOW + n).await.unwrap();
            }
        })
    };
    for n in 0..i64::from(ROUNDS) {
        for lease in worker.claim("one", 1, NOW + n, 0).await.unwrap() {
            worker.stop(&lease, SyncOff::AuthorizationExpired, "stop").await.unwrap();
        }
    }
    switching.await.unwrap();
}

fn overwriting(before: &str) -> Foresight {
    Foresight { overwrites: vec![(event(1), subject(before), subject("After"))], ..Foresight::default() }
}

async fn uns_2_what_was_overwritten_is_kept_as_it_was_first_and_for_thirty_days(place: Place) {
    const DAYS_30_MS: i64 = 30 * 86_400_000;
    let (store, behind) = (place.store().await, place.behind().await);
    let lease = leased(&store, 1).await;
    let kept = || async {
        let rows = sqlx::query("SELECT before_values FROM journal ORDER BY fence");
        let rows = rows.fetch_all(&behind).await.unwrap();
        rows.iter().map(|row| row.get::<String, _>(0)).collect::<Vec<_>>()
    };
    store.record(&lease, &pass([entry("item", &[], saved(1))]), NOW).await.unwrap();
    assert_eq!(kept().await.len(), 0, "a new Event overwrites nothing");
    store.foresee(&lease, &overwriting("first"), NOW).await.unwrap();
    store.foresee(&lease, &overwriting("second"), NOW + 1).await.unwrap();
    let journal = kept().await;
    assert!(journal.len() == 1 && journal[0].contains("first"), "{journal:?}");
    store.sweep(NOW + DAYS_30_MS).await.unwrap();
    assert_eq!(kept().await.len(), 1);
    store.sweep(NOW + DAYS_30_MS + 1).await.unwrap();
    assert_eq!(kept().await.len(), 0);
}

async fn a_lasting_issue_keeps_when_it_was_first_seen(place: Place) {
    let (store, behind) = (place.store().await, place.behind().await);
    let lease = leased(&store, 1).await;
    for later in [0, 10, 20] {
        let reason = format!("Reason {later}.");
        let told = Issue { reason, ..issue("XCP-1") };
        store.record(&lease, &pass([entry("item", &[], Outcome::Refused(told))]), NOW + later).await.unwrap();
    }
    let row = sqlx::query("SELECT first_seen, last_seen FROM issues").fetch_one(&behind).await.unwrap();
    assert_eq!((row.get::<i64, _>(0), row.get::<i64, _>(1)), (NOW, NOW + 20));
    assert_eq!(store.issue(&address(1), &item("item")).await.unwrap().unwrap().reason, "Reason 20.");
}

async fn a_writer_that_is_held_up_says_so_and_has_written_nothing(place: Place) {
    let (store, behind) = (place.store().await, place.behind().await);
    signed_in(&store, 1).await;
    let mut holder = behind.begin().await.unwrap();
    let held = sqlx::query("UPDATE mailbox_work SET attempt = attempt WHERE mailbox = $1");
    held.bind(address(1).as_str()).execute(&mut *holder).await.unwrap();
    let refused = press(&store, 1, "given", "press-1", NOW).await.unwrap_err();
    assert!(matches!(refused, StoreError::Busy(_)) && refused.may_pass(), "{refused}");
    assert_eq!(store.waiting_saves(&address(1), 10).await.unwrap(), [], "reading goes on");
    holder.rollback().await.unwrap();
    press(&store, 1, "given", "press-1", NOW).await.unwrap();
    assert_eq!(store.waiting_saves(&address(1), 10).await.unwrap().len(), 1);
}
