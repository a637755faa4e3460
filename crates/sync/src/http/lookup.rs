//! `POST /v1/items/lookup`: where an item stands.
//!
//! The ledger answers first. Only an item that is not on its way is read from the calendar too: for what the pane cannot
//! know by itself. A date of a series that has no standing of its own stands as its series does (SAV-10, CAT-3).

use std::time::Duration;

use axum::{Json, extract::State};
use calbridge_engine::{
    observe::{holding_of, key_for},
    ports::Action,
    series::KeptDate,
};
use calbridge_rules::{
    id::{Address, ItemId, RecordId},
    item::{Item, Kind, Sensitivity},
    saving::{Choice, Scope as SaveScope},
    series::OriginalStart,
    status::{Issue, RuleAsked, Status},
};
use calbridge_wire::service::{ItemRef, ItemStanding, Problem};
use chrono::{DateTime, Utc};

use super::{Body, Refusal, Service, me::mailbox_of};
use crate::{
    app::App,
    caller::Caller,
    clock::instant,
    outlook::seen,
    store::{NEVER, Source, WaitingSave},
};

/// How long the calendar may take before the answer goes without it.
const CALENDAR_TIMEOUT: Duration = Duration::from_secs(5);

#[utoipa::path(post, path = "/v1/items/lookup", summary = "Where an item stands", request_body = ItemRef, responses((status = 200, description = "Done", body = ItemStanding), (status = "default", description = "Refused", body = Problem)), security(("salesforce" = [])))]
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
    let (mut status, chosen) = known(&app, &mailbox.address, &item.item_id, own_id.as_ref()).await?;
    if let Some(issue) = issue_of_series(&app, &item, &status, chosen.as_ref()).await? {
        status = Status::Issue(issue);
    }
    let mut standing = ItemStanding {
        status,
        synced_organizer: None,
        is_draft: None,
        is_all_day: None,
        is_private: None,
        chosen,
        decided: Vec::new(),
    };
    match &standing.status {
        Status::WillBeSaved { .. } => {}
        Status::NotSaved | Status::Issue(_) | Status::Saved { .. } => {
            ask_calendar(&app, &mailbox.user, &item, &mut standing).await?;
        }
    }
    standing.decided = decided(&app, &standing.status, &item).await?;
    Ok(Json(standing))
}

/// The rules that the last session asked about an item that is not saved, in order; the last one decided.
async fn decided(app: &App, status: &Status, item: &ItemRef) -> Result<Vec<RuleAsked>, Refusal> {
    match status {
        Status::Saved { .. } => Ok(Vec::new()),
        Status::NotSaved | Status::WillBeSaved { .. } | Status::Issue(_) => {
            let judged = app.store.verdict(&item.mailbox, &item.item_id).await?;
            Ok(judged.map(|judged| judged.trace).unwrap_or_default())
        }
    }
}

/// What the ledger says, and what the user chose in a request that waits.
async fn known(
    app: &App,
    mailbox: &Address,
    given: &ItemId,
    own_id: Option<&ItemId>,
) -> Result<(Status, Option<Choice>), Refusal> {
    let id = own_id.unwrap_or(given);
    let waiting = app.store.waiting_save(mailbox, given, own_id).await?;
    // What is taken back is as it is, until the session has done it (UNS-1).
    let waiting = waiting.filter(|request| request.action == Action::Save);
    let chosen = |request: WaitingSave| match request.source {
        Source::Pane => Some(request.choice),
        Source::Category | Source::Place | Source::Autosave => None,
    };
    if let Some(issue) = app.store.issue(mailbox, id).await? {
        return Ok((Status::Issue(issue), waiting.and_then(chosen)));
    }
    if let Some(request) = waiting {
        let at = session_at(app, mailbox, request.expected_at).await?;
        return Ok((Status::WillBeSaved { at }, chosen(request)));
    }
    if let Some(pair) = app.store.pair(mailbox, id).await? {
        return Ok((Status::Saved { event: pair.event }, None));
    }
    // OBJ-1, GRP-2: told before anybody presses Save.
    if let Some(says) = app.store.shown_by(mailbox, id).await? {
        return Ok((Status::Issue(says.not_saved().issue()), None));
    }
    Ok((Status::NotSaved, None))
}

