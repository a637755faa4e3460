//! `GET /healthz`: whether the service and its database answer, and whether anybody works.

use axum::{Json, extract::State};
use calbridge_wire::service::Problem;
use serde_json::{Value, json};

use super::{Refusal, Service};

#[utoipa::path(get, path = "/healthz", summary = "Whether the service and its database answer, and how the work stands", responses((status = 200, description = "They do"), (status = "default", description = "They do not", body = Problem)))]
pub(super) async fn healthz(State(app): Service) -> Result<Json<Value>, Refusal> {
    let work = app.store.backlog(app.now_ms()).await?;
    let mut health = json!({
        "status": if work.workers > 0 { "ok" } else { "no-worker" },
        "workers": work.workers,
        "mailboxes": { "served": work.served, "due": work.due, "longest_wait_ms": work.longest_wait_ms },
    });
    if let Some(still) = app.standstill().await? {
        health["standstill"] =
            json!({ "since_ms": still.since_ms, "until_ms": still.until_ms, "reason": still.reason() });
    }
    Ok(Json(health))
}
