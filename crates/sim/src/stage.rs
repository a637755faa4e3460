//! One run: the world, the database, the workers on it, and the clock.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::{Arc, Mutex},
};

use anyhow::Context;
use calbridge_rules::{
    id::{Address, RecordId},
    settings::{Hold, Multiday, Setting},
};
use calbridge_standin::World;
use calbridge_sync::{
    app::App,
    clock::Clock,
    config::Config,
    store::{Change, OrgValue, Store, SyncSwitch},
    watch as org_watch, worker,
};
use chrono::{DateTime, TimeDelta};
use rand::{Rng, SeedableRng, rngs::SmallRng};

use crate::{
    company::{EDGE, PEOPLE, address},
    diary::Diary,
    hands::record,
    line::Line,
    locked,
    post::{self, Post},
    premises::Premises,
    script::{Act, Script},
    trace::Trace,
    turns::{Reached, Task, Turns},
    twist::Twist,
    watch::{Watch, gate},
    weather::{SKEW_S, Weather},
};

/// When every run begins, in seconds since 1970: a Wednesday morning.
const BEGIN: i64 = 1_773_820_800;
/// From then until the next midnight in Mara's zone, in seconds: the day after, the appointment at the edge may be saved.
const EDGE_AFTER_S: i64 = 15 * 3_600;
/// Turns of one run of the workers at most.
const TURN_LIMIT: usize = 20_000;
/// Sessions of one worker without a pause in between.
const SESSION_LIMIT: usize = 60;
/// Workers that die in one run at most.
const DEATHS: usize = 8;
/// Seconds from one look at the org to the next.
const LOOK_S: i64 = 61;
/// Milliseconds that pass between two turns at most.
const LONGEST_TURN_MS: i64 = 400;

/// A worker: a process of its own on the common database.
struct Hand {
    number: usize,
    app: Arc<App>,
    clock: Clock,
    skew_s: i64,
    task: Option<Task>,
    stands_until_ms: i64,
}

/// One run.
pub struct Stage {
    /// The world.
    pub world: Arc<Mutex<World>>,
    /// The time in truth.
    pub time: Clock,
    /// The database, past the gate.
    pub store: Store,
    /// What people did.
    pub diary: Diary,
    /// What must never be.
    pub watch: Arc<Mutex<Watch>>,
    /// What happened.
    pub trace: Trace,
    /// The last press, as it was sent.
    pub last_press: Option<crate::acts::Press>,
    /// The Event that was deleted last.
    pub last_deleted: Option<String>,
    /// How many turns were given.
    pub turns_given: usize,
    /// Before which turn the worker that has it dies.
    pub dies_before: Option<usize>,
    /// People whose Salesforce user is inactive.
    pub retired: BTreeSet<&'static str>,
    weather: Arc<Mutex<Weather>>,
    turns: Turns,
    hands: Vec<Hand>,
    post: Option<Post>,
    config: Config,
    seed: u64,
    chance: SmallRng,
    deaths: usize,
    born: usize,
}

impl Stage {
    /// A company at work under a weather.
    ///
    /// # Errors
    /// The world or the database cannot be made.
    pub async fn set(
        premises: &Premises,
        seed: u64,
        script: &Script,
        weather: Weather,
    ) -> anyhow::Result<Self> {
        let begin = DateTime::from_timestamp(BEGIN, 0).context("the beginning")?;
        let world = premises.world(seed, script, begin)?;
        let store = Store::open("sqlite::memory:").await?;
        let mut stage = Self {
            world: Arc::new(Mutex::new(world)),
            time: Clock::standing_at(begin),
            store,
            diary: Diary::default(),
            watch: Arc::new(Mutex::new(Watch::of(premises.keys))),
            trace: Trace::default(),
            last_press: None,
            last_deleted: None,
            turns_given: 0,
            dies_before: None,
            retired: BTreeSet::new(),
            weather: Arc::new(Mutex::new(weather)),
            turns: Turns::default(),
            hands: Vec::new(),
            post: None,
            config: premises.config.clone(),
            seed,
            chance: SmallRng::seed_from_u64(seed ^ 0x7075_726e),
            deaths: 0,
            born: 0,
        };
        stage.enable_everybody().await?;
        stage.blow()?;
        stage.twists(&script.twist).await?;
        if script.is_crowded {
            for stem in crate::company::crowd() {
                stage.diary.categorized("lena", &stem);
                locked(&stage.watch).asked.insert(("lena".to_owned(), stem));
            }
        }
        for place in 0..script.workers {
            let hand = stage.hired(place)?;
            stage.hands.push(hand);
        }
        Ok(stage)
    }

