//! Finds the tools that builds and checks need, and brings those that this machine lacks.
//!
//! Cargo tools go to `target/tools`; a tool already on the PATH in the right version is used as it is.

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::{paths, postgres, run};

const WASM_PACK: &str = "0.15.1";
/// What the foreign client in Python needs.
const REQUIREMENTS: &str = "tests/foreign/requirements.txt";
/// For tools that have little to compute themselves: they compile in a third of the time.
const QUICKLY: &str = "--debug";

/// What became of one tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    Ready,
    /// Not here and not to be had; the text says what to type.
    Missing(String),
}

impl Tool {
    /// Nothing, or an error that says what to type.
    ///
    /// # Errors
    /// When the tool is missing.
    pub(crate) fn needed(self) -> Result<()> {
        match self {
            Self::Ready => Ok(()),
            Self::Missing(how) => bail!("a tool is missing; type: {how}"),
        }
    }
}

type Bring = (&'static str, fn() -> Tool);

/// Brings every tool that `cargo xtask test` needs.
///
/// # Errors
/// When one could not be had. Elsewhere than in CI the checks skip its step, so only CI stops here.
pub(crate) fn everything() -> Result<()> {
    let mut missing = Vec::new();
    let tools: [Bring; 9] = [
        ("cargo-nextest", nextest),
        ("wasm-bindgen", wasm_bindgen),
        ("wasm-pack", wasm_pack),
        ("cargo-deny", deny),
        ("Chromium", chromium),
        ("chromedriver", chromedriver),
        ("Python's packages", venv),
        ("PostgreSQL", postgres),
        ("the schema of Graph's types", graph_schema),
    ];
    for (name, bring) in tools {
        match bring() {
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
pub(crate) fn nextest() -> Tool {
    found_or_installed(
        || run::cargo(["nextest", "--version"]).answer().is_some(),
        &["cargo-nextest", "--locked", QUICKLY],
    )
}

/// The tool that writes the glue between wasm and JavaScript, in exactly the version of the library.
pub(crate) fn wasm_bindgen() -> Tool {
    let Some(wanted) = locked_version("wasm-bindgen") else {
        return Tool::Missing("git checkout Cargo.lock (it names no wasm-bindgen)".to_owned());
    };
    let is_here = || says_version("wasm-bindgen", &wanted);
    // Without --locked: its own lock file names yanked crates.
    found_or_installed(is_here, &["wasm-bindgen-cli", "--version", &wanted])
}

/// The tool that runs wasm tests in a browser.
pub(crate) fn wasm_pack() -> Tool {
    let is_here = || says_version("wasm-pack", WASM_PACK);
    found_or_installed(is_here, &["wasm-pack", "--version", WASM_PACK, "--locked", QUICKLY])
}

/// The tool that checks licences and where crates come from.
pub(crate) fn deny() -> Tool {
    found_or_installed(
        || run::cargo(["deny", "--version"]).answer().is_some(),
        &["cargo-deny", "--locked", QUICKLY],
    )
}

fn says_version(program: &str, wanted: &str) -> bool {
    run::program(program).args(["--version"]).answer().is_some_and(|line| line.ends_with(wanted))
}

/// The JSON Schema of Microsoft's published types, made from the npm package that holds them.
pub(crate) fn graph_schema() -> Tool {
    let made = run::program("node").args(["xtask/graph-schema.mjs".into(), paths::graph_schema()]).shown();
    match made {
        Ok(()) => Tool::Ready,
        Err(_) => Tool::Missing("npm ci".to_owned()),
    }
}

/// The browser, installed by apt where that can be done.
pub(crate) fn chromium() -> Tool {
    found_or_from_debian(chromium_path, "chromium", "set CHROME_PATH to a Chromium or Chrome")
}

/// The browser's remote control, installed by apt where that can be done.
pub(crate) fn chromedriver() -> Tool {
    found_or_from_debian(chromedriver_path, "chromium-driver", "set CHROMEDRIVER to a chromedriver")
}

/// Python in `target/venv`, with the packages that the foreign client in Python needs.
pub(crate) fn venv() -> Tool {
    let made = found_or_from_debian(venv_made, "python3-venv", "install Python 3.10 or newer with venv");
    if made != Tool::Ready || venv_is_complete() {
        return made;
    }
    let python = venv_python();
    eprintln!("set-up: installing {REQUIREMENTS} into {}", venv_folder().display());
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", REQUIREMENTS];
    let installed = run::program(&python).args(install).shown();
    let kept = installed.and_then(|()| Ok(std::fs::copy(paths::root().join(REQUIREMENTS), venv_stamp())?));
    match kept {
        Ok(_) => Tool::Ready,
        Err(_) => Tool::Missing(format!("{} {}", python.display(), install.join(" "))),
    }
}

/// The Python of `target/venv`.
pub(crate) fn venv_python() -> PathBuf {
    let folder = venv_folder();
    if cfg!(windows) { folder.join("Scripts").join("python.exe") } else { folder.join("bin").join("python") }
}

fn venv_folder() -> PathBuf {
    paths::target().join("venv")
}

/// A copy of the requirements that the folder holds.
fn venv_stamp() -> PathBuf {
    venv_folder().join("requirements.txt")
}

fn venv_is_complete() -> bool {
    let wanted = std::fs::read(paths::root().join(REQUIREMENTS)).ok();
    wanted.is_some() && wanted == std::fs::read(venv_stamp()).ok()
}

/// The Python of the folder, which is made when it does not hold what it should.
fn venv_made() -> Option<PathBuf> {
    if !venv_is_complete() {
        let python = ["python3", "python"].iter().find_map(|name| on_path(name))?;
        let folder = venv_folder();
        let make = ["-m".as_ref(), "venv".as_ref(), "--clear".as_ref(), folder.as_os_str()];
        run::program(python).args(make).shown().ok()?;
    }
    Some(venv_python()).filter(|python| python.exists())
}

/// The tool that writes the certificate stores of browsers on Linux, installed by apt where that can be done.
pub(crate) fn certutil() -> Tool {
    found_or_from_debian(|| on_path("certutil"), "libnss3-tools", "install certutil (part of NSS)")
}

/// A database server for tests: a named one, its programs, or what apt brings.
pub(crate) fn postgres() -> Tool {
    let is_here = || postgres::named().is_some() || postgres::programs().is_some();
    if is_here() {
        return Tool::Ready;
    }
    if !is_debian() {
        return Tool::Missing(postgres::OTHERWISE.to_owned());
    }
    if is_root() {
        eprintln!("set-up: installing postgresql with apt-get");
        if postgres::install_from_debian().is_ok() && is_here() {
            return Tool::Ready;
        }
    }
    Tool::Missing("apt-get install postgresql".to_owned())
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
    let debian = is_debian();
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

fn is_debian() -> bool {
    std::path::Path::new("/etc/debian_version").exists()
}

fn is_root() -> bool {
    run::program("id").args(["-u"]).answer().is_some_and(|id| id == "0")
}

/// Cargo puts a tool in its place only when it is complete, so a failure leaves nothing half-done.
fn found_or_installed(is_here: impl Fn() -> bool, arguments: &[&str]) -> Tool {
    if is_here() {
        return Tool::Ready;
    }
    let root = paths::tools();
    eprintln!("set-up: installing {} into {} (once; takes minutes)", arguments[0], root.display());
    let installed = run::cargo(["install"])
        .args(arguments)
        .args(["--root".as_ref(), root.as_os_str()])
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .shown();
    match installed {
        Ok(()) if is_here() => Tool::Ready,
        Ok(()) | Err(_) => Tool::Missing(format!("cargo install {}", arguments.join(" "))),
    }
}

/// The version of a crate in Cargo.lock.
fn locked_version(package: &str) -> Option<String> {
    let lock = std::fs::read_to_string(paths::root().join("Cargo.lock")).ok()?;
    version_in(&lock, package)
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
