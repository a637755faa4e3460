//! A company, the service, and the time of both.

use std::{
    collections::BTreeMap,
    fs,
    sync::{Arc, Mutex, atomic::Ordering},
};

use anyhow::{Context, anyhow};
use calbridge_rules::{
    event::{EventField, EventFields, FieldValue},
    id::{Address, ItemId, RecordId},
};
use calbridge_standin::{Setup, World, world::definition};
use calbridge_sync::{
    app::App,
    clock::{Clock, instant},
    config::{Config, Secret},
    mailroom::Mailroom,
    org::{Org, VERSION},
    store::{Store, SyncSwitch},
    watch, worker,
};
use calbridge_wire::{
    CallError, Endpoint, Reply,
    graph::patch::MarkItem,
    message::{Method, Request},
    salesforce::event::UpdateEvent,
};
use chrono::DateTime;
use serde_json::{Value, json};
use tokio::sync::Notify;

use super::line::{Line, Meter};
use crate::{locked, premises::Premises};

/// When everything begins, in seconds since 1970: a Wednesday morning.
const BEGIN: i64 = 1_773_820_800;
/// How many turns of all tasks must bring nothing before the bench's time goes on.
const QUIET_TURNS: usize = 32;
/// How far the bench's time goes at least, in milliseconds.
const STEP_MS: i64 = 50;
/// How many rounds of sessions may be needed until nothing is due.
const ROUNDS: usize = 200;

/// How a rig is set up.
#[derive(Clone, Debug)]
pub struct Terms {
    /// Mailboxes of the company.
    pub mailboxes: usize,
    /// Items that each begins with: tens.
    pub items_each: usize,
    /// Decides everything that is left to chance.
    pub seed: u64,
    /// Sessions side by side.
    pub at_once: usize,
    /// How often sessions begin together, in milliseconds.
    pub linger_ms: u32,
    /// Whether Graph tells of changes.
    pub has_notices: bool,
}

/// A rig.
pub struct Rig {
    /// The company.
    pub world: Arc<Mutex<World>>,
    /// Its time.
    pub clock: Clock,
    /// The service.
    pub app: Arc<App>,
    /// Its line.
    pub line: Arc<Line>,
    /// The items of each mailbox, by their keys.
    pub items: BTreeMap<String, BTreeMap<String, ItemId>>,
    passes: Notify,
    outlook: Mailroom,
    salesforce: Org,
    _directory: tempfile::TempDir,
}

impl Rig {
    /// Sets a rig up; nobody has had a session yet.
    ///
    /// # Errors
    /// The company or the database cannot be made.
    pub async fn set_up(terms: &Terms) -> anyhow::Result<Self> {
        let clock = Clock::standing_at(DateTime::from_timestamp(BEGIN, 0).context("the beginning")?);
        let setup = Setup { seed: terms.seed, ..Setup::default() };
        let company = company(terms)?;
        let world =
            World::build(company, Arc::new(setup.clone()), clock.now()).map_err(|bad| anyhow!(bad))?;
        let world = Arc::new(Mutex::new(world));
        let directory = tempfile::tempdir()?;
        let config = config(terms, &directory)?;
        let line = Arc::new(Line::new(&world, &clock, terms.seed));
        let store = Store::open(&config.database_url).await?;
        let app = App::new(config.clone(), store, clock.clone(), line.clone())?.seeded(terms.seed);
        // People's own clients: nobody counts or delays them.
        let own = Arc::new(Line::new(&world, &clock, terms.seed));
        let (of_salesforce, of_graph) =
            (Secret::new(&setup.salesforce_client_secret), Secret::new(&setup.graph_client_secret));
        let outlook = Mailroom::new(&config.graph, &config.addin_id, &of_graph, own.clone(), clock.clone());
        let salesforce = Org::new(&config, &of_salesforce, own, clock.clone(), app.store.clone());
        let items = items(&locked(&world).graph.dump())?;
        let rig = Self {
            world,
            clock,
            app: Arc::new(app),
            line,
            items,
            passes: Notify::new(),
            outlook,
            salesforce,
            _directory: directory,
        };
        rig.enrol().await?;
        Ok(rig)
    }

    /// What is counted.
    #[must_use]
    pub fn meter(&self) -> &Meter {
        &self.line.meter
    }