/// What stands in the way of an entire series that was asked for on this date (SAV-10).
async fn issue_of_series(
    app: &App,
    item: &ItemRef,
    status: &Status,
    chosen: Option<&Choice>,
) -> Result<Option<Issue>, Refusal> {
    let is_asked_for = matches!(status, Status::WillBeSaved { .. })
        && chosen.is_some_and(|choice| choice.scope == SaveScope::Series);
    let Some(given) = item.series_id.as_ref().filter(|_| is_asked_for) else { return Ok(None) };
    match app.store.item_of(&item.mailbox, given).await? {
        Some(series) => Ok(app.store.issue(&item.mailbox, &series).await?),
        None => Ok(None),
    }
}

/// Where a date stands that was not saved by itself: as its series, under the Event that is the date's.
async fn as_its_series(
    app: &App,
    mailbox: &Address,
    series: &ItemId,
    original: Option<OriginalStart>,
) -> Result<(Status, Option<Choice>), Refusal> {
    let (status, chosen) = known(app, mailbox, series, Some(series)).await?;
    let Status::Saved { .. } = &status else { return Ok((status, chosen)) };
    let kept = app.store.series(mailbox, std::slice::from_ref(series)).await?;
    let date = kept.first().zip(original).and_then(|((_, kept), original)| kept.dates.get(&original));
    let status = match date {
        Some(KeptDate::Row(date) | KeptDate::Single(date)) => Status::Saved { event: date.event.clone() },
        // Deleted in Salesforce, or saved alone once and taken back since.
        Some(KeptDate::Nothing) => Status::NotSaved,
        // Somebody else keeps the series, or this date is made later on (SER-2).
        None => status,
    };
    Ok((status, chosen))
}

/// When the session is due that takes a request up: later than promised, where one before failed.
async fn session_at(
    app: &App,
    mailbox: &Address,
    expected_at: DateTime<Utc>,
) -> Result<DateTime<Utc>, Refusal> {
    let work = app.store.work_state(mailbox, app.now_ms()).await?;
    let due_ms =
        work.filter(|work| work.attempt > 0 && work.next_due_ms < NEVER).map(|work| work.next_due_ms);
    Ok(expected_at.max(app.clock.now()).max(due_ms.map_or(expected_at, instant)))
}

/// Adds what the calendar says; without its answer the ledger's stands.
async fn ask_calendar(
    app: &App,
    user: &RecordId,
    item: &ItemRef,
    standing: &mut ItemStanding,
) -> Result<(), Refusal> {
    let reading = app.mailroom.item(&item.mailbox, &item.item_id, item.id_format);
    let read = match tokio::time::timeout(CALENDAR_TIMEOUT, reading).await {
        Ok(Ok(read)) => seen(read),
        Ok(Err(error)) => {
            tracing::info!(%error, "an item was looked up without the calendar");
            return Ok(());
        }
        Err(_) => return Ok(()),
    };
    app.store.learn_item_id(&item.mailbox, &item.item_id, &read.id, &read.i_cal_uid).await?;
    standing.is_draft = read.item.is_draft;
    standing.is_all_day = Some(read.item.span.is_all_day());
    standing.is_private = read.item.sensitivity.map(Sensitivity::is_private);
    standing.synced_organizer = synced_organizer(app, &item.mailbox, &read.item).await?;
    if standing.status == Status::NotSaved {
        // Now that its own id is known: it may have been saved under that, or by somebody else (PPL-2, PPL-5).
        (standing.status, standing.chosen) = known(app, &item.mailbox, &item.item_id, Some(&read.id)).await?;
    }
    if let (Status::NotSaved, Kind::Occurrence { series }) = (&standing.status, &read.item.kind) {
        if let Some(given) = &item.series_id {
            app.store.learn_item_id(&item.mailbox, given, series, "").await?;
        }
        (standing.status, standing.chosen) =
            as_its_series(app, &item.mailbox, series, read.original_start).await?;
    }
    let external = app.effective(user).await?.people.external_organizer;
    let key = key_for(&read, holding_of(&read, standing.synced_organizer.is_some(), external), user);
    if standing.status == Status::NotSaved
        && let Some(event) = app.store.event_by_key(key.as_str()).await?
    {
        standing.status = Status::Saved { event };
    }
    Ok(())
}

/// PPL-2: the organizer's name, when that is another synced user.
async fn synced_organizer(app: &App, mailbox: &Address, item: &Item) -> Result<Option<String>, Refusal> {
    let Some(organizer) = &item.organizer else { return Ok(None) };
    let Some(address) = organizer.address.as_ref().filter(|address| *address != mailbox) else {
        return Ok(None);
    };
    Ok(app.store.is_synced(address).await?.then(|| organizer.label().to_owned()))
}
