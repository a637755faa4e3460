//! `GET /v1/org/settings`, `PUT /v1/org/settings`: what holds for the org (SET), for admins; what one answers the other takes,
//! so that settings are exported and imported.

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use calbridge_rules::settings::{Hold, OrgLayer};
use calbridge_wire::service::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Body, Refusal, Service, admin::Admin, settings::Effect};
use crate::{
    app::App,
    forecast,
    settings::{Layers, org_changes},
    store::Mailbox,
};

/// All the settings of the org that are not left to their defaults, by name.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OrgSettings {
    /// Name, and what holds.
    pub(super) settings: BTreeMap<String, OrgSetting>,
}

/// A setting of the org.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OrgSetting {
    /// Its value.
    pub(super) value: String,
    /// Whether it holds for everybody, or only for those who have none of their own.
    #[serde(default)]
    pub(super) forced: bool,
}

impl OrgSettings {
    /// What an org set.
    pub(super) fn of(layer: &OrgLayer) -> Self {
        let one = |(name, value, hold): (&str, &str, Hold)| {
            let forced = hold == Hold::Forced;
            (name.to_owned(), OrgSetting { value: value.to_owned(), forced })
        };
        Self { settings: layer.entries().map(one).collect() }
    }

    fn entries(&self) -> impl Iterator<Item = (&str, &str, Hold)> {
        self.settings.iter().map(|(name, set)| {
            let hold = if set.forced { Hold::Forced } else { Hold::Allowing };
            (name.as_str(), set.value.as_str(), hold)
        })
    }
}

#[utoipa::path(get, path = "/v1/org/settings", summary = "The settings of the org, for admins", responses((status = 200, description = "Done", body = OrgSettings), (status = "default", description = "Refused", body = Problem)), security(("salesforce" = [])))]
pub(super) async fn settings(State(app): Service, _admin: Admin) -> Result<Json<OrgSettings>, Refusal> {
    Ok(Json(OrgSettings::of(&app.org_layer().await?)))
}

#[utoipa::path(put, path = "/v1/org/settings", summary = "Makes these the settings of the org, and no others; for admins", request_body = OrgSettings, responses((status = 200, description = "Done", body = OrgSettings), (status = "default", description = "Refused", body = Problem)), security(("salesforce" = [])))]
pub(super) async fn set_settings(
    State(app): Service,
    admin: Admin,
    Body(wanted): Body<OrgSettings>,
) -> Result<Json<OrgSettings>, Refusal> {
    keep(&app, &admin.0, &wanted).await?;
    Ok(Json(OrgSettings::of(&app.org_layer().await?)))
}

#[utoipa::path(post, path = "/v1/org/settings/preview", summary = "What the next sessions would do if these were the settings of the org, in up to 20 mailboxes; for admins", request_body = OrgSettings, responses((status = 200, description = "Done", body = Effect), (status = "default", description = "Refused", body = Problem)), security(("salesforce" = [])))]
pub(super) async fn preview(
    State(app): Service,
    _admin: Admin,
    Body(wanted): Body<OrgSettings>,
) -> Result<Json<Effect>, Refusal> {
    Ok(Json(effect(&app, &wanted).await?))
}

/// What these would do as the settings of the org.
pub(super) async fn effect(app: &App, wanted: &OrgSettings) -> Result<Effect, Refusal> {
    let changes = org_changes(wanted.entries())?;
    let first = app.config.org_layer().unwrap_or_default();
    let all = forecast::of_org(app, &Layers::default().with_org(first, &changes)).await?;
    Ok(Effect::of(all.forecast, all.mailboxes))
}

/// Makes these the settings of the org.
pub(super) async fn keep(app: &App, admin: &Mailbox, wanted: &OrgSettings) -> Result<(), Refusal> {
    let changes = org_changes(wanted.entries())?;
    app.store.change_org_settings(&changes, app.now_ms()).await?;
    tracing::info!(admin = %admin.user, "an admin changed settings of the org");
    Ok(())
}