    /// Lets the twist of a run come upon it.
    async fn twists(&mut self, twist: &Twist) -> anyhow::Result<()> {
        if let Some(switches) = &twist.notices {
            locked(&self.world).graph.switches.change(switches).map_err(|bad| anyhow::anyhow!(bad))?;
            self.config.graph.notification_url = Some(post::ADDRESS.to_owned());
            let line = Arc::new(self.line(0));
            let app = App::new(self.config.clone(), self.store.clone(), self.time.clone(), line)?;
            self.post = Some(Post::new(app, self.seed));
        }
        if twist.autosaves {
            self.autosaves().await?;
        }
        self.config.settings.recurring_sync = twist.has_series;
        Ok(())
    }

    /// Mara's appointments are saved of themselves, whether anything in Salesforce belongs to them or not.
    async fn autosaves(&mut self) -> anyhow::Result<()> {
        let mailbox = self.store.mailbox_at(&Address::parse(&address("mara"))?).await?.context("Mara")?;
        let on = |setting| Change::Set(setting, "on".to_owned());
        let own = [on(Setting::AutosaveAppointments)];
        self.store.change_user_settings(&mailbox, &own, self.now_ms()).await?;
        let said = [(Setting::AutosaveUnlinked, "appointments"), (Setting::SinceEnabled, "off")];
        let said = said.map(|(setting, value)| {
            Change::Set(setting, OrgValue { value: value.to_owned(), hold: Hold::Forced })
        });
        self.store.change_org_settings(&said, self.now_ms()).await?;
        let mut watch = locked(&self.watch);
        for stem in [EDGE, "offer"] {
            self.diary.saves_itself("mara", stem);
            watch.asked.insert(("mara".to_owned(), stem.to_owned()));
        }
        watch.edge_from_ms = Some((BEGIN + EDGE_AFTER_S - SKEW_S) * 1_000);
        Ok(())
    }

    async fn enable_everybody(&self) -> anyhow::Result<()> {
        for person in PEOPLE {
            let user = record(&locked(&self.world), "User", "Email", &address(person))?;
            let (user, address) = (RecordId::parse(&user)?, Address::parse(&address(person))?);
            self.store.mailbox_at_sign_in(&user, person, &address, SyncSwitch::Active, self.now_ms()).await?;
        }
        Ok(())
    }

    /// Lets the weather into the world.
    fn blow(&self) -> anyhow::Result<()> {
        let weather = locked(&self.weather);
        locked(&self.watch).is_skewed = weather.skews.iter().any(|skew| *skew != 0);
        let mut world = locked(&self.world);
        for fault in weather.of_requests() {
            world.control.add_fault(fault);
        }
        let switches = &mut world.graph.switches;
        for change in [&weather.nature, &weather.switches] {
            switches.change(change).map_err(|bad| anyhow::anyhow!(bad))?;
        }
        Ok(())
    }

    /// A new process at a place.
    fn hired(&mut self, place: usize) -> anyhow::Result<Hand> {
        self.born += 1;
        let number = self.born;
        let skew_s = locked(&self.weather).skews.get(place).copied().unwrap_or_default();
        let clock = Clock::standing_at(self.time.now() + TimeDelta::seconds(skew_s));
        let transport = self.line(number);
        let gate = gate(
            number,
            self.turns.clone(),
            Arc::clone(&self.weather),
            Arc::clone(&self.watch),
            self.trace.clone(),
            self.time.clone(),
        );
        let store = self.store.clone().behind(gate);
        let app = App::new(self.config.clone(), store, clock.clone(), Arc::new(transport))?;
        let seed = self.seed.wrapping_add(number as u64);
        Ok(Hand { number, app: Arc::new(app.seeded(seed)), clock, skew_s, task: None, stands_until_ms: 0 })
    }

