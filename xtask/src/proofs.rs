//! What the simulation proves of sync, in sizes that every change can wait for; `cargo xtask sim` and `cargo xtask bench
//! engine` do more of the same.

use anyhow::Result;

use crate::run::Profile;
use crate::{paths, run};

/// Seeds that are played.
const SEEDS: &str = "2000";
/// Seeds that are played with what comes upon them besides: the first of them.
const TWISTED: &str = "600";
/// Seeds about series that are played.
const SERIES: &str = "1000";
/// Seeds that are played in an org that has no place for the keys of Events: the first of them.
const KEYLESS: &str = "300";
/// Seeds that are played in an org that has them in the field of clients' ids: the first of them.
const BY_CLIENT_IDS: &str = "100";
/// Compiles the defects.
const FEATURE: &str = "calbridge-sim/mutants";
/// Seeds that a defect may need in its trap; most need one.
const SEEDS_EACH: &str = "400";
/// Mailboxes that lose where they read to at once.
const LOSING: &str = "1000";
/// How long they may take in real time, in seconds.
const WITHIN_S: &str = "60";

/// Items a second of one core that it must make; alone on a machine it makes twice as many.
const AT_LEAST: &str = "2500";

/// Plays seeds.
///
/// # Errors
/// When something is broken.
pub(crate) fn seeds() -> Result<()> {
    proof(paths::SIMULATION, &["--seeds", SEEDS])?;
    proof(paths::SIMULATION, &["--twists", "--seeds", TWISTED])?;
    proof(paths::SIMULATION, &["--series", "--seeds", SERIES])?;
    proof(paths::SIMULATION, &["--keyless", "--seeds", KEYLESS])?;
    proof(paths::SIMULATION, &["--client-ids", "--seeds", BY_CLIENT_IDS])
}

/// Kills short scenarios at each of their turns.
///
/// # Errors
/// When one does not come to the same end.
pub(crate) fn crash_points() -> Result<()> {
    proof(paths::SIMULATION, &["--crash-points"])
}

/// Puts in each planted defect, and its trap must catch it. Built as the tests are, which leaves little to compile: traps are
/// short.
///
/// # Errors
/// When one is not found.
pub(crate) fn defects() -> Result<()> {
    run::build_with(FEATURE, &[paths::SIMULATION], Profile::Dev)?;
    let simulation = paths::program(&paths::binaries(Profile::Dev), paths::SIMULATION);
    run::program(simulation).args(["--mutants", "--traps", "--seeds", SEEDS_EACH]).shown()
}

/// Lets many mailboxes lose where they read to.
///
/// # Errors
/// When they take too long, or never come to rest.
pub(crate) fn lost_cursors() -> Result<()> {
    proof(paths::BENCH, &["--part", "tokens", "--losing", LOSING, "--within-s", WITHIN_S])
}

/// Saves and changes many items on SQLite, and the vendors take no time.
///
/// # Errors
/// When it makes fewer items a second than half of what it should.
pub(crate) fn rate() -> Result<()> {
    proof(paths::BENCH, &["--part", "speed", "--at-least", AT_LEAST])
}

fn proof(binary: &str, arguments: &[&str]) -> Result<()> {
    run::build(&[paths::SIMULATION, paths::BENCH], Profile::Release)?;
    run::program(paths::program(&paths::binaries(Profile::Release), binary)).args(arguments).shown()
}
