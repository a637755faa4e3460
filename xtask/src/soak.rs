//! `cargo xtask soak`: real processes of the service, killed at any time while people press Save, for as long as asked.

use anyhow::Result;

use crate::{postgres, run};

/// What the names of these tests hold.
const TESTS: &str = "survive";

/// Runs for so many minutes, on PostgreSQL and on SQLite side by side.
///
/// # Errors
/// When something was lost or doubled, or no database server starts.
pub(crate) fn start(minutes: u32, seed: Option<u64>) -> Result<()> {
    let server = postgres::Server::start()?;
    // Not by nextest, which ends tests that take longer than minutes.
    let tests = run::cargo(["test", "--workspace", "--test", "it", "--", "--nocapture", TESTS])
        .env(postgres::VARIABLE, server.url())
        .env("CALBRIDGE_SOAK_MINUTES", minutes.to_string());
    match seed {
        Some(seed) => tests.env("CALBRIDGE_SOAK_SEED", seed.to_string()),
        None => tests,
    }
    .shown()
}
