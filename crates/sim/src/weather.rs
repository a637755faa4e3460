//! The faults of a run: which kinds, and how often, is drawn for each seed, so that some runs know one trouble alone and
//! others many at once.

use calbridge_standin::control::Fault;
use calbridge_sync::store::{Shut, Side};
use rand::{Rng, SeedableRng, rngs::SmallRng};
use serde_json::{Value, json};

/// How far a clock may be off, in seconds.
pub const SKEW_S: i64 = 600;
/// The share of runs that know a kind of trouble.
const SHARE: f64 = 0.25;
/// Of the runs, those without any trouble at all.
const FAIR: f64 = 0.1;

/// What goes wrong in a run.
#[derive(Clone, Debug)]
pub struct Weather {
    chance: SmallRng,
    /// Troubles of requests, as the stand-in takes them.
    pub faults: Vec<Value>,
    /// The stand-in's switches for Graph's traps.
    pub switches: Value,
    /// Those of them that no good weather ends: what mailboxes are like.
    pub nature: Value,
    /// How likely a worker dies at a boundary.
    pub deaths: f64,
    /// How likely a worker stands still at a boundary until its lease is over.
    pub stalls: f64,
    /// How likely a transaction of the store does not begin.
    pub busy: f64,
    /// How likely the answer to a commit is lost.
    pub lost_commits: f64,
    /// How far each worker's clock is off, in seconds.
    pub skews: Vec<i64>,
    /// How likely somebody does something at a boundary.
    pub bustle: f64,
    is_over: bool,
}

impl Weather {
    /// The weather of a seed, for so many workers.
    pub fn of_seed(seed: u64, workers: usize) -> Self {
        let mut chance = SmallRng::seed_from_u64(seed.rotate_left(17) ^ 0x5eed_0f77_ea71_e500);
        let is_fair = chance.random_bool(FAIR);
        let mut some = |most: f64| {
            let rate = chance.random_range(0.0..most);
            if !is_fair && chance.random_bool(SHARE) { rate } else { 0.0 }
        };
        let (deaths, stalls, busy, lost_commits) = (some(0.04), some(0.02), some(0.08), some(0.05));
        let kinds = kinds();
        let rates: Vec<f64> = kinds.iter().map(|_| some(0.12)).collect();
        let skewed = some(1.0) > 0.0;
        let switched: Vec<bool> = TRAPS.iter().map(|_| some(1.0) > 0.0).collect();
        let faults = kinds.into_iter().zip(rates).filter(|(_, rate)| *rate > 0.0);
        let faults = faults
            .enumerate()
            .map(|(number, (mut fault, rate))| {
                fault["rate"] = rate.into();
                fault["seed"] = (seed ^ ((number as u64 + 1) << 40)).into();
                fault
            })
            .collect();
        let traps = TRAPS.iter().zip(switched).filter(|(_, is_on)| *is_on);
        let mut set = json!({});
        for ((name, value), _) in traps {
            set[*name] = serde_json::from_str(value).unwrap_or(Value::Null);
        }
        let skew = |chance: &mut SmallRng| if skewed { chance.random_range(-SKEW_S..=SKEW_S) } else { 0 };
        let skews = (0..workers).map(|_| skew(&mut chance)).collect();
        let bustle = chance.random_range(0.0..0.15);
        Self {
            chance,
            faults,
            switches: set,
            nature: json!({}),
            deaths,
            stalls,
            busy,
            lost_commits,
            skews,
            bustle,
            is_over: false,
        }
    }

    /// No trouble, as in the scenarios that are killed at every boundary.
    pub fn fair(workers: usize) -> Self {
        Self {
            chance: SmallRng::seed_from_u64(0),
            faults: Vec::new(),
            switches: json!({}),
            nature: json!({}),
            deaths: 0.0,
            stalls: 0.0,
            busy: 0.0,
            lost_commits: 0.0,
            skews: vec![0; workers],
            bustle: 0.0,
            is_over: false,
        }
    }

    /// The same bustle, and no trouble.
    #[must_use]
    pub fn without_trouble(self) -> Self {
        let fair = Self::fair(self.skews.len());
        Self { chance: self.chance, bustle: self.bustle, ..fair }
    }

    /// The same troubles, with all that is left to chance drawn from another number.
    #[must_use]
    pub fn drawn_from(mut self, seed: u64) -> Self {
        self.chance = SmallRng::seed_from_u64(seed);
        for fault in &mut self.faults {
            fault["seed"] = seed.into();
        }
        self
    }

