//! `GET /healthz`: whether the service and its database answer.

use axum::{Json, extract::State};
use calbridge_wire::service::Problem;
use serde_json::{Value, json};

use super::{Refusal, Service};

#[utoipa::path(get, path = "/healthz", summary = "Whether the service and its database answer", responses((status = 200, description = "They do"), (status = "default", description = "They do not", body = Problem)))]
pub(super) async fn healthz(State(app): Service) -> Result<Json<Value>, Refusal> {
    app.store.ping().await?;
    Ok(Json(json!({ "status": "ok" })))
}
