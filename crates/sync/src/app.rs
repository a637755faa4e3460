//! What every route and every session share.

use std::sync::Arc;

use calbridge_rules::settings::Settings;
use tokio::sync::Notify;

use crate::{
    caller::Callers,
    clock::Clock,
    config::{BadConfig, Config, Secret},
    mailroom::Mailroom,
    org::Org,
    store::Store,
    transport::Transport,
};

/// The service, assembled.
pub struct App {
    /// What the operator set.
    pub config: Config,
    /// The org's settings as the rules take them.
    pub settings: Settings,
    /// What the service remembers.
    pub store: Store,
    /// What time it is.
    pub clock: Clock,
    /// How requests leave.
    pub transport: Arc<dyn Transport>,
    /// The Salesforce org.
    pub org: Org,
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
        let secret = Secret::read(&config.salesforce.client_secret_file)?;
        let org = Org::new(&config.salesforce, &secret, Arc::clone(&transport), clock.clone());
        let secret = Secret::read(&config.graph.client_secret_file)?;
        let mailroom =
            Mailroom::new(&config.graph, &config.addin_id, &secret, Arc::clone(&transport), clock.clone());
        Ok(Self {
            settings: config.settings(),
            config,
            store,
            clock,
            transport,
            org,
            mailroom,
            due: Notify::new(),
            callers: Callers::default(),
        })
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
