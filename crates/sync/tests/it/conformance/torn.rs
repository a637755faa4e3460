//! A database file whose last writes a power cut tore: what was kept whole stays whole, and the service goes on with it.

use std::{fs, path::Path};

use calbridge_engine::ports::{Cursor, Window};
use calbridge_sync::store::Store;

use super::{LEASE, NOW, address, entry, item, leased, pass, saved};
use calbridge_sync::clock::instant;

/// Sessions before the power cut.
const SESSIONS: u32 = 12;
/// Places where the log of writes is torn, spread over its length.
const CUTS: usize = 40;

fn url(directory: &Path) -> String {
    format!("sqlite://{}", directory.join("calbridge.sqlite").display())
}

fn cursor(n: u32) -> Cursor {
    Cursor { text: n.to_string(), window: Window { from: instant(NOW), to: instant(NOW + 1) } }
}

/// Each session keeps one more pair, and how far it read, in one transaction.
async fn worked(store: &Store) {
    let lease = leased(store, 1).await;
    for n in 1..=SESSIONS {
        let mut pass = pass([entry(&format!("item{n}"), &[], saved(n))]);
        pass.cursor = Some(cursor(n));
        store.record(&lease, &pass, NOW + i64::from(n)).await.unwrap();
    }
}

/// The files as they are on the disk at this moment, the log with another end.
fn copied(from: &Path, to: &Path, end: impl Fn(Vec<u8>) -> Vec<u8>) {
    fs::copy(from.join("calbridge.sqlite"), to.join("calbridge.sqlite")).unwrap();
    let log = fs::read(from.join("calbridge.sqlite-wal")).unwrap();
    fs::write(to.join("calbridge.sqlite-wal"), end(log)).unwrap();
}

/// How many sessions a store knows of; their pairs and their cursor agree.
async fn known(directory: &Path) -> u32 {
    let store = Store::open(&url(directory)).await.unwrap();
    let count = u32::try_from(store.count_pairs(&address(1)).await.unwrap()).unwrap();
    let read_to = store.cursor(&address(1)).await.unwrap();
    assert_eq!(read_to, (count > 0).then(|| cursor(count)), "the pairs of {count} sessions");
    for n in 1..=count {
        assert!(
            store.pair(&address(1), &item(&format!("item{n}"))).await.unwrap().is_some(),
            "{n} of {count}"
        );
    }
    count
}

#[tokio::test]
async fn s4_whatever_a_power_cut_tears_off_the_log_pairs_and_cursor_stay_of_the_same_session() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(&url(directory.path())).await.unwrap();
    worked(&store).await;
    let length = fs::metadata(directory.path().join("calbridge.sqlite-wal")).unwrap().len();
    let length = usize::try_from(length).unwrap();
    let mut before = 0;
    for cut in (0..=CUTS).map(|at| length * at / CUTS) {
        let torn = tempfile::tempdir().unwrap();
        copied(directory.path(), torn.path(), |log| log[..cut].to_vec());
        // A log without the tables makes them anew, and knows nothing.
        let count = known(torn.path()).await;
        assert!(count >= before, "{count} sessions are left of a longer log than one that left {before}");
        before = count;
    }
    assert_eq!(before, SESSIONS, "the whole log was there");
}

#[tokio::test]
async fn s4_garbage_at_the_end_of_the_log_costs_no_more_than_the_last_session_and_work_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(&url(directory.path())).await.unwrap();
    worked(&store).await;
    let torn = tempfile::tempdir().unwrap();
    copied(directory.path(), torn.path(), |mut log| {
        let tail = log.len() - 100;
        log[tail..].fill(0xA5);
        log
    });
    assert_eq!(known(torn.path()).await, SESSIONS - 1);

    let store = Store::open(&url(torn.path())).await.unwrap();
    let later_ms = NOW + LEASE + 1;
    let leases = store.claim("two", 1, later_ms, LEASE).await.unwrap();
    let pass = pass([entry(&format!("item{SESSIONS}"), &[], saved(SESSIONS))]);
    store.record(&leases[0], &pass, later_ms).await.unwrap();
    assert_eq!(store.count_pairs(&address(1)).await.unwrap(), i64::from(SESSIONS));
}
