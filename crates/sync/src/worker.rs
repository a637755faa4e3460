//! Claims due mailboxes and runs their sessions side by side. Any number of these work on one database, in one process or
//! in many: what they share is in the store.

mod session;

use std::{pin::pin, sync::Arc, time::Duration};

use rand::Rng;
use tokio::task::JoinSet;

use crate::{app::App, enrol, store::StoreError, watch};

/// The longest sleep between two looks at what is due: other processes cannot ring the bell.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);
/// The pause before another look while mailboxes are due: others may be claiming them at this moment.
const SHORTEST_SLEEP: Duration = Duration::from_millis(100);
/// How often what has served its time is forgotten, in milliseconds.
const SWEEP_MS: i64 = 60_000;
/// How often a worker says that it works, in milliseconds.
const REPORT_MS: i64 = 10_000;
/// How often processes tell each other what is left of the org's calls, in milliseconds.
const SHARE_MS: i64 = 5_000;
/// The first wait after the store failed, in milliseconds; it doubles with each further failure.
const STORE_BACKOFF_MS: i64 = 500;
/// The longest wait after the store failed, in milliseconds.
const STORE_BACKOFF_LIMIT_MS: i64 = 30_000;

/// A name for a worker, which no other has.
pub fn new_name() -> String {
    format!("{:032x}", rand::rng().random::<u128>())
}

/// Runs sessions, many mailboxes side by side; a save request is picked up at once. Ends when `stop` does, which answers
/// how long sessions under way may go on; then every mailbox is given back, so that another process need not wait until
/// the leases run out.
pub async fn run(app: Arc<App>, name: &str, stop: impl Future<Output = Duration>) {
    tracing::info!(worker = name, "a worker begins");
    let mut beside = JoinSet::new();
    beside.spawn(enrol::run(Arc::clone(&app)));
    beside.spawn(watch::run(Arc::clone(&app), name.to_owned()));
    let mut worker =
        Worker { app: &app, name, running: JoinSet::new(), report_at_ms: 0, sweep_at_ms: 0, share_at_ms: 0 };
    let mut stop = pin!(stop);
    let mut failures = 0;
    let limit = loop {
        let bell = app.due.notified();
        let sleep = match worker.take_up().await {
            Ok(sleep) => {
                if failures > 0 {
                    tracing::info!(failures, "the store is there again");
                }
                failures = 0;
                sleep
            }
            Err(error) => {
                failures += 1;
                tracing::error!(%error, failures, "due mailboxes cannot be claimed, which is tried again");
                store_backoff(&app, failures)
            }
        };
        if failures == 0 {
            worker.chores().await;
        }
        tokio::select! {
            () = bell, if failures == 0 => {}
            () = tokio::time::sleep(sleep) => {}
            limit = &mut stop => break limit,
            Some(ended) = worker.running.join_next() => {
                if let Err(error) = ended {
                    tracing::error!(%error, "a session broke off; its lease runs out");
                }
            }
        }
    };
    worker.give_back(limit).await;
}

struct Worker<'a> {
    app: &'a Arc<App>,
    name: &'a str,
    running: JoinSet<()>,
    report_at_ms: i64,
    sweep_at_ms: i64,
    share_at_ms: i64,
}

