//! `POST /v1/saves`: asks for an item to be saved (SAV-1, SAV-3, SAV-12).

use axum::{Json, extract::State};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use calbridge_engine::ports::Action;
use calbridge_rules::{cause::Cause, id::Address};
use calbridge_wire::{
    graph::group::KnockAtGroup,
    service::{ItemRef, Problem, SaveAccepted, SaveRequest},
};
use chrono::{DateTime, TimeDelta, Utc};
use http::StatusCode;
use sha2::{Digest, Sha256};

use super::{Body, Refusal, Service, me::mailbox_of};
use crate::{
    app::App,
    caller::Caller,
    store::{Accepted, NewSave, SyncSwitch},
};

/// When a session has usually dealt with a request, in seconds after it came.
const SAVED_WITHIN_S: i64 = 5;

#[utoipa::path(post, path = "/v1/saves", summary = "Asks for an item to be saved", request_body = SaveRequest, responses((status = 202, description = "Done", body = SaveAccepted), (status = "default", description = "Refused", body = Problem)), security(("salesforce" = [])))]
pub(super) async fn save(
    State(app): Service,
    caller: Caller,
    Body(request): Body<SaveRequest>,
) -> Result<(StatusCode, Json<SaveAccepted>), Refusal> {
    check_key(&request.idempotency_key)?;
    let mailbox = mailbox_of(&app, &caller).await?.ok_or(Refusal::NoMailbox)?;
    if request.item.mailbox != mailbox.address {
        return Err(elsewhere(&app, &mailbox.address, &request.item).await?);
    }
    match mailbox.sync {
        SyncSwitch::Active => {}
        SyncSwitch::Off(why) => return Err(Refusal::SyncOff(why)),
    }
    let save = NewSave {
        user: &caller.user,
        mailbox: &mailbox.address,
        idempotency_key: &request.idempotency_key,
        fingerprint: &fingerprint(&(&request.item, &request.choice))?,
        item: &request.item,
        action: Action::Save,
        choice: &request.choice,
        expected_at: expected_at(&app),
    };
    match app.store.accept_save(&save, app.now_ms()).await? {
        Accepted::Waits { expected_at } => {
            app.due.notify_waiters();
            Ok((StatusCode::ACCEPTED, Json(SaveAccepted { expected_at })))
        }
        Accepted::KeyTaken => Err(Refusal::KeyTaken),
    }
}

/// Why an item of another mailbox is not saved. One of a group's calendar stays among the user's issues, so that it is not
/// forgotten until somebody consents (GRP-1).
async fn elsewhere(app: &App, own: &Address, item: &ItemRef) -> Result<Refusal, Refusal> {
    let knock = KnockAtGroup { group: item.mailbox.clone() };
    match app.mailroom.call(&item.mailbox, 1, &knock).await {
        Ok(true) => {
            app.store.tell(own, &item.item_id, &Cause::GroupConsent.issue(), app.now_ms()).await?;
            Ok(Refusal::GroupCalendar)
        }
        Ok(false) => Ok(Refusal::OtherMailbox),
        Err(error) => {
            tracing::info!(%error, "nobody tells whose calendar an item lies in");
            Ok(Refusal::OtherMailbox)
        }
    }
}

pub(super) fn check_key(key: &str) -> Result<(), Refusal> {
    let fits = (16..=64).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if fits {
        Ok(())
    } else {
        Err(Refusal::BadRequest("idempotency_key takes 16 to 64 letters, digits and dashes".to_owned()))
    }
}

/// When a session has usually dealt with a request that comes now.
pub(super) fn expected_at(app: &App) -> DateTime<Utc> {
    app.clock.now() + TimeDelta::seconds(SAVED_WITHIN_S)
}

/// What tells a request from another one under the same key.
pub(super) fn fingerprint(request: &impl serde::Serialize) -> Result<String, Refusal> {
    let text = serde_json::to_vec(request).map_err(|bad| Refusal::BadRequest(bad.to_string()))?;
    Ok(STANDARD_NO_PAD.encode(Sha256::digest(&text)))
}
