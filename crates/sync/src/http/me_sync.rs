//! `PUT /v1/me/sync`: enables, resumes or pauses sync for the caller.

use axum::{Json, extract::State};
use calbridge_rules::saving::SyncOff;
use calbridge_wire::service::{Me, Problem, SetSync};

use super::{
    Body, Refusal, Service,
    me::{describe, mailbox_of},
};
use crate::{caller::Caller, store::SyncSwitch};

#[utoipa::path(put, path = "/v1/me/sync", summary = "Enables, resumes or pauses sync for the caller", request_body = SetSync, responses((status = 200, description = "Done", body = Me), (status = "default", description = "Refused", body = Problem)), security(("salesforce" = [])))]
pub(super) async fn set_sync(
    State(app): Service,
    caller: Caller,
    Body(wanted): Body<SetSync>,
) -> Result<Json<Me>, Refusal> {
    let mailbox = mailbox_of(&app, &caller).await?.ok_or(Refusal::NoMailbox)?;
    let switch = if wanted.active { SyncSwitch::Active } else { SyncSwitch::Off(SyncOff::Paused) };
    if mailbox.sync != switch {
        app.store.set_sync(&mailbox.address, switch, app.now_ms()).await?;
        app.due.notify_waiters();
    }
    let mailbox = app.store.mailbox_of(&caller.user).await?;
    Ok(Json(describe(&app, caller, mailbox).await?))
}
