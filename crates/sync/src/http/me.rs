//! `GET /v1/me`: what the pane's rules need to know of the user.

use std::time::Duration;

use axum::{Json, extract::State};
use calbridge_rules::{id::RecordId, saving::SyncOff, settings::Settings};
use calbridge_wire::service::{API_VERSION, ApiRange, Me, Problem, SyncState};

use super::{Refusal, Service};
use crate::{
    app::App,
    caller::Caller,
    clock::instant,
    store::{Mailbox, NEVER, SyncSwitch},
};

/// How long the org may take before the answer goes without it.
const ORG_TIMEOUT: Duration = Duration::from_secs(5);

#[utoipa::path(get, path = "/v1/me", summary = "What the rules need to know of the caller", responses((status = 200, description = "Done", body = Me), (status = "default", description = "Refused", body = Problem)), security(("salesforce" = [])))]
pub(super) async fn me(State(app): Service, caller: Caller) -> Result<Json<Me>, Refusal> {
    let mailbox = mailbox_of(&app, &caller).await?;
    let me = describe(&app, caller, mailbox).await?;
    if me.next_session.is_some_and(|due| due <= app.clock.now()) {
        // A mailbox at its first sight is due at once.
        app.due.notify_waiters();
    }
    Ok(Json(me))
}

/// The caller's mailbox, made at first sight of a verified address.
pub(super) async fn mailbox_of(app: &App, caller: &Caller) -> Result<Option<Mailbox>, Refusal> {
    if let Some(known) = app.store.mailbox_of(&caller.user).await? {
        return Ok(Some(known));
    }
    let Some(address) = &caller.address else { return Ok(None) };
    let first = if app.config.sync_enabled_for.contains(address) {
        SyncSwitch::Active
    } else {
        SyncSwitch::Off(SyncOff::NeverEnabled)
    };
    Ok(app.store.mailbox_at_sign_in(&caller.user, &caller.name, address, first, app.now_ms()).await?)
}

/// The settings as they hold for the caller; while the org does not say which mapped fields it has, without those.
async fn settings(app: &App, user: &RecordId) -> Result<Settings, Refusal> {
    let mut settings = app.effective(user).await?.shared;
    match tokio::time::timeout(ORG_TIMEOUT, app.org.mapped()).await {
        Ok(Ok(field_map)) => settings.field_map = field_map,
        Ok(Err(error)) => tracing::info!(%error, "the org does not say which mapped fields hold"),
        Err(_) => tracing::info!("the org is slow to say which mapped fields hold"),
    }
    settings.multi_link = settings.multi_link && holds_further_records(app).await;
    Ok(settings)
}

/// Whether the org has the object for further business records (PIC-3); while it does not say, they are not offered.
async fn holds_further_records(app: &App) -> bool {
    match tokio::time::timeout(ORG_TIMEOUT, app.org.has_link_object()).await {
        Ok(Ok(has)) => has,
        Ok(Err(error)) => {
            tracing::info!(%error, "the org does not say whether it has the link object");
            false
        }
        Err(_) => false,
    }
}

/// The caller as the pane sees them.
pub(super) async fn describe(app: &App, caller: Caller, mailbox: Option<Mailbox>) -> Result<Me, Refusal> {
    let sync = match mailbox.as_ref().map(|known| known.sync) {
        Some(SyncSwitch::Active) => SyncState::Active,
        Some(SyncSwitch::Off(why)) => SyncState::Off { why },
        None => SyncState::Off { why: SyncOff::NeverEnabled },
    };
    let mut next_session = None;
    if let (SyncState::Active, Some(known)) = (sync, &mailbox) {
        let work = app.store.work_state(&known.address, app.now_ms()).await?;
        next_session = work
            .filter(|work| work.next_due_ms < NEVER && work.parked.is_empty())
            .map(|work| instant(work.next_due_ms.max(app.now_ms())));
    }
    let settings = settings(app, &caller.user).await?;
    Ok(Me {
        user: caller.user,
        name: caller.name,
        mailbox: mailbox.map(|known| known.address),
        sync,
        next_session,
        settings,
        api: ApiRange { lowest: API_VERSION, highest: API_VERSION },
    })
}
