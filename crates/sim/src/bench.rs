//! What the engine costs: the real worker against the stand-in's world in one process, under a clock that the bench moves.
//!
//! Vendors' answers take as long as they were seen to take (lognormal, by a seed), in the bench's own time; what is measured in
//! real time leaves the stand-in's share out.

pub mod day;
pub mod line;
pub mod memory;
pub mod rig;
pub mod speed;
pub mod tokens;

use std::fs;

use serde_json::{Value, json};

/// The middle of some figures and their edge, in the unit of the figures.
#[must_use]
pub fn spread(mut figures: Vec<i64>) -> Value {
    figures.sort_unstable();
    let at = |percent: usize| {
        figures.get((figures.len() * percent / 100).min(figures.len().saturating_sub(1))).copied()
    };
    json!({ "count": figures.len(), "p50": at(50), "p95": at(95), "p99": at(99), "longest": figures.last() })
}

/// Keeps this process on one core, with every thread that it starts from here on: what is told of a core was done by one.
pub fn on_one_core() {
    #[cfg(target_os = "linux")]
    {
        use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
        let Ok(allowed) = sched_getaffinity(None) else { return };
        // The last one: interrupts mostly come to the first.
        let Some(core) = (0..CpuSet::MAX_CPU).rev().find(|core| allowed.is_set(*core)) else { return };
        let mut one = CpuSet::new();
        one.set(core);
        // Where it is refused, the figures are those of cores that wake each other: worse, not better.
        let _ = sched_setaffinity(None, &one);
    }
}

/// What it ran on.
#[must_use]
pub fn machine() -> Value {
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    json!({
        "cpu": model.trim_start_matches(['\t', ' ', ':']),
        "cores": cores,
        "load_average": load.split(' ').next().unwrap_or_default(),
        "os": std::env::consts::OS,
        "build": if cfg!(debug_assertions) { "development" } else { "release" },
    })
}
