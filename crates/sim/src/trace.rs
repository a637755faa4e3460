//! Everything that happened in a run, in order.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Arc, Mutex},
};

use crate::locked;

/// The lines of a run.
#[derive(Clone, Debug, Default)]
pub struct Trace(Arc<Mutex<Vec<String>>>);

impl Trace {
    /// Adds a line.
    pub fn add(&self, line: String) {
        locked(&self.0).push(line);
    }

    /// All lines so far.
    pub fn lines(&self) -> Vec<String> {
        locked(&self.0).clone()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        locked(&self.0).len()
    }
}

/// One number for a whole trace: the same run has the same.
pub fn hash(lines: &[String]) -> u64 {
    let mut hasher = DefaultHasher::new();
    lines.hash(&mut hasher);
    hasher.finish()
}
