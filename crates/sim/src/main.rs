//! `calbridge-sim`: plays seeds and says which broke what.

use anyhow::bail;
use calbridge_sim::{Run, Sabotage, play};
use clap::Parser;
use serde_json::json;

/// Plays seeds of the simulation.
#[derive(Debug, Parser)]
struct Options {
    /// How many seeds to play.
    #[arg(long, default_value_t = 50)]
    seeds: u64,
    /// The first seed; with `--seeds 1` its whole trace is shown.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Prints one JSON line.
    #[arg(long)]
    json: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let mut requests = 0;
    let mut failed: Vec<Run> = Vec::new();
    for seed in options.seed..options.seed.saturating_add(options.seeds) {
        let run = play(seed, Sabotage::None).await?;
        requests += run.trace.iter().filter(|line| line.contains(" -> ")).count();
        if options.seeds == 1 && !options.json {
            println!("{}", run.trace.join("\n"));
        }
        if !run.broken.is_empty() {
            failed.push(run);
        }
    }
    let broken: Vec<_> = failed.iter().map(|run| json!({ "seed": run.seed, "broken": run.broken })).collect();
    if options.json {
        println!("{}", json!({ "seeds": options.seeds, "requests": requests, "failed": broken }));
    } else {
        println!("{} seeds, {requests} requests, {} failed", options.seeds, failed.len());
    }
    if let Some(first) = failed.first() {
        bail!("seed {}: {}", first.seed, first.broken.join("; "));
    }
    Ok(())
}
