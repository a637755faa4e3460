//! `POST /v1/sessions`: "Sync now".

use axum::{Json, extract::State};
use calbridge_wire::service::{Problem, SessionWanted};
use chrono::TimeDelta;
use http::StatusCode;

use super::{Refusal, Service, me::mailbox_of};
use crate::{caller::Caller, store::SyncSwitch};

/// When a session that was asked for has usually run, in seconds.
const RUN_WITHIN_S: i64 = 5;

#[utoipa::path(post, path = "/v1/sessions", summary = "Asks for a session now", responses((status = 202, description = "Done", body = SessionWanted), (status = "default", description = "Refused", body = Problem)), security(("salesforce" = [])))]
pub(super) async fn want(
    State(app): Service,
    caller: Caller,
) -> Result<(StatusCode, Json<SessionWanted>), Refusal> {
    let mailbox = mailbox_of(&app, &caller).await?.ok_or(Refusal::NoMailbox)?;
    match mailbox.sync {
        SyncSwitch::Active => {}
        SyncSwitch::Off(why) => return Err(Refusal::SyncOff(why)),
    }
    app.store.want(&mailbox.address, app.now_ms()).await?;
    app.due.notify_waiters();
    let expected_at = app.clock.now() + TimeDelta::seconds(RUN_WITHIN_S);
    Ok((StatusCode::ACCEPTED, Json(SessionWanted { expected_at })))
}
