//! The line to the world: counts what is sent, takes as long as the vendors do, and notes which edits arrive.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use calbridge_standin::{Site, World};
use calbridge_sync::{
    clock::Clock,
    transport::{Sending, Transport, from_http, into_http},
};
use calbridge_wire::message::{Method, Reply, Request};
use rand::{Rng, SeedableRng, rngs::SmallRng};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use crate::clock::thread_time;
use crate::locked;

/// How an edit's number is written into a subject.
pub const EDIT: &str = "edit-";
/// Digits of an edit's number.
pub const DIGITS: usize = 6;
/// Half and 99 % of Graph's answers come in so many milliseconds.
pub const GRAPH_MS: (f64, f64) = (120.0, 900.0);
/// Half and 99 % of Salesforce's answers come in so many milliseconds.
pub const SALESFORCE_MS: (f64, f64) = (250.0, 1_800.0);
/// The place of 99 % in a normal distribution.
const EDGE: f64 = 2.326;

/// What was sent, and what arrived.
#[derive(Debug, Default)]
pub struct Meter {
    /// Salesforce calls of sessions.
    pub salesforce: AtomicU64,
    /// Salesforce calls that watch the org for everybody.
    pub watch: AtomicU64,
    /// Tokens and describes.
    pub upkeep: AtomicU64,
    /// Requests to Graph.
    pub graph: AtomicU64,
    /// Grows whenever something happens.
    pub activity: AtomicU64,
    /// Processor time spent in the stand-in, in nanoseconds.
    pub world_ns: AtomicU64,
    /// When an edit first was on the other side, in milliseconds.
    pub arrived: Mutex<BTreeMap<u32, i64>>,
    /// What the org said of calls, by their addresses.
    pub addresses: Mutex<BTreeMap<String, u64>>,
    /// Mailboxes whose calendars were read as a whole.
    pub read_whole: Mutex<BTreeSet<String>>,
}

impl Meter {
    /// The counts so far, and begins anew.
    pub fn take(&self) -> Counts {
        let take = |count: &AtomicU64| count.swap(0, Ordering::SeqCst);
        Counts {
            salesforce: take(&self.salesforce),
            watch: take(&self.watch),
            upkeep: take(&self.upkeep),
            graph: take(&self.graph),
            addresses: std::mem::take(&mut *locked(&self.addresses)),
        }
    }

    /// Seconds of processor time spent in the stand-in.
    pub fn world_seconds(&self) -> f64 {
        Duration::from_nanos(self.world_ns.load(Ordering::SeqCst)).as_secs_f64()
    }

    fn count(&self, site: Site, request: &Request) {
        let url = request.url.as_str();
        let counter = match site {
            Site::Salesforce if url.contains("/oauth2/") || url.contains("/describe") => &self.upkeep,
            Site::Salesforce if url.contains("/queryAll") => &self.watch,
            Site::Salesforce => &self.salesforce,
            Site::Graph | Site::Host | Site::Control => &self.graph,
        };
        counter.fetch_add(1, Ordering::SeqCst);
        if matches!(site, Site::Salesforce) {
            let path = url.split('?').next().unwrap_or(url);
            let path = path.split("/data/").nth(1).unwrap_or("oauth2");
            let path: String = path.chars().take(40).collect();
            *locked(&self.addresses).entry(format!("{} {path}", request.method.as_str())).or_default() += 1;
        }
    }

    /// Notes a round that begins anew.
    fn note_whole(&self, request: &Request) {
        let address = request.url.split("/users/").nth(1).filter(|_| request.url.contains("startDateTime"));
        if let Some(mailbox) = address.and_then(|rest| rest.split('/').next()) {
            locked(&self.read_whole).insert(mailbox.to_owned());
        }
    }

    /// Notes the edits that a write carries to the other side.
    fn note(&self, request: &Request, is_outlook: bool, at_ms: i64) {
        if request.method == Method::Get {
            return;
        }
        let body = String::from_utf8_lossy(&request.body);
        for (place, _) in body.match_indices(EDIT) {
            let digits = body.get(place + EDIT.len()..place + EDIT.len() + DIGITS);
            let Some(edit) = digits.and_then(|digits| digits.parse::<u32>().ok()) else { continue };
            // Edits of items have even numbers, and arrive in Salesforce.
            if edit.is_multiple_of(2) != is_outlook {
                locked(&self.arrived).entry(edit).or_insert(at_ms);
            }
        }
    }
}

/// What was counted.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Salesforce calls of sessions.
    pub salesforce: u64,
    /// Salesforce calls that watch the org for everybody.
    pub watch: u64,
    /// Tokens and describes.
    pub upkeep: u64,
    /// Requests to Graph.
    pub graph: u64,
    /// Salesforce calls by address.
    pub addresses: BTreeMap<String, u64>,
}

