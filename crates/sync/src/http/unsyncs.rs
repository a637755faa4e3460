//! `POST /v1/unsyncs`: takes an item back (UNS-1).

use axum::{Json, extract::State};
use calbridge_engine::ports::Action;
use calbridge_rules::saving::Choice;
use calbridge_wire::service::{Problem, UnsyncAccepted, UnsyncRequest};
use http::StatusCode;

use super::{
    Body, Refusal, Service,
    me::mailbox_of,
    saves::{check_key, expected_at, fingerprint},
};
use crate::{
    caller::Caller,
    store::{Accepted, NewSave, SyncSwitch},
};

#[utoipa::path(post, path = "/v1/unsyncs", summary = "Takes an item back: its Event is deleted, a request to save it is withdrawn at once", request_body = UnsyncRequest, responses((status = 202, description = "Done", body = UnsyncAccepted), (status = "default", description = "Refused", body = Problem)), security(("salesforce" = [])))]
pub(super) async fn unsync(
    State(app): Service,
    caller: Caller,
    Body(request): Body<UnsyncRequest>,
) -> Result<(StatusCode, Json<UnsyncAccepted>), Refusal> {
    check_key(&request.idempotency_key)?;
    let mailbox = mailbox_of(&app, &caller).await?.ok_or(Refusal::NoMailbox)?;
    if request.item.mailbox != mailbox.address {
        return Err(Refusal::OtherMailbox);
    }
    match mailbox.sync {
        SyncSwitch::Active => {}
        SyncSwitch::Off(why) => return Err(Refusal::SyncOff(why)),
    }
    let press = NewSave {
        user: &caller.user,
        mailbox: &mailbox.address,
        idempotency_key: &request.idempotency_key,
        fingerprint: &fingerprint(&("unsync", &request.item))?,
        item: &request.item,
        action: Action::Unsync,
        choice: &Choice::default(),
        expected_at: expected_at(&app),
    };
    match app.store.accept_save(&press, app.now_ms()).await? {
        Accepted::Waits { expected_at } => {
            app.due.notify_waiters();
            let withdrawn = app.store.pair(&mailbox.address, &request.item.item_id).await?.is_none();
            Ok((StatusCode::ACCEPTED, Json(UnsyncAccepted { expected_at, withdrawn })))
        }
        Accepted::KeyTaken => Err(Refusal::KeyTaken),
    }
}
