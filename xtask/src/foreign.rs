//! Other people's clients against the stand-in: what they accept, our own code may not have dreamt up.
//!
//! One stand-in serves them all; each script loads the world afresh before it begins, counts its checks and fails when
//! too few of them ran.

use std::ffi::OsString;
use std::process::Stdio;

use anyhow::{Result, bail};

use crate::children::Child;
use crate::dev::settings;
use crate::run::{Profile, Run};
use crate::setup::{self, Tool};
use crate::{certs, paths, run};

/// Where the scripts lie.
const FOLDER: &str = "tests/foreign";
/// The client in Rust, which has a workspace of its own.
pub(crate) const CIRRUS: &str = "tests/foreign/cirrus/Cargo.toml";
/// Where the pane would be, whose sign-in some scripts go through.
const PANE_ORIGIN: &str = "https://localhost:3000";

/// What a client is told of the stand-in, and where it lies.
type Surroundings = Vec<(&'static str, OsString)>;

/// A client by name, and how it is run; without its tools, what to type.
type Client = (&'static str, fn() -> Result<Run, String>);

const CLIENTS: [Client; 4] = [
    ("jsforce", || Ok(node("jsforce.mjs"))),
    ("simple-salesforce", python),
    ("cirrus", cirrus),
    ("microsoft-graph-client", || Ok(node("graph-client.mjs"))),
];

/// Runs every client; answers for which a tool is missing, and what to type.
///
/// # Errors
/// When the stand-in does not start or a check of some client fails.
pub(crate) fn run_all() -> Result<Vec<String>> {
    run::build(&[paths::STANDIN], Profile::Dev)?;
    let clients: Vec<(&str, Result<Run, String>)> =
        CLIENTS.into_iter().map(|(name, ready)| (name, ready())).collect();
    let standin = paths::program(&paths::binaries(Profile::Dev), paths::STANDIN);
    tokio::runtime::Runtime::new()?.block_on(async {
        let certificates = certs::ensure()?;
        let secrets = settings::Secrets::make(&paths::target().join("foreign"))?;
        let mut arguments = settings::standin("demo", &secrets, &certificates, PANE_ORIGIN, |_| 0);
        // Microsoft's client speaks TLS only.
        arguments.push("--graph-tls".to_owned());
        setup::graph_schema().needed()?;
        arguments.extend(settings::checked(&paths::graph_schema()));
        let mut standin = Child::start("stand-in", &standin, arguments, Stdio::inherit()).await?;
        let told = surroundings(&standin, &secrets, &certificates)?;
        let done = tokio::task::spawn_blocking(move || each(clients, &told)).await?;
        standin.kill().await;
        done
    })
}

fn surroundings(
    standin: &Child,
    secrets: &settings::Secrets,
    certificates: &certs::Certificates,
) -> Result<Surroundings> {
    let authority = certificates.ca.clone().into_os_string();
    Ok(vec![
        ("SALESFORCE_URL", standin.url("salesforce")?.into()),
        ("SALESFORCE_CLIENT_SECRET", secrets.salesforce()?.into()),
        ("GRAPH_URL", standin.url("graph")?.into()),
        ("GRAPH_CLIENT_SECRET", secrets.graph()?.into()),
        ("CONTROL_URL", standin.url("control")?.into()),
        ("PANE_ORIGIN", PANE_ORIGIN.into()),
        ("TLS_CERT", certificates.cert.clone().into_os_string()),
        ("TLS_KEY", certificates.key.clone().into_os_string()),
        ("CA_FILE", authority.clone()),
        // How node and Python's requests are told whom to trust.
        ("NODE_EXTRA_CA_CERTS", authority.clone()),
        ("REQUESTS_CA_BUNDLE", authority),
        ("PYTHONDONTWRITEBYTECODE", "1".into()),
        ("NO_PROXY", "localhost,127.0.0.1".into()),
    ])
}

/// Runs one client after the other, also after one failed.
fn each(clients: Vec<(&str, Result<Run, String>)>, told: &Surroundings) -> Result<Vec<String>> {
    let (mut failed, mut missing) = (Vec::new(), Vec::new());
    for (name, client) in clients {
        let client = match client {
            Ok(client) => client,
            Err(how) => {
                eprintln!("{name}: SKIPPED, a tool is missing. Type: {how}");
                missing.push(format!("{name}: type: {how}"));
                continue;
            }
        };
        let client = told.iter().fold(client, |client, (variable, value)| client.env(variable, value));
        if let Err(error) = client.shown() {
            eprintln!("{name}: {error:#}");
            failed.push(name);
        }
    }
    if !failed.is_empty() {
        bail!("checks failed of: {}", failed.join(", "));
    }
    Ok(missing)
}

fn node(script: &str) -> Run {
    run::program("node").args([format!("{FOLDER}/{script}")])
}

fn python() -> Result<Run, String> {
    match setup::venv() {
        Tool::Ready => {
            let script = format!("{FOLDER}/simple_salesforce_client.py");
            Ok(run::program(setup::venv_python()).args([script]))
        }
        Tool::Missing(how) => Err(how),
    }
}

fn cirrus() -> Result<Run, String> {
    let target = paths::target().join("cirrus");
    let command = ["build", "--locked", "--quiet", "--manifest-path", CIRRUS, "--target-dir"];
    let built = run::cargo(command).args([&target]).shown();
    built.map_err(|_| format!("cargo build --manifest-path {CIRRUS}"))?;
    Ok(run::program(paths::program(&target.join("debug"), "calbridge-foreign-cirrus")))
}