    /// The faults as the stand-in keeps them.
    pub fn of_requests(&self) -> Vec<Fault> {
        self.faults.iter().filter_map(|fault| serde_json::from_value(fault.clone()).ok()).collect()
    }

    /// No trouble from now on.
    pub fn clears_up(&mut self) {
        self.is_over = true;
        self.skews.fill(0);
    }

    /// Whether a transaction of the store passes.
    ///
    /// # Errors
    /// It does not.
    pub fn at_store(&mut self, side: Side) -> Result<(), Shut> {
        let rate = match side {
            Side::Before => self.busy,
            Side::After => self.lost_commits,
        };
        if self.is_over || rate == 0.0 || !self.chance.random_bool(rate) {
            return Ok(());
        }
        match side {
            Side::Before if self.chance.random_bool(0.3) => Err(Shut::Full),
            Side::Before | Side::After => Err(Shut::Busy),
        }
    }

    /// Whether something that happens so often happens now.
    pub fn strikes(&mut self, rate: f64) -> bool {
        !self.is_over && rate > 0.0 && self.chance.random_bool(rate)
    }
}

/// Graph's traps, by the stand-in's names for them.
const TRAPS: [(&str, &str); 13] = [
    ("duplicate_rows", "true"),
    ("reorder_rows", "true"),
    ("empty_pages", "true"),
    ("early_removals", "true"),
    ("occurrence_tombstones", "true"),
    ("stale_rows", "true"),
    ("endless_rounds", "true"),
    ("deletions_decline", "true"),
    ("concurrency_unavailable", "true"),
    ("round_timeouts", "3"),
    ("round_outages", "3"),
    ("round_losses", "2"),
    ("spurious_conflicts", "3"),
];

/// Troubles of single requests.
fn kinds() -> Vec<Value> {
    let locked =
        json!([{ "errorCode": "UNABLE_TO_LOCK_ROW", "message": "unable to obtain exclusive access" }]);
    let invalid =
        json!([{ "errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "message": "Not today.", "fields": [] }]);
    let stale = json!({ "error": { "code": "ErrorIrresolvableConflict", "message": "Changed." } });
    let busy = json!({ "error": { "code": "TooManyRequests", "message": "Too many." } });
    let data = "/services/data";
    vec![
        json!({ "site": "salesforce", "method": "PATCH", "kind": { "drop": "after" } }),
        json!({ "site": "salesforce", "path": "/composite", "kind": { "drop": "after" } }),
        json!({ "site": "salesforce", "path": data, "kind": { "drop": "before" } }),
        json!({ "site": "salesforce", "path": data, "kind": { "status": 503 } }),
        json!({ "site": "salesforce", "method": "PATCH", "side": "after", "kind": { "status": 503 } }),
        json!({ "site": "salesforce", "path": data, "kind": "session_expired" }),
        json!({ "site": "salesforce", "path": data, "kind": "limit_exceeded" }),
        json!({ "site": "salesforce", "method": "PATCH", "kind": { "status": 400, "body": locked } }),
        json!({ "site": "salesforce", "method": "PATCH", "count": 1, "kind": { "status": 400, "body": invalid } }),
        json!({ "site": "graph", "path": "/v1.0", "kind": { "throttled_seconds": 0 } }),
        json!({ "site": "graph", "path": "/v1.0", "kind": { "throttled_seconds": 1 } }),
        json!({ "site": "graph", "path": "/v1.0", "kind": { "throttled_seconds": 60 } }),
        json!({ "site": "graph", "path": "/v1.0", "kind": { "status": 429, "body": busy } }),
        json!({ "site": "graph", "path": "/v1.0", "kind": { "drop": "before" } }),
        json!({ "site": "graph", "path": "/v1.0", "kind": { "drop": "after" } }),
        json!({ "site": "graph", "path": "/v1.0", "kind": { "status": 503 } }),
        json!({ "site": "graph", "path": "/v1.0", "side": "after", "kind": { "status": 503 } }),
        json!({ "site": "graph", "path": "/v1.0", "kind": { "status": 504 } }),
        json!({ "site": "graph", "path": "/v1.0", "kind": "session_expired" }),
        json!({ "site": "graph", "method": "PATCH", "kind": { "status": 412, "body": stale } }),
        json!({ "site": "graph", "path": "delta", "kind": { "status": 503 } }),
    ]
}
