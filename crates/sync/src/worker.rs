//! Runs the sessions: claims due mailboxes, keeps their leases, and says when each comes up again.

use std::{pin::pin, sync::Arc, time::Duration};

use calbridge_engine::{Entry, Outcome, Report, Scope, SessionError, session};
use calbridge_rules::saving::{Refusal, SyncOff};
use chrono::{DateTime, Utc};
use rand::Rng;
use tokio::task::JoinSet;

use crate::{
    app::App,
    crm::reading,
    enrol,
    ledger::Remembered,
    outlook::Outlook,
    store::{Lease, Mailbox, StoreError, SyncSwitch},
};

/// Minutes between the sessions of an idle mailbox (AUT-7).
const SESSION_MINUTES: i64 = 10;
/// Mailboxes that one process serves at a time.
const CONCURRENT: usize = 16;
/// How long a lease lasts before it must be renewed, in milliseconds.
const LEASE_MS: i64 = 60_000;
/// How long a session may take.
const SESSION_LIMIT: Duration = Duration::from_mins(10);
/// The longest sleep between two looks at what is due.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);
/// How often what has served its time is forgotten, in milliseconds.
const SWEEP_MS: i64 = 60_000;
/// The first wait after a failure, in milliseconds; it doubles with each further one.
const BACKOFF_MS: i64 = 1_000;
/// The longest wait after failures, in milliseconds.
const BACKOFF_LIMIT_MS: i64 = 10 * 60_000;
/// The wait before what a session left is tried again, in milliseconds.
const AGAIN_MS: i64 = 2_000;
/// How long the master categories are believed to be in order, in milliseconds (CAT-4).
const CATEGORIES_MS: i64 = 60 * 60_000;

/// Runs sessions, many mailboxes side by side; a save request is picked up at once. Ends when `stop` does, which answers
/// how long sessions under way may go on; then every mailbox is given back, so that another process need not wait until
/// the leases run out.
pub async fn run(app: Arc<App>, stop: impl Future<Output = Duration>) {
    let owner = format!("{:032x}", rand::rng().random::<u128>());
    let mut running = JoinSet::new();
    let mut beside = JoinSet::new();
    beside.spawn(enrol::run(Arc::clone(&app)));
    let mut stop = pin!(stop);
    let mut sweep_at_ms = 0;
    let limit = loop {
        let bell = app.due.notified();
        let free = CONCURRENT - running.len();
        match app.store.claim(&owner, count(free), app.now_ms(), LEASE_MS).await {
            Ok(leases) => {
                for lease in leases {
                    let app = Arc::clone(&app);
                    running.spawn(async move { serve(&app, &lease).await });
                }
            }
            Err(error) => tracing::error!(%error, "due mailboxes cannot be claimed"),
        }
        if app.now_ms() >= sweep_at_ms {
            sweep_at_ms = app.now_ms() + SWEEP_MS;
            if let Err(error) = app.store.sweep(app.now_ms()).await {
                tracing::error!(%error, "the store failed");
            }
        }
        let sleep = until_due(&app).await;
        tokio::select! {
            () = bell => {}
            () = tokio::time::sleep(sleep) => {}
            limit = &mut stop => break limit,
            Some(ended) = running.join_next() => {
                if let Err(error) = ended {
                    tracing::error!(%error, "a session broke off; its lease runs out");
                }
            }
        }
    };
    give_back(&app, &owner, running, limit).await;
}

/// Lets sessions end by themselves for so long, breaks off the others, and gives their mailboxes back as they are: due.
async fn give_back(app: &App, owner: &str, mut running: JoinSet<()>, limit: Duration) {
    let ending = async { while running.join_next().await.is_some() {} };
    if tokio::time::timeout(limit, ending).await.is_err() {
        tracing::info!(sessions = running.len(), "sessions are broken off");
        running.shutdown().await;
    }
    if let Err(error) = app.store.release(owner).await {
        tracing::error!(%error, "mailboxes could not be given back; their leases run out");
    }
}

fn count(free: usize) -> i64 {
    i64::try_from(free).unwrap_or(0)
}

/// Runs a session for every mailbox that is due now, one after the other; answers how many.
///
/// # Errors
/// The store failed.
pub async fn run_due(app: &App, owner: &str) -> Result<usize, StoreError> {
    let leases = app.store.claim(owner, count(CONCURRENT), app.now_ms(), LEASE_MS).await?;
    for lease in &leases {
        serve(app, lease).await;
    }
    Ok(leases.len())
}

async fn until_due(app: &App) -> Duration {
    let due_ms = app.store.next_due().await.unwrap_or_else(|error| {
        tracing::error!(%error, "the next due mailbox is unknown");
        0
    });
    let left_ms = due_ms.saturating_sub(app.now_ms()).max(100);
    Duration::from_millis(left_ms.unsigned_abs()).min(LONGEST_SLEEP)
}

