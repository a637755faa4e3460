//! The fences of the design, as tests: what may depend on what, and which words belong into which files.
//!
//! Every fence is a function from sources to breaches, so that each also has a test with a made-up breach.
#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::unwrap_used, reason = "a test that cannot read the checkout fails")]

#[path = "tidy/dependencies.rs"]
mod dependencies;
#[path = "tidy/fences.rs"]
mod fences;
#[path = "tidy/rulebook.rs"]
mod rulebook;
#[path = "tidy/source.rs"]
mod source;

use source::Source;

/// Fails with one line per breach.
#[track_caller]
fn check(breaches: &[String]) {
    assert!(breaches.is_empty(), "\n{}", breaches.join("\n"));
}

/// Checks that a fence notices a breach in a made-up file, and that the same text passes where it is allowed.
#[track_caller]
fn check_notices(fence: fn(&[Source]) -> Vec<String>, breach: (&str, &str), allowed: (&str, &str)) {
    assert_eq!(fence(&[Source::new(breach.0, breach.1)]).len(), 1, "{breach:?} went unnoticed");
    check(&fence(&[Source::new(allowed.0, allowed.1)]));
}