impl Worker<'_> {
    /// Begins sessions of what is due, as many as there is room for; answers how long to sleep.
    async fn take_up(&mut self) -> Result<Duration, StoreError> {
        let (app, now_ms) = (self.app, self.app.now_ms());
        let free = app.config.worker.mailboxes_at_once.saturating_sub(self.running.len());
        if free == 0 {
            // A session that ends wakes the worker.
            return Ok(LONGEST_SLEEP);
        }
        // Those that begin now meet those that run.
        app.desk.expect_more(true);
        let taken = self.take_as_many(free, now_ms).await;
        app.desk.expect_more(matches!(taken, Ok((taken, _)) if taken == free));
        taken.map(|(_, sleep)| sleep)
    }

    /// Begins sessions of what is due, so many at the most; answers how many, and how long to sleep.
    async fn take_as_many(&mut self, free: usize, now_ms: i64) -> Result<(usize, Duration), StoreError> {
        let app = self.app;
        // Looking costs less than claiming, which takes the place of a writer.
        let due_in_ms = app.store.next_due(now_ms).await?.saturating_sub(now_ms);
        if due_in_ms > 0 {
            return Ok((0, Duration::from_millis(due_in_ms.unsigned_abs()).min(LONGEST_SLEEP)));
        }
        let leases = app.store.claim(self.name, count(free), now_ms, app.config.worker.lease_ms()).await?;
        let taken = leases.len();
        let begin: Vec<_> = leases.into_iter().map(|lease| (lease, app.desk.sit())).collect();
        for (lease, place) in begin {
            let app = Arc::clone(app);
            self.running.spawn(async move { Box::pin(session::serve(&app, &lease, place)).await });
        }
        Ok((taken, SHORTEST_SLEEP))
    }

    /// What is due from time to time, and does not hold up the sessions when it fails.
    async fn chores(&mut self) {
        let now_ms = self.app.now_ms();
        if now_ms >= self.report_at_ms {
            match self.app.store.worker_seen(self.name, self.running.len(), now_ms).await {
                Ok(()) => self.report_at_ms = now_ms + REPORT_MS,
                Err(error) => tracing::warn!(%error, "the worker cannot say that it works"),
            }
        }
        if now_ms >= self.share_at_ms {
            self.share_at_ms = now_ms + SHARE_MS;
            if let Err(error) = self.app.share_standstill().await {
                tracing::warn!(%error, "what is left of the org's calls is not shared");
            }
        }
        if now_ms >= self.sweep_at_ms {
            self.sweep_at_ms = now_ms + SWEEP_MS;
            if let Err(error) = self.app.store.sweep(now_ms).await {
                tracing::warn!(%error, "what has served its time stays");
            }
        }
    }

    /// Lets sessions end by themselves for so long, breaks off the others, and gives their mailboxes back as they are: due.
    async fn give_back(mut self, limit: Duration) {
        let ending = async { while self.running.join_next().await.is_some() {} };
        if tokio::time::timeout(limit, ending).await.is_err() {
            tracing::info!(sessions = self.running.len(), "sessions are broken off");
            self.running.shutdown().await;
        }
        if let Err(error) = self.app.store.release(self.name).await {
            tracing::error!(%error, "mailboxes could not be given back; their leases run out");
        }
        if let Err(error) = self.app.store.worker_gone(self.name).await {
            tracing::warn!(%error, "the worker cannot say that it ends");
        }
    }
}

fn count(free: usize) -> i64 {
    i64::try_from(free).unwrap_or(0)
}

/// How long to wait after the store failed so many times in a row.
fn store_backoff(app: &App, failures: u32) -> Duration {
    let backoff_ms = STORE_BACKOFF_MS.saturating_mul(1 << (failures - 1).min(10)).min(STORE_BACKOFF_LIMIT_MS);
    Duration::from_millis((backoff_ms + app.chance(backoff_ms / 2)).unsigned_abs())
}

/// Runs a session for every mailbox that is due now, one after the other; answers how many.
///
/// # Errors
/// The store failed.
pub async fn run_due(app: &App, owner: &str) -> Result<usize, StoreError> {
    let worker = &app.config.worker;
    let leases =
        app.store.claim(owner, count(worker.mailboxes_at_once), app.now_ms(), worker.lease_ms()).await?;
    for lease in &leases {
        Box::pin(session::serve(app, lease, app.desk.sit())).await;
    }
    Ok(leases.len())
}

/// Runs a session for every mailbox that is due now, side by side, as a worker does; answers how many.
///
/// # Errors
/// The store failed.
pub async fn run_due_together(app: &Arc<App>, owner: &str) -> Result<usize, StoreError> {
    let mut worker =
        Worker { app, name: owner, running: JoinSet::new(), report_at_ms: 0, sweep_at_ms: 0, share_at_ms: 0 };
    let mut served = 0;
    loop {
        worker.take_up().await?;
        if worker.running.is_empty() {
            return Ok(served);
        }
        worker.running.join_next().await;
        served += 1;
    }
}
