//! Programs that run beside xtask: each says in one JSON line on standard output where it listens.

use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child as Process, Command};

const START_LIMIT: Duration = Duration::from_mins(1);
const STOP_LIMIT: Duration = Duration::from_secs(3);

/// A running program; it ends with this value.
pub(crate) struct Child {
    pub(crate) name: &'static str,
    process: Process,
    urls: Value,
}

impl Child {
    /// Starts a program, with its log going to `log`, and waits for its JSON line.
    ///
    /// # Errors
    /// When it does not start, ends at once or says nothing.
    pub(crate) async fn start(
        name: &'static str,
        binary: &Path,
        arguments: impl IntoIterator<Item = String>,
        log: Stdio,
    ) -> Result<Self> {
        let mut process = Command::new(binary)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", binary.display()))?;
        let output = process.stdout.take().context("no standard output")?;
        let mut lines = BufReader::new(output).lines();
        let Ok(line) = tokio::time::timeout(START_LIMIT, lines.next_line()).await else {
            bail!("{name} did not say where it listens within {START_LIMIT:?}");
        };
        let Some(line) = line? else {
            let status = process.wait().await?;
            bail!("{name} ended before it listened ({status})");
        };
        let urls = serde_json::from_str(&line).with_context(|| format!("{name} said: {line}"))?;
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                eprintln!("{name}: {line}");
            }
        });
        Ok(Self { name, process, urls })
    }

    /// One of the origins it listens on.
    ///
    /// # Errors
    /// When it did not name it.
    pub(crate) fn url(&self, site: &str) -> Result<String> {
        let url = self.urls.get(site).and_then(Value::as_str);
        Ok(url.with_context(|| format!("{} did not say where its {site} listens", self.name))?.to_owned())
    }

    /// Waits until it ends by itself.
    pub(crate) async fn ended(&mut self) -> Result<ExitStatus> {
        Ok(self.process.wait().await?)
    }

    /// Lets it end after Ctrl-C, which a terminal sends to it too; kills it when it does not.
    pub(crate) async fn stop(&mut self) {
        if tokio::time::timeout(STOP_LIMIT, self.process.wait()).await.is_err() {
            self.kill().await;
        }
    }

    /// Ends it now.
    pub(crate) async fn kill(&mut self) {
        if let Err(error) = self.process.kill().await {
            eprintln!("cannot stop {}: {error}", self.name);
        }
    }
}
