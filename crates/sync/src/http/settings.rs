//! `GET /v1/settings`, `PUT /v1/settings`: the caller's settings (SET).

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use calbridge_engine::Forecast;
use calbridge_rules::settings::{SetBy, TABLE, holds, may_change};
use calbridge_wire::service::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Body, Refusal, Service, me::mailbox_of};
use crate::{
    app::App,
    caller::Caller,
    forecast,
    settings::{Layers, user_changes},
    store::{Mailbox, SyncSwitch},
};

/// Every setting as it holds for a user.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Shown {
    settings: Vec<OneShown>,
}

/// A setting as it holds for a user.
#[derive(Debug, Serialize, ToSchema)]
struct OneShown {
    /// Its name.
    name: &'static str,
    /// What holds.
    value: String,
    /// Who set that: `default`, `admin`, `forced` or `user`.
    set_by: &'static str,
    /// What it takes, in words.
    takes: String,
    /// What it does.
    says: &'static str,
    /// Why the user cannot change it; nothing where they can.
    locked: Option<String>,
}

/// All the settings that a user wants to have of their own, by name. What is not named is left to the org.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// Name and value.
    pub(super) settings: BTreeMap<String, String>,
}

impl Wanted {
    /// The pairs of it.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.settings.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// How who set a value is written.
pub(super) fn set_by_word(set_by: SetBy) -> &'static str {
    match set_by {
        SetBy::Default => "default",
        SetBy::Admin => "admin",
        SetBy::Forced => "forced",
        SetBy::User => "user",
    }
}

impl Shown {
    fn of(layers: &Layers) -> Self {
        let one = |row: &calbridge_rules::settings::Row| {
            let (value, set_by) = holds(row.setting, &layers.org, &layers.user);
            OneShown {
                name: row.name,
                value: value.to_owned(),
                set_by: set_by_word(set_by),
                takes: row.kind.words(),
                says: row.says,
                locked: may_change(row.setting, &layers.org).err().map(|why| why.to_string()),
            }
        };
        Self { settings: TABLE.iter().map(one).collect() }
    }
}

#[utoipa::path(get, path = "/v1/settings", summary = "The caller's settings", responses((status = 200, description = "Done", body = Shown), (status = "default", description = "Refused", body = Problem)), security(("salesforce" = [])))]
pub(super) async fn settings(State(app): Service, caller: Caller) -> Result<Json<Shown>, Refusal> {
    Ok(Json(Shown::of(&app.layers(&caller.user).await?)))
}

#[utoipa::path(put, path = "/v1/settings", summary = "Makes these settings the caller's own, and no others", request_body = Wanted, responses((status = 200, description = "Done", body = Shown), (status = "default", description = "Refused", body = Problem)), security(("salesforce" = [])))]
pub(super) async fn set_settings(
    State(app): Service,
    caller: Caller,
    Body(wanted): Body<Wanted>,
) -> Result<Json<Shown>, Refusal> {
    let mailbox = mailbox_of(&app, &caller).await?.ok_or(Refusal::NoMailbox)?;
    keep(&app, &mailbox, &wanted).await?;
    Ok(Json(Shown::of(&app.layers(&caller.user).await?)))
}

#[utoipa::path(post, path = "/v1/settings/preview", summary = "What the next session would do if these were the caller's own settings; nothing is written", request_body = Wanted, responses((status = 200, description = "Done", body = Effect), (status = "default", description = "Refused", body = Problem)), security(("salesforce" = [])))]
pub(super) async fn preview(
    State(app): Service,
    caller: Caller,
    Body(wanted): Body<Wanted>,
) -> Result<Json<Effect>, Refusal> {
    let mailbox = mailbox_of(&app, &caller).await?.ok_or(Refusal::NoMailbox)?;
    Ok(Json(effect(&app, &mailbox, &wanted).await?))
}

/// What settings would do.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub(super) struct Effect {
    /// Mailboxes that were looked at.
    pub(super) mailboxes: usize,
    /// Items whose Event would be made or found.
    pub(super) saves: usize,
    /// Pairs of which either side would be written.
    pub(super) updates: usize,
    /// Events and items that would be deleted.
    pub(super) deletes: usize,
    /// Events for which an item would be made.
    pub(super) brings: usize,
    /// Changes that would wait for approval.
    pub(super) held: usize,
    /// Mails that people would get.
    pub(super) mails: usize,
    /// People for whom records would be made.
    pub(super) people: usize,
    /// Records of other objects and Events of public calendars of which an item would be made.
    pub(super) shows: usize,
    /// Items of such records that would be taken away.
    pub(super) hides: usize,
}

impl Effect {
    /// A forecast of so many mailboxes.
    pub(super) fn of(forecast: Forecast, mailboxes: usize) -> Self {
        let Forecast { saves, updates, deletes, brings, held, mails, people, shows, hides } = forecast;
        Self { mailboxes, saves, updates, deletes, brings, held, mails, people, shows, hides }
    }
}

/// What these would do as the settings of a mailbox's user.
pub(super) async fn effect(app: &App, mailbox: &Mailbox, wanted: &Wanted) -> Result<Effect, Refusal> {
    match mailbox.sync {
        SyncSwitch::Active => {}
        SyncSwitch::Off(why) => return Err(Refusal::SyncOff(why)),
    }
    let layers = app.layers(&mailbox.user).await?;
    let changes = user_changes(wanted.pairs(), &layers.org)?;
    Ok(Effect::of(forecast::of_mailbox(app, mailbox, &layers.with_user(&changes)).await?, 1))
}

/// Makes these the settings of a mailbox's user.
pub(super) async fn keep(app: &App, mailbox: &Mailbox, wanted: &Wanted) -> Result<(), Refusal> {
    let changes = user_changes(wanted.pairs(), &app.org_layer().await?)?;
    app.store.change_user_settings(mailbox, &changes, app.now_ms()).await?;
    app.due.notify_waiters();
    Ok(())
}
