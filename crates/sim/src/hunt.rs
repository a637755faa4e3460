//! How soon the simulation finds each defect that was built in. A run finds a defect if it breaks with it and does not without:
//! a seed's own, or that of its trap under a seed.

use std::process::Command;

use anyhow::{Context, bail};
use calbridge_sim::mutants::{MUTANTS, Mutant, VARIABLE};
use serde_json::{Value, json};

use crate::Options;

/// What is played under each seed to find a defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Among {
    /// What a seed draws.
    Seeds,
    /// The defect's own script.
    Trap,
}

/// The first run that broke something.
struct Broken {
    seed: u64,
    by: String,
}

/// How a defect was found.
struct Found {
    among: Among,
    /// Seeds that it took.
    seeds: u64,
    broken: Broken,
}

/// Plays seeds and traps for each defect in processes of their own, and tells how many it took.
///
/// # Errors
/// A defect was not found, or a process cannot be started.
pub(crate) fn hunt(options: &Options) -> anyhow::Result<()> {
    if !cfg!(feature = "mutants") {
        bail!("no defects were built in: build with --features mutants");
    }
    let (mut found, mut survivors) = (Vec::new(), Vec::new());
    for mutant in MUTANTS.iter().filter(|one| options.only.as_ref().is_none_or(|name| name == one.name)) {
        let Some(one) = find(mutant, options)? else {
            survivors.push(mutant.name);
            continue;
        };
        if !options.json {
            println!("{}", line(mutant, &one));
        }
        found.push(json!({ "mutant": mutant.name, "by_trap": one.among == Among::Trap, "seeds": one.seeds,
            "seed": one.broken.seed, "by": one.broken.by }));
    }
    if options.json {
        println!("{}", json!({ "found": found, "survivors": survivors }));
    } else {
        println!("{} defects, {} not found", found.len() + survivors.len(), survivors.len());
    }
    if found.is_empty() && survivors.is_empty() {
        bail!("no defect has such a name");
    }
    if survivors.is_empty() {
        Ok(())
    } else {
        bail!("neither {} seeds nor their traps found {}", options.seeds, survivors.join(", "))
    }
}

fn line(mutant: &Mutant, found: &Found) -> String {
    let how = match found.among {
        Among::Seeds => "seeds",
        Among::Trap => "seeds in its trap",
    };
    let Found { seeds, broken: Broken { seed, by }, .. } = found;
    format!("{}: {seeds} {how}, the last {seed} ({}): {by}", mutant.name, mutant.does)
}

/// How a defect is found: by seeds, and where those do not find it, or are not asked, in its trap.
fn find(mutant: &Mutant, options: &Options) -> anyhow::Result<Option<Found>> {
    let all: &[Among] = if options.traps { &[Among::Trap] } else { &[Among::Seeds, Among::Trap] };
    for among in all {
        if let Some(broken) = find_among(*among, mutant, options)? {
            let seeds = broken.seed - options.seed + 1;
            return Ok(Some(Found { among: *among, seeds, broken }));
        }
    }
    Ok(None)
}

/// The first of so many seeds that finds a defect.
fn find_among(among: Among, mutant: &Mutant, options: &Options) -> anyhow::Result<Option<Broken>> {
    let (mut next, end) = (options.seed, options.seed + options.seeds);
    while next < end {
        let first = first_broken(among, mutant, true, (next, end - next), options)?;
        let Some(first) = first else { return Ok(None) };
        if first_broken(among, mutant, false, (first.seed, 1), options)?.is_none() {
            return Ok(Some(first));
        }
        next = first.seed + 1;
    }
    Ok(None)
}

/// The first run that breaks something, of so many seeds from one on, with a defect put in or without.
fn first_broken(
    among: Among,
    mutant: &Mutant,
    is_put_in: bool,
    (begin, seeds): (u64, u64),
    options: &Options,
) -> anyhow::Result<Option<Broken>> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["--json", "--until-broken", "--seeds", &seeds.to_string(), "--seed", &begin.to_string()]);
    match among {
        Among::Seeds if options.twists => command.arg("--twists"),
        Among::Seeds if options.series => command.arg("--series"),
        Among::Seeds => &mut command,
        Among::Trap => command.args(["--in-trap", mutant.name]),
    };
    if is_put_in {
        command.env(VARIABLE, mutant.name);
    } else {
        command.env_remove(VARIABLE);
    }
    let output = command.output()?;
    let told: Value = serde_json::from_slice(&output.stdout)
        .with_context(|| format!("{}: {}", mutant.name, String::from_utf8_lossy(&output.stderr)))?;
    let first = &told["failed"][0];
    let by = first["broken"][0].as_str().unwrap_or_default().to_owned();
    Ok(first["seed"].as_u64().map(|seed| Broken { seed, by }))
}
