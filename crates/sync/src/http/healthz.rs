//! `GET /healthz`: whether the service and its database answer.

use axum::{Json, extract::State};
use serde_json::{Value, json};

use super::{Refusal, Service};

pub(super) async fn healthz(State(app): Service) -> Result<Json<Value>, Refusal> {
    app.store.ping().await?;
    Ok(Json(json!({ "status": "ok" })))
}
