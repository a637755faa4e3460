//! Finds the tools that builds and checks need, and brings those that this machine lacks.
//!
//! Cargo tools go to `target/tools`; a tool already on the PATH in the right version is used as it is.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::{paths, run};

const WASM_PACK: &str = "0.15.1";

/// What became of one tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    Ready,
    /// Not here and not to be had; the text says what to type.
    Missing(String),
}

type Bring = (&'static str, fn() -> Result<Tool>);

/// Brings every tool that `cargo xtask test` needs.
///
/// # Errors
/// When one could not be had. Elsewhere than in CI the checks skip its step, so only CI stops here.
pub(crate) fn everything() -> Result<()> {
    let mut missing = Vec::new();
    let tools: [Bring; 5] = [
        ("cargo-nextest", nextest),
        ("wasm-bindgen", || wasm_bindgen().map(|()| Tool::Ready)),
        ("wasm-pack", wasm_pack),
        ("Chromium", || Ok(chromium())),
        ("chromedriver", || Ok(chromedriver())),
    ];
    for (name, bring) in tools {
        match bring()? {
            Tool::Ready => eprintln!("set-up: {name} is ready"),
            Tool::Missing(how) => {
                eprintln!("set-up: {name} is MISSING. Type: {how}");
                missing.push(name);
            }
        }
    }
    if in_ci() && !missing.is_empty() {
        bail!("missing: {}", missing.join(", "));
    }
    Ok(())
}

/// True on a build server, where nothing may be skipped.
pub(crate) fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}

/// The test runner.
pub(crate) fn nextest() -> Result<Tool> {
    if run::cargo(["nextest", "--version"]).answer().is_none() {
        install("cargo-nextest", &["--locked"])?;
    }
    Ok(Tool::Ready)
}

/// The tool that writes the glue between wasm and JavaScript, in exactly the version of the library.
pub(crate) fn wasm_bindgen() -> Result<()> {
    let wanted = locked_version("wasm-bindgen")?;
    let found = run::program("wasm-bindgen").args(["--version"]).answer();
    if found.is_none_or(|line| !line.ends_with(&wanted)) {
        // Without --locked: its own lock file names yanked crates.
        install("wasm-bindgen-cli", &["--version", &wanted])?;
    }
    Ok(())
}

/// The tool that runs wasm tests in a browser.
pub(crate) fn wasm_pack() -> Result<Tool> {
    let found = run::program("wasm-pack").args(["--version"]).answer();
    if found.is_none_or(|line| !line.ends_with(WASM_PACK)) {
        install("wasm-pack", &["--version", WASM_PACK, "--locked"])?;
    }
    Ok(Tool::Ready)
}

/// The browser, installed by apt where that can be done.
pub(crate) fn chromium() -> Tool {
    found_or_from_debian(chromium_path, "chromium", "set CHROME_PATH to a Chromium or Chrome")
}

/// The browser's remote control, installed by apt where that can be done.
pub(crate) fn chromedriver() -> Tool {
    found_or_from_debian(chromedriver_path, "chromium-driver", "set CHROMEDRIVER to a chromedriver")
}

/// The tool that writes the certificate stores of browsers on Linux, installed by apt where that can be done.
pub(crate) fn certutil() -> Tool {
    found_or_from_debian(|| on_path("certutil"), "libnss3-tools", "install certutil (part of NSS)")
}

/// Where the browser is.
pub(crate) fn chromium_path() -> Option<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
    from_variable("CHROME_PATH").or_else(|| names.iter().find_map(|name| on_path(name)))
}

/// Where the browser's remote control is.
pub(crate) fn chromedriver_path() -> Option<PathBuf> {
    from_variable("CHROMEDRIVER").or_else(|| on_path("chromedriver"))
}

fn from_variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_file())
}

fn on_path(name: &str) -> Option<PathBuf> {
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(&name)).find(|file| file.is_file())
}

fn found_or_from_debian(find: fn() -> Option<PathBuf>, package: &str, otherwise: &str) -> Tool {
    if find().is_some() {
        return Tool::Ready;
    }
    let debian = std::path::Path::new("/etc/debian_version").exists();
    if debian && is_root() {
        eprintln!("set-up: installing {package} with apt-get");
        let updated = run::program("apt-get").args(["update", "-q"]).shown();
        let installed = run::program("apt-get")
            .args(["install", "-y", "-q", "--no-install-recommends", package])
            .env("DEBIAN_FRONTEND", "noninteractive")
            .shown();
        if updated.and(installed).is_ok() && find().is_some() {
            return Tool::Ready;
        }
    }
    let how = if debian { format!("apt-get install {package}") } else { otherwise.to_owned() };
    Tool::Missing(how)
}

fn is_root() -> bool {
    run::program("id").args(["-u"]).answer().is_some_and(|id| id == "0")
}

fn install(package: &str, arguments: &[&str]) -> Result<()> {
    eprintln!("set-up: installing {package} into {} (once; takes minutes)", paths::tools().display());
    let root = paths::tools();
    run::cargo(["install", package])
        .args(arguments)
        .args(["--root".as_ref(), root.as_os_str()])
        .shown()
        .with_context(|| format!("type: cargo install {package} {}", arguments.join(" ")))
}

/// The version of a crate in Cargo.lock.
fn locked_version(package: &str) -> Result<String> {
    let lock = std::fs::read_to_string(paths::root().join("Cargo.lock"))?;
    version_in(&lock, package).with_context(|| format!("{package} is not in Cargo.lock"))
}

fn version_in(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines();
    lines.find(|line| *line == name)?;
    let version = lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')?;
    Some(version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_glue_tool_is_taken_in_the_version_of_the_lock_file() {
        let lock = "[[package]]\nname = \"wasm-bindgen-shared\"\nversion = \"0.1.0\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(version_in(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(version_in(lock, "leptos"), None);
    }
}
