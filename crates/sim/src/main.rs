//! `calbridge-sim`: plays seeds and says which broke what.

mod hunt;

use std::{
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    thread,
};

use anyhow::{Context, anyhow, bail};
use calbridge_sim::{
    Run, clock,
    crash::{Scenario, scenarios},
    play, play_series, play_twisted,
    premises::{Keys, Premises},
    trace,
    traps::Trap,
};
use clap::Parser;
use serde_json::json;

/// Of so many seeds one is played twice, and must give the same trace.
const TWICE: u64 = 50;

/// Plays seeds of the simulation.
#[derive(Clone, Debug, Parser)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
struct Options {
    /// How many seeds to play.
    #[arg(long, default_value_t = 2000)]
    seeds: u64,
    /// The first seed; with `--seeds 1` its whole trace is shown.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Plays what comes upon seeds besides: lost notices, items in other calendars, merged records, inactive users.
    #[arg(long)]
    twists: bool,
    /// Plays scripts of their own, in which people save series and change them.
    #[arg(long, conflicts_with = "twists")]
    series: bool,
    /// Plays them in an org that has no place for the keys of Events.
    #[arg(long, conflicts_with = "series")]
    keyless: bool,
    /// Plays them in an org whose only place for the keys of Events is the field of clients' ids.
    #[arg(long, conflicts_with = "keyless")]
    client_ids: bool,
    /// Prints one JSON line.
    #[arg(long)]
    json: bool,
    /// Stops at the first seed that broke something.
    #[arg(long)]
    until_broken: bool,
    /// Plays seeds for each defect that was built in until one finds it, and where none does, its trap.
    #[arg(long)]
    mutants: bool,
    /// Plays, for each defect, its trap alone.
    #[arg(long)]
    traps: bool,
    /// Plays the trap of this defect, whether it was put in or not, instead of what seeds draw.
    #[arg(long)]
    in_trap: Option<String>,
    /// This defect alone, or scenarios alone whose name holds it.
    #[arg(long)]
    only: Option<String>,
    /// Plays the scenarios that are killed at every turn instead of seeds.
    #[arg(long)]
    crash_points: bool,
}

impl Options {
    fn keys(&self) -> Keys {
        match (self.keyless, self.client_ids) {
            (true, _) => Keys::Nowhere,
            (false, true) => Keys::ClientIds,
            (false, false) => Keys::OwnField,
        }
    }
}

/// What is played under each seed.
enum Game {
    /// What it draws.
    Drawn,
    /// The same, with what comes upon it besides.
    Twisted,
    /// Scripts about series.
    Series,
    /// The trap of a defect.
    Trap(Box<Trap>),
}

impl Game {
    fn of(options: &Options) -> anyhow::Result<Self> {
        Ok(match &options.in_trap {
            Some(name) => Self::Trap(Box::new(Trap::of(name).context("no defect has such a name")?)),
            None if options.twists => Self::Twisted,
            None if options.series => Self::Series,
            None => Self::Drawn,
        })
    }
}

/// What became of all seeds.
#[derive(Debug, Default)]
struct Tally {
    requests: usize,
    turns: usize,
    failed: Vec<Run>,
}

