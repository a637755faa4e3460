//! What is left of the org's calls: everything that nobody waits for slows down as they run out, and stands still before the
//! last ones. Whoever presses Save is never held up.

use std::sync::{Mutex, MutexGuard, PoisonError};

use calbridge_wire::salesforce::limits::ApiUsage;

/// The share of the org's calls, in percent, below which background work slows down.
const AMPLE_PERCENT: i64 = 50;
/// How much slower background work gets at the most, before it stands still.
const SLOWEST: i64 = 10;
/// How long background work stands still before the org is asked again, in milliseconds: the allowance is of the last 24
/// hours, and comes back bit by bit.
const PAUSE_MS: i64 = 10 * 60_000;

/// What is left of the org's calls, as its answers say.
#[derive(Debug)]
pub struct Budget {
    floor_percent: i64,
    state: Mutex<State>,
}

#[derive(Clone, Copy, Debug, Default)]
struct State {
    usage: Option<ApiUsage>,
    /// Until when background work stands still, in milliseconds.
    still_until_ms: i64,
    /// Since when, in milliseconds; 0 while it goes on.
    still_since_ms: i64,
    /// When an answer last said something about it, in milliseconds.
    said_ms: i64,
}

/// Why background work stands still (ISS-2). It goes on by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standstill {
    /// Since when, in milliseconds.
    pub since_ms: i64,
    /// When the org is asked again, in milliseconds.
    pub until_ms: i64,
    /// When an answer last said so, in milliseconds.
    pub said_ms: i64,
    /// What the org said last of its calls.
    pub usage: Option<ApiUsage>,
}

impl Standstill {
    /// What it is and what to do, for an admin.
    pub fn reason(&self) -> String {
        let used = self.usage.map_or_else(String::new, |usage| {
            format!(" ({} of {} calls of the last 24 hours are used)", usage.used, usage.allowed)
        });
        format!(
            "ISS-2: the org's API calls run out{used}. Saving by hand goes on; everything else waits and goes on by \
             itself. Ask for a larger allowance, or find out what else uses the API, if this happens often."
        )
    }
}

impl Budget {
    /// A budget that keeps so many percent of the org's calls for people who wait.
    pub fn new(floor_percent: u8) -> Self {
        Self { floor_percent: i64::from(floor_percent), state: Mutex::default() }
    }

    /// Takes note of what an answer says.
    pub fn learn(&self, usage: ApiUsage, now_ms: i64) {
        let mut state = self.locked();
        state.usage = Some(usage);
        state.said_ms = now_ms;
        if left_percent(usage) > self.floor_percent {
            state.still_since_ms = 0;
            state.still_until_ms = 0;
        } else {
            state.stand_still(now_ms);
        }
    }

    /// The org refused a call because there are none left.
    pub fn exhausted(&self, now_ms: i64) {
        let mut state = self.locked();
        state.said_ms = now_ms;
        state.stand_still(now_ms);
    }

    /// Takes over what another process heard, unless this one heard something newer. Answers what others are to take over
    /// from this one.
    pub fn share(&self, theirs: Option<Standstill>) -> Shared {
        let mut state = self.locked();
        match theirs {
            Some(theirs) if theirs.said_ms > state.said_ms => {
                state.usage = theirs.usage.or(state.usage);
                state.said_ms = theirs.said_ms;
                state.still_since_ms = theirs.since_ms;
                state.still_until_ms = theirs.until_ms;
                Shared::Nothing
            }
            Some(theirs) if theirs.said_ms == state.said_ms => Shared::Nothing,
            Some(_) | None if state.still_since_ms != 0 => Shared::Stands(state.standstill()),
            Some(_) => Shared::GoesOn { said_ms: state.said_ms },
            None => Shared::Nothing,
        }
    }

    /// Why background work stands still, while it does.
    pub fn standstill(&self, now_ms: i64) -> Option<Standstill> {
        let state = *self.locked();
        (state.still_until_ms > now_ms).then(|| state.standstill())
    }

