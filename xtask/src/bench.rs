//! `cargo xtask bench`: measurements, printed as JSON.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::{certs, pane, paths, run, setup};

/// What can be measured.
#[derive(Clone, Copy, clap::ValueEnum)]
pub(crate) enum What {
    /// From navigation to a Save button that can be pressed, next to a minimal Leptos page.
    Pane,
}

/// Measures.
///
/// # Errors
/// When something does not build or start.
pub(crate) fn start(what: What) -> Result<()> {
    match what {
        What::Pane => pane_start(None),
    }
}

/// Measures the pane's start and fails far above its limit: timings swing on a busy machine.
///
/// # Errors
/// When something does not build or start, or the pane starts much too slowly.
pub(crate) fn gate() -> Result<()> {
    pane_start(Some("2"))
}

fn pane_start(gate: Option<&str>) -> Result<()> {
    let browser = setup::chromium_path().context("no Chromium; set CHROME_PATH or run: cargo xtask setup")?;
    certs::ensure()?;
    let out = paths::target().join("pane-bench");
    pane::build(&pane::Options { release: true, config: None, out: out.clone() })?;
    minimal(&out)?;
    run::build(&paths::DEMO)?;
    run::program("node")
        .args(["tests/bench/pane.mjs"])
        .env("CHROME_PATH", browser)
        .env("E2E_XTASK", std::env::current_exe()?)
        .env("E2E_PANE", out)
        .env("E2E_DIR", paths::target().join("bench"))
        .env("BENCH_GATE", gate.unwrap_or("0"))
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