/// Serves one leased mailbox and gives it back.
async fn serve(app: &App, lease: &Lease) {
    let outcome = tokio::select! {
        outcome = one_session(app, lease) => outcome,
        () = keep(app, lease) => Err(SessionError::Fenced),
        () = tokio::time::sleep(SESSION_LIMIT) => Err(SessionError::Later { retry_after_ms: None }),
    };
    let given_back = match outcome {
        Ok(report) => finish(app, lease, &report).await,
        Err(SessionError::Later { retry_after_ms }) => {
            app.store.fail(lease, retry_at(app, lease, retry_after_ms)).await
        }
        Err(SessionError::Stopped(reason)) => stop(app, lease, &reason).await,
        Err(SessionError::Unmentioned(items)) => {
            tracing::error!(items, "a session lost sight of items and recorded nothing");
            app.store.fail(lease, retry_at(app, lease, None)).await
        }
        Err(SessionError::Fenced) => {
            tracing::warn!(fence = lease.fence, "a mailbox was taken over");
            return;
        }
    };
    if let Err(error) = given_back {
        tracing::error!(%error, "a mailbox could not be given back; its lease runs out");
    }
}

/// Keeps the lease until it is lost.
async fn keep(app: &App, lease: &Lease) {
    loop {
        tokio::time::sleep(Duration::from_millis(LEASE_MS.unsigned_abs() / 3)).await;
        if let Err(error) = app.store.renew(lease, app.now_ms() + LEASE_MS).await {
            tracing::warn!(%error, "a lease could not be renewed");
            return;
        }
    }
}

async fn one_session(app: &App, lease: &Lease) -> Result<Report, SessionError> {
    let later = |error: StoreError| {
        tracing::error!(%error, "the store failed");
        SessionError::Later { retry_after_ms: None }
    };
    let Some(mailbox) = app.store.mailbox_at(&lease.mailbox).await.map_err(later)? else {
        return Err(SessionError::Stopped("the mailbox is unknown".to_owned()));
    };
    match mailbox.sync {
        SyncSwitch::Active => {}
        SyncSwitch::Off(_) => return Ok(Report::default()),
    }
    let outlook = Outlook { mailroom: &app.mailroom, mailbox: &mailbox.address };
    categories(app, &mailbox, &outlook).await?;
    let ledger = Remembered { store: &app.store, lease };
    let settings = app.settings().await.map_err(reading)?;
    let scope =
        Scope { mailbox: &mailbox.address, owner: &mailbox.user, settings: &settings, now: app.clock.now() };
    let report = session(&scope, &outlook, &app.org, &ledger).await?;
    learn(app, &report);
    Ok(report)
}

/// What a refusal tells of the org (PIC-4): the rules themselves let a long item pass while nobody knows.
fn learn(app: &App, report: &Report) {
    let is_long = |entry: &Entry| match &entry.outcome {
        Outcome::Refused(issue) => issue.refusal == Some(Refusal::NoMultiday),
        Outcome::Saved(_)
        | Outcome::Waiting(_)
        | Outcome::Lost(_)
        | Outcome::Withdrawn
        | Outcome::Deferred => false,
    };
    if report.entries.iter().any(is_long) {
        app.multiday_refused();
    }
}

/// CAT-4: the categories are there when sync begins, and come back when somebody removes them.
async fn categories(app: &App, mailbox: &Mailbox, outlook: &Outlook<'_>) -> Result<(), SessionError> {
    let now_ms = app.now_ms();
    if mailbox.categories_checked_ms + CATEGORIES_MS > now_ms {
        return Ok(());
    }
    outlook.restore_categories().await?;
    if let Err(error) = app.store.categories_checked(&mailbox.address, now_ms).await {
        tracing::error!(%error, "the store failed");
    }
    Ok(())
}

async fn finish(app: &App, lease: &Lease, report: &Report) -> Result<(), StoreError> {
    let now: DateTime<Utc> = app.clock.now();
    let now_ms = now.timestamp_millis();
    tracing::info!(
        fence = lease.fence,
        items = report.entries.len(),
        unmarked = report.unmarked,
        "a session ended"
    );
    let next_ms = match (report.again, report.unmarked) {
        (Some(again), _) => {
            return app
                .store
                .fail(lease, retry_at(app, lease, again.after_ms.or(Some(AGAIN_MS.unsigned_abs()))))
                .await;
        }
        (None, 0) => now_ms + SESSION_MINUTES * 60_000,
        (None, _) => now_ms + AGAIN_MS,
    };
    app.store.finish(lease, now_ms, next_ms).await
}

/// A stoppage: told apart from issues, and ended by the user or an admin (ISS-2, SAV-3).
async fn stop(app: &App, lease: &Lease, reason: &str) -> Result<(), StoreError> {
    tracing::error!(reason, "a mailbox is stopped");
    app.store.stop(lease, SyncOff::AuthorizationExpired, reason).await
}

/// When a failed mailbox comes up again: doubling, at most so late, spread by chance, and never before the other side
/// wants it.
fn retry_at(app: &App, lease: &Lease, retry_after_ms: Option<u64>) -> i64 {
    let doublings = u32::try_from(lease.attempt.clamp(0, 20)).unwrap_or(20);
    let backoff_ms = BACKOFF_MS.saturating_mul(1 << doublings).min(BACKOFF_LIMIT_MS);
    let jitter_ms = app.chance(backoff_ms / 2);
    let asked_ms = retry_after_ms.and_then(|ms| i64::try_from(ms).ok()).unwrap_or(0);
    app.now_ms() + asked_ms.max(backoff_ms) + jitter_ms
}