impl Counts {
    /// As JSON.
    #[must_use]
    pub fn shown(&self) -> Value {
        json!({ "salesforce": self.salesforce, "salesforce_watch": self.watch, "salesforce_upkeep": self.upkeep,
            "graph": self.graph, "salesforce_by_address": self.addresses })
    }
}

/// The line.
pub struct Line {
    /// The world.
    pub world: Arc<Mutex<World>>,
    /// What time it is.
    pub clock: Clock,
    /// What is counted.
    pub meter: Arc<Meter>,
    /// Whether answers take time.
    pub is_slow: Arc<AtomicBool>,
    /// Whether Graph has lost every round.
    pub forgets: Arc<AtomicBool>,
    /// Who waits for which instant.
    pub timers: Timers,
    /// Where chances come from.
    pub chance: Mutex<SmallRng>,
}

/// Waits in the bench's time.
#[derive(Debug, Default)]
pub struct Timers(Mutex<BTreeMap<(i64, u64), oneshot::Sender<()>>>);

impl Timers {
    async fn wait(&self, clock: &Clock, time: Duration) {
        let until_ms = clock.now().timestamp_millis() + i64::try_from(time.as_millis()).unwrap_or(0);
        let (bell, rings) = oneshot::channel();
        {
            let mut waiting = locked(&self.0);
            let same = waiting.range((until_ms, 0)..(until_ms + 1, 0)).next_back();
            let turn = same.map_or(0, |((_, turn), _)| turn + 1);
            waiting.insert((until_ms, turn), bell);
        }
        // Nobody rings when the bench ends.
        drop(rings.await);
    }

    /// The next instant that somebody waits for, in milliseconds.
    pub fn next_ms(&self) -> Option<i64> {
        locked(&self.0).keys().next().map(|(at_ms, _)| *at_ms)
    }

    /// Wakes whoever waited for an instant that has come.
    pub fn wake(&self, now_ms: i64) {
        let mut waiting = locked(&self.0);
        let later = waiting.split_off(&(now_ms + 1, 0));
        for ring in std::mem::replace(&mut *waiting, later).into_values() {
            // Nobody listens where the session was broken off.
            let _ = ring.send(());
        }
    }
}

impl Line {
    /// A line to a world.
    pub fn new(world: &Arc<Mutex<World>>, clock: &Clock, seed: u64) -> Self {
        Self {
            world: Arc::clone(world),
            clock: clock.clone(),
            meter: Arc::default(),
            is_slow: Arc::default(),
            forgets: Arc::default(),
            timers: Timers::default(),
            chance: Mutex::new(SmallRng::seed_from_u64(seed)),
        }
    }

    fn takes(&self, site: Site) -> Duration {
        let (half, most) = if matches!(site, Site::Salesforce) { SALESFORCE_MS } else { GRAPH_MS };
        lognormal(&mut locked(&self.chance), half, most)
    }
}

/// A time of which half stay under one figure and 99 % under another, in milliseconds.
pub fn lognormal(chance: &mut SmallRng, half: f64, most: f64) -> Duration {
    let (one, other): (f64, f64) = (chance.random_range(f64::EPSILON..1.0), chance.random_range(0.0..1.0));
    let normal = (-2.0 * one.ln()).sqrt() * (std::f64::consts::TAU * other).cos();
    let ms = (half.ln() + (most / half).ln() / EDGE * normal).exp();
    Duration::from_secs_f64((ms / 1_000.0).min(30.0))
}

impl Transport for Line {
    fn send(&self, request: Request) -> Sending<'_> {
        Box::pin(async move {
            let site = if request.url.starts_with(&locked(&self.world).setup.salesforce) {
                Site::Salesforce
            } else {
                Site::Graph
            };
            self.meter.count(site, &request);
            if self.is_slow.load(Ordering::SeqCst) {
                self.timers.wait(&self.clock, self.takes(site)).await;
            }
            self.meter.activity.fetch_add(1, Ordering::SeqCst);
            if self.forgets.load(Ordering::SeqCst) && request.url.contains("deltatoken") {
                return Ok(lost());
            }
            let begin = thread_time();
            let asked = into_http(request.clone())?;
            let answer = from_http(locked(&self.world).answer(self.clock.now(), site, asked));
            let spent = thread_time().saturating_sub(begin).as_nanos();
            self.meter.world_ns.fetch_add(u64::try_from(spent).unwrap_or(u64::MAX), Ordering::SeqCst);
            if answer.is_success() {
                let is_outlook = matches!(site, Site::Graph);
                self.meter.note_whole(&request);
                self.meter.note(&request, is_outlook, self.clock.now().timestamp_millis());
            }
            Ok(answer)
        })
    }
}

/// Graph lost the round.
fn lost() -> Reply {
    let body = json!({ "error": { "code": "syncStateNotFound", "message": "The sync state is not found." } });
    Reply { status: 410, headers: Vec::new(), body: body.to_string().into_bytes() }
}