    /// The time, in milliseconds.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        self.clock.now().timestamp_millis()
    }

    async fn enrol(&self) -> anyhow::Result<()> {
        let dump = locked(&self.world).salesforce.dump();
        for user in dump["records"]["User"].as_array().context("users")? {
            let Some(email) = user["Email"].as_str().filter(|email| self.items.contains_key(*email)) else {
                continue;
            };
            let id = RecordId::parse(user["Id"].as_str().unwrap_or_default())?;
            let (address, switch) = (Address::parse(email)?, SyncSwitch::Active);
            self.app.store.mailbox_at_sign_in(&id, email, &address, switch, self.app.now_ms()).await?;
        }
        Ok(())
    }

    /// Runs due sessions until none is; answers how many ran.
    ///
    /// # Errors
    /// The store failed, or they never come to an end.
    pub async fn run_due(&self) -> anyhow::Result<usize> {
        let mut ran = 0;
        for _ in 0..ROUNDS {
            match worker::run_due_together(&self.app, "bench").await? {
                0 => return Ok(ran),
                some => ran += some,
            }
        }
        Err(anyhow!("the queue never empties"))
    }

    /// Somebody puts the category on an item.
    ///
    /// # Errors
    /// Graph refuses.
    pub async fn mark(&self, mailbox: &str, key: &str) -> anyhow::Result<()> {
        let address = Address::parse(mailbox)?;
        let mark = MarkItem {
            mailbox: address.clone(),
            id: self.item(mailbox, key)?,
            etag: None,
            categories: vec!["Salesforce".to_owned()],
            addin_id: self.app.config.addin_id.clone(),
            property_text: None,
        };
        self.outlook.call(&address, 1, &mark).await?;
        Ok(())
    }

    /// Somebody gives an item another subject in Outlook.
    ///
    /// # Errors
    /// Graph refuses.
    pub async fn retitle(&self, mailbox: &str, key: &str, subject: &str) -> anyhow::Result<()> {
        let address = Address::parse(mailbox)?;
        let change = Retitle {
            mailbox: mailbox.to_owned(),
            item: self.item(mailbox, key)?,
            subject: subject.to_owned(),
        };
        self.outlook.call(&address, 1, &change).await?;
        Ok(())
    }

    /// Somebody gives the Event of an item another subject in Salesforce; answers whether it has one.
    ///
    /// # Errors
    /// Salesforce or the store refuses.
    pub async fn retitle_event(&self, mailbox: &str, key: &str, subject: &str) -> anyhow::Result<bool> {
        let pair = self.app.store.pair(&Address::parse(mailbox)?, &self.item(mailbox, key)?).await?;
        let Some(pair) = pair else { return Ok(false) };
        let fields: EventFields =
            [(EventField::Subject, FieldValue::Text(subject.to_owned()))].into_iter().collect();
        let update =
            UpdateEvent { version: VERSION.to_owned(), id: pair.event, fields, unless_modified_since: None };
        self.salesforce.call(&update).await?;
        Ok(true)
    }

    fn item(&self, mailbox: &str, key: &str) -> anyhow::Result<ItemId> {
        let found = self.items.get(mailbox).and_then(|items| items.get(key));
        found.cloned().with_context(|| format!("no item {key} in {mailbox}"))
    }

    /// Watches the org and runs sessions whenever time passes, for ever.
    ///
    /// # Errors
    /// The store failed.
    pub async fn work(&self) -> anyhow::Result<()> {
        loop {
            watch::look(&self.app, "bench").await?;
            worker::run_due_together(&self.app, "bench").await?;
            self.passes.notified().await;
        }
    }

    /// Lets time pass up to an instant: as far as the next answer while something is on its way, else at once.
    pub async fn pass(&self, until_ms: i64) {
        loop {
            self.settle().await;
            if self.now_ms() >= until_ms {
                return;
            }
            let answer_ms = self.line.timers.next_ms().unwrap_or(i64::MAX);
            let is_busy = answer_ms < i64::MAX || self.app.desk.sessions() > 0;
            let step_ms = if is_busy { self.now_ms() + STEP_MS } else { until_ms };
            let next_ms = until_ms.min(answer_ms.max(step_ms));
            self.clock.set(instant(next_ms));
            self.line.timers.wake(next_ms);
            self.passes.notify_one();
        }
    }

    /// Lets everything happen that can happen now.
    async fn settle(&self) {
        let activity = || self.meter().activity.load(Ordering::SeqCst);
        let (mut seen, mut quiet) = (activity(), 0);
        while quiet < QUIET_TURNS {
            tokio::task::yield_now().await;
            // The database works in threads of its own, for as long as it takes.
            let is_quiet = activity() == seen && !self.app.store.is_at_work();
            (seen, quiet) = (activity(), if is_quiet { quiet + 1 } else { 0 });
        }
    }
}