    fn line(&self, worker: usize) -> Line {
        Line {
            world: Arc::clone(&self.world),
            time: self.time.clone(),
            turns: self.turns.clone(),
            watch: Arc::clone(&self.watch),
            trace: self.trace.clone(),
            worker,
        }
    }

    /// The time in milliseconds.
    pub fn now_ms(&self) -> i64 {
        self.time.now().timestamp_millis()
    }

    /// Adds a line to the trace.
    pub fn note(&self, line: String) {
        self.trace.add(line);
    }

    /// Lets time pass, for every clock.
    pub fn pass(&mut self, by: TimeDelta) {
        self.time.set(self.time.now() + by);
        for hand in &self.hands {
            hand.clock.set(self.time.now() + TimeDelta::seconds(hand.skew_s));
        }
    }

    /// Plays a script to its end.
    ///
    /// # Errors
    /// The store failed where no fault was, or a worker waits for ever.
    pub async fn play(&mut self, script: &Script) -> anyhow::Result<()> {
        let mut acts: VecDeque<Act> = script.acts.iter().cloned().collect();
        while let Some(act) = acts.pop_front() {
            if act == Act::Run {
                self.note("run".to_owned());
                self.run(&mut acts).await?;
            } else {
                self.perform(&act).await?;
            }
        }
        Ok(())
    }

    /// The workers look for what is due, and serve it; people go on with their acts meanwhile.
    ///
    /// # Errors
    /// The store failed where no fault was, or a worker waits for ever.
    pub async fn run(&mut self, acts: &mut VecDeque<Act>) -> anyhow::Result<()> {
        self.carry().await?;
        for place in 0..self.hands.len() {
            self.sets_to_work(place);
        }
        for _ in 0..TURN_LIMIT {
            let Some(place) = self.chosen() else { return Ok(()) };
            let by = TimeDelta::milliseconds(self.chance.random_range(1..=LONGEST_TURN_MS));
            self.pass(by);
            let bustle = locked(&self.weather).bustle;
            let is_moved = acts.front().is_some_and(Act::is_sudden) && locked(&self.weather).strikes(bustle);
            if let Some(act) = acts.pop_front_if(|_| is_moved) {
                self.perform(&act).await?;
                // What the act did is looked at before the workers go on.
                if let Some(look) = acts.pop_front_if(|act| *act == Act::Look) {
                    self.perform(&look).await?;
                }
            }
            self.carry().await?;
            if self.is_lost(place)? {
                continue;
            }
            self.turns_given += 1;
            let hand = &mut self.hands[place];
            let Some(task) = &mut hand.task else { continue };
            if self.turns.give(task).await? == Reached::End {
                hand.task = None;
            }
        }
        anyhow::bail!("the workers never come to an end")
    }

    /// Another process looks at the org, once that is due, between two turns of the workers.
    ///
    /// # Errors
    /// No process can start, or it waits for what a worker holds.
    pub async fn look(&mut self) -> anyhow::Result<()> {
        self.pass(TimeDelta::seconds(LOOK_S));
        let line = Arc::new(self.line(0));
        let app = App::new(self.config.clone(), self.store.clone(), self.time.clone(), line)?;
        let mut task: Task = Box::pin(async move {
            // What is not told now is told at the next look.
            drop(org_watch::look(&app, "another process").await);
        });
        for _ in 0..TURN_LIMIT {
            if self.turns.give(&mut task).await? == Reached::End {
                return Ok(());
            }
        }
        anyhow::bail!("a look at the org never comes to an end")
    }

    /// Brings what Graph tells of changes to the service.
    async fn carry(&mut self) -> anyhow::Result<()> {
        let Some(post) = &mut self.post else { return Ok(()) };
        let carried = post.carry(&self.world, self.time.now()).await?;
        if carried > 0 {
            self.trace.add(format!("the post brings {carried}"));
        }
        Ok(())
    }

