//! calbridge-sim.
fn main() {}
