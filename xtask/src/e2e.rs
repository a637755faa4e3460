//! Builds what the end-to-end tests drive, then hands over to Playwright, whose workers start it all themselves.

use anyhow::{Result, bail};

use crate::{certs, pane, paths, run, setup};

/// Runs the end-to-end tests; `playwright` is added to its command line.
///
/// # Errors
/// When something does not build, no browser is there, or a test fails.
pub(crate) fn start(release: bool, playwright: &[String]) -> Result<()> {
    let Some(browser) = setup::chromium_path() else {
        bail!("no Chromium; set CHROME_PATH or run: cargo xtask setup");
    };
    certs::ensure()?;
    setup::graph_schema().needed()?;
    let out = paths::target().join(if release { "pane-release" } else { "pane-dev" });
    pane::build(&pane::Options { release, config: None, out: out.clone() })?;
    run::build(&paths::DEMO, run::Profile::Dev)?;
    run::program("node")
        .args(["node_modules/@playwright/test/cli.js", "test", "--config", "tests/e2e/playwright.config.ts"])
        .args(playwright)
        .env("CHROME_PATH", browser)
        .env("E2E_XTASK", std::env::current_exe()?)
        .env("E2E_PANE", out)
        .env("E2E_GRAPH_SCHEMA", paths::graph_schema())
        .env("E2E_DIR", paths::target().join("e2e"))
        .shown()
}
