//! The API: one route per file, refusals as problems, origins of the pane only.

mod admin;
mod calendars;
mod cors;
mod deeds;
mod healthz;
mod journal;
mod logins;
mod lookup;
mod me;
mod me_sync;
mod notices;
mod openapi;
mod org_settings;
mod pages;
mod refusal;
mod saves;
mod sessions;
mod settings;
mod take_overs;
mod unsyncs;
mod waits;

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State, rejection::JsonRejection},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post, put},
};

use crate::app::App;

pub use refusal::Refusal;

/// The longest body a client may send, in bytes.
const BODY_LIMIT: usize = 256 * 1024;
/// How long a request may take.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);

/// Every route.
pub fn routes(app: Arc<App>) -> Router {
    Router::new()
        .route("/v1/me", get(me::me))
        .route("/v1/me/sync", put(me_sync::set_sync))
        .route("/v1/saves", post(saves::save))
        .route("/v1/items/lookup", post(lookup::lookup))
        .route("/v1/notices", post(notices::hear))
        .route("/v1/sessions", post(sessions::want))
        .route("/v1/unsyncs", post(unsyncs::unsync))
        .route("/v1/take-overs", post(take_overs::take_over))
        .route("/v1/calendars", get(calendars::calendars))
        .route("/v1/issues", get(waits::own))
        .route("/v1/journal", get(journal::own))
        .route("/v1/deeds", post(deeds::deed))
        .route("/v1/org/issues", get(waits::everybodys))
        .route("/v1/org/journal", get(journal::everybodys))
        .route("/v1/settings", get(settings::settings).put(settings::set_settings))
        .route("/v1/settings/preview", post(settings::preview))
        .route("/v1/org/settings/preview", post(org_settings::preview))
        .route("/v1/org/settings", get(org_settings::settings).put(org_settings::set_settings))
        .route("/v1/logins/{id}", put(logins::put).get(logins::take))
        .route("/v1/pages", post(pages::new_key))
        .merge(pages::routes())
        .route("/healthz", get(healthz::healthz))
        .route("/openapi.json", get(openapi::openapi))
        .fallback(|| async { Refusal::NoSuchRoute })
        .method_not_allowed_fallback(|| async { Refusal::NoSuchMethod })
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn(in_time))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), cors::cors))
        .with_state(app)
}

/// A JSON body, or the problem with it.
#[derive(Debug)]
struct Body<T>(T);

impl<T: serde::de::DeserializeOwned, S: Send + Sync> axum::extract::FromRequest<S> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(body)) => Ok(Self(body)),
            Err(JsonRejection::BytesRejection(bad)) => Err(Refusal::BadRequest(bad.body_text())),
            Err(bad) => Err(Refusal::BadRequest(bad.body_text())),
        }
    }
}

/// Answers with a problem where a request takes too long.
async fn in_time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(REQUEST_TIMEOUT, next.run(request)).await {
        Ok(answer) => answer,
        Err(_) => Refusal::TooSlow.into_response(),
    }
}

/// The service as a route sees it.
type Service = State<Arc<App>>;
