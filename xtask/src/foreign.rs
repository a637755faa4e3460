//! Other people's clients against the stand-in: what they accept, our own code may not have dreamt up.

use std::process::Stdio;

use anyhow::Result;

use crate::children::Child;
use crate::dev::settings;
use crate::run::Profile;
use crate::{certs, paths, run};

/// Runs the jsforce script against a stand-in of its own.
///
/// # Errors
/// When the stand-in does not start or a check of the script fails.
pub(crate) fn jsforce() -> Result<()> {
    run::build(&[paths::STANDIN], Profile::Dev)?;
    let standin = paths::program(&paths::binaries(Profile::Dev), paths::STANDIN);
    tokio::runtime::Runtime::new()?.block_on(async {
        let certificates = certs::ensure()?;
        let secrets = settings::Secrets::make(&paths::target().join("foreign"))?;
        let arguments = settings::standin("demo", &secrets, &certificates, "https://localhost:3000", |_| 0);
        let mut standin = Child::start("stand-in", &standin, arguments, Stdio::inherit()).await?;
        let script = run::program("node")
            .args(["tests/foreign/jsforce.mjs"])
            .env("SALESFORCE_URL", standin.url("salesforce")?)
            .env("SALESFORCE_CLIENT_ID", "calbridge-service")
            .env("SALESFORCE_CLIENT_SECRET", secrets.salesforce()?)
            .env("NODE_EXTRA_CA_CERTS", &certificates.ca);
        let done = tokio::task::spawn_blocking(|| script.shown()).await?;
        standin.kill().await;
        done
    })
}
