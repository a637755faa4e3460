//! The API itself.

use http::StatusCode;
use serde_json::{Value, json};

use crate::desk::{Desk, MARA};

#[tokio::test]
async fn the_service_says_who_calls_and_that_sync_runs() {
    let desk = Desk::open().await;
    let mara = desk.sign_in(MARA).await;
    let (status, me) = desk.call(&mara, "GET", "/v1/me", Value::Null).await;
    assert_eq!(status, StatusCode::OK, "{me}");
    assert_eq!(me["mailbox"], MARA);
    assert_eq!(me["name"], "Mara Lindqvist");
    assert_eq!(me["sync"], json!({ "state": "active" }));
}
