//! `cargo xtask bench`: measurements, printed as JSON.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::run::Profile;
use crate::{certs, pane, paths, run, setup};

/// What can be measured.
#[derive(Clone, Copy, clap::ValueEnum)]
pub(crate) enum What {
    /// From navigation to a Save button that can be pressed, next to a minimal Leptos page.
    Pane,
    /// The service's time for a save request, over https on this machine.
    Save,
    /// The stand-in with 10,000 mailboxes and 100,000 Events: time to load, peak of memory, time of answers.
    Standin,
    /// The engine: items a second, calls for each edit, time to the other side, memory, and the loss of every round.
    Engine,
}

/// How strict a measurement is.
#[derive(Clone, Copy)]
enum Gate {
    /// It is only printed.
    None,
    /// It fails at twice its limit: timings swing on a busy machine.
    AtTwiceTheLimit,
}

/// Measures.
///
/// # Errors
/// When something does not build or start.
pub(crate) fn start(what: What) -> Result<()> {
    match what {
        What::Pane => pane_start(Gate::None),
        What::Save => save_request(Gate::None, Profile::Release),
        What::Engine => {
            let bench = ["--package", "calbridge-sim", "--bin", "calbridge-bench", "--", "--json"];
            run::cargo(["run", "--release"].into_iter().chain(bench)).shown()
        }
        What::Standin => {
            run::cargo(["run", "--release", "--package", "calbridge-standin", "--bin", "standin-scale"])
                .shown()
        }
    }
}

/// Measures the pane's start and fails far above its limit.
///
/// # Errors
/// When something does not build or start, or the pane starts much too slowly.
pub(crate) fn gate_pane() -> Result<()> {
    pane_start(Gate::AtTwiceTheLimit)
}

/// Measures save requests against the development build and fails far above their limit.
///
/// # Errors
/// When something does not build or start, or the service answers much too slowly.
pub(crate) fn gate_save() -> Result<()> {
    save_request(Gate::AtTwiceTheLimit, Profile::Dev)
}

fn pane_start(gate: Gate) -> Result<()> {
    let out = paths::target().join("pane-bench");
    pane::build(&pane::Options { release: true, config: None, out: out.clone() })?;
    minimal(&out)?;
    measure("tests/bench/pane.mjs", &out, gate, Profile::Dev)
}

fn save_request(gate: Gate, profile: Profile) -> Result<()> {
    let out = paths::target().join("pane-release");
    pane::build(&pane::Options { release: true, config: None, out: out.clone() })?;
    measure("tests/bench/save.mjs", &out, gate, profile)
}

/// Runs a script against a demo of its own.
fn measure(script: &str, pane: &Path, gate: Gate, profile: Profile) -> Result<()> {
    let browser = setup::chromium_path().context("no Chromium; set CHROME_PATH or run: cargo xtask setup")?;
    certs::ensure()?;
    run::build(&paths::DEMO, profile)?;
    run::program("node")
        .args([script])
        .env("CHROME_PATH", browser)
        .env("E2E_XTASK", std::env::current_exe()?)
        .env("E2E_PANE", pane)
        .env("E2E_DIR", paths::target().join("bench"))
        .env("E2E_BINARIES", paths::binaries(profile))
        .env(
            "BENCH_GATE",
            match gate {
                Gate::None => "0",
                Gate::AtTwiceTheLimit => "2",
            },
        )
        .shown()
}

/// Builds the minimal page beside the pane, with the same profile and optimiser.
fn minimal(out: &Path) -> Result<()> {
    pane::compile(pane::Module::Minimal, true, out)?;
    for page in ["minimal.html", "minimal_start.js"] {
        fs::copy(paths::root().join("tests/bench").join(page), out.join(page))?;
    }
    Ok(())
}