    /// Whether the chosen worker dies or stands still instead of having its turn.
    fn is_lost(&mut self, place: usize) -> anyhow::Result<bool> {
        let (deaths, stalls) = {
            let weather = locked(&self.weather);
            (weather.deaths, weather.stalls)
        };
        let is_its_end = self.dies_before == Some(self.turns_given);
        if is_its_end || (self.deaths < DEATHS && locked(&self.weather).strikes(deaths)) {
            self.dies_before = None;
            self.deaths += 1;
            let number = self.hands[place].number;
            self.note(format!("{number} dies"));
            locked(&self.watch).died(number);
            self.hands[place].task = None;
            self.hands[place] = self.hired(place)?;
            self.sets_to_work(place);
            return Ok(true);
        }
        if self.hands.len() > 1 && locked(&self.weather).strikes(stalls) {
            let hand = &mut self.hands[place];
            hand.stands_until_ms = self.time.now().timestamp_millis() + self.config.worker.lease_ms() + 1_000;
            self.trace.add(format!("{} stands still", hand.number));
            return Ok(true);
        }
        Ok(false)
    }

    /// Whose turn it is; where only such are left that stand still, time goes on until they move, and the others look for
    /// work again.
    fn chosen(&mut self) -> Option<usize> {
        let now_ms = self.now_ms();
        let works = |hand: &&Hand| hand.task.is_some();
        let earliest = self.hands.iter().filter(works).map(|hand| hand.stands_until_ms).min()?;
        if earliest > now_ms {
            self.pass(TimeDelta::milliseconds(earliest - now_ms));
            for place in 0..self.hands.len() {
                self.sets_to_work(place);
            }
        }
        let now_ms = self.now_ms();
        let able = |hand: &Hand| hand.task.is_some() && hand.stands_until_ms <= now_ms;
        let able: Vec<usize> =
            self.hands.iter().enumerate().filter(|(_, hand)| able(hand)).map(|(place, _)| place).collect();
        if able.is_empty() { None } else { Some(able[self.chance.random_range(0..able.len())]) }
    }

    fn sets_to_work(&mut self, place: usize) {
        let hand = &mut self.hands[place];
        if hand.task.is_some() {
            return;
        }
        let (app, name) = (Arc::clone(&hand.app), format!("worker-{}", hand.number));
        hand.task = Some(Box::pin(async move {
            // What is not told now is told at the next look.
            drop(org_watch::look(&app, &name).await);
            for _ in 0..SESSION_LIMIT {
                match worker::run_due(&app, &name).await {
                    Ok(0) | Err(_) => return,
                    Ok(_) => {}
                }
            }
        }));
    }

    /// The operator changes a setting: every process starts anew with it.
    ///
    /// # Errors
    /// A process cannot start.
    pub fn change_setting(&mut self, multiday: Option<Multiday>) -> anyhow::Result<()> {
        self.config.settings.multiday_events = multiday;
        for place in 0..self.hands.len() {
            let number = self.hands[place].number;
            locked(&self.watch).died(number);
            self.hands[place] = self.hired(place)?;
        }
        Ok(())
    }

    /// The setting that changes.
    pub fn multiday(&self) -> Option<Multiday> {
        self.config.settings.multiday_events
    }

    /// The faults stop, and people put things in order.
    ///
    /// # Errors
    /// The store failed, or a process cannot start.
    pub async fn clears_up(&mut self) -> anyhow::Result<()> {
        self.note("the faults stop".to_owned());
        for person in PEOPLE {
            self.move_back(person)?;
            self.rehire(person).await?;
        }
        let nature = {
            let mut weather = locked(&self.weather);
            weather.clears_up();
            weather.nature.clone()
        };
        for hand in &mut self.hands {
            hand.skew_s = 0;
        }
        // What a clock that was fast put off.
        self.pass(TimeDelta::seconds(SKEW_S));
        let mut world = locked(&self.world);
        world.control.clear_faults();
        let generation = world.graph.switches.token_generation;
        world.graph.switches = calbridge_standin::graph::switches::Switches::default();
        world.graph.switches.token_generation = generation;
        world.graph.switches.change(&nature).map_err(|bad| anyhow::anyhow!(bad))?;
        drop(world);
        self.change_setting(None)
    }
}
