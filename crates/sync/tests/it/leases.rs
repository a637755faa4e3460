//! One mailbox, one worker: many of them at once on one database, and what becomes of a lease in a long session.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use calbridge_rules::id::Address;
use calbridge_standin::world::definition;
use calbridge_sync::{
    app::App,
    store::StoreError,
    transport::{Sending, Transport},
    worker,
};
use chrono::TimeDelta;
use serde_json::{Value, json};
use sqlx::{AnyPool, AssertSqlSafe, Row};
use tokio::sync::Semaphore;

use crate::{
    databases::{Database, Place, on, on_shared_databases},
    desk::{Desk, MARA},
};

const MAILBOXES: usize = 2_000;
const FEWER_MAILBOXES: usize = 500;
const WORKERS: usize = 8;
const AT_ONCE: i64 = 7;
const NOW: i64 = 2_000;
const LEASE: i64 = 60_000;
/// Rows of one statement that fills the table.
const CHUNK: usize = 500;
/// Looks at something that should come true soon, and the pause between them.
const LOOKS: u32 = 2_000;
const PAUSE: Duration = Duration::from_millis(10);

on_shared_databases!(
    no_mailbox_is_ever_claimed_by_two_workers,
    a_lease_is_renewed_as_long_as_its_session_runs,
    a_lease_lost_in_the_middle_of_a_session_records_nothing,
    a_worker_outlives_a_database_that_is_held_up_and_loses_nothing,
);

/// Fills the rows of work past the store: as many as its own way would take minutes for.
async fn fill(place: &Place, mailboxes: usize) -> AnyPool {
    drop(place.store().await);
    let behind = place.behind().await;
    for from in (0..mailboxes).step_by(CHUNK) {
        let rows: Vec<String> = (from..(from + CHUNK).min(mailboxes))
            .map(|n| format!("('user{n}@brightwater.example', 1000, 0, 0, '', 0, 0, 0, '')"))
            .collect();
        let sql = format!(
            "INSERT INTO mailbox_work (mailbox, next_due, wanted_seq, done_seq, lease_owner, lease_until, fence,
             attempt, parked) VALUES {}",
            rows.join(", ")
        );
        // Nothing but numbers vary.
        sqlx::query(AssertSqlSafe(sql)).execute(&behind).await.unwrap();
    }
    behind
}

type Claims = Arc<Mutex<BTreeMap<String, u32>>>;

fn count(claims: &Claims, mailboxes: impl IntoIterator<Item = String>) {
    let mut claims = claims.lock().unwrap();
    for mailbox in mailboxes {
        *claims.entry(mailbox).or_default() += 1;
    }
}

async fn no_mailbox_is_ever_claimed_by_two_workers(place: Place) {
    let behind = fill(&place, MAILBOXES).await;
    let claims = Claims::default();
    let mut workers = Vec::new();
    for worker in 0..WORKERS {
        // A store of its own, as a process of its own has it.
        let (store, claims) = (place.store().await, Arc::clone(&claims));
        workers.push(tokio::spawn(async move {
            let owner = format!("worker-{worker}");
            // A claim may come back empty-handed because others took all that it saw.
            while store.next_due(NOW).await.unwrap() <= NOW {
                let leases = store.claim(&owner, AT_ONCE, NOW, LEASE).await.unwrap();
                count(&claims, leases.into_iter().map(|lease| lease.mailbox.as_str().to_owned()));
            }
        }));
    }
    for worker in workers {
        worker.await.unwrap();
    }
    let claims = std::mem::take(&mut *claims.lock().unwrap());
    assert_eq!(claims.len(), MAILBOXES, "every mailbox is served");
    let doubled: Vec<_> = claims.iter().filter(|(_, count)| **count != 1).collect();
    assert!(doubled.is_empty(), "{} of {MAILBOXES} were claimed more than once", doubled.len());
    let row = sqlx::query("SELECT MAX(fence) FROM mailbox_work").fetch_one(&behind).await.unwrap();
    assert_eq!(row.get::<i64, _>(0), 1);
}

/// A claim that believes what its inner query saw.
const CLAIM_WITHOUT_SECOND_LOOK: &str =
    "UPDATE mailbox_work SET lease_owner = $1, lease_until = $2, fence = fence + 1
     WHERE mailbox IN (
       SELECT mailbox FROM mailbox_work
       WHERE parked = '' AND next_due <= $3 AND lease_until <= $3
       ORDER BY next_due, mailbox LIMIT 1)
     RETURNING mailbox";

