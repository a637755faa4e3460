//! What every route and every session share.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use rand::{Rng, SeedableRng, rngs::SmallRng};
use tokio::sync::Notify;

use crate::{
    budget::{Shared, Standstill},
    caller::Callers,
    clock::Clock,
    config::{BadConfig, Config},
    desk::Desk,
    mailroom::Mailroom,
    org::Org,
    store::{Store, StoreError},
    transport::Transport,
};

/// The service, assembled.
pub struct App {
    /// What the operator set.
    pub config: Config,
    chance: Mutex<SmallRng>,
    /// What the service remembers.
    pub store: Store,
    /// What time it is.
    pub clock: Clock,
    /// How requests leave.
    pub transport: Arc<dyn Transport>,
    /// The Salesforce org.
    pub org: Org,
    /// Where sessions hand in what they want of the org.
    pub desk: Arc<Desk>,
    /// Microsoft Graph.
    pub mailroom: Mailroom,
    /// Rings when a mailbox became due.
    pub due: Notify,
    /// Who has called lately.
    pub callers: Callers,
}

impl App {
    /// Assembles the service.
    ///
    /// # Errors
    /// A secret cannot be read.
    pub fn new(
        config: Config,
        store: Store,
        clock: Clock,
        transport: Arc<dyn Transport>,
    ) -> Result<Self, BadConfig> {
        let (of_salesforce, of_graph) = config.secrets()?;
        let org = Org::new(&config, &of_salesforce, Arc::clone(&transport), clock.clone(), store.clone());
        let mailroom =
            Mailroom::new(&config.graph, &config.addin_id, &of_graph, Arc::clone(&transport), clock.clone());
        let linger = Duration::from_millis(u64::from(config.salesforce.linger_ms));
        let desk = Desk::new(config.worker.mailboxes_at_once, linger);
        Ok(Self {
            chance: Mutex::new(SmallRng::from_os_rng()),
            config,
            store,
            clock,
            transport,
            org,
            desk,
            mailroom,
            due: Notify::new(),
            callers: Callers::default(),
        })
    }

    /// The same service with its chances drawn from a seed.
    #[must_use]
    pub fn seeded(mut self, seed: u64) -> Self {
        self.chance = Mutex::new(SmallRng::seed_from_u64(seed));
        self
    }

    /// A number from 0 to the limit, by chance.
    pub fn chance(&self, limit: i64) -> i64 {
        self.chance.lock().unwrap_or_else(PoisonError::into_inner).random_range(0..=limit.max(0))
    }

    /// The last instant before another one at which sessions that nobody waits for begin together; the same for all processes.
    pub fn tick_before(&self, instant_ms: i64) -> i64 {
        instant_ms - instant_ms.rem_euclid(self.tick_ms())
    }

    /// The next such instant after now.
    pub fn next_tick(&self) -> i64 {
        self.tick_before(self.now_ms()) + self.tick_ms()
    }

    /// Fewer and fuller calls while the org has few left.
    fn tick_ms(&self) -> i64 {
        (i64::from(self.config.salesforce.linger_ms) * self.org.slowness()).max(1)
    }

    /// Why background work stands still, as far as any process knows (ISS-2).
    ///
    /// # Errors
    /// The database refused.
    pub async fn standstill(&self) -> Result<Option<Standstill>, StoreError> {
        self.share_standstill().await?;
        Ok(self.org.standstill())
    }

    /// Tells other processes what the org said last of its calls, and hears what it said to them.
    ///
    /// # Errors
    /// The database refused.
    pub async fn share_standstill(&self) -> Result<(), StoreError> {
        match self.org.share(self.store.standstill().await?) {
            Shared::Nothing => Ok(()),
            Shared::Stands(still) => self.store.put_standstill(&still).await,
            Shared::GoesOn { said_ms } => self.store.end_standstill(said_ms).await,
        }
    }

    /// The time, in milliseconds.
    pub fn now_ms(&self) -> i64 {
        self.clock.now().timestamp_millis()
    }
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("config", &self.config).finish_non_exhaustive()
    }
}
