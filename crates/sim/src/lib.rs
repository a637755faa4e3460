//! The deterministic simulation: the service as it ships, its engine, adapters and store, at work over the stand-in's World,
//! with people on both sides, several workers, a clock that stands until it is set, and faults. One number decides
//! everything; the same number gives the same trace.
//!
//! # What must never be
//! The module [`watch`] looks at each request and each commit: **S1** two Events under one key · **S2** a write on what
//! nobody asked for · **S3** a commit under an old fence · **S4** (seen at rest) a round's cursor kept without its effects ·
//! **S5** what the rules exclude in a request to Salesforce · **S6** more than four requests in flight in a mailbox, or one
//! before Retry-After is over · **S7** a deletion without proof, or past the brake · **S8** what attendees would see written
//! without an edit in Salesforce, or unapproved.
//!
//! # What must be in the end
//! The module [`rest`] lets the faults stop and looks at everything once sessions have come to rest: **Q1** both sides say
//! the same, field by field · **Q2** every edit stands or is in the list of conflicts · **Q3** what was agreed on is what
//! stands · **Q4** a further session writes nothing · **Q5** rest comes within a few sessions · **Q6** and costs nothing
//! where nothing happens · **Q7** categories tell the state · **Q8** what is not saved has exactly one reason.

use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard, PoisonError},
};

pub mod acts;
pub mod bench;
pub mod clock;
pub mod company;
pub mod crash;
pub mod dates;
pub mod diary;
pub mod hands;
pub mod line;
pub mod mutants;
pub mod post;
pub mod premises;
pub mod rest;
pub mod script;
pub mod stage;
pub mod trace;
pub mod traps;
pub mod turns;
pub mod twist;
pub mod watch;
pub mod weather;

use premises::Premises;
use script::Script;
use stage::Stage;
use weather::Weather;

/// How one seed ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The seed.
    pub seed: u64,
    /// Everything that happened, in order.
    pub trace: Vec<String>,
    /// What was broken; nothing in a good run.
    pub broken: Vec<String>,
    /// How many turns the workers had before the faults stopped.
    pub turns_played: usize,
    /// How many they had in all.
    pub turns: usize,
    /// What stands on both sides in the end, ids and times of writing left out.
    pub end: BTreeSet<String>,
}

impl Run {
    /// A run that never came to an end.
    #[must_use]
    pub fn stuck(seed: u64, why: &anyhow::Error) -> Self {
        let broken = vec![format!("Q5 {why:#}")];
        let (trace, end) = (Vec::new(), BTreeSet::new());
        Self { seed, trace, broken, turns_played: 0, turns: 0, end }
    }
}

/// Plays a seed.
///
/// # Errors
/// The world or the database could not be set up, or a worker waits for ever.
pub async fn play(premises: &Premises, seed: u64) -> anyhow::Result<Run> {
    let script = Script::of_seed(seed);
    let weather = Weather::of_seed(seed, script.workers);
    play_script(premises, seed, &script, weather, None).await
}

/// Plays a seed with its twist ([`twist`]).
///
/// # Errors
/// The world or the database could not be set up, or a worker waits for ever.
pub async fn play_twisted(premises: &Premises, seed: u64) -> anyhow::Result<Run> {
    let script = Script::twisted(seed);
    let weather = Weather::of_seed(seed, script.workers);
    play_script(premises, seed, &script, weather, None).await
}

/// Plays a seed with series.
///
/// # Errors
/// The world or the database could not be set up, or a worker waits for ever.
pub async fn play_series(premises: &Premises, seed: u64) -> anyhow::Result<Run> {
    let script = Script::of_series(seed);
    let mut weather = Weather::of_seed(seed, script.workers);
    if Script::reshapes(seed) {
        weather = weather.without_trouble();
    }
    play_script(premises, seed, &script, weather, None).await
}

/// Plays a script under a weather; the worker whose turn is `dies_before` dies instead of having it.
///
/// # Errors
/// The world or the database could not be set up, or a worker waits for ever.
pub async fn play_script(
    premises: &Premises,
    seed: u64,
    script: &Script,
    weather: Weather,
    dies_before: Option<usize>,
) -> anyhow::Result<Run> {
    let mut stage = Stage::set(premises, seed, script, weather).await?;
    stage.dies_before = dies_before;
    stage.play(script).await?;
    let turns_played = stage.turns_given;
    stage.dies_before = None;
    let mut broken = rest::broken(&mut stage).await?;
    broken.splice(0..0, locked(&stage.watch).broken.clone());
    let end = rest::outline(&locked(&stage.world));
    Ok(Run { seed, trace: stage.trace.lines(), broken, turns_played, turns: stage.turns_given, end })
}

pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
