//! `GET /openapi.json`: the API, described for clients.

use axum::Json;
use serde_json::{Value, json};

pub(super) async fn openapi() -> Json<Value> {
    Json(json!({ "openapi": "3.1.0", "info": { "title": "Calbridge", "version": "1" }, "paths": {} }))
}
