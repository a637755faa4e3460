//! The service, the world and the clock of one run.

use std::{
    collections::BTreeMap,
    future,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use anyhow::{Context, anyhow};
use calbridge_engine::ports::Action;
use calbridge_rules::{
    id::{Address, ApiName, ItemId, RecordId},
    people::PersonObject,
    saving::{Choice, ChosenPerson},
};
use calbridge_standin::{
    Setup, Site, World,
    control::Fault,
    graph::{
        ids::{Form, read_any, write},
        item::Stamp,
    },
};
use calbridge_sync::{
    app::App,
    clock::Clock,
    config::{Config, Graph, OrgSettings, Salesforce, Tls},
    field_map::FieldMap,
    store::{NewSave, Store, SyncSwitch},
    transport::{Sending, Transport, from_http, into_http},
    worker,
};
use calbridge_wire::message::{Method, Request};
use calbridge_wire::service::{IdFormat, ItemRef};
use chrono::{DateTime, TimeDelta};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::{Sabotage, script::Act};

/// The mailbox of every run.
pub const MAILBOX: &str = "mara@brightwater.example";
/// The add-in's id in the demo.
const ADDIN: &str = "7c1e2f64-9b1d-4e57-8d2c-3a5f0e6b9d41";
/// The field of the sync key in the demo.
const KEY_FIELD: &str = "Calbridge_Sync_Key__c";
/// When every run begins, in seconds since 1970: a Wednesday morning.
const BEGIN: i64 = 1_773_820_800;
/// Where the numbers of writes begin that no client made.
const OTHER_WRITES: u64 = 1 << 40;
/// Rounds of sessions in which everything must come to rest.
const REST_ROUNDS: usize = 30;
/// Sessions of one mailbox without a pause in between.
const RUN_LIMIT: usize = 50;

/// Hands requests straight to the world, notes them, and dies when told to.
struct Straight {
    world: Arc<Mutex<World>>,
    clock: Clock,
    trace: Arc<Mutex<Vec<String>>>,
    kill: Arc<Kill>,
    sabotage: Sabotage,
}

/// When the process dies.
#[derive(Default)]
struct Kill {
    left: Mutex<Option<u32>>,
    dead: Notify,
    keys: Mutex<u32>,
}

impl Kill {
    /// Whether this request is the last one.
    fn strikes(&self) -> bool {
        let mut left = locked(&self.left);
        match *left {
            Some(0 | 1) => {
                *left = None;
                true
            }
            Some(more) => {
                *left = Some(more - 1);
                false
            }
            None => false,
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Transport for Straight {
    fn send(&self, request: Request) -> Sending<'_> {
        let request = self.sabotaged(request);
        let line = format!("{} {}", request.method.as_str(), request.url);
        let mut world = locked(&self.world);
        let site =
            if request.url.starts_with(&world.setup.salesforce) { Site::Salesforce } else { Site::Graph };
        let request = match into_http(request) {
            Ok(request) => request,
            Err(unfit) => return Box::pin(future::ready(Err(unfit))),
        };
        let answer = from_http(world.answer(self.clock.now(), site, request));
        locked(&self.trace).push(format!("{line} -> {}", answer.status));
        if self.kill.strikes() {
            locked(&self.trace).push("the process dies".to_owned());
            self.kill.dead.notify_one();
            return Box::pin(future::pending());
        }
        Box::pin(future::ready(Ok(answer)))
    }
}

impl Straight {
    /// The request with the defect that was put in.
    fn sabotaged(&self, mut request: Request) -> Request {
        match self.sabotage {
            Sabotage::None => request,
            Sabotage::FreshKeys => {
                if request.method == Method::Patch
                    && let Some((front, _)) = request.url.split_once(&format!("/{KEY_FIELD}/"))
                {
                    let mut keys = locked(&self.kill.keys);
                    *keys += 1;
                    request.url = format!("{front}/{KEY_FIELD}/fresh-{keys}");
                }
                request
            }
            Sabotage::LostMarks => {
                if request.method == Method::Patch && request.url.contains("/events/") {
                    let etag = json!({ "categories": [] });
                    request.body = etag.to_string().into_bytes();
                }
                request
            }
        }
    }
}

/// One run's world.
pub struct Stage {
    seed: u64,
    world: Arc<Mutex<World>>,
    clock: Clock,
    app: Arc<App>,
    trace: Arc<Mutex<Vec<String>>>,
    kill: Arc<Kill>,
    sabotage: Sabotage,
    presses: BTreeMap<&'static str, (String, Choice)>,
    count: u32,
    _directory: tempfile::TempDir,
}

impl Stage {
    /// The demo company with sync on for one mailbox.
    ///
    /// # Errors
    /// The world or the database cannot be made.
    pub async fn set(seed: u64, sabotage: Sabotage) -> anyhow::Result<Self> {
        let clock = Clock::standing_at(DateTime::from_timestamp(BEGIN, 0).context("the beginning")?);
        let directory = tempfile::tempdir()?;
        let setup = Setup { seed, ..Setup::of_tests().map_err(|bad| anyhow!(bad))? };
        std::fs::write(directory.path().join("salesforce"), &setup.salesforce_client_secret)?;
        std::fs::write(directory.path().join("graph"), &setup.graph_client_secret)?;
        let config = config(directory.path())?;
        let world = World::named("demo", Arc::new(setup), clock.now()).map_err(|bad| anyhow!(bad))?;
        let world = Arc::new(Mutex::new(world));
        let (trace, kill) = (Arc::default(), Arc::new(Kill::default()));
        let transport = Straight {
            world: Arc::clone(&world),
            clock: clock.clone(),
            trace: Arc::clone(&trace),
            kill: Arc::clone(&kill),
            sabotage,
        };
        let store = Store::open(&config.database_url).await?;
        let app = App::new(config, store, clock.clone(), Arc::new(transport))?.seeded(seed);
        let (count, presses) = (0, BTreeMap::new());
        let app = Arc::new(app);
        let stage =
            Self { seed, world, clock, app, trace, kill, sabotage, presses, count, _directory: directory };
        let (user, address) = (stage.record("User", MAILBOX)?, Address::parse(MAILBOX)?);
        let now_ms = stage.app.now_ms();
        stage.app.store.mailbox_at_sign_in(&user, "Mara", &address, SyncSwitch::Active, now_ms).await?;
        Ok(stage)
    }

    /// Everything that happened so far.
    pub fn trace(&self) -> Vec<String> {
        locked(&self.trace).clone()
    }

    pub(crate) fn note(&self, line: String) {
        locked(&self.trace).push(line);
    }

    /// Lets one thing happen.
    ///
    /// # Errors
    /// The store failed.
    pub async fn perform(&mut self, act: &Act) -> anyhow::Result<()> {
        match act {
            Act::Press { item, who, with_account } => {
                let choice = self.choice(who, *with_account)?;
                self.count += 1;
                let key = format!("press-{:010}", self.count);
                self.press(item, &key, &choice).await?;
                self.presses.insert(item, (key, choice));
            }
            Act::PressAgain { item } => {
                if let Some((key, choice)) = self.presses.get(item).cloned() {
                    self.press(item, &key, &choice).await?;
                }
            }
            Act::Categorize { item } => self.categorize(item, &["Salesforce"])?,
            Act::Uncategorize { item } => self.categorize(item, &[])?,
            Act::Fault(fault) => {
                let fault: Fault = serde_json::from_value(fault.clone())?;
                locked(&self.world).control.add_fault(fault);
            }
            Act::Crash { after } => *locked(&self.kill.left) = Some(*after),
            Act::Pass { seconds } => self.clock.set(self.clock.now() + TimeDelta::seconds(*seconds)),
            Act::Run => self.run().await?,
        }
        Ok(())
    }

    /// Runs due sessions; a process that dies comes back with nothing but its database.
    async fn run(&mut self) -> anyhow::Result<()> {
        for _ in 0..RUN_LIMIT {
            let ran = {
                let app = Arc::clone(&self.app);
                tokio::select! {
                    biased;
                    ran = async move { worker::run_due(&app, "sim").await } => Some(ran?),
                    () = self.kill.dead.notified() => None,
                }
            };
            match ran {
                Some(0) => return Ok(()),
                Some(_) => {}
                None => self.come_back().await?,
            }
        }
        self.note("the queue never empties".to_owned());
        Ok(())
    }

    async fn come_back(&mut self) -> anyhow::Result<()> {
        let transport = Straight {
            world: Arc::clone(&self.world),
            clock: self.clock.clone(),
            trace: Arc::clone(&self.trace),
            kill: Arc::clone(&self.kill),
            sabotage: self.sabotage,
        };
        let config = self.app.config.clone();
        let store = Store::open(&config.database_url).await?;
        let app = App::new(config, store, self.clock.clone(), Arc::new(transport))?;
        self.app = Arc::new(app.seeded(self.seed));
        Ok(())
    }

    /// Faults stop, somebody authorizes again where that ended, and sessions run until they change nothing more; whether they
    /// ever do.
    ///
    /// # Errors
    /// The store failed.
    pub async fn came_to_rest(&mut self) -> anyhow::Result<bool> {
        locked(&self.world).control.clear_faults();
        *locked(&self.kill.left) = None;
        let address = Address::parse(MAILBOX)?;
        for _ in 0..REST_ROUNDS {
            let known = self.app.store.mailbox_at(&address).await?.context("the mailbox")?;
            if known.sync != SyncSwitch::Active {
                self.app.store.set_sync(&address, SyncSwitch::Active, self.app.now_ms()).await?;
            }
            let before = self.records();
            self.clock.set(self.clock.now() + TimeDelta::seconds(960));
            self.run().await?;
            let work = self.app.store.work_state(&address, self.app.now_ms()).await?;
            let is_idle = work.is_some_and(|work| work.attempt == 0 && !work.is_wanted);
            if is_idle && self.records() == before {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn press(&self, item: &str, key: &str, choice: &Choice) -> anyhow::Result<()> {
        let address = Address::parse(MAILBOX)?;
        let item = ItemRef {
            mailbox: address.clone(),
            item_id: self.ews_id(item)?,
            id_format: IdFormat::Ews,
            series_id: None,
        };
        let save = NewSave {
            user: &self.record("User", MAILBOX)?,
            mailbox: &address,
            idempotency_key: key,
            fingerprint: key,
            item: &item,
            action: Action::Save,
            choice,
            expected_at: self.clock.now(),
        };
        self.app.store.accept_save(&save, self.app.now_ms()).await?;
        Ok(())
    }

    fn choice(&self, who: &str, with_account: bool) -> anyhow::Result<Choice> {
        let who = ChosenPerson { record: self.record("Contact", who)?, object: PersonObject::Contact };
        let account = self.account()?;
        Ok(Choice { who: Some(who), what: with_account.then_some(account), ..Choice::default() })
    }

    /// The Account that is picked.
    ///
    /// # Errors
    /// The demo has it no more.
    pub fn account(&self) -> anyhow::Result<RecordId> {
        let accounts = self.rows("Account");
        let found = accounts.iter().find(|row| row["Name"] == "Acme Industrial").context("the Account")?;
        Ok(RecordId::parse(found["Id"].as_str().unwrap_or_default())?)
    }

    /// The record with an e-mail address.
    ///
    /// # Errors
    /// There is none.
    pub fn record(&self, object: &str, email: &str) -> anyhow::Result<RecordId> {
        let rows = self.rows(object);
        let found = rows.iter().find(|row| row["Email"] == email).with_context(|| email.to_owned())?;
        Ok(RecordId::parse(found["Id"].as_str().unwrap_or_default())?)
    }

    /// Every record of an object.
    pub fn rows(&self, object: &str) -> Vec<Value> {
        let dump = locked(&self.world).salesforce.dump();
        dump["records"][object].as_array().cloned().unwrap_or_default()
    }

    /// What Microsoft's published types do not know of all that was said to Graph and by it.
    pub(crate) fn violations(&self) -> Vec<String> {
        locked(&self.world).graph.violations.all().to_vec()
    }

    /// Everything that both vendors hold.
    pub(crate) fn records(&self) -> (Value, Value) {
        let world = locked(&self.world);
        (world.salesforce.dump()["records"].clone(), world.graph.dump())
    }

    /// An item as the mailbox holds it.
    ///
    /// # Errors
    /// There is none.
    pub fn stored(&self, key: &str) -> anyhow::Result<Value> {
        let items = locked(&self.world).graph.dump()[MAILBOX].clone();
        let found = items.as_array().and_then(|items| items.iter().find(|item| item["key"] == key).cloned());
        found.with_context(|| format!("no item {key}"))
    }

    fn ews_id(&self, key: &str) -> anyhow::Result<ItemId> {
        let item = self.stored(key)?;
        let target = read_any(item["id"].as_str().unwrap_or_default()).context("an item's id")?;
        Ok(ItemId::parse(&write(target, Form::Ews))?)
    }

    /// Categories as the user's own Outlook sets them, past every fault.
    fn categorize(&mut self, key: &str, categories: &[&str]) -> anyhow::Result<()> {
        let id = self.stored(key)?["id"].as_str().unwrap_or_default().to_owned();
        let target = read_any(&id).context("an item's id")?;
        self.count += 1;
        // A number that the world's own writes never reach.
        let stamp = Stamp { change: OTHER_WRITES + u64::from(self.count), at: self.clock.now() };
        let mut world = locked(&self.world);
        let mailbox = world.graph.mailbox_mut(MAILBOX).context("the mailbox")?;
        mailbox.change(target, stamp, |content| {
            content.categories = categories.iter().map(|&name| name.to_owned()).collect();
        });
        Ok(())
    }

    /// What the service would tell the pane of an item: its Event, if it is saved.
    ///
    /// # Errors
    /// The store failed.
    pub async fn paired(&self, key: &str) -> anyhow::Result<Option<RecordId>> {
        let address = Address::parse(MAILBOX)?;
        let id = ItemId::parse(self.stored(key)?["id"].as_str().unwrap_or_default())?;
        Ok(self.app.store.pair(&address, &id).await?.map(|pair| pair.event))
    }
}

fn config(directory: &Path) -> anyhow::Result<Config> {
    Ok(Config {
        listen: "127.0.0.1:0".parse()?,
        tls: Tls { cert: directory.join("cert"), key: directory.join("key") },
        database_url: format!("sqlite://{}", directory.join("calbridge.sqlite").display()),
        addin_id: ADDIN.to_owned(),
        pane_origins: Vec::new(),
        extra_root_ca: None,
        sync_enabled_for: Vec::new(),
        admins: Vec::new(),
        salesforce: Salesforce {
            my_domain: Setup::default().salesforce,
            client_id: "calbridge-service".to_owned(),
            client_secret_file: directory.join("salesforce"),
            sync_key_field: ApiName::parse(KEY_FIELD)?,
            linger_ms: 0,
            budget_floor_percent: 10,
        },
        graph: Graph {
            authority: Setup::default().graph,
            base: format!("{}/v1.0", Setup::default().graph),
            tenant: "brightwater".to_owned(),
            client_id: "calbridge-service".to_owned(),
            client_secret_file: directory.join("graph"),
        },
        worker: calbridge_sync::config::Worker::default(),
        field_map: FieldMap::new(),
        settings: OrgSettings {
            company_domains: vec!["brightwater.example".to_owned()],
            ..OrgSettings::default()
        },
    })
}
