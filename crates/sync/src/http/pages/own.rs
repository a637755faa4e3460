//! A user's own pages.

use std::collections::HashMap;

use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use calbridge_rules::id::{Address, ItemId};
use calbridge_wire::{
    CallError,
    graph::{calendars::Calendar, web_link::WebLink},
};
use serde::Deserialize;

use super::{
    NoPage, Page,
    html::page,
    journal,
    settings::{Entered, own_form},
    visit::Visitor,
    waits::{Drawing, lists},
};
use crate::{
    app::App,
    http::{
        Refusal, Service,
        calendars::calendars_of,
        settings::{Wanted, effect, keep},
        waits::{LIST_LIMIT, Waiting},
    },
    store::IssueFilter,
};

/// `GET /me`
pub(super) async fn waits(State(app): Service, visitor: Visitor) -> Result<Page, NoPage> {
    let filter = IssueFilter { mailbox: Some(&visitor.mailbox.address), code: None, with_ignored: true };
    let waiting = Waiting::of(&app, &filter).await?;
    let drawing = Drawing { app: &app, visitor: &visitor, back: "/me", names_mailboxes: false };
    Ok(page(&visitor, "/me", "What waits for you", &lists(&drawing, &waiting)))
}

/// `GET /me/journal`
pub(super) async fn journal(State(app): Service, visitor: Visitor) -> Result<Page, NoPage> {
    let mailbox = Some(&visitor.mailbox.address);
    let entries = app.store.journal(mailbox, LIST_LIMIT).await?;
    let made = app.store.made(mailbox, LIST_LIMIT).await?;
    let drawing = Drawing { app: &app, visitor: &visitor, back: "/me/journal", names_mailboxes: false };
    Ok(page(&visitor, "/me/journal", "Journal", &journal::lists(&drawing, &entries, &made)))
}

/// `GET /me/settings`
pub(super) async fn settings(State(app): Service, visitor: Visitor) -> Result<Page, NoPage> {
    let layers = app.layers(&visitor.mailbox.user).await?;
    let calendars = calendars(&app, &visitor).await;
    let form = own_form(&visitor, &layers, &Entered::of_user(&layers.user), &calendars);
    Ok(page(&visitor, "/me/settings", "Your settings", &form))
}

/// The visitor's calendars; none where Outlook does not tell them, and their names are typed then.
async fn calendars(app: &App, visitor: &Visitor) -> Vec<Calendar> {
    calendars_of(app, &visitor.mailbox.address).await.unwrap_or_default()
}

/// `POST /me/settings`
pub(super) async fn set_settings(
    State(app): Service,
    visitor: Visitor,
    Form(fields): Form<HashMap<String, String>>,
) -> Result<Response, NoPage> {
    visitor.checks(fields.get("check"))?;
    let entered = Entered::read(&fields);
    let wanted = Wanted { settings: entered.values() };
    let shown = async |entered: &Entered| -> Result<Response, NoPage> {
        let layers = app.layers(&visitor.mailbox.user).await?;
        let form = own_form(&visitor, &layers, entered, &calendars(&app, &visitor).await);
        Ok(page(&visitor, "/me/settings", "Your settings", &form).into_response())
    };
    if fields.get("act").is_some_and(|act| act == "preview") {
        return match effect(&app, &visitor.mailbox, &wanted).await {
            Ok(effect) => shown(&entered.previewed(effect)).await,
            Err(Refusal::Setting(why)) => shown(&entered.troubled(&why)).await,
            Err(refusal) => Err(refusal.into()),
        };
    }
    match keep(&app, &visitor.mailbox, &wanted).await {
        Ok(()) => Ok(Redirect::to("/me/settings").into_response()),
        Err(Refusal::Setting(why)) => shown(&entered.troubled(&why)).await,
        Err(refusal) => Err(refusal.into()),
    }
}

/// Which item is to be opened.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    mailbox: String,
    item: String,
}

/// `GET /item`: opens an item in Outlook on the web, whose address Outlook itself tells.
pub(super) async fn item(
    State(app): Service,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Redirect, NoPage> {
    let bad = |bad: String| Refusal::BadRequest(bad);
    let mailbox = Address::parse(&asked.mailbox).map_err(|why| bad(why.to_string()))?;
    if mailbox != visitor.mailbox.address {
        visitor.admins_only()?;
    }
    app.store.mailbox_at(&mailbox).await?.ok_or(Refusal::NotFound)?;
    let id = ItemId::parse(&asked.item).map_err(|why| bad(why.to_string()))?;
    match app.mailroom.call(&mailbox, 1, &WebLink { mailbox: mailbox.clone(), id }).await {
        Ok(address) => Ok(Redirect::to(&address)),
        Err(CallError::Gone) => Err(Refusal::NotFound.into()),
        Err(error) => {
            tracing::info!(%error, "an item could not be opened");
            Err(Refusal::CalendarSilent.into())
        }
    }
}
