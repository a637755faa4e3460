//! What the org demands is asked for.
