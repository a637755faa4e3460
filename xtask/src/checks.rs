//! Every check of the product, one step after the other, each with its time.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::setup::{self, Tool};
use crate::{bench, clock, e2e, foreign, paths, postgres, proofs, run, size};

/// How a step ended, when it did not fail.
enum Outcome {
    Passed,
    Skipped(String),
}

type Step = (&'static str, fn() -> Result<Outcome>);

/// The steps that need neither a browser nor a release build.
const QUICK: [Step; 5] = [
    ("format", format),
    ("clippy", clippy),
    ("clippy of the add-in for wasm32", clippy_wasm),
    ("rules, wire and engine for wasm32", check_wasm),
    ("tests", tests),
];

/// The steps that `npm test` adds.
const SLOW: [Step; 14] = [
    ("tests on PostgreSQL", tests_on_postgresql),
    ("dependencies", deny),
    ("tests in a browser", browser_tests),
    ("types of the JavaScript", typecheck),
    ("foreign clients", foreign_clients),
    ("simulation", || passed(proofs::seeds())),
    ("crash points", || passed(proofs::crash_points())),
    ("planted defects", || passed(proofs::defects())),
    ("lost cursors", || passed(proofs::lost_cursors())),
    ("items a second", || passed(proofs::rate())),
    ("end to end", end_to_end),
    ("size of the pane", || passed(size::check())),
    ("start of the pane", start_of_pane),
    ("time of a save request", time_of_save),
];

/// Runs the quick checks.
///
/// # Errors
/// When one fails.
pub(crate) fn quick() -> Result<()> {
    run_all(QUICK.iter())
}

/// Brings the tools, then runs every check, or those whose name holds `only`.
///
/// # Errors
/// When one fails, none is meant, or in CI when one had to be skipped.
pub(crate) fn all(only: Option<&str>) -> Result<()> {
    setup::everything()?;
    run_all(QUICK.iter().chain(SLOW.iter()).filter(|(name, _)| only.is_none_or(|only| name.contains(only))))
}

fn run_all<'a>(steps: impl Iterator<Item = &'a Step>) -> Result<()> {
    let mut report = Vec::new();
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for (name, step) in steps {
        let log = run::Log::open(&log_file(name))?;
        eprintln!("\n=== {name} (log: {})", log.path().display());
        let started = clock::start();
        let (word, note) = match step() {
            Ok(Outcome::Passed) => {
                passed += 1;
                ("passed", String::new())
            }
            Ok(Outcome::Skipped(why)) => {
                skipped += 1;
                ("SKIPPED", why)
            }
            Err(error) => {
                failed += 1;
                run::keep(&format!("{error:#}"));
                ("FAILED", format!("{error:#}; log: {}", log.path().display()))
            }
        };
        let line = line(name, word, started.elapsed(), &note);
        eprintln!("{line}");
        report.push(line);
    }
    if report.is_empty() {
        bail!("no step has such a name");
    }
    println!("\n{}", report.join("\n"));
    println!("steps: {passed} passed, {failed} failed, {skipped} skipped");
    if failed > 0 {
        bail!("{failed} of the checks failed");
    }
    if setup::in_ci() && skipped > 0 {
        bail!("{skipped} of the checks were skipped, which CI does not allow");
    }
    Ok(())
}

/// `tests in a browser` → `target/checks/tests-in-a-browser.log`.
fn log_file(step: &str) -> PathBuf {
    let words: Vec<&str> =
        step.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    paths::target().join("checks").join(words.join("-") + ".log")
}

fn line(name: &str, word: &str, took: Duration, note: &str) -> String {
    format!("{word:<8} {:>7.1} s  {name}  {note}", took.as_secs_f64()).trim_end().to_owned()
}

fn passed(result: Result<()>) -> Result<Outcome> {
    result.map(|()| Outcome::Passed)
}

fn format() -> Result<Outcome> {
    run::cargo(["fmt", "--all", "--check"]).shown()?;
    passed(run::cargo(["fmt", "--check", "--manifest-path", foreign::CIRRUS]).shown())
}

fn clippy() -> Result<Outcome> {
    passed(run::cargo(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]).shown())
}

fn clippy_wasm() -> Result<Outcome> {
    let target = "wasm32-unknown-unknown";
    passed(
        run::cargo([
            "clippy",
            "-p",
            "calbridge",
            "--all-targets",
            "--target",
            target,
            "--",
            "-D",
            "warnings",
        ])
        .shown(),
    )
}

/// One by one: a workspace build unifies features and would hide a dependency that wasm32 lacks.
fn check_wasm() -> Result<Outcome> {
    for package in ["calbridge-rules", "calbridge-wire", "calbridge-engine"] {
        run::cargo(["check", "-p", package, "--target", "wasm32-unknown-unknown"]).shown()?;
    }
    Ok(Outcome::Passed)
}

