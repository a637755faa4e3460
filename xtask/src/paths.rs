//! Where things lie in the checkout.

use std::path::{Path, PathBuf};

use crate::run::Profile;

/// The stand-in's binary.
pub(crate) const STANDIN: &str = "calbridge-standin";
/// The service's binary.
pub(crate) const SERVICE: &str = "calbridge-sync";
/// The simulation's binary.
pub(crate) const SIMULATION: &str = "calbridge-sim";
/// The binary that measures the engine.
pub(crate) const BENCH: &str = "calbridge-bench";
/// What runs beside the pane.
pub(crate) const DEMO: [&str; 2] = [STANDIN, SERVICE];

/// The root of the checkout.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// Cargo's target folder.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// Where our binaries of a profile are.
pub(crate) fn binaries(profile: Profile) -> PathBuf {
    target().join(match profile {
        Profile::Dev => "debug",
        Profile::Release => "release",
    })
}

/// The file of a program among others.
pub(crate) fn program(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// The JSON Schema of Graph's types, which set-up makes.
pub(crate) fn graph_schema() -> PathBuf {
    target().join("graph.schema.json")
}

/// Where `cargo install` puts the tools that this machine lacked.
pub(crate) fn tools() -> PathBuf {
    target().join("tools")
}
