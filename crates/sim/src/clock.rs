//! Real time and the share of it that this process used: the only place of the simulation that reads them.

use std::{
    fs,
    time::{Duration, Instant},
};

use rustix::time::{ClockId, clock_gettime};

/// The instant.
#[expect(clippy::disallowed_methods, reason = "this is the clock")]
#[must_use]
pub fn now() -> Instant {
    Instant::now()
}

/// Seconds of processor time that this process has used, over all its threads.
#[must_use]
pub fn processor_seconds() -> f64 {
    used(ClockId::ProcessCPUTime).as_secs_f64()
}

/// Bytes that the process holds in memory.
#[must_use]
pub fn resident_bytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0) * 1_024
}

/// Processor time that this thread has used.
#[must_use]
pub fn thread_time() -> Duration {
    used(ClockId::ThreadCPUTime)
}

fn used(clock: ClockId) -> Duration {
    Duration::try_from(clock_gettime(clock)).unwrap_or_default()
}
