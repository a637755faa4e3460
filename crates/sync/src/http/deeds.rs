//! `POST /v1/deeds`: what a person does about something that waits for them (ISS-1, PPL-8, DWN-5, UNS-2), in their own mailbox
//! or, as an admin, in anybody's.

use axum::extract::State;
use calbridge_engine::ruling::Ruling;
use calbridge_rules::{
    event::{EventField, EventFields},
    id::{Address, ItemId, RecordId},
};
use calbridge_wire::service::Problem;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Body, Refusal, Service, admin::is_admin, me::mailbox_of};
use crate::{
    amend::{NotAmended, flip, undo},
    app::App,
    caller::Caller,
    store::{JOURNAL_DAYS, Mailbox, SyncSwitch},
};

const DAY_MS: i64 = 86_400_000;

/// What is to be done, and in whose mailbox.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Asked {
    /// The mailbox, where it is not the caller's own: for admins.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    mailbox: Option<Address>,
    /// What.
    #[serde(flatten)]
    deed: Deed,
}

/// Something that a person does about what waits for them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "deed")]
pub(super) enum Deed {
    /// Tries an item with an issue again.
    Retry {
        /// The item.
        #[schema(value_type = String)]
        item: ItemId,
    },
    /// Says that an issue is of no interest.
    Ignore {
        /// The item.
        #[schema(value_type = String)]
        item: ItemId,
        /// The issue's code.
        code: String,
    },
    /// Says that an issue is of interest after all.
    Attend {
        /// The item.
        #[schema(value_type = String)]
        item: ItemId,
        /// The issue's code.
        code: String,
    },
    /// Approves a change that mails people (PPL-8).
    Approve {
        /// The item.
        #[schema(value_type = String)]
        item: ItemId,
    },
    /// Discards what is held of an item: it is not done, and not asked about again (PPL-8).
    Discard {
        /// The item.
        #[schema(value_type = String)]
        item: ItemId,
    },
    /// Has an Event come down with its people, which mails them (DWN-1).
    Invite {
        /// The Event.
        #[schema(value_type = String)]
        event: RecordId,
    },
    /// Has an Event come down without its people.
    BringAlone {
        /// The Event.
        #[schema(value_type = String)]
        event: RecordId,
    },
    /// Takes Salesforce's value of a clash (DWN-5).
    Flip {
        /// The item.
        #[schema(value_type = String)]
        item: ItemId,
        /// The field, as the list names it.
        #[schema(value_type = String)]
        field: EventField,
        /// When it was seen, as the list says it.
        seen_ms: i64,
        /// Values written since by somebody else, as they were shown, that are to be overwritten.
        #[serde(default)]
        #[schema(value_type = Object)]
        over: EventFields,
    },
    /// Undoes a journal entry (UNS-2).
    Undo {
        /// The Event.
        #[schema(value_type = String)]
        event: RecordId,
        /// The entry's number.
        number: i64,
        /// As in `flip`.
        #[serde(default)]
        #[schema(value_type = Object)]
        over: EventFields,
    },
    /// Lets a mailbox go on that stood still (ISS-2); the deletions that it stood still before are carried out (DWN-6).
    Resume,
    /// Lets a mailbox go on without the deletions that it stood still before (DWN-6).
    ResumeWithout,
}

#[utoipa::path(post, path = "/v1/deeds", summary = "Does something about what waits: retry, ignore, attend, approve, discard, invite, bring_alone, flip, undo, resume, resume_without", request_body = Asked, responses((status = 204, description = "Done"), (status = "default", description = "Refused", body = Problem)), security(("salesforce" = [])))]
pub(super) async fn deed(
    State(app): Service,
    caller: Caller,
    Body(asked): Body<Asked>,
) -> Result<StatusCode, Refusal> {
    let own = mailbox_of(&app, &caller).await?.ok_or(Refusal::NoMailbox)?;
    carry_out(&app, &own, asked.mailbox.as_ref(), &asked.deed).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Carries a deed out: in the actor's own mailbox, or in another one where they are an admin.
pub(super) async fn carry_out(
    app: &App,
    actor: &Mailbox,
    elsewhere: Option<&Address>,
    deed: &Deed,
) -> Result<(), Refusal> {
    let mailbox = match elsewhere {
        Some(address) if *address != actor.address && !is_admin(app, actor) => {
            return Err(Refusal::NotAdmin);
        }
        Some(address) => app.store.mailbox_at(address).await?.ok_or(Refusal::NotFound)?,
        None => actor.clone(),
    };
    let (store, address, now_ms) = (&app.store, &mailbox.address, app.now_ms());
    let was_there = match deed {
        Deed::Retry { item } => store.retry_issue(address, item, now_ms).await?,
        Deed::Ignore { item, code } => store.ignore_issue(address, item, code, true).await?,
        Deed::Attend { item, code } => store.ignore_issue(address, item, code, false).await?,
        Deed::Approve { item } => store.approve(address, item, now_ms).await?,
        Deed::Discard { item } => store.discard(address, item, now_ms).await?,
        Deed::Invite { event } => store.rule_on_invitation(address, event, Ruling::Approved, now_ms).await?,
        Deed::BringAlone { event } => {
            store.rule_on_invitation(address, event, Ruling::Discarded, now_ms).await?
        }
        Deed::Flip { item, field, seen_ms, over } => {
            let clashes = store.clashes_of(address, item, *seen_ms).await?;
            flip(app, &clashes, field, &actor.user, over).await?;
            true
        }
        Deed::Undo { event, number, over } => undo_entry(app, &mailbox, actor, event, *number, over).await?,
        Deed::Resume => {
            if !store.rule_on_brake(address, Ruling::Approved, now_ms).await? {
                store.set_sync(address, SyncSwitch::Active, now_ms).await?;
            }
            true
        }
        Deed::ResumeWithout => store.rule_on_brake(address, Ruling::Discarded, now_ms).await?,
    };
    app.due.notify_waiters();
    if was_there { Ok(()) } else { Err(Refusal::NotFound) }
}

async fn undo_entry(
    app: &App,
    mailbox: &Mailbox,
    actor: &Mailbox,
    event: &RecordId,
    number: i64,
    over: &EventFields,
) -> Result<bool, Refusal> {
    let Some(entry) = app.store.journal_entry(&mailbox.address, event, number).await? else {
        return Ok(false);
    };
    if entry.written_ms < app.now_ms() - JOURNAL_DAYS * DAY_MS {
        return Err(NotAmended::NotOpen.into());
    }
    undo(app, &entry, &actor.user, over).await?;
    Ok(true)
}
