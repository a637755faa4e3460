//! How a browser comes to the pages: the pane asks for a key with the user's token (`POST /v1/pages`), the browser opens it
//! once, and a cookie that no script reads carries the visit from then on.

use std::sync::Arc;

use axum::{
    Json,
    extract::{FromRequestParts, Path, State},
    http::request::Parts,
    response::{IntoResponse, Redirect},
};
use calbridge_wire::service::{PageKey, Problem};
use http::header;
use rand::Rng;
use sha2::{Digest, Sha256};

use super::NoPage;
use crate::{
    app::App,
    caller::Caller,
    http::{Refusal, Service, admin::is_admin, me::mailbox_of},
    store::{Mailbox, VISIT_TTL_MS},
};

/// The cookie: sent over https only, to this host only, and to no script.
const COOKIE: &str = "__Host-calbridge";
/// The longest key and cookie, in bytes.
const SECRET_LIMIT: usize = 128;

/// Whoever looks at a page.
#[derive(Debug)]
pub(super) struct Visitor {
    /// Their mailbox.
    pub(super) mailbox: Mailbox,
    /// Whether they are an admin.
    pub(super) is_admin: bool,
    /// What a form of theirs carries, so that no other site can send one for them.
    pub(super) check: String,
}

#[utoipa::path(post, path = "/v1/pages", summary = "An address under which the caller's browser opens their page, once and within a minute", responses((status = 200, description = "Done", body = PageKey), (status = "default", description = "Refused", body = Problem)), security(("salesforce" = [])))]
pub(in crate::http) async fn new_key(State(app): Service, caller: Caller) -> Result<Json<PageKey>, Refusal> {
    mailbox_of(&app, &caller).await?.ok_or(Refusal::NoMailbox)?;
    let key = secret();
    app.store.put_page_key(&hash(&key), &caller.user, app.now_ms()).await?;
    Ok(Json(PageKey { path: format!("/open/{key}") }))
}

/// `GET /open/{key}`
pub(super) async fn open(State(app): Service, Path(key): Path<String>) -> Result<impl IntoResponse, NoPage> {
    let visit = secret();
    if key.len() > SECRET_LIMIT {
        return Err(Refusal::SignedOut.into());
    }
    let known = app.store.begin_visit(&hash(&key), &hash(&visit), app.now_ms()).await?;
    known.ok_or(Refusal::SignedOut)?;
    let lasts_s = VISIT_TTL_MS / 1_000;
    let cookie = format!("{COOKIE}={visit}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={lasts_s}");
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/me")))
}

impl FromRequestParts<Arc<App>> for Visitor {
    type Rejection = NoPage;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, NoPage> {
        let visit = cookie(parts).ok_or(Refusal::SignedOut)?;
        let user = app.store.visitor(&hash(&visit), app.now_ms()).await?.ok_or(Refusal::SignedOut)?;
        let mailbox = app.store.mailbox_of(&user).await?.ok_or(Refusal::NoMailbox)?;
        Ok(Self { is_admin: is_admin(app, &mailbox), mailbox, check: hash(&format!("form {visit}")) })
    }
}

impl Visitor {
    /// Refuses a form that another site sent.
    pub(super) fn checks(&self, check: Option<&String>) -> Result<(), Refusal> {
        if check == Some(&self.check) {
            Ok(())
        } else {
            Err(Refusal::BadRequest("This form is too old: load its page again.".to_owned()))
        }
    }

    /// Refuses whoever is no admin.
    pub(super) fn admins_only(&self) -> Result<(), Refusal> {
        if self.is_admin { Ok(()) } else { Err(Refusal::NotAdmin) }
    }
}

fn cookie(parts: &Parts) -> Option<String> {
    let cookies = parts.headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut named = cookies.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = named.find(|(name, _)| *name == COOKIE)?;
    (value.len() <= SECRET_LIMIT).then(|| value.to_owned())
}

/// A secret of 256 bits.
fn secret() -> String {
    hex(&rand::rng().random::<[u8; 32]>())
}

fn hash(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
