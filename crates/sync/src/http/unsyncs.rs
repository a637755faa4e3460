//! `POST /v1/unsyncs`: takes an item back (UNS-1).

use axum::{Json, extract::State};
use calbridge_engine::ports::Action;
use calbridge_rules::{id::Address, saving::Choice};
use calbridge_wire::service::{ItemRef, Problem, UnsyncAccepted, UnsyncRequest};
use chrono::{DateTime, Utc};
use http::StatusCode;

use super::{
    Body, Refusal, Service,
    me::mailbox_of,
    saves::{check_key, expected_at, fingerprint},
};
use crate::{
    app::App,
    caller::Caller,
    store::{Accepted, NewSave, SyncSwitch},
};

#[utoipa::path(post, path = "/v1/unsyncs", summary = "Takes an item back: its Event is deleted, a request to save it is withdrawn at once", request_body = UnsyncRequest, responses((status = 202, description = "Done", body = UnsyncAccepted), (status = "default", description = "Refused", body = Problem)), security(("salesforce" = [])))]
pub(super) async fn unsync(
    State(app): Service,
    caller: Caller,
    Body(request): Body<UnsyncRequest>,
) -> Result<(StatusCode, Json<UnsyncAccepted>), Refusal> {
    let (mailbox, expected_at) =
        press(&app, &caller, (&request.idempotency_key, &request.item), Action::Unsync).await?;
    let withdrawn = app.store.pair(&mailbox, &request.item.item_id).await?.is_none();
    Ok((StatusCode::ACCEPTED, Json(UnsyncAccepted { expected_at, withdrawn })))
}

/// Keeps what somebody pressed for an item of theirs, under the key of the press; answers when it is carried out.
pub(super) async fn press(
    app: &App,
    caller: &Caller,
    (idempotency_key, item): (&str, &ItemRef),
    action: Action,
) -> Result<(Address, DateTime<Utc>), Refusal> {
    check_key(idempotency_key)?;
    let mailbox = mailbox_of(app, caller).await?.ok_or(Refusal::NoMailbox)?;
    if item.mailbox != mailbox.address {
        return Err(Refusal::OtherMailbox);
    }
    match mailbox.sync {
        SyncSwitch::Active => {}
        SyncSwitch::Off(why) => return Err(Refusal::SyncOff(why)),
    }
    let name = match action {
        Action::Save => "save",
        Action::Unsync => "unsync",
        Action::TakeOver => "take-over",
    };
    let press = NewSave {
        user: &caller.user,
        mailbox: &mailbox.address,
        idempotency_key,
        fingerprint: &fingerprint(&(name, item))?,
        item,
        action,
        choice: &Choice::default(),
        expected_at: expected_at(app),
    };
    match app.store.accept_save(&press, app.now_ms()).await? {
        Accepted::Waits { expected_at } => {
            app.due.notify_waiters();
            Ok((mailbox.address, expected_at))
        }
        Accepted::KeyTaken => Err(Refusal::KeyTaken),
    }
}
