//! cirrus, which decodes every answer into strict types, against the stand-in's Salesforce.
//!
//! `SALESFORCE_URL`, `SALESFORCE_CLIENT_SECRET`, `CONTROL_URL`, `PANE_ORIGIN` and `CA_FILE` come from xtask. Every check
//! prints one line; the exit code says whether all passed. What is expected is what the vendor documents.

mod describing;
mod reading;
mod refusals;
mod signing_in;
mod stage;
mod writing;

use std::process::ExitCode;

use anyhow::Result;
use serde_json::json;

/// Fewer checks than this mean that a part did not run.
const LEAST: usize = 78;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode> {
    let mut tally = stage::Tally::default();
    stage::fresh_world(&json!({})).await?;
    signing_in::run(&mut tally).await;
    stage::fresh_world(&json!({})).await?;
    let org = stage::client(stage::service()?)?;
    describing::run(&mut tally, &org).await;
    writing::run(&mut tally, &org).await;
    reading::run(&mut tally, &org).await;
    refusals::run(&mut tally).await?;
    Ok(tally.finish(LEAST))
}
