//! `POST /v1/notices`: where Graph tells of changes. Off unless `graph.notification_url` is set.

use axum::{
    body::Bytes,
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use calbridge_wire::{graph::subscription, service::Problem};
use http::{StatusCode, header};
use serde::Deserialize;

use super::{Refusal, Service};
use crate::notices;

/// The longest token that is repeated, in bytes.
const TOKEN_LIMIT: usize = 4_096;

/// What Graph asks before it makes a subscription.
#[derive(Debug, Deserialize)]
pub(super) struct Handshake {
    #[serde(rename = "validationToken")]
    token: Option<String>,
}

#[utoipa::path(post, path = "/v1/notices", summary = "Hears Microsoft Graph's notices of changes", params(("validationToken" = Option<String>, Query, description = "Repeated as it is")), request_body(content = String, content_type = "application/json"), responses((status = 200, description = "The token, repeated", body = String, content_type = "text/plain"), (status = 202, description = "Heard"), (status = "default", description = "Refused", body = Problem)))]
pub(super) async fn hear(
    State(app): Service,
    Query(handshake): Query<Handshake>,
    body: Bytes,
) -> Result<Response, Refusal> {
    if app.config.graph.notification_url.is_none() {
        return Err(Refusal::NoSuchRoute);
    }
    if let Some(token) = handshake.token {
        if token.len() > TOKEN_LIMIT {
            return Err(Refusal::BadRequest("the token is too long".to_owned()));
        }
        return Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], token).into_response());
    }
    let told = subscription::notices(&body).map_err(|bad| Refusal::BadRequest(bad.to_string()))?;
    notices::hear(&app, &told).await?;
    Ok(StatusCode::ACCEPTED.into_response())
}
