//! `PUT /v1/logins/{id}`, `GET /v1/logins/{id}`: relays the code of a sign-in whose dialog was cut off.
//!
//! Nobody is signed in yet, so the id is the secret: random, at least 128 bits, good for one read within two minutes. The
//! code is worthless without the pane's verifier.

use axum::{
    Json,
    extract::{Path, State},
};
use calbridge_wire::service::{LoginCode, Problem};
use http::StatusCode;

use super::{Body, Refusal, Service};

/// 128 bits in the densest alphabet that is taken (64 letters).
const ID_MIN: usize = 22;
const ID_MAX: usize = 128;
/// The longest code and state, in bytes.
const TEXT_LIMIT: usize = 2_048;

#[utoipa::path(put, path = "/v1/logins/{id}", summary = "Keeps the code of a sign-in for two minutes", params(("id" = String, Path, description = "Random, at least 128 bits")), request_body = LoginCode, responses((status = 204, description = "Done"), (status = "default", description = "Refused", body = Problem)))]
pub(super) async fn put(
    State(app): Service,
    Path(id): Path<String>,
    Body(code): Body<LoginCode>,
) -> Result<StatusCode, Refusal> {
    check(&id)?;
    if code.code.len() > TEXT_LIMIT || code.state.len() > TEXT_LIMIT {
        return Err(Refusal::BadRequest("the code or state is too long".to_owned()));
    }
    let is_kept = app.store.put_login(&id, &code, app.now_ms()).await?;
    if is_kept { Ok(StatusCode::NO_CONTENT) } else { Err(Refusal::RelayFull) }
}

#[utoipa::path(get, path = "/v1/logins/{id}", summary = "Hands the code of a sign-in out, once", params(("id" = String, Path, description = "Random, at least 128 bits")), responses((status = 200, description = "Done", body = LoginCode), (status = "default", description = "Refused", body = Problem)))]
pub(super) async fn take(State(app): Service, Path(id): Path<String>) -> Result<Json<LoginCode>, Refusal> {
    check(&id)?;
    app.store.take_login(&id, app.now_ms()).await?.map(Json).ok_or(Refusal::NotFound)
}

fn check(id: &str) -> Result<(), Refusal> {
    let fits = (ID_MIN..=ID_MAX).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    if fits {
        Ok(())
    } else {
        Err(Refusal::BadRequest("a login id has 22 to 128 letters, digits, - and _".to_owned()))
    }
}
