//! Mailboxes whose sync the operator turned on: in sync from the start, before their users ever open the pane, so that
//! their category counts (CAT-3) and colleagues wait for them (PPL-2).

use std::{sync::Arc, time::Duration};

use calbridge_rules::id::Address;
use calbridge_wire::{CallError, salesforce::users::UsersByEmail};

use crate::{
    app::App,
    store::{StoreError, SyncSwitch},
};

/// How long until somebody is looked for again who has no user in the org.
const LOOK_AGAIN: Duration = Duration::from_mins(10);
/// How long until an org is asked again that did not answer.
const ASK_AGAIN: Duration = Duration::from_mins(1);

/// Why nobody could be enrolled.
#[derive(Debug, thiserror::Error)]
pub enum NotEnrolled {
    /// The org did not say who they are.
    #[error(transparent)]
    Org(#[from] CallError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Enrols everybody, however long it takes.
pub(crate) async fn run(app: Arc<App>) {
    loop {
        let wait = match enrol(&app).await {
            Ok(0) => return,
            Ok(mailboxes) => {
                tracing::warn!(
                    mailboxes,
                    "sync is enabled for addresses of no user of the org, or of several"
                );
                LOOK_AGAIN
            }
            Err(error) => {
                tracing::warn!(%error, "mailboxes cannot be enrolled");
                ASK_AGAIN
            }
        };
        tokio::time::sleep(wait).await;
    }
}

/// Enrols the mailboxes of `sync_enabled_for` that belong to exactly one user of the org; answers how many are left. Costs
/// no call once all are known.
///
/// # Errors
/// Nobody was enrolled, or not everybody.
pub async fn enrol(app: &App) -> Result<usize, NotEnrolled> {
    let mut unknown: Vec<Address> = Vec::new();
    for address in &app.config.sync_enabled_for {
        if app.store.mailbox_at(address).await?.is_none() && !unknown.contains(address) {
            unknown.push(address.clone());
        }
    }
    if unknown.is_empty() {
        return Ok(0);
    }
    let asked = UsersByEmail { addresses: unknown };
    let found = asked.read(&app.org.query(asked.statements()).await?)?;
    let mut left = 0;
    for address in &asked.addresses {
        let users: Vec<_> = found.iter().filter(|user| user.address == *address).collect();
        match users.as_slice() {
            [only] => {
                let first = SyncSwitch::Active;
                app.store.mailbox_at_sign_in(&only.user, &only.name, address, first, app.now_ms()).await?;
            }
            _ => left += 1,
        }
    }
    app.due.notify_waiters();
    Ok(left)
}