/// What the names of tests hold that need a database server.
const ON_POSTGRESQL: &str = "on_postgresql";

fn tests() -> Result<Outcome> {
    if let Tool::Missing(how) = setup::graph_schema() {
        eprintln!("Graph's traffic is NOT held against Microsoft's types. Type: {how}");
    }
    let elsewhere = format!("not test({ON_POSTGRESQL})");
    passed(match setup::nextest() {
        Tool::Ready => run::cargo(["nextest", "run", "--workspace", "-E", &elsewhere]).shown(),
        // The same tests, one process for each file of them.
        Tool::Missing(_) => run::cargo(["test", "--workspace", "--", "--skip", ON_POSTGRESQL]).shown(),
    })
}

fn tests_on_postgresql() -> Result<Outcome> {
    if let Tool::Missing(how) = setup::postgres() {
        return Ok(Outcome::Skipped(format!("type: {how}")));
    }
    let there = format!("test({ON_POSTGRESQL})");
    let server = postgres::Server::start()?;
    let tests = match setup::nextest() {
        Tool::Ready => run::cargo(["nextest", "run", "--workspace", "-E", &there]),
        Tool::Missing(_) => run::cargo(["test", "--workspace", "--", ON_POSTGRESQL]),
    };
    passed(tests.env(postgres::VARIABLE, server.url()).shown())
}

fn deny() -> Result<Outcome> {
    if let Tool::Missing(how) = setup::deny() {
        return Ok(Outcome::Skipped(format!("type: {how}")));
    }
    passed(run::cargo(["deny", "--workspace", "check", "licenses", "bans", "sources"]).shown())
}

fn browser_tests() -> Result<Outcome> {
    for tool in [setup::wasm_bindgen(), setup::wasm_pack(), setup::chromium(), setup::chromedriver()] {
        if let Tool::Missing(how) = tool {
            return Ok(Outcome::Skipped(format!("type: {how}")));
        }
    }
    let mut tests =
        run::program("wasm-pack").args(["test", "--headless", "--chrome", "--mode", "no-install"]);
    if let Some(driver) = setup::chromedriver_path() {
        tests = tests.args(["--chromedriver".as_ref(), driver.as_os_str()]);
    }
    let output = tests.shown_and_kept()?;
    if tests_that_ran(&output) == 0 {
        bail!("no browser test ran");
    }
    Ok(Outcome::Passed)
}

/// Sums the `test result: ok. 3 passed; …` lines.
fn tests_that_ran(output: &str) -> u32 {
    let counts = output.lines().filter_map(|line| {
        let (_, rest) = line.split_once("test result: ok. ")?;
        rest.split_once(" passed")?.0.parse::<u32>().ok()
    });
    counts.sum()
}

fn typecheck() -> Result<Outcome> {
    passed(
        run::program("node").args(["node_modules/typescript/bin/tsc", "--project", "tsconfig.json"]).shown(),
    )
}

fn foreign_clients() -> Result<Outcome> {
    let missing = foreign::run_all()?;
    Ok(if missing.is_empty() { Outcome::Passed } else { Outcome::Skipped(missing.join("; ")) })
}

fn end_to_end() -> Result<Outcome> {
    if let Tool::Missing(how) = setup::chromium() {
        return Ok(Outcome::Skipped(format!("type: {how}")));
    }
    passed(e2e::start(true, &[]))
}

fn start_of_pane() -> Result<Outcome> {
    if let Tool::Missing(how) = setup::chromium() {
        return Ok(Outcome::Skipped(format!("type: {how}")));
    }
    passed(bench::gate_pane())
}

fn time_of_save() -> Result<Outcome> {
    if let Tool::Missing(how) = setup::chromium() {
        return Ok(Outcome::Skipped(format!("type: {how}")));
    }
    passed(bench::gate_save())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_of_a_step_has_its_name() {
        let log = log_file("rules, wire and engine for wasm32");
        assert!(log.ends_with("checks/rules-wire-and-engine-for-wasm32.log"), "{}", log.display());
    }

    #[test]
    fn browser_tests_that_did_not_run_are_noticed() {
        let nothing = "running 0 tests\n\ntest result: ok. 0 passed; 0 failed; 0 ignored\n";
        assert_eq!(tests_that_ran(nothing), 0);
        assert_eq!(tests_that_ran("no tests to run!"), 0);
        let some = "test result: ok. 3 passed; 0 failed\ntest result: ok. 2 passed; 0 failed; 1 ignored\n";
        assert_eq!(tests_that_ran(some), 5);
    }
}
