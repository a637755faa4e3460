//! `calbridge-bench`: what the engine costs, as one JSON line with machine and seed.

use std::process::Command;

use anyhow::{Context, bail};
use calbridge_sim::bench::{
    day::{self, Day},
    machine, memory, on_one_core,
    rig::Terms,
    speed, tokens,
};
use clap::{Parser, ValueEnum};
use mimalloc::MiMalloc;
use serde_json::{Value, json};

/// As the service has it.
#[global_allocator]
static MEMORY: MiMalloc = MiMalloc;

/// Measures the engine.
#[derive(Debug, Parser)]
struct Options {
    /// What is measured; everything without it.
    #[arg(long)]
    part: Option<Part>,
    /// Decides everything that is left to chance.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Mailboxes of the working day.
    #[arg(long, default_value_t = 2_000)]
    mailboxes: usize,
    /// The part of the working day that is played, in percent.
    #[arg(long, default_value_t = 20)]
    percent: i64,
    /// Mailboxes that lose their rounds.
    #[arg(long, default_value_t = 10_000)]
    losing: usize,
    /// Fails where the part that is measured took longer, in seconds of real time.
    #[arg(long)]
    within_s: Option<f64>,
    /// Fails where the part that is measured made fewer items a second of one core.
    #[arg(long)]
    at_least: Option<f64>,
    /// Prints one JSON line; what else it would print is less.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Items a second of one core, without the vendors' time.
    Speed,
    /// A working day with notices.
    Day,
    /// The same with one session and one call at a time.
    OneByOne,
    /// The same with the window read anew by each session, and no notices.
    Rereading,
    /// A day in which nothing happens.
    Idle,
    /// Memory of mailboxes in which nothing happens.
    Memory,
    /// Every round lost at once.
    Tokens,
}

const PARTS: [(Part, &str); 7] = [
    (Part::Speed, "speed"),
    (Part::Day, "day"),
    (Part::OneByOne, "day_one_by_one"),
    (Part::Rereading, "day_rereading"),
    (Part::Idle, "idle_day"),
    (Part::Memory, "idle_memory"),
    (Part::Tokens, "tokens_lost"),
];

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    if let Some(part) = options.part {
        if part == Part::Speed {
            on_one_core();
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let told = runtime.block_on(measure(part, &options))?;
        println!("{told}");
        in_time(&told, options.within_s)?;
        return fast_enough(&told, options.at_least);
    }
    let mut report = json!({ "machine": machine(), "seed": options.seed });
    for (part, name) in PARTS {
        report[name] = apart(part, &options)?;
        if !options.json {
            println!("{name}: {}", report[name]);
        }
    }
    if options.json {
        println!("{report}");
    }
    Ok(())
}

fn in_time(told: &Value, within_s: Option<f64>) -> anyhow::Result<()> {
    match (told["real_s"].as_f64(), within_s) {
        (Some(took_s), Some(limit_s)) if took_s > limit_s => {
            bail!("it took {took_s:.1} s, and may take {limit_s}")
        }
        (None, Some(_)) => bail!("this part tells no time that could be held against a limit"),
        (Some(_) | None, _) => Ok(()),
    }
}

fn fast_enough(told: &Value, at_least: Option<f64>) -> anyhow::Result<()> {
    match (told["items_per_core_second"].as_f64(), at_least) {
        (Some(rate), Some(least)) if rate < least => {
            bail!("{rate:.0} items a second of one core, and it must be {least:.0}")
        }
        (None, Some(_)) => bail!("this part tells no rate that could be held against a limit"),
        (Some(_) | None, _) => Ok(()),
    }
}

/// Each part in a process of its own, so that none finds another's memory.
fn apart(part: Part, options: &Options) -> anyhow::Result<Value> {
    let name = part.to_possible_value().context("a part")?.get_name().to_owned();
    let numbers = [
        ("--seed", options.seed.to_string()),
        ("--mailboxes", options.mailboxes.to_string()),
        ("--percent", options.percent.to_string()),
        ("--losing", options.losing.to_string()),
        ("--part", name.clone()),
    ];
    let mut command = Command::new(std::env::current_exe()?);
    for (option, value) in numbers {
        command.args([option, &value]);
    }
    let output = command.output()?;
    if !output.status.success() {
        bail!("{name}: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

async fn measure(part: Part, options: &Options) -> anyhow::Result<Value> {
    let terms = Terms {
        mailboxes: options.mailboxes,
        items_each: 10,
        seed: options.seed,
        at_once: 256,
        linger_ms: 30_000,
        has_notices: true,
    };
    let day = Day { terms, percent: options.percent, rereads: false, is_idle: false };
    match part {
        Part::Speed => speed::measure(options.seed, 50).await,
        Part::Day => day::play(&day).await,
        Part::OneByOne => {
            let terms = Terms { at_once: 1, linger_ms: 0, ..day.terms };
            day::play(&Day { terms, ..day }).await
        }
        Part::Rereading => {
            let terms = Terms { has_notices: false, ..day.terms };
            day::play(&Day { terms, rereads: true, ..day }).await
        }
        Part::Idle => {
            let terms = Terms { mailboxes: 100, has_notices: false, ..day.terms };
            day::play(&Day { terms, percent: 100, is_idle: true, ..day }).await
        }
        Part::Memory => memory::measure(1_000).await,
        Part::Tokens => tokens::measure(options.seed, options.losing, 20).await,
    }
}
