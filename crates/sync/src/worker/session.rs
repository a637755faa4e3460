//! One session of one leased mailbox: keeps the lease, runs the engine, and says when the mailbox comes up again.

use std::time::Duration;

use calbridge_engine::{Entry, Outcome, Report, Scope, SessionError, session, shown::show};
use calbridge_rules::{
    saving::{Refusal, SyncOff},
    settings::Session,
};
use calbridge_wire::CallError;
use chrono::{DateTime, Utc};

use crate::{
    app::App,
    clock::{instant, zone_offset},
    crm::reading,
    desk::{Pace, Place, Seat},
    ledger::Remembered,
    notices,
    outlook::{Outlook, trouble},
    store::{BRAKED, Lease, Mailbox, StoreError, SyncSwitch},
};

/// Minutes over which mailboxes come back after a standstill.
const TURN_MINUTES: i64 = 10;
/// How long a session may take.
const SESSION_LIMIT: Duration = Duration::from_mins(10);
/// The first wait after a failure, in milliseconds; it doubles with each further one.
const BACKOFF_MS: i64 = 1_000;
/// The longest wait after failures, in milliseconds.
const BACKOFF_LIMIT_MS: i64 = 10 * 60_000;
/// The wait before what a session left is tried again, in milliseconds.
const AGAIN_MS: i64 = 2_000;
/// How long the master categories are believed to be in order, in milliseconds (CAT-4).
const CATEGORIES_MS: i64 = 60 * 60_000;
/// How long a mailbox is left alone that refused its categories, in milliseconds.
const CATEGORIES_AGAIN_MS: i64 = 10 * 60_000;
/// Between two searches for items that carry our categories outside the window, in milliseconds (CAT-3).
const EVERYWHERE_MS: i64 = 60 * 60_000;
/// How often a lease is renewed in its time.
const RENEWALS: u32 = 3;

