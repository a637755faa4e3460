//! calbridge-sim.
