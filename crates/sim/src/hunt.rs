//! How soon the simulation finds each defect that was built in. A seed finds a defect if it breaks with it and does not
//! without.

use std::process::Command;

use anyhow::{Context, bail};
use calbridge_sim::mutants::{MUTANTS, Mutant, VARIABLE};
use serde_json::{Value, json};

use crate::Options;

/// How a defect was found.
struct Found {
    seed: u64,
    by: String,
}

/// Plays seeds for each defect in processes of their own, and tells how many it took.
///
/// # Errors
/// A defect was not found, or a process cannot be started.
pub(crate) fn hunt(options: &Options) -> anyhow::Result<()> {
    if !cfg!(feature = "mutants") {
        bail!("no defects were built in: build with --features mutants");
    }
    let (mut found, mut survivors) = (Vec::new(), Vec::new());
    for mutant in MUTANTS.iter().filter(|one| options.only.as_ref().is_none_or(|name| name == one.name)) {
        let begin = if options.known { mutant.seed } else { options.seed };
        let Some(Found { seed, by }) = find(mutant, begin, options)? else {
            survivors.push(mutant.name);
            continue;
        };
        let seeds = seed - begin + 1;
        if !options.json {
            println!("{}: {seeds} seeds, the last {seed} ({}): {by}", mutant.name, mutant.does);
        }
        found.push(json!({ "mutant": mutant.name, "seed": seed, "seeds": seeds, "by": by }));
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
        bail!("no seed of {} found {}", options.seeds, survivors.join(", "))
    }
}

/// The first of so many seeds that finds a defect.
fn find(mutant: &Mutant, begin: u64, options: &Options) -> anyhow::Result<Option<Found>> {
    let (mut next, end) = (begin, begin + options.seeds);
    while next < end {
        let Some(first) = first_broken(Some(mutant.name), next, end - next, options.twists)? else {
            return Ok(None);
        };
        if first_broken(None, first.seed, 1, options.twists)?.is_none() {
            return Ok(Some(first));
        }
        next = first.seed + 1;
    }
    Ok(None)
}

fn first_broken(mutant: Option<&str>, begin: u64, seeds: u64, twists: bool) -> anyhow::Result<Option<Found>> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["--json", "--until-broken", "--seeds", &seeds.to_string(), "--seed", &begin.to_string()]);
    if twists {
        command.arg("--twists");
    }
    match mutant {
        Some(name) => command.env(VARIABLE, name),
        None => command.env_remove(VARIABLE),
    };
    let output = command.output()?;
    let told: Value = serde_json::from_slice(&output.stdout)
        .with_context(|| format!("{mutant:?}: {}", String::from_utf8_lossy(&output.stderr)))?;
    let first = &told["failed"][0];
    let by = first["broken"][0].as_str().unwrap_or_default().to_owned();
    Ok(first["seed"].as_u64().map(|seed| Found { seed, by }))
}
