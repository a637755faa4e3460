//! calbridge-standin.
fn main() {}
