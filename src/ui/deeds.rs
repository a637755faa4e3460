//! What links and buttons do, saving apart: one at a time, with the trouble of the last one.

use leptos::prelude::*;

use crate::{services::Services, trouble::Trouble};

/// Something that a link or button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// Asks for a session now.
    SyncNow,
    /// Turns sync on.
    TurnOnSync,
    /// Turns sync off.
    PauseSync,
    /// Signs in to Salesforce.
    SignIn,
    /// Signs out.
    SignOut,
    /// Gathers everything again.
    LookAgain,
}

/// Does deeds.
#[derive(Clone, Copy)]
pub(crate) struct Deeds {
    action: Action<Deed, Option<Trouble>>,
}

impl Deeds {
    /// Does deeds with the services of the context.
    pub(crate) fn from_context() -> Self {
        let services = expect_context::<Services>();
        let action = Action::new_unsync(move |deed: &Deed| {
            let (services, deed) = (services.clone(), *deed);
            async move {
                let done = perform(deed, &services).await;
                services.turn.update(|turn| *turn += 1);
                done.err()
            }
        });
        Self { action }
    }

    /// Starts a deed, unless one is under way.
    pub(crate) fn start(self, deed: Deed) {
        if !self.action.pending().get_untracked() {
            self.action.dispatch_local(deed);
        }
    }

    /// Whether this deed is under way.
    pub(crate) fn runs(self, deed: Deed) -> bool {
        self.action.pending().get() && self.action.input().get() == Some(deed)
    }

    /// What went wrong last.
    pub(crate) fn trouble(self) -> Option<Trouble> {
        if self.action.pending().get() { None } else { self.action.value().get().flatten() }
    }
}

async fn perform(deed: Deed, services: &Services) -> Result<(), Trouble> {
    match deed {
        Deed::SyncNow => services.sync_now().await,
        Deed::TurnOnSync => services.set_sync(true).await,
        Deed::PauseSync => services.set_sync(false).await,
        Deed::SignIn => services.sign_in().await,
        Deed::SignOut => {
            services.sign_out().await;
            Ok(())
        }
        Deed::LookAgain => Ok(()),
    }
}
