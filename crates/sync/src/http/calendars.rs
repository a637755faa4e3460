//! `GET /v1/calendars`: the calendars that the caller may have in sync beside the default one (AUT-8).

use std::time::Duration;

use axum::{Json, extract::State};
use calbridge_rules::id::Address;
use calbridge_wire::{
    graph::calendars::{Calendar, ListCalendars},
    service::Problem,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Refusal, Service, me::mailbox_of};
use crate::{app::App, caller::Caller};

/// How long Outlook may take.
const OUTLOOK_TIMEOUT: Duration = Duration::from_secs(5);

/// The calendars of a mailbox.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Calendars {
    calendars: Vec<OneCalendar>,
}

#[derive(Debug, Serialize, ToSchema)]
struct OneCalendar {
    /// What the settings `Calendars` and `SaveCalendar` take.
    id: String,
    name: String,
    /// Whether it is the default one, which is always in sync.
    default: bool,
}

#[utoipa::path(get, path = "/v1/calendars", summary = "The calendars of the caller's mailbox, for the settings Calendars and SaveCalendar", responses((status = 200, description = "Done", body = Calendars), (status = "default", description = "Refused", body = Problem)), security(("salesforce" = [])))]
pub(super) async fn calendars(State(app): Service, caller: Caller) -> Result<Json<Calendars>, Refusal> {
    let mailbox = mailbox_of(&app, &caller).await?.ok_or(Refusal::NoMailbox)?;
    let one = |calendar: Calendar| OneCalendar {
        id: calendar.id,
        name: calendar.name,
        default: calendar.is_default,
    };
    let calendars = calendars_of(&app, &mailbox.address).await?.into_iter().map(one).collect();
    Ok(Json(Calendars { calendars }))
}

/// The calendars of a mailbox, as Outlook orders them.
pub(super) async fn calendars_of(app: &App, mailbox: &Address) -> Result<Vec<Calendar>, Refusal> {
    let list = ListCalendars { mailbox: mailbox.clone() };
    match tokio::time::timeout(OUTLOOK_TIMEOUT, app.mailroom.call(mailbox, 1, &list)).await {
        Ok(Ok(calendars)) => Ok(calendars),
        Ok(Err(error)) => {
            tracing::info!(%error, "a mailbox does not tell its calendars");
            Err(Refusal::CalendarSilent)
        }
        Err(_) => Err(Refusal::CalendarSilent),
    }
}