/// Serves one leased mailbox and gives it back.
pub(super) async fn serve(app: &App, lease: &Lease, place: Place) {
    if let Some(still) = app.org.standstill().filter(|_| !lease.is_pressed) {
        // In turns of the usual wait, so that not everybody comes back at once.
        let until_ms = still.until_ms + app.chance(TURN_MINUTES * 60_000);
        if let Err(error) = app.store.postpone(lease, until_ms).await {
            tracing::error!(%error, "a mailbox could not be given back; its lease runs out");
        }
        return;
    }
    let outcome = tokio::select! {
        outcome = one_session(app, lease, &place) => outcome,
        () = keep(app, lease) => Err(SessionError::Fenced),
        () = tokio::time::sleep(SESSION_LIMIT) => Err(SessionError::Later { retry_after_ms: None }),
    };
    // Nobody waits for what is left to do.
    drop(place);
    let given_back = match outcome {
        Ok((report, minutes)) => finish(app, lease, &report, minutes).await,
        Err(SessionError::Later { retry_after_ms }) => {
            tracing::warn!(
                fence = lease.fence,
                attempt = lease.attempt,
                "a session ended early, which is tried again"
            );
            app.store.fail(lease, retry_at(app, lease, retry_after_ms)).await
        }
        Err(SessionError::Stopped(reason)) => {
            tracing::error!(reason, "a mailbox is stopped");
            app.store.stop(lease, SyncOff::AuthorizationExpired, &reason).await
        }
        Err(SessionError::Braked { items, pairs }) => {
            let reason = format!("{BRAKED}: {} of {pairs} events would be deleted", items.len());
            tracing::error!(reason, "a mailbox is stopped");
            app.store.brake(lease, &reason, &items, app.now_ms()).await
        }
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

/// Keeps the lease until it is lost: to another worker, or because it ran out while the database could not be reached.
async fn keep(app: &App, lease: &Lease) {
    let lasts_ms = app.config.worker.lease_ms();
    let pause = Duration::from_millis(lasts_ms.unsigned_abs()) / RENEWALS;
    let mut held_until_ms = app.now_ms() + lasts_ms;
    loop {
        tokio::time::sleep(pause).await;
        let until_ms = app.now_ms() + lasts_ms;
        match app.store.renew(lease, until_ms).await {
            Ok(()) => held_until_ms = until_ms,
            Err(error) => {
                tracing::warn!(%error, fence = lease.fence, "a lease could not be renewed");
                if matches!(error, StoreError::Fenced) || app.now_ms() >= held_until_ms {
                    return;
                }
            }
        }
    }
}

/// Runs the session; answers the minutes until the next one too, where nothing wants it before (AUT-7).
async fn one_session(app: &App, lease: &Lease, place: &Place) -> Result<(Report, u32), SessionError> {
    let later = |error: StoreError| {
        tracing::error!(%error, "the store failed");
        SessionError::Later { retry_after_ms: None }
    };
    let Some(mailbox) = app.store.mailbox_at(&lease.mailbox).await.map_err(later)? else {
        return Err(SessionError::Stopped("the mailbox is unknown".to_owned()));
    };
    match mailbox.sync {
        SyncSwitch::Active => {}
        SyncSwitch::Off(_) => return Ok((Report::default(), Session::default().minutes)),
    }
    let mut effective = app.effective(&mailbox.user).await.map_err(later)?;
    let calendars = effective.calendars.clone();
    let outlook = Outlook { mailroom: &app.mailroom, mailbox: &mailbox.address, calendars: &calendars };
    let zone = upkeep(app, &mailbox, &outlook).await?;
    // Before the calendar is read, so that nothing falls in between.
    notices::keep_up(app, lease).await.map_err(later)?;
    let seat =
        Seat { place, org: &app.org, pace: if lease.is_pressed { Pace::Pressed } else { Pace::Background } };
    let present = app.store.present(&mailbox.address).await.map_err(later)?;
    let ledger = Remembered { store: &app.store, lease, reads_afresh: false, present };
    effective.shared.field_map = app.org.mapped().await.map_err(reading)?;
    let looks_everywhere = mailbox.looked_everywhere_ms + EVERYWHERE_MS <= app.now_ms();
    let scope = Scope {
        mailbox: &mailbox.address,
        owner: &mailbox.user,
        settings: &effective,
        now: app.clock.now(),
        since: instant(mailbox.first_seen_ms),
        zone: &zone,
        offsets: zone_offset,
        looks_everywhere,
    };
    let mut report = Box::pin(session(&scope, &outlook, &seat, &ledger)).await?;
    let shown = Box::pin(show(&scope, &outlook, &ledger)).await?;
    report.again = report.again.or(shown.again);
    if looks_everywhere {
        app.store.looked_everywhere(lease, app.now_ms()).await.map_err(later)?;
    }
    learn(app, &report).await.map_err(later)?;
    Ok((report, effective.session.minutes))
}

/// What a refusal tells of the org (PIC-4): the rules themselves let a long item pass while nobody knows.
async fn learn(app: &App, report: &Report) -> Result<(), StoreError> {
    let is_long = |entry: &Entry| match &entry.outcome {
        Outcome::Refused(issue) => issue.refusal == Some(Refusal::NoMultiday),
        Outcome::Saved(_)
        | Outcome::Waiting(_)
        | Outcome::Lost(_)
        | Outcome::Skipped(_)
        | Outcome::Withdrawn
        | Outcome::Removed { .. }
        | Outcome::Released { .. }
        | Outcome::Unasked
        | Outcome::Deferred => false,
    };
    if report.entries.iter().any(is_long) {
        app.multiday_refused().await?;
    }
    Ok(())
}

/// CAT-4: the categories are there when sync begins, and come back when somebody removes them. Answers the mailbox's zone, which
/// is read as often.
async fn upkeep(app: &App, mailbox: &Mailbox, outlook: &Outlook<'_>) -> Result<String, SessionError> {
    let now_ms = app.now_ms();
    if mailbox.categories_checked_ms + CATEGORIES_MS > now_ms {
        return Ok(mailbox.zone.clone());
    }
    let looked = match outlook.restore_categories().await {
        Ok(()) => outlook.zone().await,
        Err(error) => Err(error),
    };
    let (zone, checked_ms) = match looked {
        Ok(zone) => (zone, now_ms),
        Err(error @ CallError::ConsentLost { .. }) => return Err(trouble(error).into()),
        // The calendar may be open all the same, and without colours items are saved as well.
        Err(error) => {
            tracing::warn!(%error, "a mailbox's settings cannot be looked after, which is tried again");
            (mailbox.zone.clone(), now_ms - CATEGORIES_MS + CATEGORIES_AGAIN_MS)
        }
    };
    if let Err(error) = app.store.categories_checked(&mailbox.address, &zone, checked_ms).await {
        tracing::error!(%error, "the store failed");
    }
    Ok(zone)
}

async fn finish(app: &App, lease: &Lease, report: &Report, minutes: u32) -> Result<(), StoreError> {
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
        (None, 0) => app.tick_before(now_ms + i64::from(minutes) * 60_000 * app.org.slowness()),
        (None, _) => now_ms + AGAIN_MS,
    };
    app.store.finish(lease, now_ms, next_ms).await
}

/// A stoppage: told apart from issues, and ended by the user or an admin (ISS-2, SAV-3).
/// When a failed mailbox comes up again: doubling, at most so late, spread by chance, and never before the other side
/// wants it.
fn retry_at(app: &App, lease: &Lease, retry_after_ms: Option<u64>) -> i64 {
    let doublings = u32::try_from(lease.attempt.clamp(0, 20)).unwrap_or(20);
    let backoff_ms = BACKOFF_MS.saturating_mul(1 << doublings).min(BACKOFF_LIMIT_MS);
    let jitter_ms = app.chance(backoff_ms / 2);
    let asked_ms = retry_after_ms.and_then(|ms| i64::try_from(ms).ok()).unwrap_or(0);
    app.now_ms() + asked_ms.max(backoff_ms) + jitter_ms
}
