//! Starts other programs and says what it started.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::paths;

/// A command to run from the root of the checkout.
pub(crate) struct Run(Command);

/// Cargo with some arguments. The tools that set-up installed are on its PATH.
pub(crate) fn cargo<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Run {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    program(cargo).args(arguments)
}

/// Any program.
pub(crate) fn program(name: impl AsRef<OsStr>) -> Run {
    let mut command = Command::new(name);
    command.current_dir(paths::root()).stdin(Stdio::null());
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::iter::once(paths::tools().join("bin")).chain(std::env::split_paths(&path));
    if let Ok(path) = std::env::join_paths(path) {
        command.env("PATH", path);
    }
    // Set by `cargo run` for xtask itself; a nested cargo must not inherit them.
    for name in ["CARGO_MANIFEST_DIR", "CARGO_PKG_NAME", "CARGO_PKG_VERSION", "CARGO_MANIFEST_PATH"] {
        command.env_remove(name);
    }
    Run(command)
}

impl Run {
    pub(crate) fn args(mut self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Self {
        self.0.args(arguments);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.0.env(name, value);
        self
    }

    /// Runs it with its output shown.
    ///
    /// # Errors
    /// When it cannot be started or says it failed.
    pub(crate) fn shown(mut self) -> Result<()> {
        let line = self.line();
        eprintln!("$ {line}");
        let status = self.0.status().with_context(|| format!("cannot start: {line}"))?;
        if !status.success() {
            bail!("failed ({status}): {line}");
        }
        Ok(())
    }

    /// Runs it with its output (standard output only) both shown and returned.
    ///
    /// # Errors
    /// When it cannot be started or says it failed.
    pub(crate) fn shown_and_kept(mut self) -> Result<String> {
        let line = self.line();
        eprintln!("$ {line}");
        let mut child =
            self.0.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start: {line}"))?;
        let mut kept = String::new();
        if let Some(output) = child.stdout.take() {
            for text in BufReader::new(output).lines() {
                let text = text?;
                println!("{text}");
                kept.push_str(&text);
                kept.push('\n');
            }
        }
        let status = child.wait()?;
        if !status.success() {
            bail!("failed ({status}): {line}");
        }
        Ok(kept)
    }

    /// Its standard output, or nothing when it is not there or says it failed.
    pub(crate) fn answer(mut self) -> Option<String> {
        let output = self.0.stderr(Stdio::null()).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    fn line(&self) -> String {
        let words = std::iter::once(self.0.get_program()).chain(self.0.get_args());
        words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
    }
}
