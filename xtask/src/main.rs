//! `cargo xtask`: set-up, checks, development servers and release builds of Calbridge.

mod bench;
mod certs;
mod checks;
mod children;
mod clock;
mod csp;
mod dev;
mod e2e;
mod foreign;
mod headers;
mod manifest;
mod pane;
mod paths;
mod postgres;
mod proofs;
mod run;
mod serve;
mod setup;
mod size;
mod soak;
mod trust;
mod welcome;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "Set-up, checks, development servers and release builds of Calbridge"
)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Brings every tool that the checks need.
    Setup,
    /// The quick checks: format, lints, fences, tests without a browser.
    Check,
    /// Every check, as CI runs them.
    Test {
        /// Only the steps whose name holds this.
        #[arg(long)]
        only: Option<String>,
    },
    /// Builds the pane into a folder that any https host can serve.
    Build {
        /// Small and optimised, as shipped.
        #[arg(long)]
        release: bool,
        /// A config.json for the pane; its origins go into the Content-Security-Policy.
        #[arg(long)]
        config: Option<PathBuf>,
        /// Where the files go.
        #[arg(long, default_value = "target/pane-dist")]
        out: PathBuf,
    },
    /// Runs pane, stand-in and service on this machine.
    Dev(dev::Options),
    /// Runs the end-to-end tests; what follows goes to Playwright.
    E2e {
        /// Tests the small, optimised pane instead of the quick build.
        #[arg(long)]
        release: bool,
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        playwright: Vec<String>,
    },
    /// Makes this machine's browsers trust the development certificate.
    Trust,
    /// Prints the brotli sizes of the release pane as JSON.
    Size,
    /// Writes manifest.xml for another host.
    Manifest {
        /// Where the pane is served, `https://…`, without a trailing slash.
        #[arg(long)]
        host: String,
        /// The file to write; standard output when left out.
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// Measures the product; what follows goes to the measurement.
    Bench {
        /// What to measure.
        #[arg(value_enum)]
        what: bench::What,
        /// Figures are JSON with or without it.
        #[arg(long)]
        json: bool,
    },
    /// Kills real processes of the service for a while, on PostgreSQL and SQLite, and sees that nothing is lost or doubled.
    Soak {
        /// How long.
        #[arg(long, default_value_t = 30)]
        minutes: u32,
        /// What chance is drawn from; a failed run prints its own.
        #[arg(long)]
        seed: Option<u64>,
    },
    /// Runs the seeded simulation in release; what follows goes to it.
    Sim {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

fn main() -> ExitCode {
    match start(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn start(task: Task) -> Result<()> {
    std::env::set_current_dir(paths::root())?;
    match task {
        Task::Setup => setup::everything(),
        Task::Check => checks::quick(),
        Task::Test { only } => checks::all(only.as_deref()),
        Task::Build { release, config, out } => pane::build(&pane::Options { release, config, out }),
        Task::Dev(options) => dev::start(options),
        Task::E2e { release, playwright } => e2e::start(release, &playwright),
        Task::Trust => trust::install(),
        Task::Size => size::print(),
        Task::Manifest { host, out } => manifest::write(&host, out.as_deref()),
        Task::Bench { what, json: _ } => bench::start(what),
        Task::Soak { minutes, seed } => soak::start(minutes, seed),
        Task::Sim { arguments } => {
            // Defects are compiled only for the run that must find them.
            let features: &[&str] =
                if arguments.iter().any(|one| one == "--mutants") { &["--features", "mutants"] } else { &[] };
            run::cargo(["run", "--release", "--package", "calbridge-sim"])
                .args(features.iter().copied().chain(["--"]))
                .args(arguments)
                .shown()
        }
    }
}
