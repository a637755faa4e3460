//! What settings would do before they are kept (SET): a session's looking and deciding under them, with nothing written.

use std::time::Duration;

use calbridge_engine::{Forecast, Scope, SessionError, preview};
use calbridge_rules::{id::Address, settings::Effective};
use calbridge_wire::CallError;

use crate::{
    app::App,
    clock::{instant, zone_offset},
    desk::{Pace, Seat},
    ledger::Remembered,
    outlook::Outlook,
    records::{Foreseen, Shows},
    settings::Layers,
    store::{Lease, Mailbox, StoreError},
    watch::NotWatched,
};

/// How long a preview may take: a page waits for it.
const LIMIT: Duration = Duration::from_secs(15);
/// Mailboxes that a preview of the org looks at.
const MAILBOX_LIMIT: i64 = 20;

/// Why there is no preview.
#[derive(Debug, thiserror::Error)]
pub enum NoForecast {
    /// Outlook or Salesforce does not answer, or not in time.
    #[error("not now")]
    NotNow,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SessionError> for NoForecast {
    fn from(error: SessionError) -> Self {
        tracing::info!(%error, "there is no preview");
        Self::NotNow
    }
}

impl From<CallError> for NoForecast {
    fn from(error: CallError) -> Self {
        tracing::info!(%error, "there is no preview");
        Self::NotNow
    }
}

impl From<NotWatched> for NoForecast {
    fn from(error: NotWatched) -> Self {
        match error {
            NotWatched::Org(error) => error.into(),
            NotWatched::Store(error) => error.into(),
        }
    }
}

/// What settings would do in several mailboxes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OrgForecast {
    /// In all that were looked at.
    pub forecast: Forecast,
    /// How many were looked at, of those whose sync runs.
    pub mailboxes: usize,
}

/// What the next session of a mailbox would do under these settings.
///
/// # Errors
/// There is no telling now.
pub async fn of_mailbox(app: &App, mailbox: &Mailbox, layers: &Layers) -> Result<Forecast, NoForecast> {
    let mut foreseen = Foreseen::new(app);
    let looking = look(app, mailbox, layers.effective(), &mut foreseen);
    match tokio::time::timeout(LIMIT, looking).await {
        Ok(forecast) => forecast,
        Err(_) => Err(NoForecast::NotNow),
    }
}

/// What the next sessions would do if the org had these settings: of the first mailboxes only, because each costs calls.
///
/// # Errors
/// There is no telling now.
pub async fn of_org(app: &App, layers: &Layers) -> Result<OrgForecast, NoForecast> {
    let mut all = OrgForecast::default();
    let mut foreseen = Foreseen::new(app);
    let looking = async {
        for address in app.store.active_mailboxes(MAILBOX_LIMIT).await? {
            let Some(mailbox) = app.store.mailbox_at(&address).await? else { continue };
            let user = app.store.user_settings(&mailbox.user).await?;
            let settings = Layers { org: layers.org.clone(), user }.effective();
            let forecast = look(app, &mailbox, settings, &mut foreseen).await?;
            all.forecast = all.forecast.and(forecast);
            all.mailboxes += 1;
        }
        Ok::<_, NoForecast>(())
    };
    match tokio::time::timeout(LIMIT, looking).await {
        // What was looked at until then is told, with how many mailboxes that are.
        Ok(Ok(())) | Err(_) => Ok(all),
        Ok(Err(error)) => Err(error),
    }
}

async fn look(
    app: &App,
    mailbox: &Mailbox,
    mut settings: Effective,
    foreseen: &mut Foreseen<'_>,
) -> Result<Forecast, NoForecast> {
    settings.shared.field_map = app.org.mapped().await?;
    let lease = no_lease(&mailbox.address);
    let place = app.desk.sit();
    let seat = Seat { place: &place, org: &app.org, pace: Pace::Pressed };
    let calendars = settings.calendars.clone();
    let outlook = Outlook { mailroom: &app.mailroom, mailbox: &mailbox.address, calendars: &calendars };
    let present = app.store.present(&mailbox.address).await?;
    let ledger = Remembered { store: &app.store, lease: &lease, reads_afresh: true, present };
    let scope = Scope {
        mailbox: &mailbox.address,
        owner: &mailbox.user,
        settings: &settings,
        now: app.clock.now(),
        since: instant(mailbox.first_seen_ms),
        zone: &mailbox.zone,
        offsets: zone_offset,
        looks_everywhere: false,
    };
    let forecast = preview(&scope, &outlook, &seat, &ledger).await?;
    let Shows { made, gone } = foreseen.of(&scope).await?;
    Ok(Forecast { shows: made, hides: gone, ..forecast })
}

/// A lease that nobody has: with it everything can be read and nothing written.
fn no_lease(mailbox: &Address) -> Lease {
    Lease {
        mailbox: mailbox.clone(),
        owner: String::new(),
        fence: -1,
        wanted_seq: 0,
        attempt: 0,
        is_pressed: true,
    }
}
