//! The verdict itself: rules asked in order until one decides.

use super::{Route, Situation, Verdict};

/// Decides what Save does.
pub fn verdict(situation: &Situation<'_>) -> Verdict {
    let _ = situation;
    Verdict { route: Route::Queue, trace: Vec::new(), may_change: Vec::new() }
}
