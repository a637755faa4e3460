//! What the parts share: counted checks, the stand-in's control side, clients, what the environment tells.

use std::future::Future;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use cirrus::auth::ClientCredentialsAuth;
use cirrus::reqwest::{self, Method};
use cirrus::{Cirrus, RetryPolicy, SharedAuth};
use serde_json::{Value, json};

/// The version that every client speaks.
pub const VERSION: &str = "v67.0";

/// Counts checks: each prints its line, and the program fails when one failed or too few ran.
#[derive(Debug, Default)]
pub struct Tally {
    passed: usize,
    failed: usize,
}

impl Tally {
    /// Runs one check.
    pub async fn check(&mut self, name: &str, body: impl Future<Output = Result<()>>) {
        match body.await {
            Ok(()) => {
                self.passed += 1;
                println!("ok   {name}");
            }
            Err(error) => {
                self.failed += 1;
                println!("FAIL {name}: {error:#}");
            }
        }
    }

    /// Prints the sum and says by the exit code whether all is well.
    pub fn finish(&self, least: usize) -> ExitCode {
        let ran = self.passed + self.failed;
        println!("cirrus: {ran} checks, {} failed", self.failed);
        if ran < least {
            println!("cirrus: only {ran} of at least {least} checks ran");
        }
        if self.failed == 0 && ran >= least { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// An environment variable that must be there.
pub fn required(name: &str) -> Result<String> {
    std::env::var(name).with_context(|| format!("{name} is not set"))
}

/// A client for HTTP that trusts the test authority.
pub fn http() -> Result<reqwest::Client> {
    let authority = std::fs::read(required("CA_FILE")?)?;
    let builder = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    Ok(builder.tls_certs_only([reqwest::Certificate::from_pem(&authority)?]).build()?)
}

/// The service's sign-in by client credentials.
pub fn service() -> Result<SharedAuth> {
    let org = required("SALESFORCE_URL")?;
    let auth = ClientCredentialsAuth::builder()
        .consumer_key("calbridge-service")
        .consumer_secret(required("SALESFORCE_CLIENT_SECRET")?)
        .login_url(&org)
        .instance_url(&org)
        .http_client(http()?)
        .build()?;
    Ok(Arc::new(auth))
}

/// A client with some sign-in, which asks each thing once.
pub fn client(auth: SharedAuth) -> Result<Cirrus> {
    let builder = Cirrus::builder().auth(auth).api_version(VERSION).http_client(http()?);
    Ok(builder.retry_policy(RetryPolicy::none()).build()?)
}

/// Asks the stand-in's control side.
pub async fn control(method: Method, path: &str, body: &Value) -> Result<()> {
    let address = required("CONTROL_URL")? + path;
    let request = http()?.request(method, address).header("content-type", "application/json");
    let answer = request.body(body.to_string()).send().await?;
    let status = answer.status();
    ensure!(status.is_success(), "control {path}: {status} {}", answer.text().await?);
    Ok(())
}

/// Loads the demo company afresh, with an overlay; every token of before is worth nothing then.
pub async fn fresh_world(overlay: &Value) -> Result<()> {
    control(Method::POST, "/world", &json!({ "name": "demo", "overlay": overlay })).await
}

/// Fails a check where two values differ.
#[macro_export]
macro_rules! equal {
    ($found:expr, $wanted:expr) => {{
        let (found, wanted) = (&$found, &$wanted);
        anyhow::ensure!(found == wanted, "{} is {found:?} instead of {wanted:?}", stringify!($found));
    }};
}
