//! `POST /v1/items/lookup`: where an item stands.

use axum::{Json, extract::State};
use calbridge_rules::status::Status;
use calbridge_wire::service::{ItemRef, ItemStanding};

use super::{Body, Refusal, Service, me::mailbox_of};
use crate::caller::Caller;

pub(super) async fn lookup(
    State(app): Service,
    caller: Caller,
    Body(item): Body<ItemRef>,
) -> Result<Json<ItemStanding>, Refusal> {
    let mailbox = mailbox_of(&app, &caller).await?.ok_or(Refusal::NoMailbox)?;
    if item.mailbox != mailbox.address {
        return Err(Refusal::OtherMailbox);
    }
    let own_id = app.store.item_of(&mailbox.address, &item.item_id).await?;
    let id = own_id.as_ref().unwrap_or(&item.item_id);
    let status = if let Some(issue) = app.store.issue(&mailbox.address, id).await? {
        Status::Issue(issue)
    } else if let Some(request) =
        app.store.waiting_save(&mailbox.address, &item.item_id, own_id.as_ref()).await?
    {
        Status::WillBeSaved { at: request.expected_at }
    } else if let Some(pair) = app.store.pair(&mailbox.address, id).await? {
        Status::Saved { event: pair.event }
    } else {
        Status::NotSaved
    };
    Ok(Json(ItemStanding { status, synced_organizer: None, is_draft: None, is_all_day: None }))
}