fn config(terms: &Terms, directory: &tempfile::TempDir) -> anyhow::Result<Config> {
    let mut config = Premises::open(false)?.config;
    let setup = Setup::default();
    let place = |name: &str| directory.path().join(name);
    fs::write(place("salesforce"), &setup.salesforce_client_secret)?;
    fs::write(place("graph"), &setup.graph_client_secret)?;
    config.salesforce.client_secret_file = place("salesforce");
    config.graph.client_secret_file = place("graph");
    config.database_url = format!("sqlite://{}", place("calbridge.sqlite").display());
    config.worker.mailboxes_at_once = terms.at_once;
    // Leases are renewed in real time, which passes more slowly here.
    config.worker.lease_seconds = 600;
    config.salesforce.linger_ms = terms.linger_ms;
    config.settings.company_domains = vec!["generated.example".to_owned()];
    config.graph.notification_url = terms.has_notices.then(|| "https://sync.example/v1/notices".to_owned());
    Ok(config)
}

/// A generated company; more items than it is made with are like its first ones, on other days.
fn company(terms: &Terms) -> anyhow::Result<Value> {
    let name = format!("generated-{}-{}", terms.mailboxes, terms.seed);
    let mut company = definition(&name).map_err(|bad| anyhow!(bad))?;
    let items = company["mailboxes"]["items"].as_array_mut().context("items")?;
    let first = items.clone();
    let each = first.len() / terms.mailboxes.max(1);
    for round in 1..terms.items_each.div_ceil(each.max(1)) {
        for item in &first {
            let mut more = item.clone();
            more["key"] = json!(format!("{}-{round}", item["key"].as_str().unwrap_or_default()));
            more["subject"] = json!(format!("{} ({round})", item["subject"].as_str().unwrap_or_default()));
            more["day"] = json!((item["day"].as_i64().unwrap_or(0) + i64::try_from(round)? + 14) % 74 - 14);
            items.push(more);
        }
    }
    Ok(company)
}

fn items(dump: &Value) -> anyhow::Result<BTreeMap<String, BTreeMap<String, ItemId>>> {
    let mut all = BTreeMap::new();
    for (mailbox, items) in dump.as_object().context("mailboxes")? {
        let mut own = BTreeMap::new();
        for item in items.as_array().into_iter().flatten() {
            if let (Some(key), Some(id)) = (item["key"].as_str(), item["id"].as_str()) {
                own.insert(key.to_owned(), ItemId::parse(id)?);
            }
        }
        if !own.is_empty() {
            all.insert(mailbox.clone(), own);
        }
    }
    Ok(all)
}

/// `PATCH` of a subject, as the user's own Outlook makes it.
struct Retitle {
    mailbox: String,
    item: ItemId,
    subject: String,
}

impl Endpoint for Retitle {
    type Answer = ();

    fn request(&self, base: &str) -> Request {
        let letter = |b: u8| {
            if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }
        };
        let encoded = |text: &str| text.bytes().map(letter).collect::<String>();
        let (mailbox, item) = (encoded(&self.mailbox), encoded(self.item.as_str()));
        Request {
            method: Method::Patch,
            url: format!("{base}/users/{mailbox}/events/{item}"),
            headers: vec![
                ("content-type", "application/json".to_owned()),
                ("prefer", "IdType=\"ImmutableId\"".to_owned()),
            ],
            body: json!({ "subject": self.subject }).to_string().into_bytes(),
        }
    }

    fn read(&self, reply: &Reply) -> Result<(), CallError> {
        if reply.is_success() {
            return Ok(());
        }
        let what = format!("{} {}", reply.status, String::from_utf8_lossy(&reply.body));
        Err(CallError::Malformed { what })
    }
}
