//! calbridge-sync.
fn main() {}
