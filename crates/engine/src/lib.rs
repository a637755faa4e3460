//! calbridge-engine.
