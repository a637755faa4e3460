//! `GET /openapi.json`: the API, described for clients.

use axum::Json;
use utoipa::{
    Modify, OpenApi,
    openapi::security::{Http, HttpAuthScheme, SecurityScheme},
};

use super::{
    calendars, deeds, healthz, journal, logins, lookup, me, me_sync, notices, org_settings, pages, saves,
    sessions, settings, take_overs, unsyncs, waits,
};

#[derive(OpenApi)]
#[openapi(
    info(title = "Calbridge", description = "Saves Outlook calendar items as Salesforce Events", version = "1"),
    paths(
        me::me,
        me_sync::set_sync,
        saves::save,
        lookup::lookup,
        sessions::want,
        unsyncs::unsync,
        take_overs::take_over,
        calendars::calendars,
        waits::own,
        waits::everybodys,
        journal::own,
        journal::everybodys,
        deeds::deed,
        notices::hear,
        pages::new_key,
        settings::settings,
        settings::set_settings,
        settings::preview,
        org_settings::settings,
        org_settings::set_settings,
        org_settings::preview,
        logins::put,
        logins::take,
        healthz::healthz
    ),
    modifiers(&Bearer)
)]
struct Api;

/// The caller's Salesforce access token.
struct Bearer;

impl Modify for Bearer {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        api.components.get_or_insert_default().add_security_scheme("salesforce", bearer);
    }
}

pub(super) async fn openapi() -> Json<utoipa::openapi::OpenApi> {
    Json(Api::openapi())
}
