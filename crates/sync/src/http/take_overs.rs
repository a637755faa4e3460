//! `POST /v1/take-overs`: makes somebody else's Event of a meeting the caller's (PPL-5). A session does it, with the values
//! journalled.

use axum::{Json, extract::State};
use calbridge_engine::ports::Action;
use calbridge_wire::service::{Problem, SaveAccepted, TakeOverRequest};
use http::StatusCode;

use super::{Body, Refusal, Service, unsyncs::press};
use crate::caller::Caller;

#[utoipa::path(post, path = "/v1/take-overs", summary = "Makes somebody else's Event of a meeting the caller's", request_body = TakeOverRequest, responses((status = 202, description = "Done", body = SaveAccepted), (status = "default", description = "Refused", body = Problem)), security(("salesforce" = [])))]
pub(super) async fn take_over(
    State(app): Service,
    caller: Caller,
    Body(request): Body<TakeOverRequest>,
) -> Result<(StatusCode, Json<SaveAccepted>), Refusal> {
    let item = (request.idempotency_key.as_str(), &request.item);
    let (_, expected_at) = press(&app, &caller, item, Action::TakeOver).await?;
    Ok((StatusCode::ACCEPTED, Json(SaveAccepted { expected_at })))
}
