//! A real process of the service, which can be killed at any time.

use std::{path::Path, process::Stdio, time::Duration};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

/// How long a process may take to say that it is there.
const START_LIMIT: Duration = Duration::from_mins(1);

/// The process; it ends with this value.
pub(crate) struct Process {
    part: Option<&'static str>,
    child: Child,
    /// What it said when it was there.
    said: Value,
}

impl Process {
    /// Starts the service, or a part of it, and waits until it is there.
    pub(crate) async fn start(config: &Path, part: Option<&'static str>) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_calbridge-sync"))
            .arg("--config")
            .arg(config)
            .args(part)
            .env("RUST_LOG", std::env::var("RUST_LOG").unwrap_or_else(|_| "error".to_owned()))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = tokio::time::timeout(START_LIMIT, lines.next_line()).await.unwrap().unwrap();
        let line = line.unwrap_or_else(|| panic!("{part:?} ended before it was there"));
        Self { part, child, said: serde_json::from_str(&line).unwrap() }
    }

    /// Where the pane finds it, when it answers at all.
    pub(crate) fn url(&self) -> Option<&str> {
        self.said["service"].as_str()
    }

    /// Kills it without a word, and starts it again.
    pub(crate) async fn crash(&mut self, config: &Path) {
        self.child.kill().await.unwrap();
        *self = Self::start(config, self.part).await;
    }
}