    /// How many times longer background work takes over everything: 1 while calls are ample.
    pub fn slowness(&self) -> i64 {
        let Some(usage) = self.locked().usage else { return 1 };
        let left = left_percent(usage);
        if left >= AMPLE_PERCENT {
            return 1;
        }
        let short = (AMPLE_PERCENT - left).max(0);
        let range = (AMPLE_PERCENT - self.floor_percent).max(1);
        1 + short.min(range) * (SLOWEST - 1) / range
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What others are to take over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shared {
    /// Nothing that they do not know.
    Nothing,
    /// Background work stands still.
    Stands(Standstill),
    /// It goes on again.
    GoesOn {
        /// When an answer said so, in milliseconds.
        said_ms: i64,
    },
}

impl State {
    fn standstill(&self) -> Standstill {
        let Self { usage, still_until_ms: until_ms, still_since_ms: since_ms, said_ms } = *self;
        Standstill { since_ms, until_ms, said_ms, usage }
    }

    fn stand_still(&mut self, now_ms: i64) {
        if self.still_until_ms <= now_ms {
            if self.still_since_ms == 0 {
                self.still_since_ms = now_ms;
                tracing::warn!("the org's API calls run out: background work stands still");
            }
            self.still_until_ms = now_ms + PAUSE_MS;
        }
    }
}

/// What is left of a hundred calls.
fn left_percent(usage: ApiUsage) -> i64 {
    if usage.allowed == 0 {
        return 0;
    }
    let left = usage.allowed.saturating_sub(usage.used);
    i64::try_from(left.saturating_mul(100) / usage.allowed).unwrap_or(100)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(used: u64) -> Budget {
        let budget = Budget::new(10);
        budget.learn(ApiUsage { used, allowed: 1_000 }, 5);
        budget
    }

    #[test]
    fn background_work_slows_down_as_calls_run_out() {
        let slow: Vec<i64> = [0, 500, 600, 700, 800, 899].map(|used| after(used).slowness()).into();
        assert_eq!(slow, [1, 1, 3, 5, 7, 10]);
    }

    #[test]
    fn iss_2_background_work_stands_still_before_the_last_calls_and_goes_on_by_itself() {
        let budget = after(950);
        let still = budget.standstill(6).unwrap();
        assert_eq!((still.since_ms, still.until_ms), (5, 5 + PAUSE_MS));
        assert!(still.reason().contains("950 of 1000"), "{}", still.reason());
        assert_eq!(budget.standstill(still.until_ms), None, "the org is asked again");
        budget.learn(ApiUsage { used: 950, allowed: 1_000 }, still.until_ms);
        assert_eq!(budget.standstill(still.until_ms + 1).unwrap().since_ms, 5, "the same standstill goes on");
        budget.learn(ApiUsage { used: 400, allowed: 1_000 }, still.until_ms + 2);
        assert_eq!(budget.standstill(still.until_ms + 3), None);
    }

    #[test]
    fn iss_2_a_refusal_for_lack_of_calls_counts_without_figures() {
        let budget = Budget::new(10);
        budget.exhausted(7);
        assert_eq!(budget.standstill(8).unwrap().usage, None);
        assert_eq!(budget.standstill(7 + PAUSE_MS), None);
    }

    #[test]
    fn iss_2_what_one_process_hears_all_keep_to_and_the_newest_word_counts() {
        let (one, other) = (after(950), Budget::new(10));
        let Shared::Stands(still) = one.share(None) else { panic!("the others do not know yet") };
        assert_eq!(one.share(Some(still)), Shared::Nothing, "they know");
        assert_eq!(other.share(Some(still)), Shared::Nothing);
        assert_eq!(other.standstill(6), one.standstill(6));
        other.learn(ApiUsage { used: 400, allowed: 1_000 }, 9);
        assert_eq!(other.share(Some(still)), Shared::GoesOn { said_ms: 9 });
        assert_eq!(other.share(None), Shared::Nothing);
        assert_eq!(other.standstill(10), None);
    }

    #[test]
    fn an_org_that_says_nothing_is_taken_to_have_enough() {
        assert_eq!(Budget::new(10).slowness(), 1);
    }
}