async fn claim_without_second_look(behind: &AnyPool, owner: &str) -> Option<String> {
    let claim = sqlx::query(CLAIM_WITHOUT_SECOND_LOOK).bind(owner).bind(NOW + LEASE).bind(NOW);
    claim.fetch_optional(behind).await.unwrap().map(|row| row.get(0))
}

/// What the test above would see of a claim that does not look twice: it can fail.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_second_look_mailboxes_are_claimed_twice_on_postgresql() {
    on(Database::Postgresql, async |place| {
        let behind = fill(&place, FEWER_MAILBOXES).await;
        let claims = Claims::default();
        let mut workers = Vec::new();
        for worker in 0..WORKERS {
            let (behind, claims) = (behind.clone(), Arc::clone(&claims));
            workers.push(tokio::spawn(async move {
                let owner = format!("worker-{worker}");
                while let Some(mailbox) = claim_without_second_look(&behind, &owner).await {
                    count(&claims, [mailbox]);
                }
            }));
        }
        for worker in workers {
            worker.await.unwrap();
        }
        let claims = std::mem::take(&mut *claims.lock().unwrap());
        let total: u32 = claims.values().sum();
        eprintln!("{total} claims on {} mailboxes", claims.len());
        assert!(claims.values().any(|&count| count > 1));
    })
    .await;
}

/// The same in slow motion: the second worker's claim meets a row that the first is about to take.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_claim_that_waited_for_another_looks_again_on_postgresql() {
    on(Database::Postgresql, async |place| {
        let behind = fill(&place, 1).await;
        let (store, mut first) = (place.store().await, behind.begin().await.unwrap());
        let taken =
            sqlx::query(CLAIM_WITHOUT_SECOND_LOOK).bind("first").bind(NOW + LEASE).bind(NOW).bind(1_i64);
        assert_eq!(taken.fetch_all(&mut *first).await.unwrap().len(), 1);
        let careless = {
            let behind = behind.clone();
            tokio::spawn(async move { claim_without_second_look(&behind, "careless").await })
        };
        until(async || waiting_for_locks(&behind).await == 1).await;
        let careful = tokio::spawn(async move { store.claim("careful", 1, NOW, LEASE).await.unwrap() });
        until(async || waiting_for_locks(&behind).await == 2).await;
        first.commit().await.unwrap();
        assert_eq!(careful.await.unwrap(), [], "the store's claim saw that the mailbox is taken");
        assert!(careless.await.unwrap().is_some(), "the other has it as well");
    })
    .await;
}

async fn waiting_for_locks(behind: &AnyPool) -> i64 {
    let asked = "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
    sqlx::query(asked).fetch_one(behind).await.unwrap().get(0)
}

/// Waits for what should come true soon.
async fn until(is_true: impl AsyncFn() -> bool) {
    for _ in 0..LOOKS {
        if is_true().await {
            return;
        }
        tokio::time::sleep(PAUSE).await;
    }
    panic!("it never comes true");
}

/// Holds requests back until they are let through.
struct Gate {
    world: Arc<dyn Transport>,
    reached: Semaphore,
    open: Semaphore,
}

impl Transport for Gate {
    fn send(&self, request: calbridge_wire::Request) -> Sending<'_> {
        Box::pin(async move {
            self.reached.add_permits(1);
            self.open.acquire().await.unwrap().forget();
            self.world.send(request).await
        })
    }
}

/// A desk whose Mara pressed Save for her lunch, and another process that can be held in the middle of her session.
async fn held(place: &Place, lease_seconds: u32) -> (Desk, Arc<App>, Arc<Gate>) {
    let company = definition("demo").unwrap();
    let desk = Desk::on(&company, &place.url, tempfile::tempdir().unwrap()).await;
    let mara = desk.sign_in(MARA).await;
    desk.save(&mara, MARA, "lunch", &desk.with_dana()).await;
    let world = Arc::clone(&desk.app.transport);
    let gate = Arc::new(Gate { world, reached: Semaphore::new(0), open: Semaphore::new(0) });
    let mut config = desk.app.config.clone();
    config.worker.lease_seconds = lease_seconds;
    let transport = Arc::clone(&gate) as Arc<dyn Transport>;
    let app = App::new(config, place.store().await, desk.clock.clone(), transport).unwrap();
    (desk, Arc::new(app), gate)
}