fn main() -> ExitCode {
    match start() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn start() -> anyhow::Result<()> {
    let options = Options::parse();
    if options.mutants {
        return hunt::hunt(&options);
    }
    if options.crash_points {
        return crash(&options);
    }
    let begin = clock::now();
    let tally = play_all(&options)?;
    let seconds = begin.elapsed().as_secs_f64();
    let broken: Vec<_> =
        tally.failed.iter().map(|run| json!({ "seed": run.seed, "broken": run.broken })).collect();
    if options.json {
        let line = json!({ "seeds": options.seeds, "requests": tally.requests, "turns": tally.turns,
            "seconds": seconds, "failed": broken });
        println!("{line}");
    } else {
        for run in &tally.failed {
            println!("seed {}: {}", run.seed, run.broken.join("; "));
        }
        println!(
            "{} seeds in {seconds:.1} s, {} requests, {} turns, {} failed",
            options.seeds,
            tally.requests,
            tally.turns,
            tally.failed.len()
        );
    }
    match tally.failed.first() {
        Some(first) => bail!("seed {}: {}", first.seed, first.broken.join("; ")),
        None => Ok(()),
    }
}

/// Plays the seeds on all processors; each takes the next seed that nobody has.
fn play_all(options: &Options) -> anyhow::Result<Tally> {
    let premises = Arc::new(Premises::keyed(options.keys(), false)?);
    let game = Arc::new(Game::of(options)?);
    let next = Arc::new(AtomicU64::new(0));
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let players: Vec<_> = (0..processors)
        .map(|_| {
            let (premises, game) = (Arc::clone(&premises), Arc::clone(&game));
            let (next, options) = (Arc::clone(&next), options.clone());
            thread::spawn(move || play_some(&premises, &game, &next, &options))
        })
        .collect();
    let mut tally = Tally::default();
    for player in players {
        let part = player.join().map_err(|_| anyhow!("a player panicked"))??;
        tally.requests += part.requests;
        tally.turns += part.turns;
        tally.failed.extend(part.failed);
    }
    tally.failed.sort_by_key(|run| run.seed);
    Ok(tally)
}

fn play_some(premises: &Premises, game: &Game, next: &AtomicU64, options: &Options) -> anyhow::Result<Tally> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut tally = Tally::default();
    loop {
        let number = next.fetch_add(1, Ordering::SeqCst);
        if number >= options.seeds {
            return Ok(tally);
        }
        let seed = options.seed.wrapping_add(number);
        let mut run = play_one(&runtime, premises, seed, game);
        if seed.is_multiple_of(TWICE) {
            let again = play_one(&runtime, premises, seed, game);
            if trace::hash(&again.trace) != trace::hash(&run.trace) {
                run.broken.push("the same seed gives another trace".to_owned());
            }
        }
        tally.requests += run.trace.iter().filter(|line| line.contains(" -> ")).count();
        tally.turns += run.turns;
        if options.seeds == 1 && !options.json {
            println!("{}", run.trace.join("\n"));
        }
        if !run.broken.is_empty() {
            tally.failed.push(run);
            if options.until_broken {
                next.store(options.seeds, Ordering::SeqCst);
            }
        }
    }
}

fn play_one(runtime: &tokio::runtime::Runtime, premises: &Premises, seed: u64, game: &Game) -> Run {
    let played = match game {
        Game::Drawn => runtime.block_on(play(premises, seed)),
        Game::Twisted => runtime.block_on(play_twisted(premises, seed)),
        Game::Series => runtime.block_on(play_series(premises, seed)),
        Game::Trap(trap) => runtime.block_on(trap.play(premises, seed)),
    };
    played.unwrap_or_else(|error| Run::stuck(seed, &error))
}

/// Plays every scenario and kills it at every turn.
fn crash(options: &Options) -> anyhow::Result<()> {
    let begin = clock::now();
    let is_meant = |one: &Scenario| options.only.as_ref().is_none_or(|name| one.name.contains(name));
    let all: Vec<Scenario> = scenarios().into_iter().filter(is_meant).collect();
    if all.is_empty() {
        bail!("no scenario has such a name");
    }
    let (premises, all) = (Arc::new(Premises::open(false)?), Arc::new(all));
    let next = Arc::new(AtomicUsize::new(0));
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let players: Vec<_> = (0..processors)
        .map(|_| {
            let (premises, all, next) = (Arc::clone(&premises), Arc::clone(&all), Arc::clone(&next));
            thread::spawn(move || crash_some(&premises, &all, &next))
        })
        .collect();
    let (mut runs, mut broken) = (0, Vec::new());
    for player in players {
        let (some, told) = player.join().map_err(|_| anyhow!("a player panicked"))??;
        runs += some;
        broken.extend(told);
    }
    let seconds = begin.elapsed().as_secs_f64();
    if options.json {
        println!("{}", json!({ "scenarios": all.len(), "runs": runs, "seconds": seconds, "broken": broken }));
    } else {
        println!("{} scenarios, killed {runs} times in {seconds:.1} s, {} broken", all.len(), broken.len());
    }
    if broken.is_empty() { Ok(()) } else { bail!("{}", broken.join("\n")) }
}

fn crash_some(
    premises: &Premises,
    all: &[Scenario],
    next: &AtomicUsize,
) -> anyhow::Result<(usize, Vec<String>)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (mut runs, mut broken) = (0, Vec::new());
    while let Some(scenario) = all.get(next.fetch_add(1, Ordering::SeqCst)) {
        let crashed = runtime.block_on(scenario.crash(premises, 1))?;
        runs += crashed.runs;
        if all.len() == 1 {
            crashed.trace.iter().for_each(|line| println!("{line}"));
        }
        broken.extend(crashed.broken);
    }
    Ok((runs, broken))
}
