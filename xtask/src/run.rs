//! Starts other programs, says what it started, and keeps what they said in the log of the step that runs.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;

use anyhow::{Context, Result, bail};

use crate::paths;

/// The file that also receives what is shown, while a step of the checks runs.
static LOG: Mutex<Option<File>> = Mutex::new(None);

/// The log of one step; what programs say goes there until this value goes.
pub(crate) struct Log(PathBuf);

impl Log {
    /// Begins a new log.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let file = File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
        *LOG.lock().unwrap_or_else(PoisonError::into_inner) = Some(file);
        Ok(Self(path.to_owned()))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        *LOG.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// A command to run from the root of the checkout.
pub(crate) struct Run(Command);

/// Cargo with some arguments. The tools that set-up installed are on its PATH.
pub(crate) fn cargo<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Run {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    program(cargo).args(arguments)
}

/// How our binaries are built.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Quickly, and with checks.
    Dev,
    /// As they run for real.
    Release,
}

/// Builds some of our binaries.
///
/// For the whole workspace, since the packages chosen decide the features of what they share: chosen alone, each binary
/// would compile its dependencies anew after the tests have compiled them.
///
/// # Errors
/// When one does not build.
pub(crate) fn build(binaries: &[&str], profile: Profile) -> Result<()> {
    building(binaries, profile).shown()
}

/// Builds some of our binaries with a feature.
///
/// # Errors
/// When one does not build.
pub(crate) fn build_with(feature: &str, binaries: &[&str], profile: Profile) -> Result<()> {
    building(binaries, profile).args(["--features", feature]).shown()
}

fn building(binaries: &[&str], profile: Profile) -> Run {
    let named = binaries.iter().flat_map(|binary| ["--bin", binary]);
    let release = (profile == Profile::Release).then_some("--release");
    cargo(["build", "--workspace"]).args(named).args(release)
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
    command.env("STANDIN_GRAPH_SCHEMA", paths::graph_schema());
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
    pub(crate) fn shown(self) -> Result<()> {
        if is_logging() {
            return self.shown_and_kept().map(drop);
        }
        let Self(mut command) = self;
        let line = line(&command);
        eprintln!("$ {line}");
        let status = command.status().with_context(|| format!("cannot start: {line}"))?;
        if !status.success() {
            bail!("failed ({status}): {line}");
        }
        Ok(())
    }

    /// Runs it with its output shown, and logged where a step runs; returns its standard output.
    ///
    /// # Errors
    /// When it cannot be started or says it failed.
    pub(crate) fn shown_and_kept(self) -> Result<String> {
        let Self(mut command) = self;
        let line = line(&command);
        eprintln!("$ {line}");
        keep(&format!("$ {line}"));
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start: {line}"))?;
        let errors = child.stderr.take().map(|errors| thread::spawn(|| pass_on(errors, std::io::stderr())));
        let said = child.stdout.take().map(|output| pass_on(output, std::io::stdout()));
        if let Some(errors) = errors {
            drop(errors.join());
        }
        let status = child.wait()?;
        if !status.success() {
            bail!("failed ({status}): {line}");
        }
        Ok(said.unwrap_or_default())
    }

    /// Its standard output, or nothing when it is not there or says it failed.
    pub(crate) fn answer(mut self) -> Option<String> {
        let output = self.0.stderr(Stdio::null()).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }
}

fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// Shows and logs line by line what a program says; gives it all in the end.
fn pass_on(from: impl Read, mut to: impl Write) -> String {
    let mut all = String::new();
    let mut from = BufReader::new(from);
    let mut bytes = Vec::new();
    while from.read_until(b'\n', &mut bytes).is_ok_and(|read| read > 0) {
        let text = String::from_utf8_lossy(&bytes);
        // Nobody may be listening any more; the program itself goes on.
        drop(to.write_all(&bytes));
        keep(text.trim_end());
        all.push_str(&text);
        bytes.clear();
    }
    all
}

fn is_logging() -> bool {
    LOG.lock().unwrap_or_else(PoisonError::into_inner).is_some()
}

/// Adds a line to the log of the step that runs, if one does.
pub(crate) fn keep(line: &str) {
    if let Some(log) = LOG.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
        drop(writeln!(log, "{line}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_of_a_failed_step_holds_both_outputs_of_its_programs() {
        let file = std::env::temp_dir().join(format!("calbridge-step-{}.log", std::process::id()));
        let log = Log::open(&file).expect("a log in the temporary folder");
        let version = cargo(["--version"]).shown_and_kept().expect("cargo is here");
        assert!(cargo(["no-such-command"]).shown().is_err());
        drop(log);
        let kept = std::fs::read_to_string(&file).expect("the log");
        assert!(kept.contains(&version) && kept.contains("$ ") && kept.contains("no such command"), "{kept}");
        std::fs::remove_file(file).expect("the log goes");
    }
}
