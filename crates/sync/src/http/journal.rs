//! `GET /v1/journal`, `GET /v1/org/journal`: what sync overwrote and deleted on either side in the last 30 days (UNS-2).

use axum::{Json, extract::State};
use calbridge_wire::service::Problem;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Refusal, Service,
    admin::Admin,
    me::mailbox_of,
    waits::{LIST_LIMIT, record_page},
};
use crate::{
    app::App,
    caller::Caller,
    clock::instant,
    store::{JournalEntry, MadeRecord},
    words,
};

/// The journal, the latest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Journal {
    entries: Vec<OneEntry>,
    made: Vec<OneMade>,
}

/// A record that was made for somebody who was in none (PPL-7).
#[derive(Debug, Serialize, ToSchema)]
struct OneMade {
    mailbox: String,
    record: String,
    record_page: String,
    /// What it was made for, in words.
    made_for: String,
    made: DateTime<Utc>,
}

/// What was overwritten or deleted at once.
#[derive(Debug, Serialize, ToSchema)]
struct OneEntry {
    mailbox: String,
    /// The Event, as deeds name it.
    event: String,
    /// The entry's number, as deeds name it.
    number: i64,
    event_page: String,
    /// Whether the Event was deleted.
    deleted: bool,
    /// What stood there, in words.
    before: Vec<String>,
    /// What was written, in words.
    after: Vec<String>,
    /// Who and what was related to the Event, of what was written over, in words.
    relations: Vec<String>,
    /// What of the item in Outlook was written over, where something was.
    outlook: Option<ItemBefore>,
    written: DateTime<Utc>,
    /// Whether a person wrote it, rather than a session.
    by_hand: bool,
    undone: bool,
}

/// What an item in Outlook said before it was written over.
#[derive(Debug, Serialize, ToSchema)]
struct ItemBefore {
    /// What it said, of what was written over, in words.
    before: Vec<String>,
    /// Whether it was deleted.
    deleted: bool,
}

#[utoipa::path(get, path = "/v1/journal", summary = "What sync overwrote and deleted for the caller", responses((status = 200, description = "Done", body = Journal), (status = "default", description = "Refused", body = Problem)), security(("salesforce" = [])))]
pub(super) async fn own(State(app): Service, caller: Caller) -> Result<Json<Journal>, Refusal> {
    let mailbox = mailbox_of(&app, &caller).await?.ok_or(Refusal::NoMailbox)?;
    let entries = app.store.journal(Some(&mailbox.address), LIST_LIMIT).await?;
    let made = app.store.made(Some(&mailbox.address), LIST_LIMIT).await?;
    Ok(Json(shown(&app, &entries, &made)))
}

#[utoipa::path(get, path = "/v1/org/journal", summary = "What sync overwrote and deleted for anybody, for admins", responses((status = 200, description = "Done", body = Journal), (status = "default", description = "Refused", body = Problem)), security(("salesforce" = [])))]
pub(super) async fn everybodys(State(app): Service, _admin: Admin) -> Result<Json<Journal>, Refusal> {
    let entries = app.store.journal(None, LIST_LIMIT).await?;
    Ok(Json(shown(&app, &entries, &app.store.made(None, LIST_LIMIT).await?)))
}

fn shown(app: &App, entries: &[JournalEntry], made: &[MadeRecord]) -> Journal {
    let one = |entry: &JournalEntry| OneEntry {
        mailbox: entry.mailbox.to_string(),
        event: entry.event.to_string(),
        number: entry.number,
        event_page: record_page(app, &entry.event),
        deleted: entry.is_deletion(),
        before: words::values(&entry.before),
        after: words::values(&entry.after),
        relations: entry.ties.as_ref().map(|(before, _)| words::ties(before)).unwrap_or_default(),
        outlook: entry.item_values.as_ref().map(|(before, _)| ItemBefore {
            before: words::values(before),
            deleted: entry.is_item_deletion(),
        }),
        written: instant(entry.written_ms),
        by_hand: entry.by.is_some(),
        undone: entry.is_undone,
    };
    let one_made = |made: &MadeRecord| OneMade {
        mailbox: made.mailbox.to_string(),
        record: made.record.to_string(),
        record_page: record_page(app, &made.record),
        made_for: made.made_for.clone(),
        made: instant(made.made_ms),
    };
    Journal { entries: entries.iter().map(one).collect(), made: made.iter().map(one_made).collect() }
}
