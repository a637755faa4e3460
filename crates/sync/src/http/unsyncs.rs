//! `POST /v1/unsyncs`: takes an item back (UNS-1), or a save request alone.

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
    store::{Accepted, Mailbox, NewSave, SyncSwitch},
};

#[utoipa::path(post, path = "/v1/unsyncs", summary = "Takes an item back: its Event is deleted, a request to save it is withdrawn at once", request_body = UnsyncRequest, responses((status = 202, description = "Done", body = UnsyncAccepted), (status = "default", description = "Refused", body = Problem)), security(("salesforce" = [])))]
pub(super) async fn unsync(
    State(app): Service,
    caller: Caller,
    Body(request): Body<UnsyncRequest>,
) -> Result<(StatusCode, Json<UnsyncAccepted>), Refusal> {
    let (mailbox, expected_at) = if request.request_only {
        withdraw(&app, &caller, &request).await?
    } else {
        press(&app, &caller, (&request.idempotency_key, &request.item), Action::Unsync).await?
    };
    let withdrawn = app.store.pair(&mailbox, &request.item.item_id).await?.is_none();
    Ok((StatusCode::ACCEPTED, Json(UnsyncAccepted { expected_at, withdrawn })))
}

/// Takes one save request back and nothing else: a device kept it, and cannot know whether it ever arrived (SAV-4). That
/// needs no session, so it works while sync is off.
async fn withdraw(
    app: &App,
    caller: &Caller,
    UnsyncRequest { idempotency_key, item, .. }: &UnsyncRequest,
) -> Result<(Address, DateTime<Utc>), Refusal> {
    check_key(idempotency_key)?;
    let mailbox = own_mailbox(app, caller, item).await?;
    let fingerprint = fingerprint(&("withdraw", item))?;
    app.store.withdraw_save(&caller.user, (idempotency_key, &fingerprint), item, app.now_ms()).await?;
    Ok((mailbox.address, app.clock.now()))
}

/// Keeps what somebody pressed for an item of theirs, under the key of the press; answers when it is carried out.
pub(super) async fn press(
    app: &App,
    caller: &Caller,
    (idempotency_key, item): (&str, &ItemRef),
    action: Action,
) -> Result<(Address, DateTime<Utc>), Refusal> {
    check_key(idempotency_key)?;
    let mailbox = own_mailbox(app, caller, item).await?;
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

/// The caller's mailbox, which is the one that the item lies in.
async fn own_mailbox(app: &App, caller: &Caller, item: &ItemRef) -> Result<Mailbox, Refusal> {
    let mailbox = mailbox_of(app, caller).await?.ok_or(Refusal::NoMailbox)?;
    if item.mailbox == mailbox.address { Ok(mailbox) } else { Err(Refusal::OtherMailbox) }
}
