//! Who is an admin: a user whose mailbox the configuration names. Which mailbox is whose, the org vouches for.

use std::sync::Arc;

use axum::{extract::FromRequestParts, http::request::Parts};

use super::{Refusal, me::mailbox_of};
use crate::{app::App, caller::Caller, store::Mailbox};

/// An admin who calls.
#[derive(Debug)]
pub(super) struct Admin(pub(super) Mailbox);

impl Admin {
    /// A mailbox's user as an admin.
    pub(super) fn of(app: &App, mailbox: Mailbox) -> Result<Self, Refusal> {
        if is_admin(app, &mailbox) { Ok(Self(mailbox)) } else { Err(Refusal::NotAdmin) }
    }
}

/// Whether a mailbox's user is an admin.
pub(super) fn is_admin(app: &App, mailbox: &Mailbox) -> bool {
    app.config.admins.contains(&mailbox.address)
}

impl FromRequestParts<Arc<App>> for Admin {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Refusal> {
        let caller = Caller::from_request_parts(parts, app).await?;
        Self::of(app, mailbox_of(app, &caller).await?.ok_or(Refusal::NoMailbox)?)
    }
}