async fn a_lease_is_renewed_as_long_as_its_session_runs(place: Place) {
    let (desk, app, gate) = held(&place, 3).await;
    let session = tokio::spawn(async move { worker::run_due(&app, "long").await.unwrap() });
    gate.reached.acquire().await.unwrap().forget();
    let mara = Address::parse(MARA).unwrap();
    // Three times as long as one lease lasts.
    for _ in 0..4 {
        desk.advance(TimeDelta::milliseconds(2_500));
        let in_two_seconds = desk.app.now_ms() + 2_000;
        until(async || desk.app.store.work_state(&mara, in_two_seconds).await.unwrap().unwrap().is_leased)
            .await;
        assert_eq!(desk.run_once().await, 0, "nobody else gets the mailbox");
    }
    gate.open.add_permits(Semaphore::MAX_PERMITS);
    assert_eq!(session.await.unwrap(), 1);
    assert_eq!(desk.events("Lunch with Dana").len(), 1);
    assert_eq!(desk.run_once().await, 0);
}

async fn a_lease_lost_in_the_middle_of_a_session_records_nothing(place: Place) {
    let (desk, app, gate) = held(&place, 600).await;
    let session = tokio::spawn(async move { worker::run_due(&app, "stalled").await.unwrap() });
    gate.reached.acquire().await.unwrap().forget();
    // As if the whole process had been asleep: nothing renews the lease, and its time is up.
    desk.advance(TimeDelta::seconds(601));
    let taken = desk.app.store.claim("another", 5, desk.app.now_ms(), LEASE).await.unwrap().remove(0);
    gate.open.add_permits(Semaphore::MAX_PERMITS);
    session.await.unwrap();
    let waiting = desk.app.store.waiting_saves(&taken.mailbox, 10).await.unwrap();
    assert_eq!(waiting.len(), 1, "the request still waits");
    assert_eq!(desk.app.store.pair(&taken.mailbox, &waiting[0].given_id).await.unwrap(), None);
    let state = desk.app.store.work_state(&taken.mailbox, desk.app.now_ms()).await.unwrap().unwrap();
    assert!(state.is_leased && state.attempt == 0, "{state:?}");
    desk.app.store.release("another").await.unwrap();
    desk.run().await;
    assert_eq!(
        desk.events("Lunch with Dana").len(),
        1,
        "what the stalled session did is met, not done again"
    );
    assert!(desk.app.store.waiting_saves(&taken.mailbox, 10).await.unwrap().is_empty());
}

async fn a_worker_outlives_a_database_that_is_held_up_and_loses_nothing(place: Place) {
    let company = definition("demo").unwrap();
    let desk = Desk::on(&company, &place.url, tempfile::tempdir().unwrap()).await;
    let mara = desk.sign_in(MARA).await;
    desk.save(&mara, MARA, "lunch", &desk.with_dana()).await;
    let (behind, beside) = (place.behind().await, place.store().await);
    let mut holder = behind.begin().await.unwrap();
    sqlx::query("UPDATE mailbox_work SET attempt = attempt").execute(&mut *holder).await.unwrap();
    let app = Arc::clone(&desk.app);
    let working = tokio::spawn(async move { worker::run(app, "worker", std::future::pending()).await });
    let mailbox = Address::parse(MARA).unwrap();
    // As long as two writers take to give up: the worker's first claim has given up by then.
    for _ in 0..2 {
        let refused = beside.want(&mailbox, desk.app.now_ms()).await;
        assert!(matches!(refused, Err(StoreError::Busy(_))), "{refused:?}");
    }
    assert!(!working.is_finished());
    assert_eq!(desk.status(&mara, MARA, "lunch").await["status"], "will_be_saved");
    holder.rollback().await.unwrap();
    until(async || desk.status(&mara, MARA, "lunch").await["status"] == "saved").await;
    assert_eq!(desk.events("Lunch with Dana").len(), 1);
    let (_, health) = desk.call("", "GET", "/healthz", Value::Null).await;
    assert_eq!((&health["status"], &health["workers"]), (&json!("ok"), &json!(1)));
    working.abort();
}
